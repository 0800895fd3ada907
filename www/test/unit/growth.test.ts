import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { growth } from "../../src/growth.js";

const size = { width: 100, height: 50 };

describe("growth", () => {
  it("is 1 for chains that leave the size as it is, or make it smaller", () => {
    assert.equal(growth([], undefined, size), 1);
    assert.equal(growth([{ kind: "gaussianBlur", sigma: 2 }], undefined, size), 1);
    assert.equal(growth([{ kind: "resize", width: 10, height: 10 }], undefined, size), 1);
  });

  it("is the ratio of the pixels", () => {
    assert.equal(growth([{ kind: "resize", width: 200, height: 100 }], undefined, size), 4);
  });

  it("follows the shape where a side is left out", () => {
    assert.equal(growth([{ kind: "resize", width: 300 }], undefined, size), 9);
  });

  it("is that of the largest on the way", () => {
    const steps = [
      { kind: "resize", width: 200 },
      { kind: "median", radius: 1 },
      { kind: "resize", width: 20 },
    ];
    assert.equal(growth(steps, undefined, size), 4);
  });

  it("takes what an item changes for the filter that takes it", () => {
    const resize = { kind: "resize", width: 100 };
    assert.equal(growth([resize], { width: 200 }, size), 4);
    assert.equal(growth([{ kind: "gaussianBlur" }, resize], { sigma: 3 }, size), 1);
    assert.equal(growth([{ kind: "gaussianBlur" }, resize], 3, size), 1);
  });

  it("is 1 where the size is not known", () => {
    assert.equal(growth([{ kind: "resize", width: 1000 }], undefined, undefined), 1);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { growthFactor } from "../../src/result-size.js";

const size = { width: 100, height: 50 };

describe("growthFactor", () => {
  it("is 1 for chains that leave the size as it is, or make it smaller", () => {
    assert.equal(growthFactor([], undefined, size), 1);
    assert.equal(growthFactor([{ kind: "gaussianBlur", sigma: 2 }], undefined, size), 1);
    assert.equal(growthFactor([{ kind: "resize", width: 10, height: 10 }], undefined, size), 1);
  });

  it("is the ratio of the pixels", () => {
    assert.equal(growthFactor([{ kind: "resize", width: 200, height: 100 }], undefined, size), 4);
  });

  it("follows the shape where a side is left out", () => {
    assert.equal(growthFactor([{ kind: "resize", width: 300 }], undefined, size), 9);
  });

  it("is that of the largest on the way", () => {
    const steps = [
      { kind: "resize", width: 200 },
      { kind: "median", radius: 1 },
      { kind: "resize", width: 20 },
    ];
    assert.equal(growthFactor(steps, undefined, size), 4);
  });

  it("takes what an item changes for the filter that takes it", () => {
    const resize = { kind: "resize", width: 100 };
    assert.equal(growthFactor([resize], { width: 200 }, size), 4);
    assert.equal(growthFactor([{ kind: "gaussianBlur" }, resize], { sigma: 3 }, size), 1);
    assert.equal(growthFactor([{ kind: "gaussianBlur" }, resize], 3, size), 1);
  });

  it("is 1 where the size is not known", () => {
    assert.equal(growthFactor([{ kind: "resize", width: 1000 }], undefined, undefined), 1);
  });
});

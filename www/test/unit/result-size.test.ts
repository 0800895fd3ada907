import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { growth, resultSize } from "../../src/result-size.js";

import type { ResultSize } from "../../src/filter-info.js";

const size = { width: 100, height: 50 };

describe("growth", () => {
  it("is 1 for chains that leave the size as it is, or make it smaller", () => {
    assert.equal(growth([], undefined, size).factor, 1);
    assert.equal(growth([{ kind: "gaussianBlur", sigma: 2 }], undefined, size).factor, 1);
    assert.equal(growth([{ kind: "resize", width: 10, height: 10 }], undefined, size).factor, 1);
  });

  it("is the ratio of the pixels", () => {
    assert.equal(growth([{ kind: "resize", width: 200, height: 100 }], undefined, size).factor, 4);
  });

  it("follows the shape where a side is left out", () => {
    assert.equal(growth([{ kind: "resize", width: 300 }], undefined, size).factor, 9);
  });

  it("is that of the largest on the way", () => {
    const steps = [
      { kind: "resize", width: 200 },
      { kind: "median", radius: 1 },
      { kind: "resize", width: 20 },
    ];
    const { result, ...largest } = growth(steps, undefined, size);
    assert.deepEqual(largest, { factor: 4, made: 4, filter: "resize" });
    assert.deepEqual(result, { width: 20, height: (20 * size.height) / size.width });
  });

  it("takes what an item changes for the filter that takes it", () => {
    const resize = { kind: "resize", width: 100 };
    assert.equal(growth([resize], { width: 200 }, size).factor, 4);
    assert.equal(growth([{ kind: "gaussianBlur" }, resize], { sigma: 3 }, size).factor, 1);
    assert.equal(growth([{ kind: "gaussianBlur" }, resize], 3, size).factor, 1);
  });

  it("is that of the largest there may be where pixels decide, and tells no size of the result", () => {
    const trim = { kind: "trim" };
    assert.deepEqual(growth([trim], undefined, size), { factor: 1, made: 1 });
    const larger = { kind: "resize", width: 200 };
    const after = (resize: object) => growth([larger, trim, { kind: "resize", ...resize }], undefined, size);
    const known = { factor: 4, made: 4, filter: "resize" };
    assert.deepEqual(after({ width: 10, height: 10 }), known);
    // A narrow rest may fill both sides, though the image does not.
    assert.equal(after({ width: 1000, height: 1000, fit: "inside" }).made, 200);
    assert.equal(after({ width: 1000, height: 1000, fit: "contain", enlarge: false }).made, 200);
    // Whatever its shape, it is at most what it was.
    assert.deepEqual(after({ width: 1000, enlarge: false }), known);
    assert.deepEqual(after({ width: 1000, height: 1000, fit: "outside", enlarge: false }), known);
    // One side alone: the other may become as long as can be.
    assert.deepEqual(after({ width: 10 }), { ...known, isOpen: true });
    assert.equal(after({ width: 10, height: 10, fit: "outside" }).isOpen, true);
  });

  it("is 1 where the size is not known", () => {
    assert.equal(growth([{ kind: "resize", width: 1000 }], undefined, undefined).factor, 1);
  });

  it("tells the size of the result: of the last, with what an item changes, in whole pixels", () => {
    const turn = { kind: "rotate", degrees: 45, expand: true };
    const resize = { kind: "resize", width: 30 };
    for (const [steps, change, width, height] of [
      [[], undefined, 100, 50],
      [[{ kind: "gaussianBlur", sigma: 2 }], 3, 100, 50],
      [[{ kind: "resize", width: 200, height: 200 }, resize], undefined, 30, 30],
      [[resize], undefined, 30, 15],
      [[resize], { width: 31 }, 31, 16],
      [[{ kind: "resize", height: 7 }], undefined, 14, 7],
      [[turn], undefined, 107, 107],
      [[turn, resize], undefined, 30, 30],
      [[{ ...turn, expand: false }], undefined, 100, 50],
    ] as const) {
      assert.deepEqual(growth(steps, change, size).result, { width, height });
    }
    assert.equal(growth([resize], undefined, undefined).result, undefined);
  });
});

describe("resultSize", () => {
  const of = (rule: ResultSize, values: Record<string, unknown>) => {
    const { width, height } = resultSize(rule, (name) => values[name], size);
    return [width, height];
  };

  it("is what two parameters say", () => {
    const rule = { rule: "parameters", width: "w", height: "h" } as const;
    assert.deepEqual(of(rule, { w: 30, h: 7 }), [30, 7]);
    assert.deepEqual(of(rule, { w: 30, h: null }), [30, 15]);
    assert.deepEqual(of(rule, { h: 20 }), [40, 20]);
    assert.deepEqual(of(rule, {}), [100, 50]);
  });

  it("is fitted into two parameters, and no larger where that is not allowed", () => {
    const rule = { rule: "parameters", width: "w", height: "h", fit: "fit", enlarge: "enlarge" } as const;
    for (const [fit, w, h, wanted, notEnlarged] of [
      ["fill", 200, 10, [200, 10], [100, 10]],
      ["inside", 40, 40, [40, 20], [40, 20]],
      ["inside", 300, 100, [200, 100], [100, 50]],
      ["outside", 40, 40, [80, 40], [80, 40]],
      ["outside", 300, 100, [300, 150], [100, 50]],
      ["cover", 40, 40, [40, 40], [40, 40]],
      ["cover", 80, 70, [80, 70], [80, 50]],
      ["contain", 40, 40, [40, 40], [40, 40]],
      ["contain", 300, 300, [300, 300], [300, 300]],
      ["inside", 200, undefined, [200, 100], [100, 50]],
      ["cover", undefined, 20, [40, 20], [40, 20]],
    ] as const) {
      assert.deepEqual(of(rule, { w, h, fit, enlarge: true }), wanted, `${fit} ${w} ${h}`);
      assert.deepEqual(of(rule, { w, h, fit, enlarge: false }), notEnlarged, `${fit} ${w} ${h}, not enlarged`);
    }
  });

  it("has more pixels on each side", () => {
    const rule = { rule: "padded", left: "l", right: "r", top: "t", bottom: "b" } as const;
    assert.deepEqual(of(rule, { l: 1, r: 20, t: 300, b: 4000 }), [121, 4350]);
    assert.deepEqual(growth([{ kind: "pad", left: 0, bottom: 34 }], undefined, size).result, {
      width: 116,
      height: 100,
    });
  });

  it("has its sides swapped, always or from a value on", () => {
    assert.deepEqual(of({ rule: "swapped" }, {}), [50, 100]);
    const rule = { rule: "swapped", parameter: "orientation", least: 5 } as const;
    for (const orientation of [undefined, 1, 4]) assert.deepEqual(of(rule, { orientation }), [100, 50]);
    for (const orientation of [5, 8]) assert.deepEqual(of(rule, { orientation }), [50, 100]);
  });

  it("is the box around a turned image, or the image's own", () => {
    const rule = { rule: "turned", degrees: "degrees", expand: "expand" } as const;
    for (const [degrees, wanted] of [
      [0, [100, 50]],
      [90, [50, 100]],
      [-90, [50, 100]],
      [180, [100, 50]],
      [270 + 360 * 1000, [50, 100]],
      // 100·√½ + 50·√½ = 106.07 on both sides
      [45, [107, 107]],
      // 100·(√3 ⁄ 2) + 50·½ = 111.6; 100·½ + 50·(√3 ⁄ 2) = 93.3
      [30, [112, 94]],
      [-150, [112, 94]],
    ] as const) {
      assert.deepEqual(of(rule, { degrees, expand: true }), wanted, `${degrees}°`);
      assert.deepEqual(of(rule, { degrees, expand: false }), [100, 50]);
    }
    for (const degrees of [1e308, -1e308, Number.MAX_VALUE]) {
      assert.deepEqual(of(rule, { degrees, expand: true }), of(rule, { degrees: degrees % 360, expand: true }));
      assert.ok(growth([{ kind: "rotate", degrees }], undefined, size).factor >= 1, `${degrees}°`);
    }
  });
});

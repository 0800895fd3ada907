/** Chains of filters, the third element of a tuple, and the words for types. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filters } from "../../src/generated/filters.js";
import type { Change } from "../../src/protocol.js";
import { checkChain, checkChange } from "../../src/validate.js";
import { typeName } from "../../src/words.js";
import { requiredOf } from "../required.js";
import { detailsOf, thrown } from "./mistakes.js";

describe("chains", () => {
  it("a name, an object and a list of both become steps, in order", () => {
    assert.deepEqual(checkChain(["invert", { kind: "gaussianBlur", sigma: 3 }, "invert"]), [
      { kind: "invert" },
      { kind: "gaussianBlur", sigma: 3 },
      { kind: "invert" },
    ]);
  });

  it("an empty chain is a chain", () => {
    assert.deepEqual(checkChain([]), []);
  });

  it("steps are copies: changing what was given changes nothing", () => {
    const given = { kind: "gaussianBlur", sigma: 3 };
    const steps = checkChain([given]);
    given.sigma = 1e9;
    assert.deepEqual(steps, [{ kind: "gaussianBlur", sigma: 3 }]);
  });

  it("an unknown filter is refused, with the names of those that there are", () => {
    for (const kind of ["nonsense", "", "toString", "__proto__"]) {
      for (const filter of [kind, { kind }, ["invert", kind]]) {
        const error = thrown(() => checkChain(filter));
        assert.ok(error instanceof TypeError);
        assert.deepEqual(detailsOf(error), { code: "unknown-filter", filter: kind });
        for (const { name } of filters) assert.ok(error.message.includes(name));
      }
    }
  });

  it("what is no filter at all is refused, with what it was", () => {
    const cases: [unknown, string][] = [
      [undefined, "undefined"],
      [null, "null"],
      [5, "a number"],
      [{}, "an object"],
      [{ kind: 5 }, "an object"],
      [() => 1, "function; a function of your own is { module, name }: where it is exported"],
      [[["invert"]], "a list of other things than numbers"],
    ];
    for (const [filter, got] of cases) {
      const error = thrown(() => checkChain(filter));
      assert.ok(error instanceof TypeError);
      assert.deepEqual(detailsOf(error), { code: "unknown-filter" });
      assert.equal(error.message, `a filter is a name or an object with a kind, got ${got}`);
    }
  });

  it("the allowed range is told in words", () => {
    const message = (filter: unknown) => thrown(() => checkChain(filter)).message;
    const blur = "gaussianBlur: sigma must be a finite number from 0 to 250 px, got 251";
    assert.equal(message({ kind: "gaussianBlur", sigma: 251 }), blur);
    const gamma = "gamma: gamma must be a finite number above 0 and at most 100, got 0";
    assert.equal(message({ kind: "gamma", gamma: 0 }), gamma);
    const amount = "brightness: amount must be a finite number of at least 0, got -1";
    assert.equal(message({ kind: "brightness", amount: -1 }), amount);
    const width = "convolve: width must be an odd whole number from 1 to 127, got 2";
    assert.equal(message({ kind: "convolve", width: 2, kernel: [1] }), width);
    const type = "gaussianBlur: sigma must be a finite number from 0 to 250 px, got a string";
    assert.equal(message({ kind: "gaussianBlur", sigma: "2" }), type);
  });
});

describe("the third element of a tuple", () => {
  const change = (chain: unknown, intensity: unknown): Change | undefined => checkChange(checkChain(chain), intensity);
  const kernel = { kind: "convolve", kernel: [0, 0, 0, 0, 1, 0, 0, 0, 0] };

  it("changes nothing where it is null or undefined", () => {
    for (const chain of ["gaussianBlur", kernel, []]) {
      assert.equal(change(chain, undefined), undefined);
      assert.equal(change(chain, null), undefined);
    }
  });

  it("as a number is the intensity of the first filter that has one", () => {
    for (const info of filters) {
      const parameter = info.parameters.find((parameter) => parameter.name === info.intensity);
      if (parameter?.type !== "number") continue;
      const value = parameter.default ?? 1;
      const step = { kind: info.name, ...Object.fromEntries(requiredOf(info)) };
      assert.equal(change(step, value), value);
      assert.equal(change([kernel, step, "gaussianBlur"], value), value);
    }
  });

  it("is checked like the parameter that it sets", () => {
    for (const [chain, intensity, kind, filter, parameter] of [
      ["gaussianBlur", 251, RangeError, "gaussianBlur", "sigma"],
      ["gaussianBlur", NaN, RangeError, "gaussianBlur", "sigma"],
      ["gaussianBlur", "2", TypeError, "gaussianBlur", "sigma"],
      ["gaussianBlur", [2], TypeError, "gaussianBlur", "sigma"],
      ["gaussianBlur", true, TypeError, "gaussianBlur", "sigma"],
      ["boxBlur", 1.5, RangeError, "boxBlur", "radius"],
      [[kernel, "gamma", "gaussianBlur"], 0, RangeError, "gamma", "gamma"],
      ["gaussianBlur", { border: "nonsense" }, TypeError, "gaussianBlur", "border"],
      ["gaussianBlur", { sigma: -1 }, RangeError, "gaussianBlur", "sigma"],
      ["gaussianBlur", { nonsense: 1 }, TypeError, "gaussianBlur", "nonsense"],
      ["gaussianBlur", { kind: "invert" }, TypeError, "gaussianBlur", "kind"],
      [kernel, { kernel: [1] }, RangeError, "convolve", "kernel"],
    ] as const) {
      const error = thrown(() => change(chain, intensity));
      assert.ok(error instanceof kind, error.message);
      assert.deepEqual(detailsOf(error), { code: "invalid-parameter", filter, parameter });
    }
  });

  it("as an object sets any parameters of the filter that has the intensity", () => {
    assert.deepEqual(change("gaussianBlur", { sigma: 4, border: "wrap" }), { sigma: 4, border: "wrap" });
    assert.deepEqual(change([kernel, "gaussianBlur"], { border: "wrap" }), { border: "wrap" });
    assert.deepEqual(change("gaussianBlur", {}), {});
  });

  it("as an object sets parameters of the first filter where none has an intensity", () => {
    assert.deepEqual(change(kernel, { bias: 5 }), { bias: 5 });
    assert.deepEqual(change([kernel, "colorMatrix"].slice(0, 1), { bias: 5 }), { bias: 5 });
  });

  it("is checked beside what the chain gives already", () => {
    const wide = { kind: "convolve", width: 1, height: 1, kernel: [1] };
    assert.deepEqual(change(wide, { bias: 5 }), { bias: 5 });
    assert.deepEqual(change(wide, { width: 3, kernel: [1, 2, 3] }), {
      width: 3,
      kernel: Float64Array.of(1, 2, 3),
    });
    assert.throws(() => change(wide, { width: 3 }), RangeError);
  });

  it("may hold lists of any kind, which become lists of doubles", () => {
    for (const list of [new Float32Array(9).fill(1), new Uint8Array(9).fill(1), Array<number>(9).fill(1)]) {
      assert.deepEqual(change(kernel, { kernel: list }), { kernel: new Float64Array(9).fill(1) });
    }
    for (const list of [new BigInt64Array(9), new BigUint64Array(0), new DataView(new ArrayBuffer(72)), [1, , 1]]) {
      const { message } = thrown(() => change(kernel, { kernel: list }));
      assert.match(message, /^convolve: kernel must be a list of numbers, got /);
    }
  });

  it("takes an undefined value in an object as if it were left out", () => {
    assert.deepEqual(change("gaussianBlur", { sigma: undefined, border: "wrap" }), { border: "wrap" });
    assert.deepEqual(change({ kind: "gaussianBlur", sigma: 4 }, { sigma: undefined }), {});
  });

  it("keeps what the chain gives where an object's value is undefined", () => {
    const wide = { kind: "convolve", width: 1, height: 1, kernel: [1] };
    assert.deepEqual(change(wide, { width: undefined, bias: 5 }), { bias: 5 });
    assert.deepEqual(change(wide, { kernel: undefined, bias: 5 }), { bias: 5 });
  });

  it("gives only what it was given, whatever objects inherit", () => {
    assert.deepEqual(Object.keys(change("gaussianBlur", { toString: undefined }) ?? {}), []);
  });

  it("is refused where no filter of the chain has an intensity", () => {
    const filter = "convolve";
    for (const [chain, intensity, words, details] of [
      [kernel, 2, "convolve has none", { filter }],
      [[kernel, "equalize"], 2, "none of convolve, equalize has one", { filter }],
      [kernel, "2", "convolve has none", { filter }],
      [[], 2, "the chain is empty", {}],
      [[], { sigma: 2 }, "the chain is empty", {}],
    ] as const) {
      const error = thrown(() => change(chain, intensity));
      assert.ok(error instanceof TypeError);
      assert.deepEqual(detailsOf(error), { code: "invalid-parameter", ...details });
      assert.equal(error.message, `an intensity was given, but ${words}`);
    }
  });
});

it("types are told in words", () => {
  const cases: [unknown, string][] = [
    [null, "null"],
    [undefined, "undefined"],
    [1, "a number"],
    ["", "a string"],
    [true, "a boolean"],
    [{}, "an object"],
    [new Map(), "an object"],
    [[], "a list of numbers"],
    [[1, NaN], "a list of numbers"],
    [[1, "2"], "a list of other things than numbers"],
    [1n, "bigint"],
    [() => 1, "function"],
    [Symbol("s"), "symbol"],
  ];
  for (const [value, words] of cases) assert.equal(typeName(value), words);
});

it("a misspelt name is told what was meant, where something is near", () => {
  const told = (chain: unknown) => thrown(() => checkChain(chain)).message;
  assert.equal(told("GausianBlur"), 'there is no filter "GausianBlur"; did you mean gaussianBlur?');
  assert.match(told("photoshop"), /^there is no filter "photoshop"; there are resize, crop, /);
  assert.equal(
    told({ kind: "gaussianBlur", sigm: 1 }),
    "gaussianBlur: sigm is no parameter of this filter; did you mean sigma?",
  );
  assert.match(
    told({ kind: "invert", quality: 1 }),
    /^invert: quality is no parameter of this filter; there are amount/,
  );
});

it("a list of groups says so", () => {
  const told = (points: unknown) => thrown(() => checkChain({ kind: "curves", rgb: points })).message;
  assert.match(told("0 0, 1 1"), /^curves: rgb must be a list of groups of 2 numbers, got a string$/);
  assert.match(told([0, 0, 1]), /groups of 2 numbers, got 3$/);
});

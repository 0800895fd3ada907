/** Filters that are not built in: they are checked as the others are, and by the words of the pool that knows them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FilterRule } from "../../src/filter-rule.js";
import { growth } from "../../src/result-size.js";
import { checkChain, checkChange, givenOf, isCheckedByEngine, keepsRgba } from "../../src/validate.js";
import { detailsOf, thrown } from "./mistakes.js";

const STEPS = { type: "number", name: "steps", default: 6, minimum: 1, maximum: 24, integer: true } as const;
const rules: FilterRule[] = [
  {
    name: "soften",
    intensity: "steps",
    size: null,
    keepsRgba: true,
    checkedByEngine: true,
    parameters: [STEPS, { type: "image", name: "mask", required: true }],
  },
  { name: "double", intensity: null, size: { rule: "swapped" }, parameters: [] },
];
const own = new Map(rules.map((rule) => [rule.name, rule]));
const mask = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

describe("filters of a pool's own", () => {
  it("stand anywhere in a chain, and are sent as the others are", () => {
    const steps = checkChain(["invert", { kind: "soften", steps: 3, mask }, "double"], own);
    assert.deepEqual(structuredClone(steps), [
      { kind: "invert" },
      { kind: "soften", steps: 3, mask },
      { kind: "double" },
    ]);
  });

  it("are known by what their definition says", () => {
    const steps = checkChain(["invert", { kind: "soften", mask }, "double"], own);
    assert.ok(keepsRgba(steps));
    assert.ok(isCheckedByEngine(steps));
    assert.ok(!isCheckedByEngine(checkChain(["invert", "double"], own)));
    assert.deepEqual(
      givenOf(steps, "image").map(({ parameter, value }) => [parameter, value]),
      [["mask", mask]],
    );
    assert.deepEqual(growth(steps, undefined, { width: 30, height: 20 }).result, { width: 20, height: 30 });
    // A step whose parameters are put in the place of others is still one of that filter.
    assert.ok(keepsRgba(steps.map((step) => ({ ...step }))));
  });

  it("have an intensity, and parameters for one item", () => {
    const steps = checkChain(["flipH", { kind: "soften", mask }], own);
    assert.equal(checkChange(steps, 5), 5);
    assert.deepEqual(checkChange(steps, { steps: 7 }), { steps: 7 });
    const error = thrown(() => checkChange(steps, 25));
    assert.ok(error instanceof RangeError);
    assert.equal(error.message, "soften: steps must be a whole number from 1 to 24, got 25");
  });

  it("are refused as the others are, with filter, parameter and range", () => {
    const cases: [unknown, string, string, string][] = [
      [{ kind: "soften", mask, steps: 0 }, "RangeError", "steps", "must be a whole number from 1 to 24, got 0"],
      [{ kind: "soften", mask, steps: "3" }, "TypeError", "steps", "must be a whole number from 1 to 24, got a string"],
      [{ kind: "soften", mask, step: 3 }, "TypeError", "step", "is no parameter of this filter; did you mean steps?"],
      [{ kind: "soften" }, "TypeError", "mask", "is required: an image"],
    ];
    for (const [filter, name, parameter, rule] of cases) {
      const error = thrown(() => checkChain(filter, own));
      assert.equal(error.name, name);
      assert.deepEqual(detailsOf(error), { code: "invalid-parameter", filter: "soften", parameter });
      assert.equal(error.message, `soften: ${parameter} ${rule}`);
    }
  });

  it("are meant by words that are nearly theirs, and known to no other pool", () => {
    assert.match(thrown(() => checkChain("sofen", own)).message, /did you mean soften\?/);
    assert.deepEqual(detailsOf(thrown(() => checkChain("soften"))), { code: "unknown-filter", filter: "soften" });
  });
});

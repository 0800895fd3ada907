/** What controls say of a number is what the pool says of it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filters } from "../../src/generated/filters.js";
import { checkLimits } from "../../src/index.js";
import type { NumberParameter } from "../../src/filter-info.js";
import { checkChain } from "../../src/validate.js";
import { requiredOf } from "../required.js";
import { thrown } from "./mistakes.js";

const any: NumberParameter = {
  ...{ type: "number", name: "a", doc: "" },
  ...{ default: 1, step: 1, softMinimum: 0, softMaximum: 10 },
};
const number = { ...any, minimum: 0, maximum: 10 };

describe("checkLimits", () => {
  it("gives nothing for what is allowed, the limits themselves included", () => {
    for (const value of [0, 0.5, 10]) assert.equal(checkLimits(number, value), undefined);
    assert.equal(checkLimits({ ...number, odd: true, integer: true }, 3), undefined);
  });

  it("gives what is allowed, in words, for everything else", () => {
    for (const value of [-0.1, 10.1, NaN, Infinity]) {
      assert.equal(checkLimits(number, value), "a finite number from 0 to 10");
    }
    assert.equal(checkLimits({ ...number, integer: true, unit: "px" }, 0.5), "a whole number from 0 to 10 px");
    assert.equal(checkLimits({ ...number, odd: true, integer: true }, 2), "an odd whole number from 0 to 10");
    assert.equal(checkLimits({ ...number, nonZero: true }, 0), "a finite number from 0 to 10 and not 0");
    assert.equal(checkLimits({ ...number, exclusiveMinimum: true }, 0), "a finite number above 0 and at most 10");
    const endless = { ...any, minimum: 0 };
    assert.equal(checkLimits(endless, -1), "a finite number of at least 0");
    assert.equal(checkLimits({ ...endless, exclusiveMinimum: true, unit: "px" }, 0), "a finite number above 0 px");
  });

  it("says of every parameter of every filter what the pool says of it", () => {
    let checked = 0;
    for (const info of filters) {
      const { name: kind, parameters } = info;
      for (const parameter of parameters) {
        if (parameter.type !== "number" && parameter.type !== "numbers") continue;
        const { name, example = 1 } = parameter;
        const wrong = parameter.maximum === undefined ? Infinity : parameter.maximum + 1;
        const list = Array.isArray(example) && [wrong, ...(example as number[]).slice(1)];
        // What is required besides stands in the examples.
        const given = { ...Object.fromEntries(requiredOf(info, parameter)), [name]: list || wrong };
        const { message } = thrown(() => checkChain({ kind, ...given }));
        const where = list ? `${name} at position 0` : name;
        assert.equal(message, `${kind}: ${where} must be ${checkLimits(parameter, wrong)}, got ${wrong}`);
        checked += 1;
      }
    }
    assert.ok(checked > 10);
  });
});

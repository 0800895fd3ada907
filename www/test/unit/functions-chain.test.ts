/** Steps that call functions of a user's own: what is taken, what is refused, and what becomes of the third element. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkCall, isCall, partsOf } from "../../src/functions/chain.js";
import { FunctionsOfPool } from "../../src/functions/of-pool.js";
import { inlineSpawner } from "../../src/spawn.js";
import { checkChain, checkChange, filtersOf } from "../../src/validate.js";

const MODULE = "https://example.com/code/heavy.js";
const other = () => undefined;

describe("a step that calls a function", () => {
  it("names a module and its export, and keeps all else as parameters, of which it takes a copy", () => {
    const list = [1, 2];
    const { callee } = checkCall({ module: new URL(MODULE), name: "dim", by: 0.5, list });
    list.push(3);
    assert.deepEqual(callee, { address: MODULE, name: "dim", label: "dim", parameters: { by: 0.5, list: [1, 2] } });
  });

  it("is called by the name of its module where it is the default export", () => {
    assert.equal(checkCall({ module: MODULE }).callee.label, "heavy.js");
    assert.equal(checkCall({ module: MODULE, name: "default" }).callee.name, "default");
    assert.equal(checkCall({ module: "data:text/javascript,export default 1" }).callee.label, "the module");
  });

  it("names what a worker serves", () => {
    const { callee } = checkCall({ function: "shade", by: 2 });
    assert.deepEqual(callee, { name: "shade", label: "shade", parameters: { by: 2 } });
  });

  for (const [what, step, parameter, message] of [
    ["a number as the module", { module: 5 }, "module", /module must be the address of a module, got a number/],
    [
      "a relative address outside a page",
      { module: "./heavy.js" },
      "module",
      /module must be a whole address, .*"\.\/heavy\.js"/,
    ],
    ["a number as the name", { module: MODULE, name: 5 }, "name", /name must be the name of an export, got a number/],
    ["a list as the function", { function: [] }, "function", /function must be the name that it is served by/],
    ["a name beside a function", { function: "shade", name: "dim" }, "name", /name must be left out/],
  ] as const) {
    it(`cannot have ${what}`, () => {
      assert.throws(() => checkChain(step), { name: "TypeError", code: "invalid-parameter", parameter, message });
    });
  }

  it("cannot name two things", () => {
    for (const step of [
      { module: MODULE, function: "shade" },
      { module: MODULE, kind: "invert" },
    ]) {
      assert.throws(() => checkChain([step]), {
        name: "TypeError",
        code: "unknown-filter",
        message: /names one thing/,
      });
    }
  });

  it("cannot have parameters that nobody can send", () => {
    const message = /^heavy\.js: its parameters cannot be sent to a worker: /;
    assert.throws(() => checkChain({ module: MODULE, other }), { code: "invalid-parameter", message });
  });

  it("needs somebody who serves it, told at the call", () => {
    const load = () => Promise.reject(new Error("not loaded"));
    const spawner = inlineSpawner(load);
    const calls = checkChain([{ function: "shade" }]).filter(isCall);
    const nobody = new FunctionsOfPool(load, { threads: 1, spawner, functions: undefined });
    assert.throws(() => nobody.check(calls), { code: "unknown-filter", filter: "shade", message: /nobody serves/ });
    const terminate = other;
    const functions = () => ({ postMessage: other, terminate });
    new FunctionsOfPool(load, { threads: 1, spawner, functions }).check(calls);
    nobody.check(checkChain({ module: MODULE }).filter(isCall));
  });
});

describe("a chain with functions", () => {
  const chain = checkChain(["equalize", { kind: "gaussianBlur", sigma: 2 }, { module: MODULE }, "invert"]);

  it("has filters that follow one another in one part", () => {
    const parts = partsOf(chain).map((part) =>
      "steps" in part ? part.steps.map(({ kind }) => kind) : part.callee.label,
    );
    assert.deepEqual(parts, [["equalize", "gaussianBlur"], "heavy.js", ["invert"]]);
    assert.deepEqual(
      filtersOf(chain).map(({ kind }) => kind),
      ["equalize", "gaussianBlur", "invert"],
    );
    assert.equal(partsOf(checkChain([{ module: MODULE }, { function: "shade" }])).length, 2);
  });

  it("still has its filters checked", () => {
    const wrong = [{ module: MODULE }, { kind: "gaussianBlur", sigma: -1 }];
    assert.throws(() => checkChain(wrong), { name: "RangeError", filter: "gaussianBlur", parameter: "sigma" });
  });

  it("gives the third element to the first filter before its functions that has an intensity, and else to functions alone", () => {
    assert.equal(checkChange(chain, 3), 3);
    assert.throws(() => checkChange(chain, -3), { filter: "gaussianBlur", parameter: "sigma" });
    assert.equal(checkChange(checkChain([{ module: MODULE }, "gaussianBlur"]), "anything"), undefined);
    assert.equal(checkChange(checkChain(["equalize", { module: MODULE }]), { any: 1 }), undefined);
  });
});

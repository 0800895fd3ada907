/** Calls of functions in their worker: whatever a function throws or gives back, its call is answered. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { serveCalls, type Functions } from "../../src/functions/caller.js";
import type { CallOutcome, FromFunctions } from "../../src/functions/messages.js";
import { serve } from "../../src/functions/serve.js";

/** The outcome of one call; messages are cloned, as between threads. */
function outcomeOf(name: string, functions: Functions): Promise<CallOutcome> {
  return new Promise((resolve) => {
    const receive = serveCalls((message: FromFunctions, transfer) => {
      const heard = structuredClone(message, { transfer });
      if (heard.type === "called") resolve(heard.outcome);
    }, functions);
    receive({ type: "open", batch: 0, callees: [{ name, label: name, parameters: {} }] });
    receive({ type: "call", call: 1, batch: 0, callee: 0, input: { kind: "value", value: 1 }, index: 0 });
  });
}

const getter = (key: string) =>
  Object.defineProperty(new Error("what is read of it"), key, {
    enumerable: true,
    get: () => {
      throw new RangeError("no");
    },
  });

for (const key of ["message", "name", "stack", "code"]) {
  it(`an error whose ${key} throws when it is read is a failure like any other`, async () => {
    const throws = () => {
      throw getter(key);
    };
    const outcome = await outcomeOf("throws", { throws });
    assert.equal(outcome.kind === "failed" && outcome.error.code, "function-failed");
  });
}

it("what cannot be sent of an error costs only that", async () => {
  const throws = () => {
    throw Object.assign(new TypeError("with more"), { code: 7, retry: () => 1 });
  };
  const outcome = await outcomeOf("throws", { throws });
  assert.ok(outcome.kind === "failed");
  assert.deepEqual(outcome.added, { code: 7, name: "TypeError" });
  assert.equal((outcome.cause as Error).message, "with more");
});

it("what is no function is not served", () => {
  const functions = { word: "a word" } as unknown as Record<string, () => void>;
  assert.throws(() => serve(functions), { name: "TypeError", message: "serve: word must be a function, got a string" });
});

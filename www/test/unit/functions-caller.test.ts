/** Calls of functions in their worker: whatever a function throws or gives back, its call is answered. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { serveCalls, type Functions } from "../../src/functions/caller.js";
import type { CallOutcome, Failure, FromFunctions } from "../../src/functions/messages.js";
import { serve } from "../../src/functions/serve.js";
import { putTogether } from "../../src/functions/thrown.js";

/** The outcome of one call; messages are cloned, as between threads. */
function outcomeOf(name: string, functions: Functions): Promise<CallOutcome> {
  return new Promise((resolve) => {
    const { receive } = serveCalls((message: FromFunctions, transfer) => {
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
  const cause = putTogether(outcome.cause!) as TypeError;
  assert.ok(cause instanceof TypeError);
  assert.equal(cause.message, "with more");
  assert.deepEqual(Object.keys(cause), ["code"]);
});

it("a function that has transferred its image's pixels elsewhere fails with words", async () => {
  const outcome = await new Promise<CallOutcome>((resolve) => {
    const sends = ({ data }: { data: Uint8ClampedArray<ArrayBuffer> }) => {
      structuredClone(data, { transfer: [data.buffer] });
    };
    const { receive } = serveCalls((message) => message.type === "called" && resolve(message.outcome), { sends });
    receive({ type: "open", batch: 0, callees: [{ name: "sends", label: "sends", parameters: {} }] });
    const input = { kind: "pixels", width: 2, height: 1, buffer: new ArrayBuffer(8) } as const;
    receive({ type: "call", call: 1, batch: 0, callee: 0, input, index: 0 });
  });
  assert.deepEqual(outcome, {
    kind: "failed",
    error: {
      ...{ class: "TypeError", code: "invalid-image", filter: "sends" },
      message: "sends: the image's pixels are gone: what was done with them has transferred their buffer",
    },
  });
});

it("a module that throws is told with what it has thrown", async () => {
  const address = 'data:text/javascript,throw Object.assign(new RangeError("no"), { code: "E" })';
  const refusal = await new Promise<Failure | undefined>((resolve) => {
    const { receive } = serveCalls((message) => message.type === "opened" && resolve(message.refusal));
    receive({ type: "open", batch: 0, callees: [{ address, name: "default", label: "module", parameters: {} }] });
  });
  assert.equal(refusal?.error.message, `module: the module ${address} could not be loaded: no`);
  const cause = putTogether(refusal.cause!) as RangeError & { code: unknown };
  assert.ok(cause instanceof RangeError);
  assert.deepEqual([cause.message, cause.code], ["no", "E"]);
});

it("the call that a worker is at is known until it is answered", async () => {
  let heard: () => void = () => undefined;
  const { receive, current } = serveCalls((message) => message.type === "called" && setTimeout(heard), {
    f: () => current(),
  });
  receive({ type: "open", batch: 0, callees: [{ name: "f", label: "f", parameters: {} }] });
  assert.equal(current(), undefined);
  receive({ type: "call", call: 7, batch: 0, callee: 0, input: { kind: "value", value: 1 }, index: 0 });
  assert.equal(current(), 7);
  await new Promise<void>((resolve) => (heard = resolve));
  assert.equal(current(), undefined);
});

it("what is no function is not served", () => {
  const functions = { word: "a word" } as unknown as Record<string, () => void>;
  assert.throws(() => serve(functions), { name: "TypeError", message: "serve: word must be a function, got a string" });
});

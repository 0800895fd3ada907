/** What a listener throws. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { callListener } from "../../src/listeners.js";

it("a listener that throws is an uncaught error with its own words, where nothing reports errors", (context) => {
  assert.equal(typeof reportError, "undefined", "Node has one by now: remove what stands in for it");
  const queued: (() => void)[] = [];
  context.mock.method(globalThis, "queueMicrotask", (task: () => void) => queued.push(task));
  const listener = () => {
    throw new RangeError("the user's own");
  };
  callListener(listener, 1);
  assert.equal(queued.length, 1);
  assert.throws(() => queued[0]?.(), { name: "RangeError", message: "the user's own" });
});

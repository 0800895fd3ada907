/** What was thrown, as it travels between threads. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inPieces, putTogether } from "../../src/functions/thrown.js";

/** There and back; pieces are cloned, as between threads. */
function sent(thrown: unknown): unknown {
  const pieces = inPieces(thrown);
  assert.ok(pieces);
  return putTogether(structuredClone(pieces));
}

describe("what was thrown arrives", () => {
  it("with its class, its name, its stack and what its thrower has added", () => {
    class ModelError extends RangeError {
      override readonly name = "ModelError";
      readonly code = "not-ready";
      readonly details = { tries: [1, 2] };
      readonly retry = () => 1;
    }
    const thrown = new ModelError("not yet");
    const arrived = sent(thrown) as ModelError;
    assert.ok(arrived instanceof RangeError);
    const { name, message, stack, code, details } = arrived;
    assert.deepEqual([name, message, stack], ["ModelError", "not yet", thrown.stack]);
    assert.deepEqual([code, details, arrived.retry], ["not-ready", { tries: [1, 2] }, undefined]);
    assert.deepEqual(Object.keys(arrived), ["code", "details"]);
  });

  it("as every class of the language", () => {
    for (const kind of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
      const arrived = sent(new kind("words")) as Error;
      assert.equal(arrived.constructor, kind);
      assert.deepEqual([arrived.name, arrived.message, Object.keys(arrived)], [kind.name, "words", []]);
    }
    const aborted = sent(new DOMException("no more", "AbortError")) as DOMException;
    assert.ok(aborted instanceof DOMException);
    assert.deepEqual([aborted.name, aborted.message], ["AbortError", "no more"]);
  });

  it("with the errors within it, each with what it has", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", port: 80 });
    const thrown = new Error("outer", { cause: new TypeError("fetch failed", { cause: refused }) });
    const cause = ((sent(thrown) as Error).cause as Error).cause as typeof refused;
    assert.deepEqual([cause.message, cause.code, cause.port], ["connect ECONNREFUSED", "ECONNREFUSED", 80]);

    const several = sent(new AggregateError([refused, "a word", refused], "all failed")) as AggregateError;
    assert.ok(several instanceof AggregateError);
    const [first, word, second] = several.errors as [typeof refused, string, unknown];
    assert.deepEqual([first.code, word, second === first], ["ECONNREFUSED", "a word", true]);
    assert.deepEqual(Object.keys(several), []);
  });

  it("where it names itself", () => {
    const thrown = new Error("around");
    thrown.cause = thrown;
    const arrived = sent(thrown) as Error;
    assert.equal(arrived.cause, arrived);
    const listed = Object.assign(new Error("around"), { list: [] as unknown[] });
    listed.list.push(listed, listed.list);
    const { list } = sent(listed) as typeof listed;
    assert.equal(list[1], list);
  });

  it("as far as there is an end to it", () => {
    let thrown = new Error("0");
    for (let i = 1; i < 10_000; i++) thrown = new Error(String(i), { cause: thrown });
    let arrived = sent(thrown) as Error | undefined;
    let length = 0;
    for (; arrived; arrived = arrived.cause as Error | undefined) length += 1;
    assert.equal(length, 200);
  });

  it("whatever it is", () => {
    for (const value of [undefined, null, 5, "text", { a: [1] }]) assert.deepEqual(sent(value), value);
    assert.equal(
      inPieces(() => 1),
      undefined,
    );
  });

  it("with what is within it first, whatever else it has", () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key${i}`, i]));
    const thrown = Object.assign(new Error("large"), many);
    thrown.cause = new TypeError("inner");
    assert.equal(((sent(thrown) as Error).cause as Error).message, "inner");
  });

  it("without what cannot be read", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const list = Object.defineProperty([1], 0, { get: () => assert.fail() });
    const thrown = Object.defineProperties(new Error("odd"), {
      stack: { get: () => assert.fail() },
      code: { get: () => assert.fail() },
      name: { value: 5 },
    });
    const more = Object.assign(thrown, { proxy, list, port: 80 });
    const arrived = sent(more) as typeof more & { code?: unknown };
    assert.deepEqual([arrived.message, arrived.name, arrived.stack, arrived.code], ["odd", "5", "", undefined]);
    assert.deepEqual([arrived.proxy, arrived.list, arrived.port], [undefined, undefined, 80]);
    class Odd extends Error {
      override get name(): string {
        return assert.fail();
      }
    }
    assert.equal((sent(new Odd("words")) as Error).message, "words");
  });
});

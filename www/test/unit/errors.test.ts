/** Errors, and what is left of them on the way between workers. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContext, runInContext } from "node:vm";
import { BatchError, mistake, PixelpoolError, toData, toError, type ErrorData } from "../../src/errors.js";
import type { Settled } from "../../src/types.js";

describe("errors", () => {
  it("a mistake is of the class it is told, with its details", () => {
    const details = { code: "invalid-parameter", filter: "gamma", parameter: "gamma" } as const;
    for (const [kind, known] of [
      ["TypeError", TypeError],
      ["RangeError", RangeError],
    ] as const) {
      const error = mistake(kind, "must be so", details);
      assert.ok(error instanceof known);
      assert.equal(error.name, kind);
      assert.equal(error.message, "must be so");
      assert.deepEqual(Object.fromEntries(Object.entries(error)), details);
    }
  });

  it("a PixelpoolError is an Error with a name, a code, details and a cause", () => {
    const cause = new Error("why");
    const error = new PixelpoolError("it failed", { code: "decode-failed", index: 3, id: "x" }, { cause });
    assert.ok(error instanceof Error);
    assert.equal(error.name, "PixelpoolError");
    assert.equal(String(error), "PixelpoolError: it failed");
    const { code, index, id } = error;
    assert.deepEqual({ code, index, id }, { code: "decode-failed", index: 3, id: "x" });
    assert.equal(error.cause, cause);
  });

  it("a PixelpoolError has no details that it was not given", () => {
    const error = new PixelpoolError("it failed", { code: "closed" });
    for (const name of ["filter", "parameter", "index", "id"]) assert.ok(!(name in error), name);
  });

  it("each class of error comes back as itself, from data that can be cloned", () => {
    for (const thrown of [
      mistake("TypeError", "wrong type", { code: "invalid-parameter", filter: "gamma", parameter: "gamma" }),
      mistake("RangeError", "out of range", { code: "invalid-image" }),
      new PixelpoolError("no memory", { code: "out-of-memory", filter: "median" }),
    ]) {
      const back = toError(structuredClone(toData(thrown, "worker-lost")));
      assert.equal(back.constructor, thrown.constructor);
      assert.equal(back.message, thrown.message);
      assert.equal(back.code, thrown.code);
      assert.equal(back.filter, thrown.filter);
      assert.equal(back.parameter, thrown.parameter);
    }
  });

  it("a text that is wrong comes back with the place where it is", () => {
    const details = { code: "invalid-parameter", filter: "formula", parameter: "r", position: 5 } as const;
    const thrown = mistake("TypeError", 'formula: r must be a formula; character 5: there is no "lumma"', details);
    const data = structuredClone(toData(thrown, "worker-lost"));
    assert.equal(data.position, 5);
    assert.equal(toError(data).position, 5);
  });

  it("data come back as the same data", () => {
    const all: ErrorData[] = [
      { class: "TypeError", code: "invalid-parameter", message: "a", filter: "f", parameter: "p" },
      { class: "RangeError", code: "invalid-item", message: "b" },
      { class: "PixelpoolError", code: "filter-panicked", message: "c", filter: "f" },
      { class: "TypeError", code: "invalid-parameter", message: "d", filter: "f", parameter: "p", position: 7 },
    ];
    for (const data of all) assert.deepEqual(toData(toError(data), "worker-lost"), data);
  });

  it("data that were thrown as they are stay as they are", () => {
    const data: ErrorData = { class: "RangeError", code: "too-large", message: "too large" };
    assert.equal(toData(data, "worker-lost"), data);
  });

  it("an error is said of an item where it is told which", () => {
    for (const kind of ["TypeError", "RangeError", "PixelpoolError"] as const) {
      const error = toError({ class: kind, code: "invalid-item", message: "no" }, { index: 7, id: "seven" });
      assert.equal(error.index, 7);
      assert.equal(error.id, "seven");
    }
  });

  it("an error without a code gets the one that fits the place, and is a failure", () => {
    for (const thrown of [new Error("no"), new TypeError("no"), new RangeError("no"), new SyntaxError("no")]) {
      const expected = { code: "decode-failed", class: "PixelpoolError", message: "no" };
      assert.deepEqual(toData(thrown, "decode-failed"), expected);
    }
  });

  it("what is no error becomes one with its text", () => {
    for (const [thrown, message] of [
      ["text", "text"],
      [5, "5"],
      [null, "null"],
      [undefined, "undefined"],
      [{ a: 1 }, "[object Object]"],
      [Symbol("s"), "Symbol(s)"],
    ] as const) {
      assert.deepEqual(toData(thrown, "encode-failed"), { code: "encode-failed", class: "PixelpoolError", message });
    }
  });

  it("the number that the browser's own errors have as a code is not taken for one of ours", () => {
    const thrown = new DOMException("The source image could not be decoded.", "InvalidStateError");
    assert.equal(toData(thrown, "decode-failed").code, "decode-failed");
  });

  it("nor is the word that Node's own errors have there", () => {
    const thrown = Object.assign(new TypeError("no such file"), { code: "ENOENT" });
    const expected = { code: "decode-failed", class: "PixelpoolError", message: "no such file" };
    assert.deepEqual(toData(thrown, "decode-failed"), expected);
  });

  it("errors of another realm are what they are here", () => {
    const other = (code: string): unknown => runInContext(code, createContext({}));
    const plain = { code: "decode-failed", class: "PixelpoolError", message: "no" };
    assert.deepEqual(toData(other("new RangeError('no')"), "decode-failed"), plain);
    const ours = "Object.assign(new RangeError('no'), { code: 'invalid-image', filter: 'gamma', parameter: 'gamma' })";
    const data = { code: "invalid-image", class: "RangeError", message: "no", filter: "gamma", parameter: "gamma" };
    assert.deepEqual(toData(other(ours), "decode-failed"), data);
  });

  it("a BatchError says how many failed and why the first did, and holds every outcome", () => {
    const reason = (text: string) => new PixelpoolError(text, { code: "decode-failed" });
    const results: Settled<string>[] = [
      { status: "fulfilled", id: "a", index: 0, image: [1], ms: 1, thread: 0 },
      { status: "rejected", id: "b", index: 1, reason: reason("not a picture") },
      { status: "rejected", id: "c", index: 2, reason: reason("not one either") },
    ];
    const error = new BatchError(results);
    assert.ok(error instanceof PixelpoolError);
    assert.equal(error.name, "BatchError");
    assert.equal(error.code, "batch-failed");
    assert.equal(error.message, "2 of 3 images failed; the first, at index 1: not a picture");
    assert.equal(error.results, results);
    assert.equal(error.cause, results[1]?.status === "rejected" && results[1].reason);
  });
});

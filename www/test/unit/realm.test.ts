/** What a value is, of this realm, of others, and of what only says that it is so. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContext, runInContext } from "node:vm";
import { isA, isError, isErrorOf, isTypedArray, typedArrayClass, typedArrayName } from "../../src/realm.js";

const realm = createContext({});
/** A value of another realm. */
const other = (code: string): unknown => runInContext(code, realm);

const typedArrays = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
] as const;

describe("typed arrays", () => {
  for (const name of typedArrays) {
    it(`${name} is told in every realm, and so is its class`, () => {
      const own = new globalThis[name](2);
      const foreign = other(`new ${name}(2)`) as typeof own;
      assert.ok(!(foreign instanceof globalThis[name]), "the other realm is this one");
      for (const array of [own, foreign]) {
        assert.equal(typedArrayName(array), name);
        assert.ok(isTypedArray(array, name));
        assert.ok(!isTypedArray(array, name === "Int8Array" ? "Uint8Array" : "Int8Array"));
      }
      assert.equal(typedArrayClass(own), globalThis[name]);
      assert.equal(typedArrayClass(foreign), other(name));
    });
  }

  it("of a class that extends one, the one that it extends is told", () => {
    const buffer = Buffer.from([1]);
    assert.equal(typedArrayName(buffer), "Uint8Array");
    assert.equal(typedArrayClass(buffer), Uint8Array);
    const mine = other("new (class Mine extends Uint16Array {})(2)") as Uint16Array;
    assert.equal(typedArrayName(mine), "Uint16Array");
    assert.equal(typedArrayClass(mine), other("Uint16Array"));
  });

  it("nothing else is one, whatever it calls itself", () => {
    for (const value of [
      ...[undefined, null, 5, "Uint8Array", [1, 2], new ArrayBuffer(2), new DataView(new ArrayBuffer(2))],
      ...[{ [Symbol.toStringTag]: "Uint8Array", length: 2 }, Object.create(Uint8Array.prototype) as unknown],
    ]) {
      assert.equal(typedArrayName(value), undefined);
    }
  });
});

describe("isA", () => {
  it("tells buffers of every realm apart", () => {
    for (const buffer of [new ArrayBuffer(2), other("new ArrayBuffer(2)")]) {
      assert.ok(isA(buffer, "ArrayBuffer"));
      assert.ok(!isA(buffer, "SharedArrayBuffer"));
    }
    for (const buffer of [new SharedArrayBuffer(2), other("new SharedArrayBuffer(2)")]) {
      assert.ok(isA(buffer, "SharedArrayBuffer"));
      assert.ok(!isA(buffer, "ArrayBuffer"));
    }
  });

  it("tells a module of another realm", () => {
    const bytes = "Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)";
    assert.ok(isA(other(`new WebAssembly.Module(${bytes})`), "WebAssembly.Module"));
    assert.ok(isA(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)), "WebAssembly.Module"));
    assert.ok(!isA({}, "WebAssembly.Module"));
  });

  it("tells classes of the platform, and what extends them", () => {
    assert.ok(isA(new Blob([]), "Blob"));
    assert.ok(isA(new File([], "a.png"), "Blob") && isA(new File([], "a.png"), "File"));
    assert.ok(!isA(new Blob([]), "File"));
    assert.ok(isA(new Response("x"), "Response"));
    assert.ok(isA(new URL("https://example.org"), "URL"));
    assert.ok(isA(new AbortController().signal, "AbortSignal"));
    assert.ok(isA(new (class Mine extends Blob {})([]), "Blob"));
  });

  it("tells classes of another realm by the names and members that they have", () => {
    const blob = other(`
      class Blob {
        get [Symbol.toStringTag]() { return "Blob"; }
        get size() { return 0; }
        get type() { return ""; }
        slice() {}
      }
      class File extends Blob {
        get [Symbol.toStringTag]() { return "File"; }
        get name() { return "a.png"; }
      }
      ({ blob: new Blob(), file: new File() })`) as { blob: object; file: object };
    assert.ok(isA(blob.blob, "Blob") && !isA(blob.blob, "File"));
    assert.ok(isA(blob.file, "Blob") && isA(blob.file, "File"));
    assert.ok(!isA(blob.file, "Response"));
  });

  it("believes neither a tag without the members nor a value that tags itself", () => {
    class Empty {
      readonly [Symbol.toStringTag] = "Blob";
    }
    class Tagged {
      get [Symbol.toStringTag]() {
        return "Blob";
      }
    }
    const itself = { [Symbol.toStringTag]: "Blob", size: 0, type: "", slice: () => undefined };
    for (const value of [new Empty(), new Tagged(), itself, {}, [], null, undefined, "Blob", () => undefined]) {
      assert.ok(!isA(value, "Blob"));
    }
  });
});

describe("errors", () => {
  it("are told in every realm, with their class", () => {
    for (const error of [
      new RangeError("no"),
      other("new RangeError('no')"),
      other("new (class extends RangeError {})"),
    ]) {
      assert.ok(isError(error));
      assert.ok(isErrorOf(error, "RangeError"));
      assert.ok(!isErrorOf(error, "TypeError"));
    }
    const trap = "try { JSON.parse('{') } catch (error) { error }";
    assert.ok(isError(other(trap)) && !isErrorOf(other(trap), "TypeError"));
    assert.ok(isErrorOf(other("new WebAssembly.RuntimeError('unreachable')"), "RuntimeError"));
    assert.ok(isErrorOf(new WebAssembly.RuntimeError("unreachable"), "RuntimeError"));
    assert.ok(isError(new DOMException("gone", "NotFoundError")));
  });

  it("what is none is none", () => {
    for (const value of [undefined, null, "Error", { name: "TypeError", message: "no" }, other("({})")]) {
      assert.ok(!isError(value));
      assert.ok(!isErrorOf(value, "TypeError"));
    }
  });
});

/** A module that is cut in two, on a small one: the second part comes with the first call of what it has. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readModule, writeModule, type WasmModule } from "../../../scripts/split/module.mjs";
import { ordered } from "../../../scripts/split/order.mjs";
import { split } from "../../../scripts/split/split.mjs";

const I32 = 0x7f;
const END = 0x0b;
const bytes = (...values: number[]) => Buffer.from(values);

/**
 * Counts calls in a global, and has these functions, of which the last three are in the table: `call(which, value)`, which calls by it;
 * `count`, which is core's and called by all; `helper`, which only the last two call; `add(value)`, `scale(value)`, `fail(value)`.
 */
function made(): WasmModule {
  const [LOCAL, GLOBAL, CONST, CALL, ADD, MULTIPLY] = [0x20, 0x23, 0x41, 0x10, 0x6a, 0x6c];
  const CALL_COUNT = [CALL, 1];
  const CALL_HELPER = [CALL, 2];
  return {
    types: [bytes(0x60, 2, I32, I32, 1, I32), bytes(0x60, 1, I32, 1, I32), bytes(0x60, 0, 0)],
    imports: [],
    functions: [0, 2, 1, 1, 1, 1],
    tables: [bytes(0x70, 1, 4, 4)],
    memories: [bytes(0, 1)],
    // Thrown by `fail`.
    tags: [2],
    globals: [
      { type: bytes(I32, 1), value: bytes(CONST, 0, END) },
      { type: bytes(I32, 0), value: bytes(CONST, 9, END) },
    ],
    exports: [
      { name: "call", kind: "func", index: 0 },
      { name: "calls", kind: "global", index: 0 },
      { name: "memory", kind: "memory", index: 0 },
    ],
    start: undefined,
    elements: [{ table: 0, offset: bytes(CONST, 1, END), functions: [3, 4, 5] }],
    dataCount: undefined,
    code: [
      bytes(0, LOCAL, 1, LOCAL, 0, 0x11, 1, 0, END),
      bytes(0, GLOBAL, 0, CONST, 1, ADD, 0x24, 0, END),
      bytes(0, ...CALL_COUNT, LOCAL, 0, GLOBAL, 1, ADD, END),
      bytes(0, ...CALL_COUNT, LOCAL, 0, CONST, 1, ADD, END),
      bytes(0, LOCAL, 0, ...CALL_HELPER, CONST, 3, MULTIPLY, END),
      bytes(0, LOCAL, 0, ...CALL_HELPER, 0x08, 0, END),
    ],
    data: undefined,
    names: new Map(),
  };
}

interface Exports {
  call: (which: number, value: number) => number;
  calls: WebAssembly.Global;
}

/** An instance of core that joins the second part when it asks for it, and how often it has. */
function start(parts: ReturnType<typeof split>) {
  const asked = { count: 0 };
  const load = () => {
    asked.count += 1;
    new WebAssembly.Instance(new WebAssembly.Module(parts.more), {
      core: exports as unknown as WebAssembly.ModuleImports,
    });
  };
  const imports = { "./pixelpool_bg.js": { load_more: load } };
  const exports = new WebAssembly.Instance(new WebAssembly.Module(parts.core), imports).exports as unknown as Exports;
  return { ...exports, asked };
}

describe("a module", () => {
  it("is written as it was read", () => {
    const written = writeModule(made());
    assert.ok(WebAssembly.validate(written));
    assert.deepEqual(writeModule(readModule(written)), written);
  });

  it("does the same with its functions in another order", () => {
    const module = ordered(made());
    assert.deepEqual(module.functions, [0, 1, 1, 1, 1, 2]);
    const lengths = module.code.slice(1, 5).map(({ length }) => length);
    assert.deepEqual(
      lengths,
      [...lengths].sort((a, b) => a - b),
    );
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(writeModule(module)));
    const { call, calls } = exports as unknown as Exports;
    assert.deepEqual([call(1, 5), call(2, 5), calls.value], [6, 42, 2]);
    assert.throws(() => call(3, 1), WebAssembly.Exception as unknown as new () => object);
  });

  it("asks for its second part with the first call of what that has, and for the rest never", () => {
    const { call, calls, asked } = start(split(made(), new Set([2, 4, 5])));
    assert.equal(call(1, 5), 6);
    assert.deepEqual([asked.count, calls.value], [0, 1]);
    assert.equal(call(2, 5), 42);
    assert.deepEqual([asked.count, calls.value], [1, 2]);
    assert.equal(call(2, 6), 45);
    assert.equal(call(1, 5), 6);
    assert.deepEqual([asked.count, calls.value], [1, 4]);
  });

  it("throws through both parts, with its own tag", () => {
    const { call, asked } = start(split(made(), new Set([2, 4, 5])));
    assert.throws(() => call(3, 1), WebAssembly.Exception as unknown as new () => object);
    assert.throws(() => call(3, 1), WebAssembly.Exception as unknown as new () => object);
    assert.equal(asked.count, 1);
  });

  it("tells what could not be loaded to who has called, and tries again", () => {
    const parts = split(made(), new Set([2, 4, 5]));
    const load = () => {
      throw new Error("not there");
    };
    const imports = { "./pixelpool_bg.js": { load_more: load } };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(parts.core), imports);
    const { call } = exports as unknown as Exports;
    assert.throws(() => call(2, 1), /not there/);
    assert.throws(() => call(2, 1), /not there/);
    assert.equal(call(1, 1), 2);
  });

  it("refuses to be cut where core would call what it does not have", () => {
    assert.throws(() => split(made(), new Set([2, 4])), /core calls what it does not have/);
  });
});

/** Options of pools and of calls: which are refused, and with what words. */
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { describe, it, type TestContext } from "node:test";
import { createContext, runInContext } from "node:vm";
import type { ErrorDetails } from "../../src/errors.js";
import { checkPoolOptions, checkRunOptions } from "../../src/options.js";

const MEBIBYTE = 1 << 20;
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

/** What is wrong, as class and parameter. */
function refusal(check: (options: unknown) => unknown, options: unknown): [name: string, parameter: unknown] {
  try {
    check(options);
  } catch (error) {
    assert.ok(error instanceof Error);
    const { name, code, parameter } = error as Error & ErrorDetails;
    assert.equal(code, "invalid-option", error.message);
    return [name, parameter];
  }
  assert.fail(`${Object.keys(options ?? {}).join()} was accepted`);
}

/** Runs in a page that tells so much of its device. */
function onDevice(t: TestContext, navigator: object | undefined): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  t.after(() => {
    if (before) Object.defineProperty(globalThis, "navigator", before);
    else Reflect.deleteProperty(globalThis, "navigator");
  });
}

for (const [name, check, known] of [
  [
    "options of a pool",
    checkPoolOptions,
    "threads, mode, memoryLimit, wasm, filters, worker, codecs, functions, signal",
  ],
  ["options of a call", checkRunOptions, "signal, onProgress, onSpan, onReport, input, output, transfer"],
] as const) {
  describe(name, () => {
    it("have a signal, of whatever realm", () => {
      // Of another realm: classes of the platform that this one does not know, with the names and members that they have.
      const realm = createContext({});
      const foreign: unknown = runInContext(
        `class AbortSignal {
          get [Symbol.toStringTag]() { return "AbortSignal"; }
          get aborted() { return false; }
          addEventListener() {}
          removeEventListener() {}
          throwIfAborted() {}
        }
        new AbortSignal()`,
        realm,
      );
      for (const signal of [new AbortController().signal, foreign]) check({ signal });
      for (const signal of [null, {}, "stop", 5, new AbortController()]) {
        assert.deepEqual(refusal(check, { signal }), ["TypeError", "signal"]);
      }
    });

    it("are an object", () => {
      for (const options of [null, undefined, 5, "threads", true, () => 1, Symbol("s")]) {
        assert.deepEqual(refusal(check, options), ["TypeError", undefined]);
      }
      check({});
      check(Object.create(null));
    });

    it("have no other names than they have, whatever their values", () => {
      for (const option of ["chunksize", "Signal", "threads ", "", "0"]) {
        for (const value of [undefined, 1]) {
          assert.deepEqual(refusal(check, { [option]: value }), ["TypeError", option]);
        }
      }
      const message = `there is no option chunksize; there are ${known}`;
      assert.throws(() => check({ signal: undefined, chunksize: 1 }), { message });
      assert.deepEqual(refusal(check, [1]), ["TypeError", "0"]);
    });

    it("may all be undefined", () => {
      check(Object.fromEntries(known.split(", ").map((option) => [option, undefined])));
    });

    it("have a signal that is one", () => {
      check({ signal: new AbortController().signal });
      for (const signal of [null, 5, {}, new AbortController(), "signal"]) {
        assert.deepEqual(refusal(check, { signal }), ["TypeError", "signal"]);
      }
    });
  });
}

describe("options of a pool", () => {
  it("have whole numbers of threads and bytes, of at least one", () => {
    for (const option of ["threads", "memoryLimit"]) {
      for (const value of [1, 2, 64, option === "threads" ? 256 : 2 ** 40])
        assert.equal(checkPoolOptions({ [option]: value })[option as "threads"], value);
      for (const value of [0, -1, NaN, Infinity, -Infinity, -0]) {
        assert.deepEqual(refusal(checkPoolOptions, { [option]: value }), ["RangeError", option], String(value));
      }
      for (const value of [1.5, -2.5, 1e-9, "2", null, true, [2], {}, 2n, Symbol("2")]) {
        assert.deepEqual(refusal(checkPoolOptions, { [option]: value }), ["TypeError", option], typeof value);
      }
    }
  });

  it("have no more threads than any machine could want: browsers never answer to a million workers", () => {
    for (const threads of [257, 1e5, 1e9]) {
      const message = `threads must be a whole number from 1 to 256, got ${threads}`;
      assert.throws(() => checkPoolOptions({ threads }), { name: "RangeError", message });
    }
  });

  it("have a mode that there is", () => {
    for (const mode of ["auto", "shared", "workers", "single"]) checkPoolOptions({ mode });
    for (const mode of ["", "Shared", "threads", null, 5, true, ["auto"], {}, Symbol("auto"), 5n, cyclic]) {
      assert.deepEqual(refusal(checkPoolOptions, { mode }), ["TypeError", "mode"]);
    }
    const message = 'mode must be one of "auto", "shared", "workers", "single", got "threads"';
    assert.throws(() => checkPoolOptions({ mode: "threads" }), { message });
  });

  it("have a wasm that can be loaded", () => {
    const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    const other = (code: string): unknown => runInContext(code, createContext({ bytes }));
    for (const wasm of [
      ...[other("new WebAssembly.Module(bytes)"), other("new ArrayBuffer(8)"), other("new Uint8Array(8)")],
      ...["engine.wasm", new URL("https://example.org/engine.wasm"), new Response(bytes)],
      ...[bytes, bytes.buffer, new DataView(bytes.buffer), new WebAssembly.Module(bytes)],
    ]) {
      checkPoolOptions({ wasm });
    }
    for (const wasm of [null, 5, true, {}, [], () => 1, new Blob([bytes]), Promise.resolve(bytes)]) {
      assert.deepEqual(refusal(checkPoolOptions, { wasm }), ["TypeError", "wasm"]);
    }
    checkPoolOptions({ wasm: { threads: "threads.wasm", plain: bytes } });
    assert.deepEqual(refusal(checkPoolOptions, { wasm: { threads: "threads.wasm" } }), ["TypeError", "wasm"]);
    assert.deepEqual(refusal(checkPoolOptions, { wasm: { threads: bytes, plain: undefined } }), [
      "TypeError",
      "wasm.plain",
    ]);
  });

  it("have filters of an engine's own, with the engine", () => {
    const filters = [{ name: "soften", parameters: [] }];
    const { filters: known } = checkPoolOptions({ wasm: "engine.wasm", filters });
    assert.deepEqual([...known], [["soften", filters[0]]]);
    for (const wrong of [null, {}, "soften", ["soften"], [{ name: "soften" }], [null]]) {
      const told = refusal(checkPoolOptions, { wasm: "engine.wasm", filters: wrong });
      assert.deepEqual(told, ["TypeError", "filters"]);
    }
    assert.deepEqual(refusal(checkPoolOptions, { filters }), ["TypeError", "filters"]);
  });

  it("have as many threads as the browser or the runtime reports, sixteen at most, and four where neither does", (t) => {
    onDevice(t, undefined);
    assert.equal(checkPoolOptions({}).threads, Math.min(availableParallelism(), 16));
    t.mock.method(process, "getBuiltinModule", () => undefined);
    for (const [hardwareConcurrency, threads] of [
      [1, 1],
      [8, 8],
      [16, 16],
      [64, 16],
      [0, 4],
      [undefined, 4],
    ]) {
      onDevice(t, { hardwareConcurrency });
      assert.equal(checkPoolOptions({}).threads, threads);
    }
    onDevice(t, undefined);
    assert.equal(checkPoolOptions({}).threads, 4);
    assert.equal(checkPoolOptions({ threads: 100 }).threads, 100);
  });

  it("have an eighth of the device's memory by default, within bounds, and 512 MiB where it is not told", (t) => {
    for (const [deviceMemory, mebibytes] of [
      [0.25, 256],
      [2, 256],
      [3, 384],
      [4, 512],
      [8, 1024],
      [32, 1024],
      [undefined, 512],
    ] as const) {
      onDevice(t, { deviceMemory });
      assert.equal(checkPoolOptions({}).memoryLimit, mebibytes * MEBIBYTE, `${deviceMemory} GiB`);
    }
    onDevice(t, undefined);
    assert.equal(checkPoolOptions({}).memoryLimit, 512 * MEBIBYTE);
    assert.equal(checkPoolOptions({ memoryLimit: 5 }).memoryLimit, 5);
  });

  it("have their signal back", () => {
    const { signal } = new AbortController();
    assert.equal(checkPoolOptions({ signal }).signal, signal);
    assert.equal(checkPoolOptions({}).signal, undefined);
  });
});

describe("options of a call", () => {
  it("have listeners that can be called", () => {
    for (const option of ["onProgress", "onSpan", "onReport"]) {
      checkRunOptions({ [option]: () => undefined });
      for (const value of [null, 5, "log", {}, true]) {
        assert.deepEqual(refusal(checkRunOptions, { [option]: value }), ["TypeError", option]);
      }
    }
  });

  it("are given away or not", () => {
    for (const transfer of [true, false]) checkRunOptions({ transfer });
    for (const transfer of [null, 0, 1, "true", [], {}]) {
      assert.deepEqual(refusal(checkRunOptions, { transfer }), ["TypeError", "transfer"]);
    }
  });

  it("have an output that there is", () => {
    for (const output of ["same", "imageData", "bitmap"]) checkRunOptions({ output });
    for (const type of ["image/png", "image/jpeg", "image/webp"]) {
      checkRunOptions({ output: { type } });
      for (const quality of [undefined, 0, 0.85, 1]) checkRunOptions({ output: { type, quality } });
    }
    for (const output of [
      ...["", "png", "image/png", "blob", null, 5, true, [], {}, () => 1],
      ...[{ type: undefined }, { type: "image/gif" }, { type: "png" }, { type: ["image/png"] }, { quality: 0.5 }],
    ]) {
      assert.deepEqual(refusal(checkRunOptions, { output }), ["TypeError", "output"]);
    }
  });

  it("have a quality from 0 to 1", () => {
    for (const quality of [-0.01, 1.01, 85, NaN, Infinity]) {
      const output = { type: "image/jpeg", quality };
      assert.deepEqual(refusal(checkRunOptions, { output }), ["RangeError", "output.quality"], String(quality));
    }
    for (const quality of ["0.5", "", null, true, [0.5], {}, 1n, Symbol("1")]) {
      const output = { type: "image/jpeg", quality };
      assert.deepEqual(refusal(checkRunOptions, { output }), ["TypeError", "output.quality"], typeof quality);
    }
  });

  it("have a resolution of colours and an order that there are", () => {
    for (const chroma of [undefined, "4:2:0", "4:4:4"])
      for (const progressive of [undefined, true, false])
        checkRunOptions({ output: { type: "image/jpeg", chroma, progressive } });
    for (const value of ["4:2:2", "", 444, null, {}, Symbol("4:4:4")]) {
      for (const name of ["chroma", "progressive"]) {
        const output = { type: "image/jpeg", [name]: value };
        assert.deepEqual(refusal(checkRunOptions, { output }), ["TypeError", `output.${name}`], typeof value);
      }
    }
  });

  it("have a background that is a colour", () => {
    for (const background of [undefined, "#fff", "#20C040", [0, 0, 0], [255, 12.5, 0]]) {
      checkRunOptions({ output: { type: "image/jpeg", background } });
    }
    for (const background of [
      "",
      "white",
      "#ff",
      "#ffff",
      "#gggggg",
      5,
      null,
      {},
      [],
      [1, 2],
      [1, 2, 3, 4],
      [1, 2, "3"],
    ]) {
      const output = { type: "image/jpeg", background };
      assert.deepEqual(
        refusal(checkRunOptions, { output }),
        ["TypeError", "output.background"],
        JSON.stringify(background),
      );
    }
    for (const background of [
      [-1, 0, 0],
      [0, 256, 0],
      [0, 0, NaN],
    ]) {
      const output = { type: "image/jpeg", background };
      assert.deepEqual(refusal(checkRunOptions, { output }), ["RangeError", "output.background"], String(background));
    }
  });

  it("have an output without names that it has not", () => {
    const output = { type: "image/jpeg", qualty: 0.5 };
    assert.deepEqual(refusal(checkRunOptions, { output }), ["TypeError", "output.qualty"]);
  });
});

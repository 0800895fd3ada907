/** An instance of a codec's module: what its numbers mean, and when another takes its place. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { BY_BROWSER } from "./fake-workers.js";
import { CodecInstance, NotRead } from "../../src/codec-instance.js";

const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
const PAGE_BYTES = 65536;
const [INPUT, OUTPUT, WORDS] = [1024, 2048, 64];

const before = WebAssembly.Instance;
afterEach(() => Object.assign(WebAssembly, { Instance: before }));

interface Fake {
  /** What its calls say. */
  problem: () => number;
  hasRoom: boolean;
  words: string;
  pages: number;
}

/** Makes all instances do what a test wants; counts them. */
function fakeInstances({ problem = () => 0, hasRoom = true, words = "", pages = 1 }: Partial<Fake>): { count: number } {
  const made = { count: 0 };
  class Instance {
    readonly exports;

    constructor(_: WebAssembly.Module, { pixels }: { pixels: Record<string, (...numbers: number[]) => number> }) {
      made.count += 1;
      const memory = new WebAssembly.Memory({ initial: pages });
      const view = () => new Uint8Array(memory.buffer);
      let length = 0;
      this.exports = {
        memory,
        input: (wanted: number) => {
          length = wanted;
          return hasRoom ? INPUT : 0;
        },
        // Its pixels are the bytes of the file, a row each, and the other way round. Told that it cannot go on, it says so.
        decode: () => {
          const rows = length / 4;
          let failed = pixels.size!(1, rows);
          for (let row = 0; row < rows && failed === 0; row++) failed = pixels.write!(INPUT + 4 * row, row, 4);
          return failed === 0 ? problem() : 6;
        },
        encode: (width: number, height: number) => {
          length = width * height * 4;
          const failed = pixels.read!(OUTPUT, 0, 4) + pixels.read!(OUTPUT + 4, 4, length - 4);
          return failed === 0 ? problem() : 6;
        },
        output: () => OUTPUT,
        output_length: () => length,
        at: () => 77,
        what: () => {
          view().set(new TextEncoder().encode(words), WORDS);
          return WORDS;
        },
        what_length: () => words.length,
      };
    }
  }
  Object.assign(WebAssembly, { Instance });
  return made;
}

const FILE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const READING = { ...BY_BROWSER, mostBytes: 1000 };
const OPTIONS = { quality: 1, background: [0, 0, 0] } as const;
/** Pixels go to memory that is shared, as they may. */
function decode(codec: CodecInstance) {
  let bytes: Uint8Array = new Uint8Array(0);
  const size = codec.decode(FILE, READING, (_, length) => {
    bytes = new Uint8Array(new SharedArrayBuffer(length));
    return new Uint32Array(bytes.buffer);
  });
  return { ...size, bytes };
}

describe("an instance of a codec", () => {
  it("is made once, with the first file, which goes in and comes out", () => {
    const made = fakeInstances({});
    const codec = new CodecInstance(module);
    assert.equal(made.count, 0);
    for (let i = 0; i < 3; i++) {
      const { width, height, bytes } = decode(codec);
      assert.deepEqual([width, height, [...bytes]], [1, 2, [...FILE]]);
      const file = codec.encode({ width, height, bytes }, OPTIONS);
      assert.deepEqual([...file], [...FILE]);
    }
    assert.equal(made.count, 1);
  });

  it("turns what comes some rows at a time", () => {
    fakeInstances({});
    const upright = new Uint32Array(2);
    const size = new CodecInstance(module).decode(FILE, { ...READING, orientation: 6 }, () => upright);
    assert.deepEqual(size, { width: 2, height: 1 });
    assert.deepEqual([...new Uint8Array(upright.buffer)], [...FILE.subarray(4), ...FILE.subarray(0, 4)]);
  });

  it("lets what its user throws out as it is, and works on", () => {
    const made = fakeInstances({});
    const codec = new CodecInstance(module);
    const thrown = new RangeError("no memory");
    const throws = () => {
      throw thrown;
    };
    const isThrown = (error: unknown) => error === thrown;
    assert.throws(() => codec.decode(FILE, READING, throws), isThrown);
    const bytes = FILE.slice();
    bytes.subarray = throws;
    assert.throws(() => codec.encode({ width: 1, height: 2, bytes }, OPTIONS), isThrown);
    // What is given as the place may be too small.
    assert.throws(() => codec.decode(FILE, READING, () => new Uint32Array(1)), RangeError);
    assert.deepEqual([...decode(codec).bytes], [...FILE]);
    assert.equal(made.count, 1);
  });

  it("says each of its problems in words, with its code, and stays", () => {
    for (const [problem, code, message] of [
      [1, "decode-failed", /does not begin as one/],
      [3, "decode-failed", /^byte 77: a bad code$/],
      [4, "decode-failed", /ends at byte 77/],
      [5, "too-large", /memoryLimit/],
      [6, "out-of-memory", /no memory/],
      [99, "out-of-memory", /no memory/],
    ] as const) {
      const made = fakeInstances({ problem: () => problem, words: "a bad code" });
      const codec = new CodecInstance(module);
      for (let i = 0; i < 2; i++) assert.throws(() => decode(codec), { name: "PixelpoolError", code, message });
      assert.equal(made.count, 1);
    }
    fakeInstances({ problem: () => 2, words: "12 bits" });
    const isNotRead = (error: Error) => error instanceof NotRead && error.message === "12 bits";
    assert.throws(() => decode(new CodecInstance(module)), isNotRead);
    fakeInstances({ hasRoom: false });
    assert.throws(() => decode(new CodecInstance(module)), { code: "out-of-memory" });
  });

  it("that traps costs the file that did it, and another takes its place", () => {
    let traps = true;
    const made = fakeInstances({
      problem: () => {
        if (traps) throw new WebAssembly.RuntimeError("unreachable");
        return 0;
      },
    });
    const codec = new CodecInstance(module);
    const message = "the codec has failed: unreachable";
    assert.throws(() => decode(codec), { code: "decode-failed", message });
    assert.throws(() => codec.encode({ width: 1, height: 2, bytes: FILE }, OPTIONS), {
      code: "encode-failed",
      message,
    });
    traps = false;
    assert.equal(decode(codec).height, 2);
    assert.equal(made.count, 3);
  });

  it("whose memory has grown large is not kept", () => {
    for (const [mebibytes, count] of [
      [64, 1],
      [65, 2],
    ] as const) {
      const made = fakeInstances({ pages: (mebibytes << 20) / PAGE_BYTES });
      const codec = new CodecInstance(module);
      decode(codec);
      decode(codec);
      assert.equal(made.count, count, `${mebibytes} MiB`);
    }
  });
});

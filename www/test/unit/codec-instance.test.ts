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

    constructor() {
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
        // Its pixels are the bytes of the file, and the other way round.
        decode: () => {
          view().copyWithin(OUTPUT, INPUT, INPUT + length);
          return problem();
        },
        encode: () => {
          view().copyWithin(OUTPUT, INPUT, INPUT + length);
          return problem();
        },
        output: () => OUTPUT,
        width: () => (hasRoom ? length / 4 : 0),
        height: () => 1,
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
const decode = (codec: CodecInstance) => {
  let bytes = new Uint8Array();
  const place = (_: unknown, length: number) => (bytes = new Uint8Array(length));
  const told = codec.decode(FILE, { ...BY_BROWSER, mostBytes: 1000 }, place);
  return { ...told, bytes };
};

describe("an instance of a codec", () => {
  it("is made once, with the first file, which goes in and comes out", () => {
    const made = fakeInstances({});
    const codec = new CodecInstance(module);
    assert.equal(made.count, 0);
    for (let i = 0; i < 3; i++) {
      const { width, height, bytes } = decode(codec);
      assert.deepEqual([width, height, [...bytes]], [2, 1, [...FILE]]);
    }
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
    const pixels = { width: 2, height: 1, bytes: () => FILE };
    const options = { quality: 1, background: [0, 0, 0] as const };
    assert.throws(() => codec.encode(pixels, options), { code: "encode-failed", message });
    traps = false;
    assert.equal(decode(codec).width, 2);
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

/** How much memory a coordinator gets where the browser is mean with it. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createMemory } from "../../src/memory.js";

const MEBIBYTE = 1 << 20;
const PAGE_BYTES = 65536;
/** Room beside the pixels, and beside their rooms, which have a third of the limit. */
const OVERHEAD = 128;
const withRooms = (limit: number) => Math.ceil((limit * 4) / 3) + OVERHEAD;
/** Bytes of the limit in so many MiB of pixels and rooms. */
const limitIn = (mebibytes: number) => Math.floor((mebibytes * MEBIBYTE) / (1 + 1 / 3));

/** Lets memories be made up to so many MiB; returns what was asked for, in MiB. */
function grantUpTo(t: TestContext, mebibytes: number): number[] {
  const asked: number[] = [];
  class Memory {
    readonly granted: WebAssembly.MemoryDescriptor;

    constructor(wanted: WebAssembly.MemoryDescriptor) {
      assert.equal(wanted.shared, true);
      assert.ok(Number.isInteger(wanted.maximum) && wanted.initial <= wanted.maximum!);
      asked.push((wanted.maximum! * PAGE_BYTES) / MEBIBYTE);
      if (asked.at(-1)! > mebibytes) throw new RangeError("could not allocate memory");
      this.granted = wanted;
    }
  }
  const before = WebAssembly.Memory;
  Object.assign(WebAssembly, { Memory });
  t.after(() => Object.assign(WebAssembly, { Memory: before }));
  return asked;
}

describe("createMemory", () => {
  it("reserves the limit and some room beside it", (t) => {
    const asked = grantUpTo(t, 4096);
    const { limit, memory } = createMemory(512 * MEBIBYTE);
    assert.deepEqual(asked, [withRooms(512)]);
    assert.equal(limit, 512 * MEBIBYTE);
    assert.ok("granted" in memory);
  });

  it("reserves whole mebibytes for an odd limit, which stays as it is", (t) => {
    const asked = grantUpTo(t, 4096);
    assert.equal(createMemory(5 * MEBIBYTE + 1).limit, 5 * MEBIBYTE + 1);
    assert.equal(createMemory(1).limit, 1);
    assert.deepEqual(asked, [withRooms(5 + 1 / MEBIBYTE), 1 + OVERHEAD]);
  });

  it("reserves no more than wasm can address, and says the limit that fits", (t) => {
    const asked = grantUpTo(t, 4096);
    for (const wanted of [4000, 5000, 1e9]) {
      assert.equal(createMemory(wanted * MEBIBYTE).limit, limitIn(4096 - OVERHEAD));
    }
    assert.deepEqual(asked, [4096, 4096, 4096]);
  });

  it("reserves half as much where that is refused, and so on, and says the limit that fits", (t) => {
    for (const [most, tried, limit] of [
      [4095, [4096, 2048], 2048 - OVERHEAD],
      [1024, [4096, 2048, 1024], 1024 - OVERHEAD],
      [300, [4096, 2048, 1024, 512, 256], 256 - OVERHEAD],
      [200, [4096, 2048, 1024, 512, 256, 128], 64],
      [64, [4096, 2048, 1024, 512, 256, 128, 64], 32],
    ] as const) {
      const asked = grantUpTo(t, most);
      assert.equal(createMemory(8192 * MEBIBYTE).limit, limitIn(limit), `${most} MiB`);
      assert.deepEqual(asked, tried);
    }
  });

  it("says no more than was asked for though there is more", (t) => {
    grantUpTo(t, 128);
    assert.equal(createMemory(10 * MEBIBYTE).limit, 10 * MEBIBYTE);
  });

  it("says a limit that is less than what it has reserved, whatever was refused", (t) => {
    for (let most = 130; most <= 4096; most += 61) {
      for (const wanted of [1, 64, 100, 512, 1000, 4096]) {
        const asked = grantUpTo(t, most);
        const { limit } = createMemory(wanted * MEBIBYTE);
        assert.ok(limit > 0 && limit <= wanted * MEBIBYTE && limit < asked.at(-1)! * MEBIBYTE, `${most}, ${wanted}`);
      }
    }
  });

  it("throws what the browser said where even 64 MiB are refused", (t) => {
    const asked = grantUpTo(t, 63);
    assert.throws(() => createMemory(512 * MEBIBYTE), { name: "RangeError", message: "could not allocate memory" });
    assert.deepEqual(
      asked,
      [811, 405.5, 202.75, 101.375].map((most) => Math.floor(most * 16) / 16),
    );
  });
});

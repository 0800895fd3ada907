/** Buffers that travel again and again: when they are free, which are kept, and that copies are copies. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContext, runInContext } from "node:vm";
import type { Job } from "../../src/protocol.js";
import { BufferShelf, Recycler, Staging } from "../../src/staging.js";

const LARGE = 64 * 1024;
/** Bytes of free buffers that these tests let be kept. */
const ROOM = 1 << 20;

/** Bytes of their own, the same for the same arguments. */
function bytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 7) & 255);
}

function job(number: number, buffer: ArrayBufferLike): Job {
  const input = { kind: "pixels", width: 1, height: buffer.byteLength / 4, buffer, byteOffset: 0 } as const;
  return { job: number, batch: 0, input, output: "pixels" };
}

function holds(buffer: ArrayBufferLike, wanted: Uint8Array): void {
  assert.deepEqual(new Uint8Array(buffer, 0, wanted.length), wanted);
}

describe("Staging", () => {
  it("copies small images into a buffer of their own, which can be transferred", () => {
    const original = bytes(LARGE - 1);
    const copy = new Staging(ROOM).copy(original);
    assert.ok(copy instanceof ArrayBuffer);
    assert.notEqual(copy, original.buffer);
    assert.equal(copy.byteLength, original.length);
    holds(copy, original);
  });

  it("copies large images into shared memory", () => {
    const original = bytes(LARGE);
    const copy = new Staging(ROOM).copy(original);
    assert.ok(copy instanceof SharedArrayBuffer);
    holds(copy, original);
  });

  it("copies no more than a view shows, wherever it begins", () => {
    const staging = new Staging(ROOM);
    for (const length of [100, LARGE + 4]) {
      const whole = bytes(length + 50);
      const view = new Uint8Array(whole.buffer, 20, length);
      const copy = staging.copy(view);
      assert.equal(copy.byteLength, length);
      holds(copy, whole.subarray(20, 20 + length));
    }
  });

  it("copies a subclass of Uint8Array whose slice() is a view, as Buffer's is", () => {
    const whole = new ArrayBuffer(64);
    const view = Buffer.from(whole, 16, 8).fill(7);
    for (const copier of [new Staging(ROOM), new Recycler(ROOM)]) {
      const copy = copier.copy(view);
      assert.notEqual(copy, whole);
      assert.equal(copy.byteLength, 8);
      holds(copy, new Uint8Array(8).fill(7));
    }
  });

  it("uses a buffer again once its job has been read, and not before", () => {
    const staging = new Staging(ROOM);
    const first = staging.copy(bytes(LARGE));
    staging.lend(job(1, first));
    const second = staging.copy(bytes(LARGE, 2));
    assert.notEqual(second, first);
    staging.release([1]);
    const third = staging.copy(bytes(LARGE, 3));
    assert.equal(third, first);
    holds(third, bytes(LARGE, 3));
    assert.notEqual(staging.copy(bytes(LARGE, 4)), first);
  });

  it("uses a larger buffer for a smaller image, and no smaller one for a larger", () => {
    const staging = new Staging(ROOM);
    const [small, large] = [staging.copy(bytes(LARGE)), staging.copy(bytes(2 * LARGE))];
    staging.lend(job(1, small));
    staging.lend(job(2, large));
    staging.release([1, 2]);
    assert.equal(staging.copy(bytes(LARGE + 1)), large);
    assert.notEqual(staging.copy(bytes(LARGE + 1)), small);
    assert.equal(staging.copy(bytes(LARGE)), small);
  });

  it("takes a buffer back once, however often it is told", () => {
    const staging = new Staging(ROOM);
    const buffer = staging.copy(bytes(LARGE));
    staging.lend(job(1, buffer));
    staging.release([1, 1]);
    staging.release([1]);
    assert.equal(staging.copy(bytes(LARGE)), buffer);
    assert.notEqual(staging.copy(bytes(LARGE)), buffer);
  });

  it("does not mind jobs that it does not know, nor such that have no shared buffer", () => {
    const staging = new Staging(ROOM);
    staging.lend(job(1, new ArrayBuffer(LARGE)));
    const other = runInContext(`new ArrayBuffer(${LARGE})`, createContext({})) as ArrayBuffer;
    staging.lend(job(4, other));
    staging.lend({ job: 2, batch: 0, input: { kind: "numbers", numbers: new Float64Array(1) }, output: "pixels" });
    staging.lend({ job: 3, batch: 0, input: { kind: "encoded", blob: new Blob(["x"]) }, output: "pixels" });
    staging.release([1, 2, 3, 4, 99]);
    assert.ok(staging.copy(bytes(LARGE)) instanceof SharedArrayBuffer);
  });

  it("keeps no more free buffers than it may, the newest", () => {
    const staging = new Staging(3 * LARGE - 1);
    const buffers = [1, 2, 3].map((number) => {
      const buffer = staging.copy(bytes(LARGE));
      staging.lend(job(number, buffer));
      return buffer;
    });
    staging.release([1, 2, 3]);
    const again = [1, 2, 3].map(() => staging.copy(bytes(LARGE)));
    assert.deepEqual(
      again.map((buffer) => buffers.indexOf(buffer as SharedArrayBuffer)),
      [1, 2, -1],
    );
  });
});

describe("BufferShelf", () => {
  it("keeps so many bytes together and not one more; the oldest go first", () => {
    const shelf = new BufferShelf<ArrayBuffer>(100);
    const [old, middle, young] = [new ArrayBuffer(40), new ArrayBuffer(50), new ArrayBuffer(10)];
    for (const buffer of [old, middle, young]) shelf.put(buffer);
    assert.equal(shelf.take(40), old);
    shelf.put(old);
    shelf.put(new ArrayBuffer(1));
    assert.equal(shelf.take(50), undefined);
    assert.equal(shelf.take(10), young);
    assert.equal(shelf.take(40), old);
  });

  it("keeps no buffer that is too large by itself, and then none that is older", () => {
    const shelf = new BufferShelf<ArrayBuffer>(100);
    shelf.put(new ArrayBuffer(10));
    shelf.put(new ArrayBuffer(101));
    assert.equal(shelf.take(101), undefined);
    assert.equal(shelf.take(10), undefined);
    shelf.put(new ArrayBuffer(100));
    assert.equal(shelf.take(100)?.byteLength, 100);
  });

  it("keeps 32 buffers, however small they are", () => {
    const shelf = new BufferShelf<ArrayBuffer>(ROOM);
    const buffers = Array.from({ length: 40 }, () => new ArrayBuffer(4));
    for (const buffer of buffers) shelf.put(buffer);
    const kept = buffers.map(() => shelf.take(4)).filter((buffer) => buffer !== undefined);
    assert.deepEqual(new Set(kept), new Set(buffers.slice(8)));
    assert.equal(kept.length, 32);
  });

  it("gives the smallest buffer that is long enough, and none more than twice as long", () => {
    const shelf = new BufferShelf<ArrayBuffer>(ROOM);
    for (const length of [30, 12, 20, 9, 21]) shelf.put(new ArrayBuffer(length));
    for (const [wanted, given] of [
      [10, 12],
      [10, 20],
      [10, undefined],
      [11, 21],
      [14, undefined],
      [15, 30],
      [10, undefined],
      [1, undefined],
      [9, 9],
    ] as const) {
      assert.equal(shelf.takeAtLeast(wanted)?.byteLength, given, `at least ${wanted}`);
    }
  });

  it("has nothing left once it is cleared, and room for all again", () => {
    const shelf = new BufferShelf<ArrayBuffer>(100);
    shelf.put(new ArrayBuffer(100));
    shelf.clear();
    assert.equal(shelf.take(100), undefined);
    shelf.put(new ArrayBuffer(60));
    shelf.put(new ArrayBuffer(40));
    assert.equal(shelf.take(60)?.byteLength, 60);
  });
});

describe("Recycler", () => {
  it("copies into a new buffer where it has none", () => {
    const original = bytes(10);
    const copy = new Recycler(ROOM).copy(original);
    assert.notEqual(copy, original.buffer);
    assert.equal(copy.byteLength, 10);
    holds(copy, original);
  });

  it("detaches the buffers that it takes", () => {
    const buffer = new ArrayBuffer(10);
    const view = new Uint8Array(buffer);
    new Recycler(ROOM).take([buffer]);
    assert.equal(buffer.byteLength, 0);
    assert.equal(view.length, 0);
  });

  it("uses a buffer of exactly the size again, once", (t) => {
    const clone = t.mock.method(globalThis, "structuredClone");
    const recycler = new Recycler(ROOM);
    recycler.take([new Uint8Array(1000).fill(9).buffer]);
    const kept: unknown = clone.mock.calls[0]?.result;
    assert.ok(kept instanceof ArrayBuffer);
    const [first, second] = [recycler.copy(bytes(1000, 1)), recycler.copy(bytes(1000, 2))];
    assert.equal(first, kept);
    assert.notEqual(second, kept);
    holds(first, bytes(1000, 1));
    holds(second, bytes(1000, 2));
  });

  it("uses no buffer of another size", () => {
    const recycler = new Recycler(ROOM);
    recycler.take([new ArrayBuffer(16), new ArrayBuffer(8)]);
    for (const length of [15, 17, 9, 7]) assert.equal(recycler.copy(bytes(length)).byteLength, length);
    for (const length of [8, 16]) holds(recycler.copy(bytes(length)), bytes(length));
  });

  it("copies what a view shows of its buffer", () => {
    const recycler = new Recycler(ROOM);
    recycler.take([new ArrayBuffer(8)]);
    const whole = bytes(32);
    const copy = recycler.copy(whole.subarray(5, 13));
    assert.equal(copy.byteLength, 8);
    holds(copy, whole.slice(5, 13));
  });

  it("takes any number of buffers, and gives none of them out twice", () => {
    const recycler = new Recycler(ROOM);
    const buffers = Array.from({ length: 100 }, () => new ArrayBuffer(4));
    recycler.take(buffers);
    recycler.take([]);
    assert.ok(buffers.every((buffer) => buffer.byteLength === 0));
    const copies = new Set(buffers.map(() => recycler.copy(bytes(4))));
    assert.equal(copies.size, 100);
    for (const copy of copies) holds(copy, bytes(4));
  });
});

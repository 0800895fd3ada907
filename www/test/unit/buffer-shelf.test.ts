/** Free buffers: which are kept, and which are given. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BufferShelf } from "../../src/buffer-shelf.js";

describe("BufferShelf", () => {
  it("keeps so many bytes together and not one more; the oldest go first", () => {
    const shelf = new BufferShelf(100);
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
    const shelf = new BufferShelf(100);
    shelf.put(new ArrayBuffer(10));
    shelf.put(new ArrayBuffer(101));
    assert.equal(shelf.take(101), undefined);
    assert.equal(shelf.take(10), undefined);
    shelf.put(new ArrayBuffer(100));
    assert.equal(shelf.take(100)?.byteLength, 100);
  });

  it("keeps 64 buffers, however small they are", () => {
    const shelf = new BufferShelf(1 << 20);
    const buffers = Array.from({ length: 80 }, () => new ArrayBuffer(4));
    for (const buffer of buffers) shelf.put(buffer);
    const kept = buffers.map(() => shelf.take(4)).filter((buffer) => buffer !== undefined);
    assert.deepEqual(new Set(kept), new Set(buffers.slice(16)));
    assert.equal(kept.length, 64);
  });

  it("gives a buffer of exactly the length, the oldest first, each once", () => {
    const shelf = new BufferShelf(100);
    const [first, second] = [new ArrayBuffer(8), new ArrayBuffer(8)];
    for (const buffer of [first, new ArrayBuffer(9), second]) shelf.put(buffer);
    for (const length of [0, 7, 10]) assert.equal(shelf.take(length), undefined);
    assert.deepEqual([shelf.take(8) === first, shelf.take(8) === second, shelf.take(8)], [true, true, undefined]);
    assert.equal(shelf.take(9)?.byteLength, 9);
  });

  it("has nothing left once it is cleared, and room for all again", () => {
    const shelf = new BufferShelf(100);
    shelf.put(new ArrayBuffer(100));
    shelf.clear();
    assert.equal(shelf.take(100), undefined);
    shelf.put(new ArrayBuffer(60));
    shelf.put(new ArrayBuffer(40));
    assert.equal(shelf.take(60)?.byteLength, 60);
  });
});

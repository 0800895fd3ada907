/** Copies that lie in no room: in which buffers, which are used again, and that copies are copies. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keptCopies, Recycler, Rooms } from "../../src/copies.js";
import { bytes, holds, isElsewhere } from "./fake-rooms.js";

/** Bytes of free buffers that these tests let be kept. */
const ROOM = 1 << 20;

describe("Recycler", () => {
  it("copies into a new buffer where it has none", () => {
    const original = bytes(10);
    const copy = new Recycler(ROOM).copy(original);
    assert.ok(isElsewhere(copy));
    assert.notEqual(copy.bytes.buffer, original.buffer);
    holds(copy, original);
  });

  it("copies a subclass of Uint8Array whose slice() is a view, as Buffer's is", () => {
    const whole = new ArrayBuffer(64);
    const view = Buffer.from(whole, 16, 8).fill(7);
    for (const copier of [new Recycler(ROOM), new Rooms(ROOM, new Recycler(ROOM)), keptCopies(false)]) {
      const copy = copier.copy(view);
      assert.ok(isElsewhere(copy));
      assert.notEqual(copy.bytes.buffer, whole);
      holds(copy, new Uint8Array(8).fill(7));
    }
  });

  it("detaches the buffers that it takes", () => {
    const buffer = new ArrayBuffer(10);
    const view = new Uint8Array(buffer);
    new Recycler(ROOM).put(buffer);
    assert.equal(buffer.byteLength, 0);
    assert.equal(view.length, 0);
  });

  it("uses a buffer of exactly the size again, once: for a copy, for room, or for who asks for it", (t) => {
    const clone = t.mock.method(globalThis, "structuredClone");
    const ways = [
      (recycler: Recycler) => {
        const copy = recycler.copy(bytes(1000, 1));
        holds(copy, bytes(1000, 1));
        return copy.bytes.buffer;
      },
      (recycler: Recycler) => recycler.place(1000).bytes.buffer,
      (recycler: Recycler) => recycler.take(1000),
    ];
    for (const use of ways) {
      const recycler = new Recycler(ROOM);
      recycler.put(new Uint8Array(1000).fill(9).buffer);
      const kept: unknown = clone.mock.calls.at(-1)?.result;
      assert.ok(kept instanceof ArrayBuffer);
      assert.equal(use(recycler), kept);
      assert.equal(recycler.take(1000), undefined);
      const second = recycler.copy(bytes(1000, 2));
      assert.notEqual(second.bytes.buffer, kept);
      holds(second, bytes(1000, 2));
    }
  });

  it("uses no buffer of another size", () => {
    const recycler = new Recycler(ROOM);
    for (const length of [16, 8]) recycler.put(new ArrayBuffer(length));
    for (const length of [15, 17, 9, 7]) {
      for (const place of [recycler.copy(bytes(length)), recycler.place(length)]) {
        assert.ok(isElsewhere(place));
        assert.equal(place.bytes.length, length);
      }
    }
    for (const length of [8, 16]) holds(recycler.copy(bytes(length)), bytes(length));
  });

  it("copies what a view shows of its buffer", () => {
    const recycler = new Recycler(ROOM);
    recycler.put(new ArrayBuffer(8));
    const whole = bytes(32);
    const copy = recycler.copy(whole.subarray(5, 13));
    assert.ok(isElsewhere(copy));
    holds(copy, whole.slice(5, 13));
  });

  it("takes any number of buffers, and gives none of them out twice", () => {
    const recycler = new Recycler(ROOM);
    const buffers = Array.from({ length: 100 }, () => new ArrayBuffer(4));
    for (const buffer of buffers) recycler.put(buffer);
    assert.ok(buffers.every((buffer) => buffer.byteLength === 0));
    const copies = buffers.map(() => recycler.copy(bytes(4)));
    assert.equal(new Set(copies.map((copy) => copy.bytes.buffer)).size, 100);
    for (const copy of copies) holds(copy, bytes(4));
  });

  it("has nothing left once it is cleared", () => {
    const recycler = new Recycler(ROOM);
    recycler.put(new ArrayBuffer(4));
    recycler.clear();
    assert.equal(recycler.take(4), undefined);
  });
});

describe("copies that stay", () => {
  it("have a buffer of their own each, in shared memory where that is wanted, however small they are", () => {
    for (const isShared of [true, false]) {
      const copier = keptCopies(isShared);
      assert.equal(copier.isShared, isShared);
      const whole = bytes(32);
      const places = [copier.copy(whole.subarray(5, 13)), copier.copy(whole.subarray(5, 13)), copier.place(8)];
      assert.equal(new Set(places.map((place) => place.bytes.buffer)).size, 3);
      for (const { bytes, loan } of places) {
        assert.equal(bytes.buffer instanceof SharedArrayBuffer, isShared);
        assert.deepEqual([bytes.byteOffset, bytes.buffer.byteLength, loan], [0, 8, undefined]);
      }
      holds(places[0]!, whole.slice(5, 13));
    }
  });
});

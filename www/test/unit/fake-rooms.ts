/** The memory of an engine that lends rooms, without the engine; and what tests of copies look at. */
import assert from "node:assert/strict";
import type { Place } from "../../src/copies.js";
import { isA } from "../../src/realm.js";

const PAGE_BYTES = 65536;
/** Not 0: that says that there is no room. */
const FIRST_ROOM = 64;

/** Lends what it has taken back again where it has the same length. */
export class FakeMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 1024, shared: true });
  /** Lengths of rooms that are lent. */
  readonly lent = new Map<number, number>();
  #free: { room: number; length: number }[] = [];
  #end = FIRST_ROOM;

  lend(length: number): number {
    const old = this.#free.findIndex((free) => free.length === length);
    const room = old < 0 ? this.#grow(length) : this.#free.splice(old, 1)[0]!.room;
    this.lent.set(room, length);
    return room;
  }

  takeBack(room: number): void {
    const length = this.lent.get(room);
    assert.ok(length !== undefined, `room ${room} is not lent`);
    this.lent.delete(room);
    this.#free.push({ room, length });
  }

  /** What lies in a room that is lent. */
  read(room: number): Uint8Array {
    const length = this.lent.get(room);
    assert.ok(length !== undefined, `room ${room} is not lent`);
    return new Uint8Array(this.memory.buffer, room, length);
  }

  #grow(length: number): number {
    const room = this.#end;
    this.#end += Math.ceil(length / FIRST_ROOM) * FIRST_ROOM;
    const missing = Math.ceil((this.#end - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.memory.grow(missing);
    return room;
  }
}

/** Bytes of their own, the same for the same arguments. */
export function bytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 7) & 255);
}

export function holds(place: Place, wanted: Uint8Array): void {
  assert.equal(Buffer.compare(place.bytes, wanted), 0);
}

/** A place of its own in a buffer that can be transferred, all of it. */
export function isElsewhere({ bytes, loan }: Place): boolean {
  return loan === undefined && isA(bytes.buffer, "ArrayBuffer") && bytes.byteLength === bytes.buffer.byteLength;
}

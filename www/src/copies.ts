/**
 * Where copies of kept inputs are made, on the page: in rooms of an engine's own memory, which threads read at once; or in
 * buffers that are transferred. Knows no images and no jobs.
 */
import { bytesAt, reaches } from "./memory.js";
import { BufferShelf } from "./buffer-shelf.js";
import type { ToWorker } from "./protocol.js";

/** Room for a copy that may be sent. */
export interface Place {
  /** Where the copy is written. */
  bytes: Uint8Array;
  /** Where it lies in the memory of an engine. Else it lies at the beginning of an `ArrayBuffer`, which is transferred. */
  loan?: Loan;
}

/** A room that an engine has lent. Whoever has it gives it back, once. */
export interface Loan {
  /** What the engine calls it. */
  readonly room: number;
  /** The memory that it is in. */
  readonly memory: WebAssembly.Memory;
  /** Its first bytes; they stay whole for as long as it is lent, even where the engine is lost. */
  read: (length: number) => Uint8Array;
  giveBack: () => void;
}

/** Who has room for copies. */
export interface Copier {
  /** Copies of some size lie in shared memory, and cannot take a result. */
  readonly isShared: boolean;
  /** Room for so many bytes, which may hold anything. */
  place(length: number): Place;
  /** A copy of bytes. */
  copy(bytes: Uint8Array): Place;
}

/** Buffers of old results that become the copies of the next inputs, or the next results. */
export class Recycler implements Copier {
  readonly isShared = false;
  readonly #free: BufferShelf;

  constructor(mostFreeBytes: number) {
    this.#free = new BufferShelf(mostFreeBytes);
  }

  /** Takes a buffer; it is detached for the caller. */
  put(buffer: ArrayBuffer): void {
    this.#free.put(structuredClone(buffer, { transfer: [buffer] }));
  }

  /** An old buffer of exactly this length. */
  take(length: number): ArrayBuffer | undefined {
    return this.#free.take(length);
  }

  place(length: number): Place {
    return { bytes: new Uint8Array(this.#free.take(length) ?? new ArrayBuffer(length)) };
  }

  copy(bytes: Uint8Array): Place {
    const buffer = this.#free.take(bytes.byteLength);
    // One that is made from what it holds need not be cleared first.
    if (!buffer) return { bytes: new Uint8Array(bytes) };
    const copy = new Uint8Array(buffer);
    copy.set(bytes);
    return { bytes: copy };
  }

  /** Lets go of everything. */
  clear(): void {
    this.#free.clear();
  }
}

/** Smaller images are sent in a buffer of their own: cheaper than keeping book of them. */
const SMALL = 64 * 1024;
/** Looking for a room among many takes longer than the copy. */
const MOST_ROOMS = 64;

/** A memory that rooms are in, and how its engine is told. */
interface Lender {
  memory: WebAssembly.Memory;
  tell: (message: Extract<ToWorker, { type: "lend" | "takeBack" }>) => void;
}

class Room implements Loan {
  readonly length: number;
  readonly room: number;
  readonly memory: WebAssembly.Memory;
  readonly #free: (room: Room) => void;

  constructor(memory: WebAssembly.Memory, room: number, length: number, free: (room: Room) => void) {
    this.memory = memory;
    this.room = room;
    this.length = length;
    this.#free = free;
  }

  read(length: number): Uint8Array {
    return bytesAt(this.memory, this.room, length);
  }

  giveBack(): void {
    this.#free(this);
  }
}

/**
 * Rooms in the memory of an engine that shares it: a copy there is the only one that is made of an input. The engine is asked for one
 * whenever none is free; until it has answered, copies are made elsewhere.
 */
export class Rooms implements Copier {
  readonly isShared = true;
  #mostBytes: number;
  readonly #elsewhere: Copier;
  #lender: Lender | undefined;
  /** Rooms that nobody has, the oldest first. */
  #free: Room[] = [];
  /** Lengths that the engine has been asked for, in order. */
  #asked: number[] = [];
  /** Rooms and bytes that are lent, or asked for. */
  #count = 0;
  #bytes = 0;

  constructor(mostBytes: number, elsewhere: Copier) {
    this.#mostBytes = mostBytes;
    this.#elsewhere = elsewhere;
  }

  /** Rooms are in this memory from now on, and have so many bytes at most. */
  open(memory: WebAssembly.Memory, tell: Lender["tell"], mostBytes = this.#mostBytes): void {
    this.close();
    this.#mostBytes = mostBytes;
    this.#lender = { memory, tell };
  }

  /** Lets go of the memory: rooms that are lent keep it until they are given back. */
  close(): void {
    this.#lender = undefined;
    this.#free = [];
    this.#asked = [];
    this.#count = this.#bytes = 0;
  }

  /** Whether a room is in the memory of the engine that there is now. */
  lends({ memory }: Loan): boolean {
    return memory === this.#lender?.memory;
  }

  /** A result that was left in a memory, as a room that is lent once and then given back to the engine. */
  adopt(memory: WebAssembly.Memory, room: number, length: number): Loan {
    const lender = this.#lender;
    return new Room(memory, room, length, () => {
      if (lender?.memory === memory && lender === this.#lender) lender.tell({ type: "takeBack", rooms: [room] });
    });
  }

  /** The engine's answer: the rooms that it was asked for, 0 where it has no memory for one. */
  receive(rooms: readonly number[]): void {
    const lender = this.#lender;
    for (const room of rooms) {
      const length = this.#asked.shift();
      if (!lender || length === undefined) return;
      if (room > 0 && reaches(lender.memory, room + length)) {
        this.#free.push(new Room(lender.memory, room, length, (free) => this.#putBack(lender, free)));
      } else {
        this.#forget(length);
        if (room > 0) lender.tell({ type: "takeBack", rooms: [room] });
        // There is no memory: what nobody has is wanted elsewhere.
        else this.#takeBack(lender, () => true);
      }
    }
  }

  place(length: number): Place {
    const loan = this.#take(length);
    return loan ? { bytes: loan.read(length), loan } : this.#elsewhere.place(length);
  }

  copy(bytes: Uint8Array): Place {
    const loan = this.#take(bytes.byteLength);
    if (!loan) return this.#elsewhere.copy(bytes);
    const copy = loan.read(bytes.byteLength);
    copy.set(bytes);
    return { bytes: copy, loan };
  }

  /** The smallest room that is long enough, and not far longer. */
  #take(length: number): Room | undefined {
    if (!this.#lender || length < SMALL) return undefined;
    const fitting = this.#free.filter((room) => room.length >= length && room.length <= 2 * length);
    if (fitting.length === 0) {
      this.#ask(this.#lender, length);
      return undefined;
    }
    const best = fitting.reduce((a, b) => (a.length <= b.length ? a : b));
    this.#free.splice(this.#free.indexOf(best), 1);
    return best;
  }

  #ask(lender: Lender, length: number): void {
    const free = this.#free.reduce((sum, room) => sum + room.length, 0);
    if (this.#bytes - free + length > this.#mostBytes) return;
    // Rooms of other lengths make way.
    const isFull = () => this.#bytes + length > this.#mostBytes || this.#count >= MOST_ROOMS;
    this.#takeBack(lender, isFull);
    if (isFull()) return;
    this.#asked.push(length);
    this.#count += 1;
    this.#bytes += length;
    lender.tell({ type: "lend", bytes: [length] });
  }

  /** Gives free rooms back to the engine, the oldest first, as long as that is wanted. */
  #takeBack(lender: Lender, isWanted: () => boolean): void {
    const rooms: number[] = [];
    while (isWanted()) {
      const oldest = this.#free.shift();
      if (!oldest) break;
      rooms.push(oldest.room);
      this.#forget(oldest.length);
    }
    if (rooms.length > 0) lender.tell({ type: "takeBack", rooms });
  }

  #putBack(lender: Lender, room: Room): void {
    if (lender === this.#lender) this.#free.push(room);
  }

  #forget(length: number): void {
    this.#count -= 1;
    this.#bytes -= length;
  }
}

/** Copies that stay: each has a buffer of its own, in shared memory where that can be sent. */
export function keptCopies(isShared: boolean): Copier {
  const place = (length: number): Place => ({
    bytes: new Uint8Array(isShared ? new SharedArrayBuffer(length) : new ArrayBuffer(length)),
  });
  const copy = (bytes: Uint8Array): Place => {
    const room = place(bytes.byteLength);
    room.bytes.set(bytes);
    return room;
  };
  return { isShared, place, copy };
}

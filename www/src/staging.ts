/**
 * Buffers that pixels travel in, used again and again: a fresh one for every image costs more than the copy itself, since
 * the browser must clear its pages first.
 */
import type { Copier } from "./pixels.js";
import type { Job } from "./protocol.js";
import { isA } from "./realm.js";

/** Smaller images are sent in a buffer of their own: cheaper than keeping book of them. */
const SMALL = 64 * 1024;

/** Free buffers up to so many bytes together; the oldest go first. */
export class BufferShelf<B extends ArrayBufferLike> {
  /** However small they are: looking for one among many takes longer than making one. */
  static readonly #MOST = 32;
  readonly #mostBytes: number;
  readonly #buffers: B[] = [];
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  put(buffer: B): void {
    this.#buffers.push(buffer);
    this.#bytes += buffer.byteLength;
    while (this.#bytes > this.#mostBytes || this.#buffers.length > BufferShelf.#MOST) this.#remove(0);
  }

  /** A buffer of exactly this length. */
  take(length: number): B | undefined {
    return this.#remove(this.#buffers.findIndex((buffer) => buffer.byteLength === length));
  }

  /** The smallest buffer that is long enough, and not far longer. */
  takeAtLeast(length: number): B | undefined {
    let best = -1;
    this.#buffers.forEach(({ byteLength }, i) => {
      const smallest = this.#buffers[best]?.byteLength ?? 2 * length + 1;
      if (byteLength >= length && byteLength < smallest) best = i;
    });
    return this.#remove(best);
  }

  clear(): void {
    this.#buffers.length = 0;
    this.#bytes = 0;
  }

  #remove(at: number): B | undefined {
    const buffer = at < 0 ? undefined : this.#buffers.splice(at, 1)[0];
    this.#bytes -= buffer?.byteLength ?? 0;
    return buffer;
  }
}

/** Shared buffers that kept inputs are copied into on the page, and that come back when their jobs have ended. */
export class Staging implements Copier {
  readonly isShared = true;
  readonly #free: BufferShelf<SharedArrayBuffer>;
  readonly #lent = new Map<number, SharedArrayBuffer>();

  constructor(mostFreeBytes: number) {
    this.#free = new BufferShelf(mostFreeBytes);
  }

  room(length: number): ArrayBufferLike {
    return this.#free.takeAtLeast(length) ?? new SharedArrayBuffer(length);
  }

  copy(bytes: Uint8Array): ArrayBufferLike {
    if (bytes.byteLength < SMALL) return new Uint8Array(bytes).buffer;
    const buffer = this.room(bytes.byteLength);
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }

  /** Lets go of everything. */
  clear(): void {
    this.#free.clear();
    this.#lent.clear();
  }

  /** Notes which job has a buffer. */
  lend(job: Job): void {
    if (job.input.kind === "pixels" && isA(job.input.buffer, "SharedArrayBuffer")) {
      this.#lent.set(job.job, job.input.buffer);
    }
  }

  /** Takes back the buffers of jobs that have ended. */
  release(jobs: readonly number[]): void {
    for (const job of jobs) {
      const buffer = this.#lent.get(job);
      if (!buffer) continue;
      this.#lent.delete(job);
      this.#free.put(buffer);
    }
  }
}

/** Buffers of old results that become the copies of the next inputs, and so the next results. */
export class Recycler implements Copier {
  readonly isShared = false;
  readonly #free: BufferShelf<ArrayBuffer>;

  constructor(mostFreeBytes: number) {
    this.#free = new BufferShelf(mostFreeBytes);
  }

  /** Lets go of everything. */
  clear(): void {
    this.#free.clear();
  }

  /** Takes buffers; they are detached for the caller. */
  take(buffers: ArrayBuffer[]): void {
    for (const buffer of buffers) this.#free.put(structuredClone(buffer, { transfer: [buffer] }));
  }

  room(length: number): ArrayBuffer {
    return this.#free.take(length) ?? new ArrayBuffer(length);
  }

  copy(bytes: Uint8Array): ArrayBuffer {
    const buffer = this.#free.take(bytes.byteLength);
    // One that is made from what it holds need not be cleared first.
    if (!buffer) return new Uint8Array(bytes).buffer;
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }
}

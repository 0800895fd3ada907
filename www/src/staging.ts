/**
 * Buffers that pixels travel in, used again and again: a fresh one for every image costs more than the copy itself, since
 * the browser must clear its pages first.
 */
import type { Copier } from "./pixels.js";
import type { Job } from "./protocol.js";

/** Smaller images are sent in a buffer of their own: cheaper than keeping book of them. */
const SMALL = 64 * 1024;

/** Shared buffers that kept inputs are copied into on the page, and that come back when the engine has read them. */
export class Staging implements Copier {
  readonly #most: number;
  readonly #free: SharedArrayBuffer[] = [];
  readonly #lent = new Map<number, SharedArrayBuffer>();

  constructor(most: number) {
    this.#most = most;
  }

  copy(bytes: Uint8Array | Uint8ClampedArray): ArrayBufferLike {
    if (bytes.byteLength < SMALL) return new Uint8Array(bytes).buffer;
    const fitting = this.#free.findIndex((buffer) => buffer.byteLength >= bytes.byteLength);
    const buffer = this.#free.splice(fitting, fitting < 0 ? 0 : 1)[0] ?? new SharedArrayBuffer(bytes.byteLength);
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }

  /** Lets go of everything. */
  clear(): void {
    this.#free.length = 0;
    this.#lent.clear();
  }

  /** Notes which job has a buffer. */
  lend(job: Job): void {
    if (job.input.kind === "pixels" && !(job.input.buffer instanceof ArrayBuffer)) {
      this.#lent.set(job.job, job.input.buffer);
    }
  }

  /** Takes back the buffers of jobs that have been read. */
  release(jobs: readonly number[]): void {
    for (const job of jobs) {
      const buffer = this.#lent.get(job);
      if (!buffer) continue;
      this.#lent.delete(job);
      this.#free.push(buffer);
      if (this.#free.length > this.#most) this.#free.shift();
    }
  }
}

/** Buffers of old results that become the copies of the next inputs, and so the next results. */
export class Recycler implements Copier {
  static readonly #MOST = 16;
  readonly #free: ArrayBuffer[] = [];

  /** Lets go of everything. */
  clear(): void {
    this.#free.length = 0;
  }

  /** Takes buffers; they are detached for the caller. */
  take(buffers: ArrayBuffer[]): void {
    this.#free.push(...buffers.map((buffer) => structuredClone(buffer, { transfer: [buffer] })));
    this.#free.splice(0, this.#free.length - Recycler.#MOST);
  }

  copy(bytes: Uint8Array | Uint8ClampedArray): ArrayBuffer {
    const fitting = this.#free.findIndex((buffer) => buffer.byteLength === bytes.byteLength);
    const buffer = this.#free.splice(fitting, fitting < 0 ? 0 : 1)[0];
    if (!buffer) return new Uint8Array(bytes).buffer;
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }
}

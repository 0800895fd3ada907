/** Free buffers that are used again: a fresh one for every image costs more than a copy, since the browser must clear its pages. Pure. */

/** Free buffers up to so many bytes together; the oldest go first. */
export class BufferShelf {
  /** However small they are: looking for one among many takes longer than making one. */
  static readonly #MOST = 64;
  readonly #mostBytes: number;
  readonly #buffers: ArrayBuffer[] = [];
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  put(buffer: ArrayBuffer): void {
    this.#buffers.push(buffer);
    this.#bytes += buffer.byteLength;
    while (this.#bytes > this.#mostBytes || this.#buffers.length > BufferShelf.#MOST) this.#remove(0);
  }

  /** A buffer of exactly this length. */
  take(length: number): ArrayBuffer | undefined {
    return this.#remove(this.#buffers.findIndex((buffer) => buffer.byteLength === length));
  }

  clear(): void {
    this.#buffers.length = 0;
    this.#bytes = 0;
  }

  #remove(at: number): ArrayBuffer | undefined {
    const buffer = at < 0 ? undefined : this.#buffers.splice(at, 1)[0];
    this.#bytes -= buffer?.byteLength ?? 0;
    return buffer;
  }
}

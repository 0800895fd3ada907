/**
 * The bytes in flight over the whole pool, and their limit. A call that has nothing else in flight may exceed the limit, so
 * that it goes on beside a call whose reader has stopped reading. Pure.
 */
import { PixelpoolError } from "./errors.js";

export class MemoryBudget {
  /** Bytes that may be in flight. */
  readonly limit: number;
  #used = 0;
  readonly #queue: { bytes: number; mayExceed: () => boolean; grant: () => void }[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes in flight. */
  get used(): number {
    return this.#used;
  }

  /**
   * Reserves bytes at once where the limit or `mayExceed` allows it: then `undefined`. Otherwise a promise that resolves when
   * they are reserved, and `granted` is called in that moment. Throws where nobody can say how many they are: once counted, they
   * would make every later sum as little of a number.
   */
  reserve(bytes: number, mayExceed: () => boolean, granted: () => void): Promise<void> | undefined {
    if (!Number.isFinite(bytes)) {
      throw new PixelpoolError(`the image needs more bytes in flight than can be counted: ${bytes}`, {
        code: "too-large",
      });
    }
    if (mayExceed() || (this.#queue.length === 0 && this.#fits(bytes, mayExceed))) {
      this.#used += bytes;
      return undefined;
    }
    return new Promise((resolve) => {
      const grant = () => {
        this.#used += bytes;
        granted();
        resolve();
      };
      this.#queue.push({ bytes, mayExceed, grant });
    });
  }

  /** Gives bytes back, and grants what fits now. */
  release(bytes: number): void {
    this.#used -= bytes;
    this.#advance();
  }

  /** Looks again at every request that waits: its own condition may have changed. */
  #advance(): void {
    for (let i = 0; i < this.#queue.length;) {
      const request = this.#queue[i];
      if (!request || !this.#fits(request.bytes, request.mayExceed)) {
        i += 1;
        continue;
      }
      this.#queue.splice(i, 1);
      request.grant();
    }
  }

  #fits(bytes: number, mayExceed: () => boolean): boolean {
    return this.#used + bytes <= this.limit || mayExceed();
  }
}

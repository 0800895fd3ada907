/**
 * Bounds the bytes in flight over the whole pool. Who may pass is let in whatever the limit: a call that has nothing else in
 * flight, so that it goes on beside one that its reader has left standing. Pure.
 */
export class Gate {
  readonly limit: number;
  #used = 0;
  readonly #queue: { bytes: number; mayPass: () => boolean; pass: () => void }[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes in flight. */
  get used(): number {
    return this.#used;
  }

  /**
   * Enters at once where there is room: then `undefined`. Otherwise a promise of entering, and `passed` is called in the
   * moment of it.
   */
  enter(bytes: number, mayPass: () => boolean, passed: () => void): Promise<void> | undefined {
    if (mayPass() || (this.#queue.length === 0 && this.#fits(bytes, mayPass))) {
      this.#used += bytes;
      return undefined;
    }
    return new Promise((resolve) => {
      const pass = () => {
        this.#used += bytes;
        passed();
        resolve();
      };
      this.#queue.push({ bytes, mayPass, pass });
    });
  }

  /** Gives room back. */
  leave(bytes: number): void {
    this.#used -= bytes;
    this.#advance();
  }

  /** Looks again at who waits, after one of their own conditions changed. */
  #advance(): void {
    for (let i = 0; i < this.#queue.length;) {
      const waiting = this.#queue[i];
      if (!waiting || !this.#fits(waiting.bytes, waiting.mayPass)) {
        i += 1;
        continue;
      }
      this.#queue.splice(i, 1);
      waiting.pass();
    }
  }

  #fits(bytes: number, mayPass: () => boolean): boolean {
    return this.#used + bytes <= this.limit || mayPass();
  }
}

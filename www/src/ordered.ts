/** Puts results that end in any order back into input order. Pure: knows no image, no worker, no promise. */
export class Ordered<T> {
  readonly #early = new Map<number, T>();
  #next = 0;

  /** Takes the value of position `index` and gives those that are now in line, in order. */
  push(index: number, value: T): T[] {
    this.#early.set(index, value);
    const line: T[] = [];
    for (;;) {
      const value = this.#early.get(this.#next);
      if (value === undefined) return line;
      this.#early.delete(this.#next);
      this.#next += 1;
      line.push(value);
    }
  }

  /** Takes out the values that still wait for an earlier one. */
  drain(): T[] {
    const values = [...this.#early.values()];
    this.#early.clear();
    return values;
  }

  /** Values that wait for an earlier one. */
  get waiting(): number {
    return this.#early.size;
  }
}

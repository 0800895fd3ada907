/** A queue in which batches take turns, so that a short one need not wait for a long one. Pure. */
export class FairQueue<T> {
  /** In the order of their turns; none is empty. */
  readonly #queues = new Map<number, T[]>();
  #length = 0;

  /** Items that wait. */
  get length(): number {
    return this.#length;
  }

  /** Puts an item at the end of its batch's queue. */
  push(batch: number, item: T): void {
    const queue = this.#queues.get(batch);
    if (queue) queue.push(item);
    else this.#queues.set(batch, [item]);
    this.#length += 1;
  }

  /** The item whose turn it is. */
  peek(): T | undefined {
    for (const queue of this.#queues.values()) return queue[0];
    return undefined;
  }

  /** Takes the item whose turn it is. */
  shift(): T | undefined {
    for (const [batch, queue] of this.#queues) {
      const item = queue.shift();
      this.#queues.delete(batch);
      if (queue.length > 0) this.#queues.set(batch, queue);
      this.#length -= 1;
      return item;
    }
    return undefined;
  }

  /** Takes all items of one batch, or of all. */
  remove(batch?: number): T[] {
    const batches = batch === undefined ? [...this.#queues.keys()] : [batch];
    const items = batches.flatMap((key) => this.#queues.get(key) ?? []);
    for (const key of batches) this.#queues.delete(key);
    this.#length -= items.length;
    return items;
  }
}

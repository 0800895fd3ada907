/** The page's pool: opens it, and replaces it when the number of threads changes. */
import { createPool, type Mode, type Pool, type PoolOptions } from "pixelpool";

export type ModeWish = NonNullable<PoolOptions["mode"]>;

const mostThreads = 16;

export const modeTitles: Readonly<Record<Mode, string>> = {
  shared: "Shared memory",
  workers: "Separate workers",
  single: "One worker",
};

/** For where there is little room. */
export const shortTitles: Readonly<Record<Mode, string>> = {
  shared: "Shared",
  workers: "Workers",
  single: "One worker",
};

export class PoolHolder {
  #pool: Pool | undefined;
  #changing: Promise<unknown> = Promise.resolve();
  readonly #wish: ModeWish;
  readonly maxThreads: number;
  threads: number;

  constructor(threads: number | undefined, wish: ModeWish) {
    const cores = Math.min(navigator.hardwareConcurrency || 1, mostThreads);
    this.threads = Math.min(threads ?? cores, mostThreads);
    this.maxThreads = Math.max(cores, this.threads);
    this.#wish = wish;
  }

  /** The pool in use; throws before the first `open` has succeeded. */
  get pool(): Pool {
    if (!this.#pool) throw new Error("The pool has not started");
    return this.#pool;
  }

  get ready(): boolean {
    return this.#pool !== undefined;
  }

  /** Closes the pool there is and opens one of `threads`. Calls made meanwhile wait for their turn. */
  open(threads: number): Promise<Pool> {
    const opening = this.#changing.then(async () => {
      const old = this.#pool;
      this.#pool = undefined;
      await old?.close();
      this.threads = threads;
      this.#pool = await createPool({ threads, mode: this.#wish });
      return this.#pool;
    });
    this.#changing = opening.catch(() => undefined);
    return opening;
  }

  /** A second pool like this one, for measuring. The caller closes it. */
  sibling(threads: number): Promise<Pool> {
    return createPool({ threads, mode: this.#wish });
  }
}

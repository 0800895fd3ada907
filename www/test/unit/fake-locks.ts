/** Stands in for the browser's locks. To be imported before the sources, which look for locks when they are loaded. */

type Work = () => unknown;

interface Asked {
  mode: LockMode;
  begin: () => void;
}

interface Queue {
  held: Asked[];
  waiting: Asked[];
}

/** Grants in the order of asking, as a browser does. */
class FakeLocks {
  readonly #queues = new Map<string, Queue>();

  request(name: string, ...rest: [work: Work] | [options: LockOptions, work: Work]): Promise<unknown> {
    const [options, work]: [LockOptions, Work] = rest.length === 2 ? rest : [{}, rest[0]];
    const { mode = "exclusive", signal } = options;
    const queue = this.#queues.get(name) ?? { held: [], waiting: [] };
    this.#queues.set(name, queue);
    return new Promise((resolve, reject) => {
      const run = () => Promise.resolve().then(work);
      const begin = () => {
        void run()
          .then(resolve, reject)
          .finally(() => {
            queue.held.splice(queue.held.indexOf(asked), 1);
            advance(queue);
          });
      };
      const asked: Asked = { mode, begin };
      const abort = () => {
        const place = queue.waiting.indexOf(asked);
        if (place < 0) return;
        queue.waiting.splice(place, 1);
        reject(signal?.reason as Error);
        advance(queue);
      };
      queue.waiting.push(asked);
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort);
      void Promise.resolve().then(() => advance(queue));
    });
  }

  /** Holds a lock until what is returned is called. */
  hold(name: string, mode: LockMode = "exclusive"): () => void {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    void this.request(name, { mode }, () => released);
    return () => release();
  }

  /** Names that somebody holds, and how many wait for each. */
  get held(): Record<string, number> {
    const held = [...this.#queues].filter(([, queue]) => queue.held.length > 0);
    return Object.fromEntries(held.map(([name, { waiting }]) => [name, waiting.length]));
  }
}

function advance({ held, waiting }: Queue): void {
  for (;;) {
    const next = waiting[0];
    if (!next || (held.length > 0 && (next.mode === "exclusive" || held[0]?.mode === "exclusive"))) return;
    waiting.shift();
    held.push(next);
    next.begin();
  }
}

export const locks = new FakeLocks();
// Browsers alone have locks that work.
Object.assign(globalThis, { crossOriginIsolated: false });
Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });

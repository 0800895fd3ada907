/** The workers that a page has started: counted, so that none is forgotten, and now and then killed. */

export const alive = new Set<Worker>();

/** From here on every worker is counted. */
export function watchWorkers(): void {
  class Watched extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      alive.add(this);
    }

    override terminate(): void {
      alive.delete(this);
      super.terminate();
    }
  }
  globalThis.Worker = Watched;
}

/** What a crash looks like from outside: with a word of the browser, or without. */
export function kill(worker: Worker, { silently }: { silently: boolean }): void {
  worker.terminate();
  if (silently) return;
  worker.dispatchEvent(new ErrorEvent("error", { message: "killed by the soak", cancelable: true }));
}

/** The locks that workers of pools hold while they live. */
export async function heldLocks(): Promise<string[]> {
  const { held = [] } = await navigator.locks.query();
  return held.filter(({ name }) => name?.startsWith("pixelpool")).map(({ name, clientId }) => `${name} ${clientId}`);
}

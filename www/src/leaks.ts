/** Pools that nobody has closed and nobody can reach any more: ends them, and says so while a page is being developed. */

const registry =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry<() => void>((end) => {
        if (isDevelopment()) console.warn("pixelpool: a pool was dropped without close(); its workers are ended now");
        end();
      })
    : undefined;

/** Calls `end` when `pool` is gone, unless what is returned was called before. */
export function endWhenLeaked(pool: object, end: () => void): () => void {
  registry?.register(pool, end, pool);
  const weak = new WeakRef(pool);
  return () => {
    const alive = weak.deref();
    if (alive) registry?.unregister(alive);
  };
}

declare const process: { env: { NODE_ENV?: string } };

/** Bundlers put the word in; without one, a page is taken to be in the making. */
function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== "production";
  } catch {
    return true;
  }
}

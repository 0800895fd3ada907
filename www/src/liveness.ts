/**
 * Which workers live: a worker that is killed says nothing, and no browser tells of it. So every worker holds two of the
 * browser's locks while it lives: one of its own, which its starter waits for, and one that all workers of a pool share, which
 * a pool that ends waits for. Where there are no locks to hold (a page that is not secure, an opaque origin, an engine that runs
 * in place and is no worker), only what workers say is known.
 */

import { isBrowser } from "./place.js";

/** The names of the locks that a worker holds. */
export interface LockNames {
  /** Of all workers of a pool. */
  pool: string;
  /** Of this worker alone. */
  own: string;
}

/** Runtimes tell themselves that a thread has ended, and Node's locks stay then. */
const hasLocks = isBrowser && typeof navigator === "object" && "locks" in navigator;
const locks = hasLocks ? navigator.locks : undefined;

/** A word that is not given twice. */
const newWord = () => Math.random().toString(36).slice(2) + Date.now().toString(36);

/** A name that no other pool of this browser has. */
export function newPoolName(): string {
  return `pixelpool ${newWord()}`;
}

/** The names for one more worker of a pool. */
export function newLockNames(pool: string, role: string): LockNames {
  return { pool, own: `${pool} ${role} ${newWord()}` };
}

/**
 * In a worker: holds its locks from now on, as long as it lives. Resolves to whether it does: only then may it say that it is
 * alive, since {@link watch} takes a lock that nobody holds for one whose worker has ended.
 */
export async function holdLocks({ pool, own }: LockNames): Promise<boolean> {
  const held = await Promise.all([hold(pool, "shared"), hold(own, "exclusive")]);
  return !held.includes(false);
}

function hold(name: string, mode: LockMode): Promise<boolean> {
  return new Promise((resolve) => {
    const forEver = () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    if (!locks) resolve(false);
    // Where the worker's origin is opaque, locks are there and refused.
    else locks.request(name, { mode }, forEver).catch(() => resolve(false));
  });
}

/** Calls `gone` when the worker that holds these locks has ended, in whatever way. Returns what ends the watch. */
export function watch({ own }: LockNames, gone: () => void): () => void {
  const ended = new AbortController();
  locks
    ?.request(own, { signal: ended.signal }, () => {
      if (!ended.signal.aborted) gone();
    })
    .catch(() => undefined);
  return () => ended.abort();
}

/** Resolves when no worker of a pool is left, at the latest after `limitMs`. */
export async function allGone(pool: string, limitMs: number): Promise<void> {
  await locks?.request(pool, { signal: AbortSignal.timeout(limitMs) }, () => undefined).catch(() => undefined);
}

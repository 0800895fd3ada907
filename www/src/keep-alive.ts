/**
 * Keeps the process alive while somebody waits for the pool: outside browsers workers do not, and a promise alone does not
 * either. Who forgets to close a pool has a program that ends all the same.
 */
import { isBrowser } from "./place.js";

/** As long as a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

let waiting = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The same promise; the process lives until it has settled. */
export function keepAlive<T>(promise: Promise<T>): Promise<T> {
  if (isBrowser) return promise;
  waiting += 1;
  timer ??= setInterval(() => undefined, LONGEST_MS);
  return promise.finally(() => {
    waiting -= 1;
    if (waiting > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
}

/** Finds the threads of a pool among those of the page's process. */
import type { Page } from "playwright-core";
import { runOnSmall } from "./ground.js";
import { findFilterThreads } from "./roles.js";
import { spentBetween, threadTimes } from "./thread-times.js";
import { HEAVY } from "./work.js";

/** Small images for each thread and look; looks until nobody knows better. */
const [SMALL_IMAGES, MOST_LOOKS] = [4, 20];

/** Has the pool do work that only its threads take part in, until it shows which they are. */
export async function filterThreadsOf(page: Page, process: number, threads: number): Promise<ReadonlySet<number>> {
  const before = threadTimes(process);
  for (let look = 0; look < MOST_LOOKS; look++) {
    await runOnSmall(page, threads, HEAVY, threads * SMALL_IMAGES);
    const found = findFilterThreads(spentBetween(before, threadTimes(process)), threads);
    if (found) return found;
  }
  throw new Error(`the ${threads} threads that filter do not stand out among the workers`);
}

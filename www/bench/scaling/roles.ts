/**
 * Which thread of the page's process has which part in a pool. All workers have the same name, so those that filter are known by
 * what they do: given work that is nothing but filtering, they alone take CPU time.
 */
import { largest } from "../statistics.js";
import type { ThreadTime } from "./thread-times.js";

export const ROLES = ["page", "coordinators", "filter threads", "others"] as const;
/** `coordinators`: workers that do not filter. `others`: the browser's own threads, such as those that collect garbage. */
export type Role = (typeof ROLES)[number];

/** What all threads of a role have taken. */
export interface RoleTime {
  threads: number;
  milliseconds: number;
  /** Of the one that took most. */
  busiest: number;
}

/** So many ticks of the clock are no chance any more. */
const CERTAIN_MS = 60;
/** A thread that filters takes so many times as much as a worker that does not. */
const MARGIN = 4;

export const isWorker = ({ name }: ThreadTime) => name.startsWith("DedicatedWorker");

/** The `count` workers that have taken most of what was spent on filtering; `undefined` while they do not stand out. */
export function findFilterThreads(spent: readonly ThreadTime[], count: number): ReadonlySet<number> | undefined {
  const workers = spent.filter(isWorker).sort((a, b) => b.milliseconds - a.milliseconds);
  const [least, next] = [workers[count - 1]?.milliseconds ?? 0, workers[count]?.milliseconds ?? 0];
  if (least < CERTAIN_MS || least < next * MARGIN) return undefined;
  return new Set(workers.slice(0, count).map(({ id }) => id));
}

/** `process`: its main thread, which is the page's, has the same number. */
export function byRole(
  spent: readonly ThreadTime[],
  process: number,
  filterThreads: ReadonlySet<number>,
): Record<Role, RoleTime> {
  const roleOf = (thread: ThreadTime): Role => {
    if (thread.id === process) return "page";
    if (!isWorker(thread)) return "others";
    return filterThreads.has(thread.id) ? "filter threads" : "coordinators";
  };
  const timeOf = (role: Role): RoleTime => {
    // Browsers have many threads that wait for work of a kind that there is none of.
    const own = spent.filter((thread) => roleOf(thread) === role && (role !== "others" || thread.milliseconds > 0));
    const times = own.map(({ milliseconds }) => milliseconds);
    return {
      threads: own.length,
      milliseconds: times.reduce((sum, time) => sum + time, 0),
      busiest: largest([0, ...times]),
    };
  };
  return Object.fromEntries(ROLES.map((role) => [role, timeOf(role)])) as Record<Role, RoleTime>;
}

/** CPU time of the threads of a process, as Linux counts it in `/proc`. */
import { readdirSync, readFileSync } from "node:fs";

/** What `/proc` counts in, whatever the kernel's own clock does. */
const TICK_MS = 10;

/** A thread, and the milliseconds of CPU that it has taken. */
export interface ThreadTime {
  id: number;
  /** At most 15 bytes of it. */
  name: string;
  milliseconds: number;
}

/** Other systems do not tell what each thread takes. */
export const canReadThreads = process.platform === "linux";

/** What each thread of the process has taken since it began. */
export function threadTimes(process: number): ThreadTime[] {
  const folder = `/proc/${process}/task`;
  return readdirSync(folder).flatMap((task) => {
    try {
      return [parse(Number(task), readFileSync(`${folder}/${task}/stat`, "utf8"))];
    } catch {
      // It has ended since it was listed.
      return [];
    }
  });
}

/** See proc_pid_stat(5). The name stands in brackets and may hold spaces and brackets itself. */
function parse(id: number, stat: string): ThreadTime {
  const [open, close] = [stat.indexOf("("), stat.lastIndexOf(")")];
  const fields = stat.slice(close + 2).split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return { id, name: stat.slice(open + 1, close), milliseconds: (user + system) * TICK_MS };
}

/** What the threads have taken between two readings. What one took that has ended in between is lost. */
export function spentBetween(before: readonly ThreadTime[], after: readonly ThreadTime[]): ThreadTime[] {
  const former = new Map(before.map(({ id, milliseconds }) => [id, milliseconds]));
  return after.map((thread) => ({ ...thread, milliseconds: thread.milliseconds - (former.get(thread.id) ?? 0) }));
}

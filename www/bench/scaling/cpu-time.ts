/** Which threads the time goes to: the page's, those that hand work out, those that filter, the browser's own. */
import type { Browser } from "playwright-core";
import type { Mode } from "../../src/types.js";
import type { Context, Findings, Part } from "../parts.js";
import { Processes } from "../processes.js";
import { shown, table } from "../statistics.js";
import { barChart } from "../svg.js";
import { fileTime } from "./file-time.js";
import { filterThreadsOf } from "./find-threads.js";
import { coresOf, HANDINGS, HEIGHT, openGround, repeatBatch, timeBatch, WIDTH } from "./ground.js";
import { byRole, ROLES, type Role, type RoleTime } from "./roles.js";
import { sizes, threadsShown, type Sizes } from "./sizes.js";
import { canReadThreads, spentBetween, threadTimes } from "./thread-times.js";
import { CPU_OPERATIONS } from "./work.js";

/** Where the time of one kind of work went. */
interface Course {
  mode: Mode;
  threads: number;
  /** The work, and whether its inputs are kept. */
  name: string;
  batches: number;
  /** Milliseconds until all batches were done. */
  elapsed: number;
  roles: Record<Role, RoleTime>;
}

async function follow(browser: Browser, mode: Mode, threads: number, { images, seconds }: Sizes): Promise<Course[]> {
  await using tab = await openGround(browser, { mode, threads: [threads], images });
  const { page } = tab;
  await using processes = await Processes.of(browser, page);
  const process = processes.id;
  const filterThreads = await filterThreadsOf(page, process, threads);
  const courses: Course[] = [];
  for (const { name, filter } of CPU_OPERATIONS) {
    for (const handing of HANDINGS) {
      const work = { filter, load: "many", handing, threads } as const;
      // Warms up, and makes what there is to give away.
      await timeBatch(page, work, false);
      await processes.collectGarbage();
      const before = threadTimes(process);
      const { batches, elapsed } = await repeatBatch(page, work, seconds);
      const roles = byRole(spentBetween(before, threadTimes(process)), process, filterThreads);
      courses.push({ mode, threads, name: `${name}, ${handing}`, batches, elapsed, roles });
    }
  }
  if (tab.complaints.length > 0) throw new Error(`${mode}: ${tab.complaints.join("; ")}`);
  return courses;
}

/** A row for each role; what they have in common stands in the first of them. */
function rowsOf({ mode, threads, name, batches, elapsed, roles }: Course): (string | number)[][] {
  return ROLES.map((role, index) => {
    const { threads: count, milliseconds, busiest } = roles[role];
    const common = index === 0 ? [`\`${mode}\``, threads, name, shown(elapsed / batches)] : ["", "", "", ""];
    const figures = count === 0 ? ["", "", ""] : [milliseconds / batches, busiest / batches].map((ms) => shown(ms, 1));
    const share = count === 0 ? [] : [shown((busiest / elapsed) * 100)];
    return [...common, role, count, ...figures, ...share];
  });
}

async function measure({ browser, quick, say }: Context): Promise<Findings> {
  if (!canReadThreads) return { text: "Not measured: only Linux tells what CPU time each thread of a process takes." };
  const cores = await coresOf(browser);
  const chosen = sizes(cores, quick);
  const most = chosen.threads.at(-1) ?? 1;
  // As many as the machine has, and more where somebody asks for more.
  const counts = chosen.threads.filter((count) => count >= Math.min(cores, most));
  const courses: Course[] = [];
  for (const mode of chosen.modes) {
    for (const threads of counts) {
      say(`mode ${mode}, ${threadsShown(threads)}`);
      courses.push(...(await follow(browser, mode, threads, chosen)));
    }
  }
  const files = await fileTime(browser, counts, { seconds: chosen.seconds, quick, say });
  const drawn = courses.filter(({ mode }) => mode === chosen.modes[0]);
  const picture = barChart({
    title: `CPU time of a batch, by role: mode ${chosen.modes[0]}`,
    x: `CPU time of all threads of the role, milliseconds a batch of ${chosen.images} images`,
    series: ROLES,
    groups: drawn.map(({ name, threads, batches, roles }) => ({
      name: counts.length > 1 ? `${name}, ${threads}` : name,
      values: ROLES.map((role) => roles[role].milliseconds / batches),
    })),
  });
  return {
    text: `![CPU time by role](benchmarks-cpu.svg)

Where the CPU time of such a batch (${chosen.images} images of ${WIDTH} × ${HEIGHT}) goes, by the threads of the page's process, as Linux counts it. "Page":
its own thread. "Coordinators": workers that do not filter. "Filter threads": workers that take CPU time when there is hardly
anything but filtering to do, which is tried first; in mode \`workers\` each of them coordinates itself. "Others": the browser's own, such as those
that collect garbage; as many as did anything. The batch is repeated for ${chosen.seconds} seconds without a pause; what is given away is what
came back of the batch before. Milliseconds a batch: of all threads of the role, and of the one that took most, with its share
of the time that passed. On a machine of ${cores} cores.

${table([
  // prettier-ignore
  ["mode", "threads", "work", "batch, ms", "role", "threads of it", "CPU time, ms", "of the busiest, ms", "its share, %"],
  ...courses.flatMap(rowsOf),
])}

${files}`,
    pictures: { "benchmarks-cpu.svg": picture },
  };
}

export const cpuTime: Part = { title: "CPU time by role", measure };

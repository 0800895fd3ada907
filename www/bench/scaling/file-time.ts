/** What the CPU time of batches of files goes to, in all processes of the browser: filters and codecs, and everything around them. */
import type { Browser } from "playwright-core";
import type { Pool } from "../../src/types.js";
import { jobs, type Column, type Job } from "../peers/files/jobs.js";
import { Processes } from "../processes.js";
import { shown, table } from "../statistics.js";
import { filterThreadsOf } from "./find-threads.js";
import { openGround } from "./ground.js";
import { isWorker } from "./roles.js";
import { spentBetween, threadTimes, type ThreadTime } from "./thread-times.js";

/** `filters` and `codecs` are the work; everything else is what it costs to have it done. */
const ROLES = ["filters", "codecs", "coordinators", "page", "others", "other processes"] as const;
type Role = (typeof ROLES)[number];

interface FileCourse {
  name: string;
  threads: number;
  files: number;
  batches: number;
  /** Milliseconds until all batches were done. */
  elapsed: number;
  /** Milliseconds of CPU. */
  roles: Record<Role, number>;
}

/** Photos of the demo that are large enough to be tiles. */
const TILES = ["macaws", "nasa", "red-door", "shutters"].map((name) => `/www/demo/samples/${name}.jpg`);
const QUICK_FILES = 2;

interface FileBatch {
  files: Blob[];
}

/** In the page: files of the kind, written by the browser, of tiles in another order in each. */
async function makeFiles({ job, count, tiles }: { job: Job; count: number; tiles: string[] }): Promise<void> {
  const [width, height] = job.size;
  const photos = await Promise.all(
    tiles.map(async (address) => createImageBitmap(await (await fetch(address)).blob())),
  );
  const make = (_: unknown, seed: number) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("the canvas has no context");
    let tile = seed;
    for (let y = 0; y < height; y += 500) {
      for (let x = 0; x < width; x += 750) {
        const photo = photos[tile++ % photos.length];
        if (photo) context.drawImage(photo, x, y);
      }
    }
    if (job.source === "image/png") {
      context.globalCompositeOperation = "destination-in";
      context.filter = "blur(6px)";
      context.beginPath();
      context.ellipse(width / 2, height / 2, width / 3, height / 3, 0, 0, 2 * Math.PI);
      context.fill();
    }
    return canvas.convertToBlob({ type: job.source, quality: 0.85 });
  };
  const batch: FileBatch = { files: await Promise.all(Array.from({ length: count }, make)) };
  Object.assign(globalThis, batch);
}

/** In the page: the batch again and again for so long. */
async function repeat({
  job,
  column,
  threads,
  seconds,
}: {
  job: Job;
  column: Column;
  threads: number;
  seconds: number;
}) {
  const { pools, files } = globalThis as unknown as FileBatch & { pools: Map<number, Pool> };
  const pool = pools.get(threads);
  if (!pool) throw new Error(`no pool has ${threads} threads`);
  const batch = files.map((file, id) => [id, file] as const);
  const start = performance.now();
  let [batches, elapsed] = [0, 0];
  while (elapsed < seconds * 1000 || batches === 0) {
    const made = await pool.starmap(job.step, batch, { output: job.output, input: { shrink: column } });
    if (made.length !== files.length) throw new Error("results are missing");
    batches += 1;
    elapsed = performance.now() - start;
  }
  return { batches, elapsed };
}

const spent = (threads: readonly ThreadTime[]) => threads.reduce((sum, { milliseconds }) => sum + milliseconds, 0);

async function follow(
  browser: Browser,
  threads: number,
  { seconds, quick }: { seconds: number; quick: boolean },
): Promise<FileCourse[]> {
  await using tab = await openGround(browser, { mode: "shared", threads: [threads], images: 1 });
  const { page } = tab;
  await using processes = await Processes.of(browser, page);
  const filterThreads = await filterThreadsOf(page, processes.id, threads);
  // Workers that decode and encode start with the first files.
  const coordinators = new Set(
    threadTimes(processes.id).flatMap((thread) =>
      isWorker(thread) && !filterThreads.has(thread.id) ? [thread.id] : [],
    ),
  );
  const roleOf = (thread: ThreadTime): Role => {
    if (thread.id === processes.id) return "page";
    if (!isWorker(thread)) return "others";
    if (filterThreads.has(thread.id)) return "filters";
    return coordinators.has(thread.id) ? "coordinators" : "codecs";
  };
  const read = async () => ({
    own: threadTimes(processes.id),
    others: (await processes.otherIds()).flatMap(threadTimes),
  });
  const courses: FileCourse[] = [];
  for (const job of jobs) {
    const files = quick ? QUICK_FILES : job.count;
    await page.evaluate(makeFiles, { job, count: files, tiles: TILES });
    for (const column of Object.keys(job.marks) as Column[]) {
      const work = { job, column, threads };
      await page.evaluate(repeat, { ...work, seconds: 0 });
      await processes.collectGarbage();
      const before = await read();
      const { batches, elapsed } = await page.evaluate(repeat, { ...work, seconds });
      const after = await read();
      const own = spentBetween(before.own, after.own);
      const timeOf = (role: Role) =>
        role === "other processes"
          ? spent(spentBetween(before.others, after.others))
          : spent(own.filter((thread) => roleOf(thread) === role));
      const roles = Object.fromEntries(ROLES.map((role) => [role, timeOf(role)])) as Record<Role, number>;
      const name = column === "fast" ? `${job.name}, \`shrink: "fast"\`` : job.name;
      courses.push({ name, threads, files, batches, elapsed, roles });
    }
  }
  if (tab.complaints.length > 0) throw new Error(tab.complaints.join("; "));
  return courses;
}

export async function fileTime(
  browser: Browser,
  counts: readonly number[],
  options: { seconds: number; quick: boolean; say: (line: string) => void },
): Promise<string> {
  const courses: FileCourse[] = [];
  for (const threads of counts) {
    options.say(`files, ${threads} threads`);
    courses.push(...(await follow(browser, threads, options)));
  }
  const rows = courses.map(({ name, threads, files, batches, elapsed, roles }) => {
    const all = Object.values(roles).reduce((sum, time) => sum + time, 0);
    const work = roles.filters + roles.codecs;
    return [
      name,
      threads,
      files,
      shown(elapsed / batches),
      ...ROLES.map((role) => shown(roles[role] / batches)),
      shown((work / all) * 100, 1),
    ];
  });
  return `### Files

The same of batches of files, in mode \`shared\`, and in all processes of the browser; milliseconds of CPU a batch. **Work** is what the filter threads
and the workers that decode and encode take ("codecs": those that start with the first file); with it counts what these threads themselves do around their work,
such as reading a file's bytes and posting the result. Overhead is everything else: the coordinator with its copies in and out of
the engine's memory, the page, other threads of its process, and other processes, such as the browser's own, which keeps the files. What a
thread took that ended meanwhile is lost. The mark is 85 %.

${table([["work", "threads", "files", "batch, ms", "filter threads", ...ROLES.slice(1), "work, % of all"], ...rows])}`;
}

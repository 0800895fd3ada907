/** Part 4: how evenly threads share a batch, and batches the threads. */
import type { Mode, Pool } from "../../src/types.js";
import type { Span } from "../../src/report-types.js";
import { modes, openPage } from "../../test/browser/page.js";
import { largest, median, shown, smallest, table } from "../statistics.js";
import { THREADS, type Context, type Findings, type Part } from "./part.js";

const TIMES = 5;
const QUICK_TIMES = 2;
const SIGMA = 3;
/** Where the one large image stands in its batch. */
const PLACES = { first: 0, "in the middle": 50, last: 99 };

/** How a batch was shared. */
interface Share {
  /** Largest distance of a thread's busy time from the mean, in percent of it. */
  uneven: number;
  /** Busy time of all threads in percent of what they could have worked. */
  busy: number;
  /** How long before the end the first thread had nothing more to do: milliseconds, and percent of the whole. */
  tail: number;
  tailShare: number;
}

interface Course {
  mode: Mode;
  equal: Share[];
  mixed: Record<string, Share[]>;
  /** Items that each of two batches had done when the first of them ended. */
  together: [number, number][];
  late: [number, number][];
}

/** In the page: starts the pool and makes the images. */
async function prepare({ mode, threads }: { mode: Mode; threads: number }) {
  const make = (width: number, height: number) => {
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let at = 0; at < pixels.length; at++) pixels[at] = 0xff000000 | Math.imul(at, 0x9e3779b1);
    return image;
  };
  const images = { large: make(6000, 4000), equal: make(1000, 1000), small: make(256, 256) };
  const page: Page = { pool: await pixelpool.createPool({ mode, threads }), images };
  Object.assign(globalThis, page);
}

/** What the page keeps between measurements. */
interface Page {
  pool: Pool;
  images: Record<"large" | "equal" | "small", ImageData>;
}

/** In the page: a hundred equal images, or small ones and a large one in that place; returns the spans. */
async function runBatch({ place, sigma }: { place?: number; sigma: number }) {
  const { pool, images } = globalThis as unknown as Page;
  const other = place === undefined ? images.equal : images.small;
  const batch = Array.from({ length: 100 }, (_, id): [number, ImageData] => [id, id === place ? images.large : other]);
  const spans: Span[] = [];
  const results = await pool.starmap({ kind: "gaussianBlur", sigma }, batch, { onSpan: (span) => spans.push(span) });
  if (results.length !== 100 || new Set(spans.map(({ index }) => index)).size !== 100)
    throw new Error("results or spans are missing");
  pool.recycle(...results.map(([, image]) => image));
  return spans;
}

/** In the page: two batches of equal images, the second begun when the first has so many done; how many had each at the first end? */
async function runTwo({ counts, begun, sigma }: { counts: number[]; begun: number; sigma: number }) {
  const { pool, images } = globalThis as unknown as Page;
  const done: [number, number] = [0, 0];
  let atFirstEnd: [number, number] | undefined;
  let begin: () => void = () => undefined;
  const mayBegin = new Promise<void>((resolve) => (begin = resolve));
  if (begun === 0) begin();
  const run = async (which: 0 | 1) => {
    const batch = Array.from({ length: counts[which] ?? 0 }, (_, id): [number, ImageData] => [id, images.equal]);
    for await (const settled of pool.imapUnordered({ kind: "gaussianBlur", sigma }, batch)) {
      if (settled.status === "rejected") throw settled.reason;
      pool.recycle(settled.image);
      done[which] += 1;
      if (which === 0 && done[0] === begun) begin();
    }
    atFirstEnd ??= [...done];
  };
  await Promise.all([run(0), mayBegin.then(() => run(1))]);
  return atFirstEnd ?? done;
}

function shareOf(spans: readonly Span[], threads: number): Share {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const own = Array.from({ length: threads }, (_, thread) => spans.filter((span) => span.thread === thread));
  const busy = own.map(union);
  const mean = busy.reduce((a, b) => a + b, 0) / threads;
  const lasts = own.map((spans) => Math.max(start, ...spans.map((span) => span.end)));
  const tail = end - Math.min(...lasts);
  return {
    uneven: (largest(busy.map((time) => Math.abs(time - mean))) / mean) * 100,
    busy: (mean / (end - start)) * 100,
    tail,
    tailShare: (tail / (end - start)) * 100,
  };
}

/** Time that spans cover, counted once where one lies within another: a thread that waits for its bands takes other work. */
function union(spans: readonly Span[]): number {
  let [covered, until] = [0, -Infinity];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    covered += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return covered;
}

async function follow({ browser, quick }: Context, mode: Mode, isolated: boolean): Promise<Course> {
  await using tab = await openPage(browser, { isolated });
  const { page } = tab;
  await page.evaluate(prepare, { mode, threads: THREADS });
  const course: Course = { mode, equal: [], mixed: {}, together: [], late: [] };
  // The first round warms up.
  for (let round = -1; round < (quick ? QUICK_TIMES : TIMES); round++) {
    const equal = await page.evaluate(runBatch, { sigma: SIGMA });
    if (round < 0) continue;
    course.equal.push(shareOf(equal, THREADS));
    for (const [name, place] of Object.entries(PLACES)) {
      const mixed = await page.evaluate(runBatch, { place, sigma: SIGMA });
      (course.mixed[name] ??= []).push(shareOf(mixed, THREADS));
    }
    course.together.push(await page.evaluate(runTwo, { counts: [100, 100], begun: 0, sigma: SIGMA }));
    course.late.push(await page.evaluate(runTwo, { counts: [200, 30], begun: 50, sigma: SIGMA }));
  }
  await page.evaluate(() => (globalThis as unknown as Page).pool.close());
  if (tab.complaints.length > 0) throw new Error(`${mode}: ${tab.complaints.join("; ")}`);
  return course;
}

const both = (values: readonly number[], digits = 1) =>
  `${shown(median(values), digits)} / ${shown(largest(values), digits)}`;

function rowOf(mode: Mode, name: string, shares: readonly Share[]): (string | number)[] {
  const lowest = smallest(shares.map(({ busy }) => busy));
  return [
    `\`${mode}\``,
    name,
    both(shares.map(({ uneven }) => uneven)),
    `${shown(median(shares.map(({ busy }) => busy)), 1)} / ${shown(lowest, 1)}`,
    both(shares.map(({ tail }) => tail)),
    both(shares.map(({ tailShare }) => tailShare)),
  ];
}

async function measure(context: Context): Promise<Findings> {
  const courses: Course[] = [];
  for (const { mode, isolated } of modes) {
    if (mode === "single") continue;
    context.say(`shares of the work, mode ${mode}`);
    courses.push(await follow(context, mode, isolated));
  }
  const rows = courses.flatMap(({ mode, equal, mixed }) => [
    rowOf(mode, "100 of 1 megapixel", equal),
    ...Object.entries(mixed).map(([name, shares]) => rowOf(mode, `99 small, a large one ${name}`, shares)),
  ]);
  const pairs = (name: string, of: (course: Course) => [number, number][]) =>
    courses.map((course) => [
      `\`${course.mode}\``,
      name,
      ...[0, 1].map((which) => {
        const values = of(course).map((done) => done[which] ?? NaN);
        return `${median(values)} (${smallest(values)} to ${largest(values)})`;
      }),
    ]);
  return {
    text: `\`gaussianBlur\` with sigma ${SIGMA} at ${THREADS} threads, ${courses[0]?.equal.length ?? 0} times, by the spans that \`onSpan\` tells. A hundred images of 1 megapixel
(1000 × 1000); and 99 of 256 × 256 with one of 24 megapixels (6000 × 4000) among them, which the threads work on together in
mode \`shared\`, while in \`workers\` one of them has it to itself. "Uneven": how far a thread's busy time is from the mean.
"Idle at the end": from the moment that the first thread has no more work. Medians / worst.

${table([["mode", "batch", "uneven, %", "busy, %", "idle at the end, ms", "of the whole, %"], ...rows])}

Two batches of 1-megapixel images at once in one pool: items done of each at the moment that the first of them ends, median
(least to most).

${table([
  ["mode", "batches", "done of the first", "done of the second"],
  ...pairs("100 and 100, begun together", ({ together }) => together),
  ...pairs("200, and 30 begun when 50 of them are done", ({ late }) => late),
])}`,
  };
}

export const share: Part = { title: "Even shares", measure };

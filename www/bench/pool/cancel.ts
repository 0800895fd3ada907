/** Part 3: how soon a cancelled call settles, and how soon the threads are free of the image that it was about. */
import type { FilterSpec, Mode } from "../../src/types.js";
import { modes, openPage } from "../../test/browser/page.js";
import { largest, median, random, shown, table } from "../statistics.js";
import { THREADS, type Context, type Findings, type Part } from "./part.js";

/** 24 megapixels: long work for one image. */
const [WIDTH, HEIGHT] = [6000, 4000];
const TIMES = 10;
const QUICK_TIMES = 3;
const FILTERS: readonly FilterSpec[] = [
  { kind: "median", radius: 20 },
  { kind: "gaussianBlur", sigma: 30 },
  { kind: "boxBlur", radius: 50 },
  { kind: "sobel" },
];

interface Cancelled {
  kind: string;
  /** Milliseconds that the image takes when nobody cancels it. */
  whole: number;
  /** Milliseconds from the abort until the call has settled, until the next, tiny image has come out, until all threads are free. */
  settled: number[];
  next: number[];
  free: number[];
}

interface Course {
  mode: Mode;
  /** Milliseconds of a tiny image in a pool that has nothing to do. */
  tiny: number;
  cancelled: Cancelled[];
}

/** In the page: cancels each filter again and again, at these parts of its time. */
async function cancel(given: { mode: Mode; threads: number; filters: unknown; moments: number[][] }) {
  const { mode, threads, moments } = given;
  const filters = given.filters as readonly FilterSpec[];
  const { image } = globalThis as unknown as { image: ImageData };
  const pool = await pixelpool.createPool({ mode, threads });
  const small = new ImageData(16, 16);
  small.data.fill(100);
  const tiny = async () => {
    const { data } = await pool.apply("brightness", small, 1.5);
    if (data[0] !== 150) throw new Error("a wrong result");
  };
  // All threads are free when as many pauses as threads pass side by side.
  const pauses = Array.from({ length: pool.threads }, (_, id): [number, number[], number] => [id, [id], 20]);
  const arePausesParallel = async () => {
    const start = performance.now();
    await pool.starmap("delay", pauses);
    return performance.now() - start < 35;
  };
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
  const idle: number[] = [];
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    await tiny();
    idle.push(performance.now() - start);
  }
  const cancelled: Cancelled[] = [];
  for (const [index, filter] of filters.entries()) {
    const wholes: number[] = [];
    for (let i = 0; i < 2; i++) {
      const start = performance.now();
      pool.recycle(await pool.apply(filter, image));
      wholes.push(performance.now() - start);
    }
    let whole = Math.min(...wholes);
    const settled: number[] = [];
    const next: number[] = [];
    const free: number[] = [];
    const waiting = [...(moments[index] ?? [])];
    for (let part = waiting.shift(), early = 0; part !== undefined; part = waiting.shift()) {
      const controller = new AbortController();
      const reason = new Error("cancelled");
      const outcome = pool.apply(filter, image, undefined, { signal: controller.signal }).catch((e: unknown) => e);
      await new Promise((resolve) => setTimeout(resolve, whole * part));
      const aborted = performance.now();
      controller.abort(reason);
      const ended = await outcome;
      if (ended !== reason) {
        // It was done before: other work of this machine has ended since its time was taken.
        early += 1;
        if (ended instanceof Error || early > 20) throw new Error(`${filter.kind} was not cancelled: ${String(ended)}`);
        whole *= 0.8;
        waiting.push(part);
        continue;
      }
      settled.push(performance.now() - aborted);
      await tiny();
      next.push(performance.now() - aborted);
      let began = performance.now();
      while (!(await arePausesParallel())) began = performance.now();
      free.push(began - aborted);
    }
    cancelled.push({ kind: filter.kind, whole, settled, next, free });
  }
  await pool.close();
  return { tiny: middle(idle), cancelled };
}

async function follow({ browser, quick }: Context, mode: Mode, isolated: boolean): Promise<Course> {
  await using tab = await openPage(browser, { isolated });
  await tab.page.evaluate(
    ([width, height]) => {
      const image = new ImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      for (let at = 0; at < pixels.length; at++) pixels[at] = 0xff000000 | Math.imul(at, 0x9e3779b1);
      Object.assign(globalThis, { image });
    },
    [WIDTH, HEIGHT] as const,
  );
  // Not in the first and the last of its time: it runs for certain, and is not done for certain.
  const next = random();
  const moments = FILTERS.map(() => Array.from({ length: quick ? QUICK_TIMES : TIMES }, () => 0.25 + next() * 0.4));
  const course = await tab.page.evaluate(cancel, { mode, threads: THREADS, filters: FILTERS, moments });
  if (tab.complaints.length > 0) throw new Error(`${mode}: ${tab.complaints.join("; ")}`);
  return { mode, ...course };
}

async function measure(context: Context): Promise<Findings> {
  const courses: Course[] = [];
  for (const { mode, isolated } of modes) {
    context.say(`cancelling, mode ${mode}`);
    courses.push(await follow(context, mode, isolated));
  }
  const rows = courses.flatMap(({ mode, tiny, cancelled }) =>
    cancelled.map(({ kind, whole, settled, next, free }) => [
      `\`${mode}\``,
      `\`${kind}\``,
      shown(whole),
      `${shown(median(settled), 1)} / ${shown(largest(settled), 1)}`,
      `${shown(median(next), 1)} / ${shown(largest(next), 1)}`,
      `${shown(median(free))} / ${shown(largest(free))}`,
      shown(tiny, 1),
    ]),
  );
  const filters = FILTERS.map(({ kind, ...parameters }) => {
    const given = Object.entries(parameters).map(([name, value]) => `${name} ${String(value)}`);
    return [`\`${kind}\``, ...given].join(" ");
  });
  return {
    text: `One image of 24 megapixels (${WIDTH} × ${HEIGHT}) in a pool of ${THREADS} threads (one in \`single\`), its call aborted at a random moment
between a quarter and two thirds of its time; ${courses[0]?.cancelled[0]?.next.length ?? 0} times each, milliseconds from the abort, median / largest: until the call
has settled; until a tiny image given right after it has come out; until all threads are free (as many pauses as threads pass side
by side), to some 40 ms. The filters: ${filters.join(", ")}.

${table([
  // prettier-ignore
  ["mode", "filter", "whole image, ms", "call settles", "next image is done", "all threads are free", "a tiny image in an idle pool"],
  ...rows,
])}`,
  };
}

export const cancellation: Part = { title: "Cancelling", measure };

/** What more threads bring: the same work by pools of one thread and of more, in interleaved rounds. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import type { Mode } from "../../src/types.js";
import { ROOT, type Context, type Findings, type Part } from "../parts.js";
import { median, shown, table } from "../statistics.js";
import { lineChart } from "../svg.js";
import {
  coresOf,
  HANDINGS,
  HEIGHT,
  LARGE,
  openGround,
  timeBatch,
  WIDTH,
  type BatchTime,
  type Handing,
  type Load,
} from "./ground.js";
import { sizes, threadsShown, type Sizes } from "./sizes.js";
import { LARGE_OPERATIONS, OPERATIONS, type Operation } from "./work.js";

/** Everything that was measured, for whoever wants to know more than the report says. */
const RAW = path.join(ROOT, "target/bench/scaling.json");

/** One kind of work, by every number of threads. */
interface Course {
  mode: Mode;
  load: Load;
  operation: string;
  handing: Handing;
  /** By number of threads, in rounds. */
  times: Record<number, BatchTime[]>;
}

/** Fingerprints of results, by what they are results of: they must be the same whoever works. */
type Fingerprints = Map<string, number>;

async function follow(
  page: Page,
  { name, filter }: Operation,
  course: Omit<Course, "times" | "operation">,
  { threads, rounds }: Sizes,
  known: Fingerprints,
): Promise<Course> {
  const { load, handing, mode } = course;
  const times: Course["times"] = {};
  // The first round warms up, and is looked at.
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < threads.length; turn++) {
      // Everyone is first in turn.
      const count = threads[(turn + round + 1) % threads.length] ?? 1;
      const time = await timeBatch(page, { filter, load, handing, threads: count }, round < 0);
      if (round >= 0) {
        (times[count] ??= []).push(time);
        continue;
      }
      const work = `${name}, ${load}`;
      if ((known.get(work) ?? time.fingerprint) !== time.fingerprint)
        throw new Error(`${work}, ${handing}: other pixels at ${threadsShown(count)} in mode ${mode}`);
      known.set(work, time.fingerprint);
    }
  }
  return { ...course, operation: name, times };
}

const timeOf = ({ times }: Course, threads: number) =>
  median((times[threads] ?? []).map(({ milliseconds }) => milliseconds));
const gain = (course: Course, threads: number) => timeOf(course, 1) / timeOf(course, threads);

/** Milliseconds, and in brackets how many times as fast as with one thread. */
function cells(course: Course, threads: readonly number[]): string[] {
  return threads.map((count) => {
    const time = shown(timeOf(course, count));
    return count === 1 ? time : `${time} (${shown(gain(course, count), 2)})`;
  });
}

function tableOf(courses: readonly Course[], threads: readonly number[]): string {
  const most = threads.at(-1) ?? 1;
  const rows = courses.map((course) => [
    `\`${course.mode}\``,
    course.operation,
    course.handing,
    ...cells(course, threads),
    shown(median((course.times[most] ?? []).map(({ busy }) => busy)), 1),
  ]);
  return table([["mode", "work", "inputs", ...threads.map(threadsShown), `at work, of ${most}`], ...rows]);
}

function picture(courses: readonly Course[], mode: Mode | undefined, threads: readonly number[]): string {
  const drawn = courses.filter((course) => course.mode === mode && course.load === "many" && course.handing === "kept");
  const lines = drawn.map((course) => ({
    name: course.operation,
    points: threads.map((count): [number, number] => [count, gain(course, count)]),
  }));
  return lineChart({
    title: `What more threads bring: mode ${mode}, inputs kept`,
    x: "threads",
    y: "times as fast as 1 thread",
    xTicks: threads,
    lines,
  });
}

async function measure({ browser, quick, say }: Context): Promise<Findings> {
  const cores = await coresOf(browser);
  const chosen = sizes(cores, quick);
  const { threads, modes, images, rounds } = chosen;
  const known: Fingerprints = new Map();
  const courses: Course[] = [];
  for (const mode of modes) {
    // Instances of their own have a large image to themselves: there is nothing that more of them could do.
    const isTogether = mode === "shared";
    await using tab = await openGround(browser, { mode, threads, images, large: isTogether });
    const all = [
      ...OPERATIONS.map((operation) => ["many", operation] as const),
      ...(isTogether ? LARGE_OPERATIONS : []).map((operation) => ["one", operation] as const),
    ];
    for (const [load, operation] of all) {
      for (const handing of HANDINGS) {
        const course = await follow(tab.page, operation, { mode, load, handing }, chosen, known);
        courses.push(course);
        say(`${mode}, ${load}, ${operation.name}, ${handing}: ${cells(course, threads).join(" / ")} ms`);
      }
    }
    if (tab.complaints.length > 0) throw new Error(`${mode}: ${tab.complaints.join("; ")}`);
  }
  mkdirSync(path.dirname(RAW), { recursive: true });
  writeFileSync(RAW, JSON.stringify(courses, undefined, 1));

  const most = threads.at(-1) ?? 1;
  const beyond = most > cores ? ` The machine has ${cores} cores: what more threads than that show is their cost.` : "";
  const large = courses.filter(({ load }) => load === "one");
  const ofLarge = `One image of ${shown((LARGE[0] * LARGE[1]) / 1e6)} megapixels (${LARGE.join(" × ")}), which the threads work on together in mode \`shared\`; in \`workers\` one of
them has it to itself, whatever their number.

${tableOf(large, threads)}`;
  return {
    text: `![What more threads bring](benchmarks-scaling.svg)

${images} opaque images of ${WIDTH} × ${HEIGHT} as \`ImageData\` on a cross-origin isolated page, results recycled, \`memoryLimit\` 1 GiB, all copies
counted; "kept": inputs left intact, "given": \`transfer: true\`. Milliseconds, medians of ${rounds} interleaved rounds, and in brackets how
many times as fast as with one thread in the same rounds. The last column: how many threads' worth of work there was with
${most}, by \`onReport\`. All pools must come to the same pixels.${beyond}

${tableOf(
  courses.filter(({ load }) => load === "many"),
  threads,
)}${large.length > 0 ? `\n\n${ofLarge}` : ""}`,
    pictures: { "benchmarks-scaling.svg": picture(courses, modes[0], threads) },
  };
}

export const scaling: Part = { title: "More threads", measure };

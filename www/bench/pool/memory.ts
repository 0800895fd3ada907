/** Part 1: the memory of the page's process over batches far larger than it. */
import type { Mode } from "../../src/types.js";
import { openPage } from "../../test/browser/page.js";
import { MEBIBYTE, Processes, type Reading } from "../processes.js";
import { largest, median, shown, smallest, table } from "../statistics.js";
import { lineChart, type Line } from "../svg.js";
import { HEIGHT, THREADS, WIDTH, type Context, type Findings, type Part } from "./part.js";

interface Plan {
  name: string;
  filter: "brightness" | "gaussianBlur";
  mode: Mode;
  /** `fresh`: every image in a new buffer, given away. `kept`: the caller's own few images, results recycled. */
  inputs: "fresh" | "kept" | "jpeg";
  count: number;
}

const PLANS: readonly Plan[] = [
  { name: "brightness, buffers given away", filter: "brightness", mode: "shared", inputs: "fresh", count: 2000 },
  { name: "brightness, inputs kept", filter: "brightness", mode: "shared", inputs: "kept", count: 2000 },
  { name: "gaussianBlur, inputs kept", filter: "gaussianBlur", mode: "shared", inputs: "kept", count: 100 },
  { name: "brightness, JPEG files", filter: "brightness", mode: "shared", inputs: "jpeg", count: 150 },
  { name: "brightness, inputs kept, workers", filter: "brightness", mode: "workers", inputs: "kept", count: 150 },
  { name: "brightness, JPEG files, workers", filter: "brightness", mode: "workers", inputs: "jpeg", count: 75 },
];
const QUICK_SHARE = 0.03;
const INTERVAL_MS = 250;

/** What one batch did. */
interface Course {
  plan: Plan;
  before: number;
  after: number;
  /** After each image, the moment of its end. */
  ends: number[];
  readings: Reading[];
  /** Growth of the browser's other processes. */
  others: number;
  /** Milliseconds from the end of `close()` to that of the last worker's thread. */
  gone: number;
  longestGap: number;
  checked: number;
}

async function follow({ browser }: Context, plan: Plan): Promise<Course> {
  await using tab = await openPage(browser, { isolated: plan.mode === "shared" });
  const { page } = tab;
  await using processes = await Processes.of(browser, page);
  await page.evaluate(prepare, { inputs: plan.inputs, width: WIDTH, height: HEIGHT });
  await processes.collectGarbage();
  const [before, othersBefore] = [processes.read().renderer, await processes.others()];
  const { result, readings } = await processes.during(INTERVAL_MS, () =>
    page.evaluate(run, { ...plan, width: WIDTH, height: HEIGHT, threads: THREADS }),
  );
  const gone = await processes.untilNoWorkers();
  await processes.collectGarbage();
  if (tab.complaints.length > 0) throw new Error(`${plan.name}: ${tab.complaints.join("; ")}`);
  const others = (await processes.others()) - othersBefore;
  return { plan, before, after: processes.read().renderer, readings, others, gone, ...result };
}

interface Prepared {
  kept: ImageData[];
  file?: Blob;
}

/** In the page: makes what is there before the batch begins. */
async function prepare({ inputs, width, height }: { inputs: Plan["inputs"]; width: number; height: number }) {
  const prepared: Prepared = { kept: [] };
  if (inputs === "kept") {
    prepared.kept = [60, 100].map((shade) => {
      const image = new ImageData(width, height);
      new Uint32Array(image.data.buffer).fill(0xff000000 + shade * 0x010101);
      return image;
    });
  }
  if (inputs === "jpeg") {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("there is no canvas");
    const slope = context.createLinearGradient(0, 0, width, height);
    for (const [at, shade] of ["#123", "#c96", "#9cf", "#fff"].entries()) slope.addColorStop(at / 3, shade);
    context.fillStyle = slope;
    context.fillRect(0, 0, width, height);
    // As much detail as makes a file as large as phones write them.
    for (let i = 0; i < 60_000; i++) {
      context.fillStyle = `hsl(${(i * 37) % 360} 60% ${30 + (i % 40)}% / 0.5)`;
      context.fillRect((i * 7919) % width, (i * 104729) % height, 3 + (i % 29), 3 + (i % 17));
    }
    prepared.file = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  }
  (globalThis as unknown as { prepared: Prepared }).prepared = prepared;
}

/** In the page: runs the batch, checks its results and drops them. */
async function run(given: Plan & { width: number; height: number; threads: number }) {
  const { mode, threads, filter, inputs, count, width, height } = given;
  const { kept, file } = (globalThis as unknown as { prepared: Prepared }).prepared;
  const pool = await pixelpool.createPool({ mode, threads });
  const origin = performance.timeOrigin;
  let longestGap = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    longestGap = Math.max(longestGap, now - last);
    last = now;
  }, 4);
  const shadeOf = (index: number) => (inputs === "fresh" ? 27 + (index % 101) : (kept[index % 2]?.data[0] ?? 0));
  // What a number of quarters does to a whole shade is exact enough to be foretold.
  const amountOf = (index: number) => 1 + (index % 5) / 4;
  function* batch(): Generator<[number, ImageData | Blob, number]> {
    for (let index = 0; index < count; index++) {
      let image: ImageData | Blob | undefined = file ?? kept[index % 2];
      if (!image) {
        image = new ImageData(width, height);
        new Uint32Array(image.data.buffer).fill(0xff000000 + shadeOf(index) * 0x010101);
      }
      yield [index, image, filter === "brightness" ? amountOf(index) : 1.5 + (index % 3) / 2];
    }
  }
  let checked = 0;
  const sums = new Map<number, number>();
  const check = (index: number, { data, width: wide, height: high }: ImageData) => {
    if (wide !== width || high !== height) throw new Error(`image ${index} is ${wide} × ${high}`);
    // Seven meets every shade and every amount.
    if (index % 7 > 0 && index < count - 10) return;
    let sum = 0;
    for (let at = 0; at < data.length; at += 4 * 997) sum += data[at] ?? 0;
    const samples = Math.ceil(data.length / (4 * 997));
    const shade = shadeOf(index) * (filter === "brightness" ? amountOf(index) : 1);
    // Of a file, whose pixels are not known beforehand, the first result speaks for the others of the same amount.
    const expected = inputs === "jpeg" ? (sums.get(index % 5) ?? sum) : Math.floor(shade + 0.5) * samples;
    sums.set(index % 5, sum);
    if (sum !== expected) throw new Error(`image ${index} adds up to ${sum} instead of ${expected}`);
    checked += 1;
  };
  const ends: number[] = [];
  for await (const settled of pool.imap(filter, batch(), { transfer: inputs === "fresh" })) {
    if (settled.status === "rejected") throw settled.reason;
    if (settled.index !== ends.length || settled.id !== settled.index) throw new Error("out of order");
    ends.push(performance.now() + origin);
    const image = settled.image;
    check(settled.index, image);
    if (inputs === "kept") pool.recycle(image);
  }
  if (ends.length !== count) throw new Error(`${ends.length} of ${count} results came`);
  clearInterval(beat);
  await pool.close();
  return { ends, longestGap, checked };
}

/** Memory over the images that were done. */
function lineOf({ plan, ends, readings }: Course): Line {
  let done = 0;
  const points = readings.map(({ at, renderer }): [number, number] => {
    while (done < ends.length && (ends[done] ?? Infinity) <= at) done += 1;
    return [done, renderer / MEBIBYTE];
  });
  return { name: plan.name, points };
}

function rowOf(course: Course): (string | number)[] {
  const { plan, before, after, ends, readings, others, longestGap } = course;
  const [first = 0, end = 0] = [ends[0], ends.at(-1)];
  const during = readings.filter(({ at }) => at >= first && at <= end);
  const mebibytes = (bytes: number) => shown(bytes / MEBIBYTE);
  const part = (from: number, to: number) => {
    const [start, end] = [Math.floor(during.length * from), Math.ceil(during.length * to)];
    const sizes = during.slice(start, end).map(({ renderer }) => renderer);
    return `${mebibytes(smallest(sizes))} / ${mebibytes(median(sizes))}`;
  };
  return [
    plan.name,
    shown(plan.count),
    mebibytes(before),
    part(0.25, 0.5),
    part(0.75, 1),
    mebibytes(largest(readings.map(({ renderer }) => renderer))),
    mebibytes(after),
    shown(course.gone),
    mebibytes(others),
    shown((end - first) / plan.count),
    shown(longestGap),
  ];
}

async function measure(context: Context): Promise<Findings> {
  const courses: Course[] = [];
  for (const plan of PLANS) {
    const count = context.quick ? Math.max(10, Math.round(plan.count * QUICK_SHARE)) : plan.count;
    context.say(`${plan.name}: ${count} images`);
    courses.push(await follow(context, { ...plan, count }));
  }
  const checked = courses.reduce((sum, course) => sum + course.checked, 0);
  const long = courses.filter(({ plan }) => plan.count === Math.max(...courses.map(({ plan }) => plan.count)));
  const short = courses.filter((course) => !long.includes(course));
  const chart = (title: string, shown: Course[]) =>
    lineChart({ title, x: "images done", y: "memory of the page's process, MiB", lines: shown.map(lineOf) });
  const [width, height] = [shown(WIDTH), shown(HEIGHT)];
  return {
    text: `Batches of 12-megapixel images (${width} × ${height}, ${shown((WIDTH * HEIGHT * 4) / MEBIBYTE)} MiB each as pixels) through \`imap\` at ${THREADS}
threads with the default \`memoryLimit\`. Memory is the proportional set size of the page's process, read every
${INTERVAL_MS} ms: the pool's, the caller's own inputs and results, and whatever garbage the browser has not collected yet.
"Before" and "closed" are read after a garbage collection, "closed" when the last thread is gone as well, so long after \`close()\`
has resolved. Of the second and the last quarter the table has the lowest and the median: the teeth are the browser's collections of
dropped buffers, and a leak would lift the lowest. "Other processes": by how much
all others of the browser have grown. "Given away": every image in a buffer of its own, \`transfer: true\`, results dropped. "Kept": two images of the
caller's given again and again, results recycled. The JPEG is one file, read again each time.

![Memory over the long batches](pool/memory-long.svg)

![Memory over the other batches](pool/memory-short.svg)

${table([
  // prettier-ignore
  ["batch", "images", "before, MiB", "2nd quarter", "last quarter", "peak", "closed", "threads gone after, ms", "other processes, MiB", "ms an image", "longest pause of the page, ms"],
  ...courses.map(rowOf),
])}

All results came, in order, with the right size; the pixels of ${shown(checked)} of them were checked. The caller's own work is in the
pauses: making a new image of 12 megapixels takes the page's thread some tens of milliseconds.`,
    pictures: {
      "memory-long.svg": chart("Memory over the long batches", long),
      "memory-short.svg": chart("Memory over the other batches", short),
    },
  };
}

export const memory: Part = { title: "Memory of a long batch", measure };

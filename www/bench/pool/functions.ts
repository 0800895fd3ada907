/** Part 7: the exercise's function as JavaScript of one's own, beside workers written by hand and the built-in filter. */
import type { Mode } from "../../src/types.js";
import { modes, openPage } from "../../test/browser/page.js";
import { median, shown, table } from "../statistics.js";
import type { Context, Findings, Part } from "./part.js";

const IMAGES = 16;
const [WIDTH, HEIGHT] = [1920, 1080];
/** Workers are started so often: of two that run the same loop one may be a fifth slower, for as long as it lives. */
const LIVES = 5;
const ROUNDS = 6;
const QUICK = { lives: 1, rounds: 2 };
const COUNTS = [1, 2] as const;

/** What is timed: the images stay with the caller, or are given away. */
type Work = "function, kept" | "by hand, kept" | "function, given away" | "by hand, given away" | "built in, kept";

interface Course {
  mode: Mode;
  /** Milliseconds of each round, by the number of threads. */
  times: Partial<Record<Work, number[]>>[];
}

/** In the page: each kind of work in turn, round after round; all results are looked at. */
async function race(given: {
  mode: Mode;
  counts: readonly number[];
  rounds: number;
  images: number;
  size: readonly number[];
}) {
  const { mode, counts, rounds, images: count, size } = given;
  const [width = 0, height = 0] = size;
  // Without halves, which arrays round to even and filters round up.
  const FACTOR = 2;
  const loop = `for (let at = 0; at < data.length; at += 4) {
    data[at] *= factor; data[at + 1] *= factor; data[at + 2] *= factor;
  }`;
  const address = (code: string) => URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const module = address(`export default ({ data }, factor) => { ${loop} };`);
  const script = address(
    `onmessage = ({ data: { id, data, factor } }) => { ${loop} postMessage({ id, data }, [data.buffer]); };`,
  );
  const make = () => {
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let at = 0; at < pixels.length; at++) pixels[at] = 0xff000000 | Math.imul(at, 0x9e3779b1);
    return image;
  };
  const kept = Array.from({ length: count }, make);
  const wanted = make().data.map((value, at) => (at % 4 === 3 ? value : value * FACTOR));
  const check = (results: readonly { data: Uint8ClampedArray }[]) => {
    for (const { data } of results) {
      for (let at = 0; at < wanted.length; at += 997) {
        if (data[at] !== wanted[at]) throw new Error(`a wrong result at ${at}: ${data[at]}, not ${wanted[at]}`);
      }
    }
    if (results.length !== count) throw new Error("results are missing");
  };
  /** What many pages have: as many workers as threads, each with one image at a time. */
  const byHand = (workers: readonly Worker[], images: readonly ImageData[], transfer: boolean) => {
    const results: { data: Uint8ClampedArray }[] = [];
    return new Promise<typeof results>((resolve) => {
      let next = 0;
      let done = 0;
      const give = (worker: Worker) => {
        const id = next++;
        const image = images[id];
        if (image) worker.postMessage({ id, data: image.data, factor: FACTOR }, transfer ? [image.data.buffer] : []);
      };
      for (const worker of workers) {
        worker.onmessage = ({ data: { id, data } }: MessageEvent<{ id: number; data: Uint8ClampedArray }>) => {
          results[id] = { data };
          if (++done === images.length) resolve(results);
          else give(worker);
        };
        give(worker);
      }
    });
  };
  const times: Record<string, number[]>[] = [];
  const pools = await Promise.all(counts.map((threads) => pixelpool.createPool({ mode, threads })));
  const crews = counts.map((threads) => Array.from({ length: threads }, () => new Worker(script)));
  const batch = (images: readonly ImageData[]) =>
    images.map((image, id): [number, ImageData, number] => [id, image, FACTOR]);
  for (let round = -1; round < rounds; round++) {
    for (const [at, pool] of pools.entries()) {
      const works: Record<string, (images: ImageData[]) => Promise<readonly { data: Uint8ClampedArray }[]>> = {
        "function, kept": async (images) =>
          (await pool.starmap({ module }, batch(images))).map(([, image]) => image as ImageData),
        "by hand, kept": (images) => byHand(crews[at] ?? [], images, false),
        "built in, kept": async (images) => (await pool.starmap("multiply", batch(images))).map(([, image]) => image),
        "function, given away": async (images) =>
          (await pool.starmap({ module }, batch(images), { transfer: true })).map(([, image]) => image as ImageData),
        "by hand, given away": (images) => byHand(crews[at] ?? [], images, true),
      };
      times[at] ??= {};
      for (const [name, work] of Object.entries(works)) {
        const images = name.endsWith("kept") ? kept : Array.from({ length: count }, make);
        const start = performance.now();
        const results = await work(images);
        const time = performance.now() - start;
        check(results);
        // The first round warms up.
        if (round >= 0) (times[at][name] ??= []).push(time);
      }
    }
  }
  await Promise.all(pools.map((pool) => pool.close()));
  for (const worker of crews.flat()) worker.terminate();
  return times;
}

async function follow({ browser, quick }: Context, mode: Mode, isolated: boolean): Promise<Course> {
  const { lives, rounds } = quick ? QUICK : { lives: LIVES, rounds: ROUNDS };
  const times: Course["times"] = COUNTS.map(() => ({}));
  for (let life = 0; life < lives; life++) {
    await using tab = await openPage(browser, { isolated });
    const given = { mode, counts: COUNTS, rounds, images: IMAGES, size: [WIDTH, HEIGHT] };
    const lived: Record<string, number[]>[] = await tab.page.evaluate(race, given);
    for (const [at, works] of lived.entries()) {
      for (const [work, added] of Object.entries(works)) ((times[at] ??= {})[work as Work] ??= []).push(...added);
    }
    if (tab.complaints.length > 0) throw new Error(`${mode}: ${tab.complaints.join("; ")}`);
  }
  return { mode, times };
}

function rowsOf({ mode, times }: Course): string[][] {
  const timesOf = (at: number, work: Work) => median(times[at]?.[work] ?? []);
  const kinds: Work[] = ["function, kept", "function, given away", "built in, kept"];
  return kinds.map((kind) => {
    const [a, b] = [timesOf(0, kind), timesOf(1, kind)];
    const rival = kind === "function, given away" ? "by hand, given away" : "by hand, kept";
    const [handOne, handTwo] = [timesOf(0, rival), timesOf(1, rival)];
    const ratios = [a / handOne, b / handTwo, a / b, handOne / handTwo].map((ratio) => ratio.toFixed(2));
    return [`\`${mode}\``, kind, ...[a, b, handOne, handTwo].map((time) => shown(time)), ...ratios];
  });
}

export const functions: Part = {
  title: "A function of one's own",
  measure: async (context): Promise<Findings> => {
    const rows: string[][] = [];
    for (const { mode, isolated } of modes.filter(({ mode }) => mode !== "single")) {
      context.say(`mode ${mode}`);
      rows.push(...rowsOf(await follow(context, mode, isolated)));
    }
    const heads = ["mode", "multiply ×2", "1 thread, ms", "2 threads, ms", "by hand, 1", "by hand, 2"];
    const ratios = ["times by hand, 1", "times by hand, 2", "1 → 2 threads", "by hand, 1 → 2"];
    return {
      text: `${IMAGES} images of ${WIDTH} × ${HEIGHT}, RGBA bytes, multiplied by a loop in JavaScript: as \`{ module }\` of the pool, and in as many workers written by hand, each with one image at a
time (a kept image is cloned by \`postMessage\`, and every result is transferred). The filter \`multiply\` is beside them. Medians of ${LIVES * ROUNDS} rounds, in turn, ${ROUNDS} of them with each of ${LIVES} pools and crews of workers; every result is looked at.

${table([[...heads, ...ratios], ...rows])}`,
    };
  },
};

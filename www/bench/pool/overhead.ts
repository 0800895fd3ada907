/** Part 5: what an image costs beside its pixels. */
import { openPage } from "../../test/browser/page.js";
import type { Mode } from "../../src/types.js";
import { largest, median, shown, table } from "../statistics.js";
import { type Context, type Findings, type Part } from "./part.js";

const IMAGES = 10_000;
const ALONE = 1000;
const ROUNDS = 5;
const [QUICK_IMAGES, QUICK_ALONE] = [1000, 200];

const CONTESTANTS: readonly { mode: Mode; threads: number }[] = [
  { mode: "shared", threads: 1 },
  { mode: "shared", threads: 2 },
  { mode: "workers", threads: 1 },
  { mode: "workers", threads: 2 },
  { mode: "single", threads: 1 },
];

/** Microseconds an image, by round, of each contestant. */
interface Times {
  together: number[];
  alone: number[];
}

/** In the page: all contestants, round after round, each image checked. */
async function race(given: { contestants: typeof CONTESTANTS; images: number; alone: number; rounds: number }) {
  const { contestants, images, alone, rounds } = given;
  const pools = await Promise.all(contestants.map((options) => pixelpool.createPool(options)));
  const image = new ImageData(16, 16);
  image.data.fill(100);
  const batch = Array.from({ length: images }, (_, id): [number, ImageData, number] => [id, image, 1.5]);
  const check = (result: unknown) => {
    if ((result as ImageData).data[0] !== 150) throw new Error("a wrong result");
  };
  const times = contestants.map((): Times => ({ together: [], alone: [] }));
  // The first round warms up.
  for (let round = -1; round < rounds; round++) {
    for (const [index, pool] of pools.entries()) {
      const start = performance.now();
      const results = await pool.starmap("brightness", batch);
      const middle = performance.now();
      for (let i = 0; i < alone; i++) check(await pool.apply("brightness", image, 1.5));
      const end = performance.now();
      if (results.length !== images || results.some(([id], index) => id !== index)) throw new Error("wrong results");
      for (const [, result] of results) check(result);
      if (round < 0) continue;
      times[index]?.together.push(((middle - start) / images) * 1000);
      times[index]?.alone.push(((end - middle) / alone) * 1000);
    }
  }
  for (const pool of pools) await pool.close();
  return times;
}

async function measure({ browser, quick, say }: Context): Promise<Findings> {
  say("tiny images");
  await using tab = await openPage(browser);
  const [images, alone] = quick ? [QUICK_IMAGES, QUICK_ALONE] : [IMAGES, ALONE];
  const times = await tab.page.evaluate(race, { contestants: CONTESTANTS, images, alone, rounds: ROUNDS });
  if (tab.complaints.length > 0) throw new Error(tab.complaints.join("; "));
  const micros = (values: number[] = []) => `${shown(median(values), 1)} / ${shown(largest(values), 1)}`;
  const rows = CONTESTANTS.map(({ mode, threads }, index) => [
    `\`${mode}\``,
    threads,
    micros(times[index]?.together),
    micros(times[index]?.alone),
  ]);
  return {
    text: `Images of 16 × 16 through \`brightness\` on an isolated page, end to end, microseconds an image: ${shown(images)} in one \`starmap\`, and
${shown(alone)} one after another, each awaited, with \`apply\`. ${ROUNDS} interleaved rounds, median / largest.

${table([["mode", "threads", "in a batch, µs", "one by one, µs"], ...rows])}`,
  };
}

export const overhead: Part = { title: "The cost of an image beside its pixels", measure };

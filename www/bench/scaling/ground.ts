/** The page that work is measured in: its pools and pictures, and batches on them, by the package's public functions alone. */
import type { Browser, Page } from "playwright-core";
import type { Mode, Pool } from "../../src/types.js";
import type { RunReport, StageTimes } from "../../src/report-types.js";
import { openPage, type TestPage } from "../../test/browser/page.js";
import { definePhoto, type PhotoMaker } from "../photo.js";
import type { Step } from "./work.js";

export const [WIDTH, HEIGHT] = [1920, 1080];
/** One image that is all of its batch. */
export const LARGE = [6000, 4000] as const;
/** Pixels in each direction of a picture that costs next to nothing to hand over. */
const SMALL = 128;
/** What pools of many threads have of themselves on a machine of 8 GiB and more, so that as many images are under way on all. */
const MEMORY_LIMIT = 2 ** 30;

/** A batch of photos, or one large image. */
export type Load = "many" | "one";
/** Inputs are left as they are, or given away. */
export type Handing = "kept" | "given";
export const HANDINGS: readonly Handing[] = ["kept", "given"];

export interface Work {
  filter: readonly Step[];
  load: Load;
  handing: Handing;
  /** Of the pool that does it. */
  threads: number;
}

export interface BatchTime {
  milliseconds: number;
  /** How many threads' worth of work there was. */
  busy: number;
  stages: StageTimes;
  /** Of all pixels that came out. */
  fingerprint: number;
}

/** What the page keeps. */
interface Ground {
  pools: Map<number, Pool>;
  photos: Record<Load, ImageData[]>;
  /** What can be given away: copies of the photos, in buffers that came back. */
  spare: Record<Load, ImageData[]>;
}

/** How many cores pages are told of. */
export async function coresOf(browser: Browser): Promise<number> {
  const page = await browser.newPage();
  try {
    return await page.evaluate(() => navigator.hardwareConcurrency);
  } finally {
    await page.close();
  }
}

/** A fresh page with a pool for each number of threads. */
export async function openGround(
  browser: Browser,
  options: { mode: Mode; threads: readonly number[]; images: number; large?: boolean },
): Promise<TestPage> {
  const tab = await openPage(browser);
  await definePhoto(tab.page);
  await tab.page.evaluate(prepare, {
    ...options,
    limit: MEMORY_LIMIT,
    size: [WIDTH, HEIGHT],
    large: options.large ? [...LARGE] : undefined,
  });
  return tab;
}

/** In the page. */
async function prepare(given: {
  mode: Mode;
  threads: readonly number[];
  images: number;
  limit: number;
  size: number[];
  large: number[] | undefined;
}) {
  const { mode, threads, images, limit, size, large } = given;
  const { photo } = globalThis as unknown as PhotoMaker;
  const make = ([width = 1, height = 1]: number[]) => photo(width, height);
  const pools = new Map<number, Pool>();
  for (const count of threads)
    pools.set(count, await pixelpool.createPool({ threads: count, mode, memoryLimit: limit }));
  const photos = { many: Array.from({ length: images }, () => make(size)), one: large ? [make(large)] : [] };
  const ground: Ground = { pools, photos, spare: { many: [], one: [] } };
  Object.assign(globalThis, ground);
}

/** One batch; its copies to be given away are made before. `check` takes the fingerprint of the results, which takes its time. */
export const timeBatch = (page: Page, work: Work, check: boolean): Promise<BatchTime> =>
  page.evaluate(runBatch, { ...work, check });

async function runBatch({ filter, load, handing, threads, check }: Work & { check: boolean }): Promise<BatchTime> {
  const { pools, photos, spare } = globalThis as unknown as Ground;
  const pool = pools.get(threads);
  if (!pool) throw new Error(`no pool has ${threads} threads`);
  const isGiven = handing === "given";
  const images = photos[load].map((image) => {
    if (!isGiven) return image;
    // New buffers would be garbage a moment later, and its collection would be measured.
    const copy = spare[load].pop() ?? new ImageData(image.width, image.height);
    copy.data.set(image.data);
    return copy;
  });
  const batch = images.map((image, id): [number, ImageData] => [id, image]);
  const [first] = images;
  let report: RunReport | undefined;
  const options = { transfer: isGiven, onReport: (told: RunReport) => (report = told) };

  const start = performance.now();
  const results =
    load === "one" && first
      ? [await pool.apply(filter, first, undefined, options)]
      : (await pool.starmap(filter, batch, options)).map(([, image]) => image);
  const milliseconds = performance.now() - start;

  if (!report || results.length !== images.length) throw new Error("results or the report are missing");
  let fingerprint = 0;
  for (const result of check ? results : []) {
    for (const pixel of new Uint32Array(result.data.buffer, result.data.byteOffset, result.data.length / 4))
      fingerprint = (Math.imul(fingerprint, 31) + pixel) | 0;
  }
  const size = photos[load][0];
  const fits = (image: ImageData) => isGiven && image.width === size?.width && image.height === size.height;
  spare[load].push(...results.filter(fits));
  pool.recycle(...results.filter((image) => !fits(image)));
  return {
    milliseconds,
    busy: report.busy.reduce((sum, { share }) => sum + share, 0),
    stages: report.stages,
    fingerprint,
  };
}

/**
 * The same batch again and again for so long, and nothing else in between: what is given away is what came back of the batch
 * before, so the filter must keep the size and take as long whatever it sees.
 */
export const repeatBatch = (page: Page, work: Work, seconds: number): Promise<{ batches: number; elapsed: number }> =>
  page.evaluate(runAgain, { ...work, seconds });

async function runAgain({ filter, load, handing, threads, seconds }: Work & { seconds: number }) {
  const { pools, photos, spare } = globalThis as unknown as Ground;
  const pool = pools.get(threads);
  if (!pool) throw new Error(`no pool has ${threads} threads`);
  const isGiven = handing === "given";
  let images = isGiven ? spare[load].splice(0) : photos[load];
  if (images.length !== photos[load].length) throw new Error("there is nothing to give away yet");
  const start = performance.now();
  let [batches, elapsed] = [0, 0];
  while (elapsed < seconds * 1000) {
    const results = await pool.starmap(
      filter,
      images.map((image, id): [number, ImageData] => [id, image]),
      { transfer: isGiven },
    );
    const back = results.map(([, image]) => image);
    if (isGiven) images = back;
    else pool.recycle(...back);
    batches += 1;
    elapsed = performance.now() - start;
  }
  if (isGiven) spare[load].push(...images);
  return { batches, elapsed };
}

/** Runs a filter on so many pictures that are hardly larger than nothing. */
export async function runOnSmall(page: Page, threads: number, filter: readonly Step[], count: number) {
  await page.evaluate(runSmall, { threads, filter, count, size: SMALL });
}

async function runSmall(given: { threads: number; filter: readonly Step[]; count: number; size: number }) {
  const { threads, filter, count, size } = given;
  const { pools, photo } = globalThis as unknown as Ground & PhotoMaker;
  const image = photo(size, size);
  const batch = Array.from({ length: count }, (_, id): [number, ImageData] => [id, image]);
  await pools.get(threads)?.starmap(filter, batch);
}

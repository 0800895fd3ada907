/**
 * Every filter on a batch of photos, at one thread and at all of them, and the cost of handing images over. Rounds are interleaved
 * and medians taken, since machines are shared; what counts are ratios within one run. The table stands in the README too.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { filters } from "../src/generated/filters.js";
import { exampleOf } from "../test/required.js";
import type { FilterInfo } from "../src/filter-info.js";
import { openPage } from "../test/browser/page.js";
import { ROOT, type Context, type Findings, type Part } from "./parts.js";
import { definePhoto, type PhotoMaker } from "./photo.js";
import { median } from "./statistics.js";
import { barChart } from "./svg.js";

interface Counts {
  images: number;
  rounds: number;
  tiny: number;
  starts: number;
}

const COUNTS: Counts = { images: 16, rounds: 5, tiny: 10_000, starts: 7 };
const QUICK_COUNTS: Counts = { images: 2, rounds: 1, tiny: 1000, starts: 1 };
const [WIDTH, HEIGHT] = [1920, 1080];
/** One image that is all of its batch. */
const LARGE = [4000, 3000] as const;
/** As a multiple of the plain copy. */
const LONGEST_BAR = 16;
const README = path.join(ROOT, "README.md");

/** Milliseconds of each round, by contestant. */
type Times = Record<string, number[]>;

interface Contestant {
  spec: Record<string, unknown> & { kind: string };
  /** Names of parameters that are pictures: they are made in the page. */
  pictures: string[];
}

/** A filter with its defaults, or with something to do where its defaults change nothing. */
function contestantOf(info: FilterInfo): Contestant {
  const given = info.parameters.flatMap((parameter): [string, unknown][] => {
    // Of two sides one must be given.
    const isSide = info.size?.rule === "parameters" && info.size.width === parameter.name;
    if (isSide && parameter.type === "number" && !parameter.required)
      return [[parameter.name, parameter.softMaximum / 8]];
    const isGiven = parameter.type === "text" || ("required" in parameter && parameter.required);
    if (isGiven) return [[parameter.name, exampleOf(parameter)]];
    if (parameter.type !== "number" || parameter.name !== info.intensity) return [];
    const isIdentity = parameter.default === 0 || (parameter.default === 1 && !parameter.integer);
    return isIdentity ? [[parameter.name, parameter.softMaximum / 2]] : [];
  });
  const pictures = info.parameters.filter(({ type }) => type === "image").map(({ name }) => name);
  return { spec: { kind: info.name, ...Object.fromEntries(given) }, pictures };
}

/** In the page: all contestants, round after round, and how long the page could not answer meanwhile. */
async function race(given: {
  contestants: Contestant[];
  threads: number;
  counts: Counts;
  size: number[];
  large: number[];
}) {
  const { contestants, threads, counts } = given;
  const { photo } = globalThis as unknown as PhotoMaker;
  const [[width = 0, height = 0], [largeWidth = 0, largeHeight = 0]] = [given.size, given.large];
  const batches: [what: string, batch: [number, ImageData][]][] = [
    ["many", Array.from({ length: counts.images }, (_, id) => [id, photo(width, height)])],
    ["one", [[0, photo(largeWidth, largeHeight)]]],
  ];
  // A second picture is as large as those that it is laid over.
  const second = photo(width, height);
  const specs = contestants.map(
    ({ spec, pictures }) =>
      Object.assign({}, spec, ...pictures.map((name) => ({ [name]: second }))) as Contestant["spec"],
  );
  let longestGap = 0;
  let last = performance.now();
  const beat = new MessageChannel();
  beat.port1.onmessage = () => {
    const now = performance.now();
    longestGap = Math.max(longestGap, now - last);
    last = now;
    setTimeout(() => {
      last = performance.now();
      beat.port2.postMessage(null);
    }, 1);
  };
  beat.port2.postMessage(null);
  const times: Times = {};
  const chains = [["copy", []] as const, ...specs.map((spec) => [spec.kind, [spec]] as const)];
  for (const [what, batch] of batches) {
    const pools = [await pixelpool.createPool({ threads: 1 }), await pixelpool.createPool({ threads })];
    for (let round = -1; round < counts.rounds; round++) {
      for (const [name, chain] of chains) {
        for (const pool of pools) {
          const start = performance.now();
          const results = await pool.starmap(chain as never, batch);
          const time = performance.now() - start;
          pool.recycle(...results.map(([, image]) => image));
          // The first round warms up.
          if (round >= 0) (times[`${name} ${what} ${pool.threads}`] ??= []).push(time);
        }
      }
    }
    for (const pool of pools) await pool.close();
  }
  beat.port1.close();
  return { times, longestGap };
}

/** In the page: images so small that handing them over is all there is to do. */
async function raceTiny({ threads, counts }: { threads: number; counts: Counts }) {
  const times: Times = {};
  for (const wanted of [1, threads]) {
    const pool = await pixelpool.createPool({ threads: wanted });
    const batch = Array.from({ length: counts.tiny }, (_, id): [number, ImageData, number] => [
      id,
      new ImageData(16, 16),
      1.5,
    ]);
    for (let round = -1; round < counts.rounds; round++) {
      const start = performance.now();
      await pool.starmap("brightness", batch);
      if (round >= 0) (times[String(wanted)] ??= []).push(performance.now() - start);
    }
    await pool.close();
  }
  return times;
}

/** From the start of a page's own script to its first result, in milliseconds. */
async function firstResult(browser: Browser): Promise<number> {
  await using fresh = await openPage(browser);
  return await fresh.page.evaluate(async () => {
    const image = new ImageData(512, 512);
    // Not the module that the page has loaded already.
    const script = "/dist/index.js?start";
    const start = performance.now();
    const { createPool } = (await import(script)) as typeof pixelpool;
    const pool = await createPool();
    await pool.apply("brightness", image, 1.5);
    const time = performance.now() - start;
    await pool.close();
    return time;
  });
}

async function measure({ browser, quick, say, signature }: Context): Promise<Findings> {
  const threads = cpus().length;
  const counts = quick ? QUICK_COUNTS : COUNTS;
  const contestants = filters.filter(({ name }) => name !== "delay").map(contestantOf);
  await using tab = await openPage(browser);
  await definePhoto(tab.page);
  say(`${contestants.length} filters`);
  const raced = { contestants, threads, counts, size: [WIDTH, HEIGHT], large: [...LARGE] };
  const { times, longestGap } = await tab.page.evaluate(race, raced);
  say("tiny images, and starts");
  const tiny = await tab.page.evaluate(raceTiny, { threads, counts });
  const starts: number[] = [];
  for (let i = 0; i < counts.starts; i++) starts.push(await firstResult(browser));
  if (tab.complaints.length > 0) throw new Error(tab.complaints.join("; "));

  const of = (name: string, threads: number, what = "many") => median(times[`${name} ${what} ${threads}`] ?? []);
  const speedUp = (name: string, what?: string) => (of(name, 1, what) / of(name, threads, what)).toFixed(2);
  const copy = of("copy", threads);
  const kinds = contestants.map(({ spec }) => spec.kind);
  const rows = kinds.map((kind) => {
    const [one, all] = [of(kind, 1), of(kind, threads)];
    const cells = [one.toFixed(0), all.toFixed(0), speedUp(kind), (all / copy).toFixed(2), speedUp(kind, "one")];
    return `| \`${kind}\` | ${cells.join(" | ")} |`;
  });
  const micros = (wanted: number) => ((median(tiny[String(wanted)] ?? []) / counts.tiny) * 1000).toFixed(0);
  const text = `${counts.images} opaque images of ${WIDTH} × ${HEIGHT} as \`ImageData\` on a cross-origin isolated page, inputs left intact, results
recycled after each batch, all copies counted; medians of ${counts.rounds} interleaved rounds. Milliseconds are of this machine, which other
work shares: compare ratios only. Each filter has its defaults, or half of its slider where its default changes nothing, and the
package's own examples (\`filters\`) for what must be given: \`resize\`, \`crop\` and \`warp\` make small images. A second picture
is as large as the images.

<!-- prettier-ignore-start -->

| filter | 1 thread, ms | ${threads} threads, ms | speed-up | times a plain copy | speed-up of one ${LARGE.join(" × ")} |
| --- | --- | --- | --- | --- | --- |
| no filter: the copy in and out | ${of("copy", 1).toFixed(0)} | ${copy.toFixed(0)} | ${speedUp("copy")} | 1.00 | ${speedUp("copy", "one")} |
${rows.join("\n")}

<!-- prettier-ignore-end -->

${counts.tiny.toLocaleString("en")} images of 16 × 16: ${micros(1)} µs an image at 1 thread, ${micros(threads)} µs at ${threads}, end to end.

From the start of a page's script to its first result, a 512 × 512 image, with the package's module, its worker and its wasm
to be fetched from this machine and compiled: ${median(starts).toFixed(0)} ms.

Longest pause of the page's own thread while the filters ran: ${longestGap.toFixed(0)} ms.`;
  const picture = barChart({
    title: "Filters, against a plain copy in and out",
    x: `time, as a multiple of the plain copy at ${threads} threads`,
    series: ["1 thread", `${threads} threads`],
    cut: LONGEST_BAR,
    groups: kinds.map((kind) => ({ name: kind, values: [of(kind, 1) / copy, of(kind, threads) / copy] })),
  });
  if (!quick) writeIntoReadme(`Written by \`npm run bench\` on ${signature}.\n\n${text}\n`);
  return {
    text: `![Every filter's time against a plain copy](benchmarks.svg)\n\n${text}`,
    pictures: { "benchmarks.svg": picture },
  };
}

function writeIntoReadme(text: string): void {
  const readme = readFileSync(README, "utf8");
  const between = /(<!-- benchmarks:begin -->\n).*(\n<!-- benchmarks:end -->)/s;
  if (!between.test(readme)) throw new Error("README.md has no place for the benchmarks");
  writeFileSync(
    README,
    readme.replace(between, (_, begin: string, end: string) => `${begin}\n${text}${end}`),
  );
}

export const filterTimes: Part = { title: "Filters", measure };

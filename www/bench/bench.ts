/**
 * `npm run bench`: every filter on a batch of photos in headless Chromium, at one thread and at all of them, and the cost of
 * handing images over. Rounds are interleaved and medians taken, since machines are shared; what counts are ratios within
 * one run. Writes docs/benchmarks.md, and the same table into the README.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { filters } from "../src/generated/filters.js";
import { exampleOf } from "../test/required.js";
import type { FilterInfo } from "../src/filter-info.js";
import { launch, openPage } from "../test/browser/page.js";
import { median } from "./statistics.js";
import { barChart } from "./svg.js";

const IMAGES = 16;
const [WIDTH, HEIGHT] = [1920, 1080];
/** One image that is all of its batch. */
const LARGE = [4000, 3000] as const;
const ROUNDS = 5;
const TINY = 10_000;
const STARTS = 7;
const ROOT = path.resolve(import.meta.dirname, "../..");
const REPORT = path.join(ROOT, "docs/benchmarks.md");
const PICTURE = path.join(ROOT, "docs/benchmarks.svg");
const README = path.join(ROOT, "README.md");

/** Milliseconds of each round, by contestant. */
type Times = Record<string, number[]>;

/** A filter with its defaults, or with something to do where its defaults change nothing. */
function specOf(info: FilterInfo): Record<string, unknown> & { kind: string } {
  const given = info.parameters.flatMap((parameter): [string, unknown][] => {
    const isGiven = parameter.type === "text" || ("required" in parameter && parameter.required);
    if (isGiven) return [[parameter.name, exampleOf(parameter)]];
    if (parameter.type !== "number" || parameter.name !== info.intensity) return [];
    const isIdentity = parameter.default === 0 || (parameter.default === 1 && !parameter.integer);
    return isIdentity ? [[parameter.name, parameter.softMaximum / 2]] : [];
  });
  return { kind: info.name, ...Object.fromEntries(given) };
}

const threads = cpus().length;
const browser = await launch();
await using tab = await openPage(browser);
const contestants = filters.filter(({ name }) => name !== "delay").map(specOf);

const { times, longestGap } = await tab.page.evaluate(
  async ({ contestants, threads, images, width, height, large, rounds }) => {
    let seed = 1;
    const photo = (width: number, height: number): ImageData => {
      const image = new ImageData(width, height);
      // Slopes with grain, opaque, as photos are.
      for (let i = 0; i < image.data.length; i++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        image.data[i] = i % 4 === 3 ? 255 : ((i / 997) & 255) * 0.8 + (seed >>> 28);
      }
      return image;
    };
    const batches: [what: string, batch: [number, ImageData][]][] = [
      ["many", Array.from({ length: images }, (_, id) => [id, photo(width, height)])],
      ["one", [[0, photo(...large)]]],
    ];
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
    const chains = [["copy", []] as const, ...contestants.map((spec) => [spec.kind, [spec]] as const)];
    for (const [what, batch] of batches) {
      const pools = [await pixelpool.createPool({ threads: 1 }), await pixelpool.createPool({ threads })];
      for (let round = -1; round < rounds; round++) {
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
  },
  { contestants, threads, images: IMAGES, width: WIDTH, height: HEIGHT, large: LARGE, rounds: ROUNDS },
);

const tiny = await tab.page.evaluate(
  async ({ threads, count, rounds }) => {
    const times: Times = {};
    for (const wanted of [1, threads]) {
      const pool = await pixelpool.createPool({ threads: wanted });
      const batch = Array.from({ length: count }, (_, id): [number, ImageData, number] => [
        id,
        new ImageData(16, 16),
        1.5,
      ]);
      for (let round = -1; round < rounds; round++) {
        const start = performance.now();
        await pool.starmap("brightness", batch);
        if (round >= 0) (times[String(wanted)] ??= []).push(performance.now() - start);
      }
      await pool.close();
    }
    return times;
  },
  { threads, count: TINY, rounds: ROUNDS },
);

/** From the start of a page's own script to its first result, in milliseconds. */
async function firstResult(): Promise<number> {
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

const starts: number[] = [];
for (let i = 0; i < STARTS; i++) starts.push(await firstResult());
const version = browser.version();
await browser.close();

const of = (name: string, threads: number, what = "many") => median(times[`${name} ${what} ${threads}`] ?? []);
const speedUp = (name: string, what?: string) => (of(name, 1, what) / of(name, threads, what)).toFixed(2);
const copy = of("copy", threads);
const rows = contestants.map(({ kind }) => {
  const [one, all] = [of(kind, 1), of(kind, threads)];
  const cells = [one.toFixed(0), all.toFixed(0), speedUp(kind), (all / copy).toFixed(2), speedUp(kind, "one")];
  return `| \`${kind}\` | ${cells.join(" | ")} |`;
});
const micros = (wanted: number) => ((median(tiny[String(wanted)] ?? []) / TINY) * 1000).toFixed(0);
const machine = `${cpus()[0]?.model.trim()}, ${threads} cores; Chromium ${version}; Node ${process.versions.node}`;
const results = `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.

${IMAGES} opaque images of ${WIDTH} × ${HEIGHT} as \`ImageData\` on a cross-origin isolated page, inputs left intact, results
recycled after each batch, all copies counted; medians of ${ROUNDS} interleaved rounds. Milliseconds are of this machine, which other
work shares: compare ratios only. Each filter has its defaults, or half of its slider where its default changes nothing.

<!-- prettier-ignore-start -->

| filter | 1 thread, ms | ${threads} threads, ms | speed-up | times a plain copy | speed-up of one ${LARGE.join(" × ")} |
| --- | --- | --- | --- | --- | --- |
| no filter: the copy in and out | ${of("copy", 1).toFixed(0)} | ${copy.toFixed(0)} | ${speedUp("copy")} | 1.00 | ${speedUp("copy", "one")} |
${rows.join("\n")}

<!-- prettier-ignore-end -->

${TINY.toLocaleString("en")} images of 16 × 16: ${micros(1)} µs an image at 1 thread, ${micros(threads)} µs at ${threads}, end to end.

From the start of a page's script to its first result, a 512 × 512 image, with the package's module, its worker and its wasm
to be fetched from this machine and compiled: ${median(starts).toFixed(0)} ms.

Longest pause of the page's own thread while the filters ran: ${longestGap.toFixed(0)} ms.
`;
const picture = barChart({
  title: "Filters, against a plain copy in and out",
  x: `time, as a multiple of the plain copy at ${threads} threads`,
  series: ["1 thread", `${threads} threads`],
  groups: contestants.map(({ kind }) => ({ name: kind, values: [of(kind, 1) / copy, of(kind, threads) / copy] })),
});
writeFileSync(PICTURE, picture);
writeFileSync(REPORT, `# Benchmarks\n\n![Every filter's time against a plain copy](benchmarks.svg)\n\n${results}`);
const readme = readFileSync(README, "utf8");
const between = /(<!-- benchmarks:begin -->\n).*(\n<!-- benchmarks:end -->)/s;
if (!between.test(readme)) throw new Error("README.md has no place for the benchmarks");
writeFileSync(
  README,
  readme.replace(between, (_, begin: string, end: string) => `${begin}\n${results}${end}`),
);
console.log(results);

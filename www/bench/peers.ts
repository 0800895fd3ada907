/**
 * `npm run bench:peers`: the same work by pixelpool, by other libraries, and by hand, in one headless Chromium, in interleaved
 * rounds; everyone's results are held against the definition. Writes docs/peers.md with its picture, and a short table into
 * the README. Adding a rival is one file in www/bench/peers/ and one line in its rivals.ts. What is done to files is in
 * www/bench/peers/files/, and a section of the report that is written alone with `--only files`.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { launch, openPage } from "../test/browser/page.js";
import { checker, type Distance } from "./peers/check.js";
import * as native from "./peers/native.js";
import { TRIAL, type Column } from "./peers/contestant.js";
import { measureFiles } from "./peers/files/files.js";
import { jobs } from "./peers/files/jobs.js";
import { FILES as FILES_SECTION, filesSection } from "./peers/files/report.js";
import type { Entry, Peers } from "./peers/page.js";
import { collage, isLargeEnough } from "./peers/photos.js";
import { measureRadii, RADII, radiiSection, type Radius } from "./peers/radii.js";
import { write, writeSection, writtenOn, type Contestant, type Measured } from "./peers/report.js";
import { lines, type Line, type Picture } from "./peers/work.js";
import { median } from "./statistics.js";

const ROOT = path.resolve(import.meta.dirname, "../..");
const SAMPLES = path.join(ROOT, "www/demo/samples");
const THREADS = 2;
/** Milliseconds from where on fewer rounds do, and from where on fewer pictures: all of it must end some time. */
const [SLOW, VERY_SLOW] = [1500, 3000];
/** What whoever is very slow is given time for. */
const ENOUGH = 1500;
/** A way that has taken so many times longer in the trial than another one is not looked at again. */
const HOPELESS = 1.5;
const SLOW_ROUNDS = 3;

declare const peers: Peers;

const { values } = parseArgs({
  options: { only: { type: "string" }, package: { type: "boolean" }, rounds: { type: "string", default: "5" } },
});
const rounds = Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds >= 1)) throw new Error("--rounds is a whole number from 1 on");
const FILES = [...jobs.map((_, index) => `files.${index + 1}`), "files.first"];
const LINES = lines.map((_, index) => String(index + 1));
const names = [...LINES, "radii", ...FILES];
const only = values.only?.split(",").flatMap((name) => (name === "files" ? FILES : name));
const unknown = only?.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`there is no line ${unknown}; there are files, ${names.join(", ")}`);
const isWanted = (name: string) => only?.includes(name) ?? true;

const files = readdirSync(SAMPLES).filter((file) => /\.(jpg|webp)$/.test(file));
const decoded = await Promise.all(files.map((file) => native.decode(path.join(SAMPLES, file))));
const photos = decoded.filter(isLargeEnough);
mkdirSync(path.join(ROOT, "target/peers"), { recursive: true });
writeFileSync(
  path.join(ROOT, "target/peers/photos.rgba"),
  Buffer.concat(photos.map(({ data }) => new Uint8Array(data))),
);

/** Of what is measured, by its name in the report. */
function versions(): Record<string, string> {
  const folder = path.join(import.meta.dirname, "peers");
  const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as { version: string; dependencies?: object };
  const packages = Object.keys(read(path.join(folder, "package.json")).dependencies ?? {});
  const found = packages.map((name) => [name, read(path.join(folder, "node_modules", name, "package.json")).version]);
  return {
    ...(Object.fromEntries(found) as Record<string, string>),
    pixelpool: read(path.join(ROOT, "package.json")).version,
  };
}

/** Someone in this line, in one way of working. */
interface Runner extends Contestant {
  measure: (count: number) => Promise<number>;
  /** With two pictures, and a look at the results. */
  attempt: () => Promise<{ time: number; distance: Distance }>;
}

function inBrowser(page: Page, entry: Entry | Column): Pick<Runner, "measure" | "attempt"> {
  return {
    measure: (count) => page.evaluate(({ entry, count }) => peers.measure(entry, count), { entry, count }),
    attempt: () => page.evaluate((entry) => peers.attempt(entry), entry),
  };
}

function inNode(line: Line): Runner[] {
  if (!native.supports(line.steps)) return [];
  const pictures = Array.from({ length: line.count }, (_, seed) => collage(photos, ...line.size, seed));
  const trial = pictures.slice(0, TRIAL);
  const distanceOf = checker(line, trial);
  const timed = async (pictures: readonly Picture[]) => {
    const start = performance.now();
    const results = await native.run(line.steps, pictures);
    return { time: performance.now() - start, results };
  };
  const measure = async (count: number) => (await timed(pictures.slice(0, count))).time;
  const attempt = async () => {
    const { time, results } = await timed(trial);
    return { time, distance: distanceOf(results) };
  };
  return [{ name: "sharp", way: `in Node, ${THREADS} pictures at a time`, kind: "native", measure, attempt }];
}

interface Chosen extends Runner {
  distance: Distance;
  /** What to expect, by the trial and with all pictures, and how many pictures to measure with. */
  trial: number;
  estimate: number;
  pictures: number;
}

/** Everyone tries everything they can do, and goes on with what was fastest. */
async function chosen(ways: readonly Runner[], count: number): Promise<Chosen | undefined> {
  let best: Chosen | undefined;
  for (const way of ways) {
    const { distance } = await way.attempt();
    const warm = ((await way.measure(TRIAL)) * count) / TRIAL;
    const pictures =
      warm > VERY_SLOW ? Math.max(TRIAL, Math.min(count, Math.round((count * ENOUGH) / warm / 2) * 2)) : count;
    const isHopeless = best !== undefined && warm > best.trial * HOPELESS;
    const estimate = pictures === count && !isHopeless ? await way.measure(count) : warm;
    console.log(
      `   ${way.name} ${way.way}: ${estimate.toFixed(0)} ms; ${distance.largest} / ${distance.mean.toFixed(3)}`,
    );
    if (!best || estimate < best.estimate) best = { ...way, distance, estimate, trial: warm, pictures };
  }
  return best;
}

async function measureLines(browser: Browser): Promise<{ measured: Measured[]; radii: Radius[] }> {
  const measured: Measured[] = [];
  await using tab = await openPage(browser);
  const { page } = tab;
  await page.addScriptTag({ url: "/target/peers/page.js", type: "module" });
  await page.waitForFunction(() => "peers" in globalThis);
  const sizes = photos.map(({ width, height }) => ({ width, height }));
  await page.evaluate(({ sizes, threads }) => peers.start(sizes, threads), { sizes, threads: THREADS });
  for (const [index, line] of lines.entries()) {
    if (!isWanted(String(index + 1))) continue;
    const started = performance.now();
    console.log(`${index + 1}. ${line.name}`);
    await page.evaluate((index) => peers.prepare(index), index);
    const entries = await page.evaluate(({ index, threads }) => peers.entries(index, threads), {
      index,
      threads: THREADS,
    });
    const names = [...new Set(entries.map(({ rival }) => rival))];
    const theirs = names.map((name) =>
      entries
        .filter(({ rival }) => rival === name)
        .map((entry): Runner => ({ name, way: entry.way.name, kind: "rival", ...inBrowser(page, entry) })),
    );
    const isKnown = await page.evaluate((index) => peers.isKnown(index), index);
    const ours = (["kept", "given"] as const).map((kind): Runner[] =>
      isKnown ? [{ name: "pixelpool", way: kind, kind, ...inBrowser(page, kind) }] : [],
    );
    const field: (Chosen & { times: number[] })[] = [];
    for (const ways of [...ours, ...theirs, inNode(line)]) {
      const best = await chosen(ways, line.count);
      if (best) field.push({ ...best, times: [] });
    }
    for (let round = 0; round < rounds; round++) {
      // Everyone is first in turn.
      const first = round % field.length;
      for (const one of [...field.slice(first), ...field.slice(0, first)]) {
        if (one.estimate > SLOW && round >= SLOW_ROUNDS) continue;
        one.times.push(((await one.measure(one.pictures)) * line.count) / one.pictures);
      }
    }
    measured.push({ line, field: field.map((one) => ({ ...one, time: median(one.times) })) });
    for (const one of field) {
      const { largest, mean } = one.distance;
      console.log(
        `   ${one.name} (${one.way}): ${median(one.times).toFixed(0)} ms; off by ${largest}, ${mean.toFixed(3)}`,
      );
    }
    console.log(`   took ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  const radii = isWanted("radii") ? await measureRadii(page, rounds) : [];
  if (tab.complaints.length > 0) console.warn(tab.complaints.join("\n"));
  return { measured, radii };
}

const browser = await launch("--js-flags=--expose-gc");
const began = performance.now();
try {
  const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores; Chromium ${browser.version()}; Node ${process.versions.node}`;
  const circumstances = () => ({ machine, rounds, threads: THREADS, versions: versions() });
  if ([...LINES, "radii"].some(isWanted)) {
    const { measured, radii } = await measureLines(browser);
    const minutes = (performance.now() - began) / 60_000;
    if (!only) write(ROOT, measured, { minutes, ...circumstances() });
    if (radii.length > 0) writeSection(ROOT, RADII, radiiSection(radii, writtenOn(machine), rounds));
  }
  if (FILES.some(isWanted)) {
    const wantedJobs = jobs.flatMap((_, index) => (isWanted(`files.${index + 1}`) ? [index] : []));
    const first = isWanted("files.first");
    const measured = await measureFiles(browser, { jobs: wantedJobs, first, photos, rounds, threads: THREADS });
    const about = { written: writtenOn(machine), rounds, threads: THREADS };
    if (FILES.every(isWanted)) writeSection(ROOT, FILES_SECTION, filesSection(measured, about));
  }
} finally {
  await browser.close();
}

/** Files to files, by everyone in one browser, in interleaved rounds; and the first result on a fresh page. */
import path from "node:path";
import type { Browser } from "playwright-core";
import { openPage } from "../../../test/browser/page.js";
import { median } from "../../statistics.js";
import { TRIAL } from "../contestant.js";
import type { Picture } from "../work.js";
import { fileChecker, type Look } from "./check.js";
import { firstResults, type FirstResults } from "./first.js";
import { jobs, type Column, type Job } from "./jobs.js";
import type { Entry, PeersOfFiles } from "./page.js";
import { writeSources } from "./sources.js";

const ROOT = path.resolve(import.meta.dirname, "../../../..");

declare const peersOfFiles: PeersOfFiles;

export interface FileResult {
  name: string;
  /** Ours. */
  column?: Column;
  way: string;
  look: Look;
  /** The median of the times, in milliseconds. */
  time: number;
}

export interface FilesMeasured {
  jobs: { job: Job; field: readonly FileResult[] }[];
  first?: FirstResults;
}

export interface FilesWanted {
  jobs: readonly number[];
  first: boolean;
  photos: readonly Picture[];
  rounds: number;
  threads: number;
}

const nameOf = (entry: Entry) => ("rival" in entry ? entry.rival : `pixelpool, ${entry.column}`);
const wayOf = (entry: Entry) => ("rival" in entry ? entry.way.name : "");
const shownAs = (entry: Entry) => `   ${nameOf(entry)} ${wayOf(entry)}`.trimEnd();

export async function measureFiles(browser: Browser, wanted: FilesWanted): Promise<FilesMeasured> {
  const measured: FilesMeasured = { jobs: [] };
  for (const job of wanted.jobs) measured.jobs.push(await measureJob(browser, job, wanted));
  if (wanted.first) {
    if (!wanted.jobs.includes(0)) await writeSources(ROOT, 0, wanted.photos);
    measured.first = await firstResults(browser, 2 * wanted.rounds + 1, jobs[0]!.size);
    console.log(`first result: ${JSON.stringify(measured.first)}`);
  }
  return measured;
}

async function measureJob(browser: Browser, index: number, { photos, rounds, threads }: FilesWanted) {
  const job = jobs[index]!;
  console.log(`files.${index + 1} ${job.name}`);
  const sources = await writeSources(ROOT, index, photos);
  const look = await fileChecker(job, sources.slice(0, TRIAL));
  await using tab = await openPage(browser);
  const { page } = tab;
  await page.addScriptTag({ url: "/target/peers/file-page.js", type: "module" });
  await page.waitForFunction(() => "peersOfFiles" in globalThis);
  await page.evaluate((threads) => peersOfFiles.start(threads), threads);
  await page.evaluate((index) => peersOfFiles.prepare(index), index);
  const entries = await page.evaluate(({ index, threads }) => peersOfFiles.entries(index, threads), {
    index,
    threads,
  });
  const measure = (entry: Entry) => page.evaluate((entry) => peersOfFiles.measure(entry), entry);

  // Everyone tries each way of working, and goes on with the fastest.
  const chosen = new Map<string, { entry: Entry; look: Look; trial: number; times: number[] }>();
  for (const entry of entries) {
    const seen = await look(await page.evaluate((entry) => peersOfFiles.attempt(entry), entry));
    const trial = await measure(entry);
    console.log(
      `${shownAs(entry)}: ${trial.toFixed(0)} ms; off by ${seen.largest}, ${seen.mean.toFixed(3)}; ${seen.bytes.toFixed(0)} bytes`,
    );
    const known = chosen.get(nameOf(entry));
    if (!known || trial < known.trial) chosen.set(nameOf(entry), { entry, look: seen, trial, times: [] });
  }
  const field = [...chosen.values()];
  for (let round = 0; round < rounds; round++) {
    // Everyone is first in turn.
    const first = round % field.length;
    for (const { entry, times } of [...field.slice(first), ...field.slice(0, first)]) times.push(await measure(entry));
  }
  if (tab.complaints.length > 0) console.warn(tab.complaints.join("\n"));
  const results = field.map(({ entry, look, times }): FileResult => {
    console.log(`${shownAs(entry)}: ${median(times).toFixed(0)} ms${look.mean > job.limit ? ", †" : ""}`);
    const ours = "column" in entry ? { column: entry.column } : {};
    return { name: nameOf(entry), way: wayOf(entry), look, time: median(times), ...ours };
  });
  return { job, field: results };
}

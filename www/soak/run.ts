/**
 * `npm run soak`: random rounds in real browsers, on a page that is cross-origin isolated and on one that is not, until the
 * time is over. Ends with a table, and with an error if one result was lost, doubled, out of order or wrong.
 */
import { parseArgs } from "node:util";
import path from "node:path";
import { build } from "esbuild";
import { openBrowser, type BrowserName, type OpenBrowser, type Tab } from "../test/drivers.js";
import { serve } from "../test/serve.js";
import { Chance } from "./chance.js";
import { residentBytes } from "./memory.js";
import type { Failure, Prepared, Slice } from "./soak.js";
import { addTally, emptyTally, type Tally } from "./tally.js";

const ROOT = path.resolve(import.meta.dirname, "../..");
const BROWSERS: readonly BrowserName[] = ["chromium", "firefox"];
const PAGES = ["isolated", "plain"] as const;
/** A slice is what a page does between two looks at it. */
const SLICE_MS = 5000;
const ROUNDS_A_SLICE = 200;
/** Beyond the limit of a round, which the page watches itself. */
const SLICE_LIMIT_MS = 120_000;
const MOST_FAILURES = 10;

declare global {
  /** What the page's script puts there. */
  var soak: {
    prepare: (address: string) => Promise<Prepared>;
    run: (work: { seeds: number[]; milliseconds: number }) => Promise<Slice>;
  };
}

interface Options {
  seed: number;
  milliseconds: number;
  browsers: readonly BrowserName[];
  pages: readonly (typeof PAGES)[number][];
  /** The only round, over and over. */
  round: number | undefined;
  package: string;
  /** Whether the package need not have the filter that fails on purpose. */
  mayLackFaults: boolean;
}

interface Part {
  name: string;
  tally: Tally;
  failures: Failure[];
  memory: (number | undefined)[];
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string" },
      seconds: { type: "string" },
      seed: { type: "string" },
      browser: { type: "string", default: "both" },
      page: { type: "string", default: "both" },
      round: { type: "string" },
      package: { type: "string", default: "target/faults/dist" },
      "without-faults": { type: "boolean", default: false },
    },
  });
  const among = <T extends string>(name: string, value: string, all: readonly T[]): readonly T[] => {
    if (value === "both") return all;
    const chosen = all.filter((one) => one === value);
    if (chosen.length === 0) throw new Error(`--${name} is ${all.join(", ")} or both, not ${value}`);
    return chosen;
  };
  const number = (name: string, value: string | undefined) => {
    if (value === undefined) return undefined;
    if (!(Number(value) >= 0)) throw new Error(`--${name} needs a number, not ${value}`);
    return Number(value);
  };
  const seconds = number("seconds", values.seconds) ?? (number("minutes", values.minutes) ?? 10) * 60;
  return {
    seed: number("seed", values.seed) ?? Math.floor(Math.random() * 2 ** 32),
    milliseconds: seconds * 1000,
    browsers: among("browser", values.browser, BROWSERS),
    pages: among("page", values.page, PAGES),
    round: number("round", values.round),
    package: values.package,
    mayLackFaults: values["without-faults"],
  };
}

async function bundle(): Promise<void> {
  await build({
    entryPoints: [path.join(ROOT, "www/soak/soak.ts")],
    outfile: path.join(ROOT, "target/soak/soak.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    // The numbers from a seed are shared with tests that read a seed of their own.
    define: { "process.env.SEED": "undefined" },
    sourcemap: "inline",
    logLevel: "warning",
  });
}

/** Rejects when a page does not answer, which is then the failure. */
async function unlessSilent<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the page answers no more")), milliseconds);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

async function openPage(browser: OpenBrowser, address: string, options: Options): Promise<Tab> {
  const tab = await browser.open(`${address}/www/soak/page.html`);
  const entry = `/${options.package}/index.js`;
  const { has } = await unlessSilent(
    tab.evaluate((entry) => soak.prepare(entry), entry),
    SLICE_LIMIT_MS,
  );
  for (const [what, there] of Object.entries(has)) {
    if (there) continue;
    if (!options.mayLackFaults) throw new Error(`${options.package} has no ${what}: it is no build with faults`);
    console.warn(`WARNING: ${options.package} has no ${what}; these are left out of the soak`);
  }
  return tab;
}

async function soakPage(
  browser: OpenBrowser,
  page: (typeof PAGES)[number],
  milliseconds: number,
  options: Options,
): Promise<Part> {
  const part: Part = { name: `${browser.name} ${page}`, tally: emptyTally(), failures: [], memory: [] };
  const chance = new Chance(options.seed + BROWSERS.indexOf(browser.name) * PAGES.length + PAGES.indexOf(page));
  const server = await serve(ROOT, { isolated: page === "isolated" });
  const end = performance.now() + milliseconds;
  try {
    const tab = await openPage(browser, server.url, options);
    const seeds: number[] = [];
    do {
      while (seeds.length < ROUNDS_A_SLICE) seeds.push(options.round ?? chance.seed());
      const work = { seeds, milliseconds: Math.min(SLICE_MS, end - performance.now()) };
      const slice = await unlessSilent(
        tab.evaluate((work) => soak.run(work), work),
        SLICE_LIMIT_MS,
      );
      // The next slice goes on where this one has ended: the rounds are the same, however fast the machine.
      seeds.splice(0, slice.rounds);
      addTally(part.tally, slice.tally);
      part.failures.push(...slice.failures);
      for (const failure of slice.failures) report(failure, browser.name, page);
      if (slice.hangs || part.failures.length >= MOST_FAILURES) break;
      part.memory.push(residentBytes());
      const { rounds, items } = part.tally;
      console.log(`${part.name}: ${rounds} rounds, ${items} items, ${megabytes(part.memory.at(-1))}`);
    } while (performance.now() < end);
    for (const text of new Set(await unlessSilent(tab.complaints(), SLICE_LIMIT_MS))) {
      part.failures.push({ seed: options.seed, texts: [`the page complains: ${text}`], plan: "" });
      console.error(`the page complains: ${text}`);
    }
    await tab.close();
  } catch (error) {
    part.failures.push({ seed: options.seed, texts: [String(error)], plan: "" });
    console.error(error);
  } finally {
    await server.close();
  }
  return part;
}

function report({ seed, texts, plan }: Failure, browser: BrowserName, page: string): void {
  console.error(`\nround ${seed} in ${browser}, ${page} page:\n  ${texts.join("\n  ")}\n${plan}`);
  console.error(`again: npm run soak -- --browser ${browser} --page ${page} --round ${seed} --seconds 20\n`);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "" : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

function table(parts: readonly Part[]): string {
  const counts = (all: Record<string, number>) => Object.entries(all).map(([name, count]) => `${count} ${name}`);
  const kinds = ["lost", "doubled", "out of order", "wrong", "hang"] as const;
  return parts
    .map(({ name, tally, failures, memory }) => {
      const { rounds, calls, items, fulfilled, unseen, rejected, ends, violations } = tally;
      return [
        `${name}: ${rounds} rounds, ${calls} calls, ${items} items`,
        `  outcomes   ${[`${fulfilled} fulfilled`, ...counts(rejected)].join(", ")}; ${unseen} cancelled unseen`,
        `  calls      ${counts(ends).join(", ")}`,
        `  memory     ${megabytes(memory[0])} at the start, ${megabytes(memory.at(-1))} at the end`,
        `  violations ${kinds.map((kind) => `${violations[kind] ?? 0} ${kind}`).join(", ")}; ${failures.length} rounds in all`,
      ].join("\n");
    })
    .join("\n");
}

const options = readOptions();
console.log(`seed ${options.seed}`);
await bundle();
const parts: Part[] = [];
const share = options.milliseconds / (options.browsers.length * options.pages.length);
for (const name of options.browsers) {
  const browser = await openBrowser(name);
  console.log(`${name} ${browser.version}`);
  for (const page of options.pages) parts.push(await soakPage(browser, page, share, options));
  await browser.close();
}
console.log(`\n${table(parts)}\n`);
if (parts.some(({ failures }) => failures.length > 0)) {
  console.error(`FAILED; the whole soak again: npm run soak -- --seed ${options.seed}`);
  process.exitCode = 1;
}

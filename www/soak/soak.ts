/** The soak's side in the page: `prepare` it once, then let it run rounds. Everything that it gives back is JSON. */
import type * as Package from "../src/index.js";
import type { RunOptions } from "../src/types.js";
import { Answers } from "./answers.js";
import { Materials } from "./materials.js";
import { hasFaults } from "./plan.js";
import { Round, type Stage } from "./round.js";
import { addTally, emptyTally, type Tally } from "./tally.js";
import { sleep } from "./time.js";
import { heldLocks, watchWorkers } from "./workers.js";

export interface Prepared {
  isolated: boolean;
  /** What the package under test has: the filter that fails on purpose, reports of calls, locks of its workers. */
  has: { faults: boolean; reports: boolean; locks: boolean };
}

/** A round that went wrong. */
export interface Failure {
  seed: number;
  texts: string[];
  /** What was to be done, with long lists left out. */
  plan: string;
}

export interface Slice {
  /** Rounds that have ended, of the seeds that were given. */
  rounds: number;
  tally: Tally;
  failures: Failure[];
  /** The page is of no use any more. */
  hangs: boolean;
}

/** No round takes nearly as long. */
const ROUND_LIMIT_MS = 60_000;
/** Nobody reads more of a round than this. */
const LONGEST_PLAN = 4000;
const LONGEST_LIST = 25;
const MOST_TEXTS = 8;

let stage: Stage | undefined;

export async function prepare(address: string): Promise<Prepared> {
  const { createPool, filters } = (await import(address)) as typeof Package;
  watchWorkers();
  const uncaught: string[] = [];
  addEventListener("error", ({ message }) => uncaught.push(message));
  addEventListener("unhandledrejection", ({ reason }) => uncaught.push(`unhandled: ${String(reason)}`));
  const pool = await createPool({ mode: "single" });
  let reports = 0;
  const options = { onReport: () => (reports += 1) } as RunOptions;
  await pool.apply("multiply", [1], 2, options);
  const world = { filters, isolated: crossOriginIsolated };
  const tells = { reports: reports > 0, locks: (await heldLocks()).length > 0 };
  const materials = await Materials.make(pool);
  stage = { world, createPool, materials, answers: new Answers(pool, materials, filters), tells, uncaught };
  return { isolated: crossOriginIsolated, has: { faults: hasFaults(world), ...tells } };
}

/** Runs the rounds of these seeds, one after the other, until the time is over. */
export async function run({ seeds, milliseconds }: { seeds: number[]; milliseconds: number }): Promise<Slice> {
  if (!stage) throw new Error("not prepared");
  const slice: Slice = { rounds: 0, tally: emptyTally(), failures: [], hangs: false };
  const start = performance.now();
  for (const seed of seeds) {
    const round = new Round(seed, stage);
    slice.hangs = !(await withinLimit(round));
    slice.rounds += 1;
    addTally(slice.tally, round.tally);
    if (round.violations.length > 0) slice.failures.push(failureOf(round));
    if (slice.hangs || slice.failures.length > 0 || performance.now() - start > milliseconds) break;
  }
  return slice;
}

function failureOf({ plan, violations }: Round): Failure {
  const texts = violations.slice(0, MOST_TEXTS).map(({ kind, text }) => `${kind}: ${text}`);
  if (violations.length > MOST_TEXTS) texts.push(`and ${violations.length - MOST_TEXTS} more`);
  const shorten = (_: string, value: unknown) =>
    Array.isArray(value) && value.length > LONGEST_LIST && typeof value[0] === "number"
      ? `${value.length} numbers`
      : value;
  return { seed: plan.seed, texts, plan: JSON.stringify(plan, shorten).slice(0, LONGEST_PLAN) };
}

async function withinLimit(round: Round): Promise<boolean> {
  const limit = sleep(ROUND_LIMIT_MS).then(() => "late" as const);
  const ended = round.run().catch((error: unknown) => {
    round.violations.push({ kind: "end", text: `the round itself failed: ${String(error)}` });
  });
  if ((await Promise.race([ended, limit])) !== "late") return true;
  round.violations.push({ kind: "hang", text: `nothing for ${ROUND_LIMIT_MS / 1000} s: ${round.describe()}` });
  round.tally.violations.hang = 1;
  return false;
}

Object.assign(globalThis, { soak: { prepare, run } });

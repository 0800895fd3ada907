/** One round: a pool, its calls, what befalls them, and the checks afterwards. */
import type * as Package from "../src/index.js";
import type { Pool } from "../src/types.js";
import type { Answers } from "./answers.js";
import { Call, type Ending } from "./call.js";
import type { Violation, ViolationKind } from "./checker.js";
import type { Materials } from "./materials.js";
import { losesWorkers, makePlan, type RoundPlan, type World } from "./plan.js";
import { countCall, countViolations, emptyTally, type Tally } from "./tally.js";
import { holdsWithin, sleep } from "./time.js";
import { alive, heldLocks, kill } from "./workers.js";

export interface Stage {
  world: World;
  createPool: typeof Package.createPool;
  materials: Materials;
  answers: Answers;
  /** What the package under test can tell; an older one cannot. */
  tells: { reports: boolean; locks: boolean };
  /** Uncaught errors of the page; emptied by who has read them. */
  uncaught: string[];
}

/** Long for a worker to go that has been told to, or for a generator to be closed. */
const PATIENCE_MS = 5000;
const CANARIES = 5;

export class Round {
  readonly plan: RoundPlan;
  readonly tally: Tally = { ...emptyTally(), rounds: 1 };
  readonly violations: Violation[] = [];
  readonly #stage: Stage;
  readonly #before = new Set(alive);
  readonly #signal = new AbortController();
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  #calls: Call[] = [];
  /** The workers that the pool began with. */
  #first: Worker[] = [];
  #locksBefore: string[] = [];
  #state = "not begun";
  #ending: Ending | undefined;
  #ended: Promise<void> | undefined;

  constructor(seed: number, stage: Stage) {
    this.#stage = stage;
    this.plan = makePlan(seed, stage.world);
  }

  async run(): Promise<void> {
    const { plan } = this;
    this.#state = "preparing";
    this.#locksBefore = await heldLocks();
    const ending = () => this.#ending;
    for (const call of plan.calls) this.#calls.push(await Call.prepare(call, this.#stage.materials, ending));
    this.#state = "starting the pool";
    const { mode, threads, memoryLimit } = plan;
    const { signal } = this.#signal;
    const pool = await this.#stage.createPool({ mode, threads, memoryLimit, signal });
    this.#first = this.#workers;
    this.#state = "running";
    const calls = this.#startAll(pool);
    await Promise.all(calls);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#state = "after its calls";
    if (!this.#ending) await this.#sendCanary(pool);
    if (plan.ending !== "drop" || this.#ending) await this.#finish(pool);
    this.#state = "checking";
    await this.#check();
    countViolations(this.tally, this.violations);
    this.#calls = [];
  }

  /** For the report of a round that hangs. */
  describe(): string {
    const { mode, threads, memoryLimit, kills, ending } = this.plan;
    const pool = `${mode}, ${threads} threads, ${memoryLimit} bytes, ${kills.length} kills, ends by ${ending}`;
    const calls = this.#calls.map((call) => `  ${call.describe()}`).join("\n");
    return `${this.#state} (${this.#ending ?? "not ending"}); ${pool}\n${calls}`;
  }

  #violate(kind: ViolationKind, text: string): void {
    this.violations.push({ kind, text });
  }

  #startAll(pool: Pool): Promise<void>[] {
    const { plan } = this;
    const calls = this.#calls.map(
      (call) =>
        new Promise<void>((resolve) => {
          const { startsAfter, abortsAfter } = call.plan;
          this.#at(startsAfter, () => void call.perform(pool).then(resolve), { always: true });
          if (abortsAfter !== undefined) this.#at(abortsAfter, () => call.abort());
        }),
    );
    for (const [place, time] of plan.kills.entries()) this.#at(time, () => this.#kill(place));
    if (plan.endsAfter !== undefined) this.#at(plan.endsAfter, () => void this.#end(pool));
    return calls;
  }

  /** Does something so many milliseconds from now; unless `always`, not once all calls have ended. */
  #at(milliseconds: number, action: () => void, { always = false } = {}): void {
    if (milliseconds === 0) {
      action();
      return;
    }
    const timer = setTimeout(action, milliseconds);
    if (!always) this.#timers.push(timer);
  }

  /** The workers that this round's pool has and has not ended. */
  get #workers(): Worker[] {
    return [...alive].filter((worker) => !this.#before.has(worker));
  }

  /** Only workers that were there at the start: a pool whose worker dies as it starts may give up, and says so. */
  #kill(place: number): void {
    const workers = this.#first.filter((worker) => alive.has(worker));
    const victim = workers[(this.plan.seed + place) % Math.max(1, workers.length)];
    if (victim) kill(victim, { silently: place % 2 === 0 });
  }

  #end(pool: Pool): Promise<void> {
    if (this.#ended) return this.#ended;
    const { ending } = this.plan;
    this.#ending = ending;
    switch (ending) {
      case "terminate":
        return (this.#ended = pool.terminate());
      case "dispose":
        return (this.#ended = Promise.resolve(pool[Symbol.asyncDispose]()));
      case "signal":
        this.#signal.abort(new Error("the pool's own signal"));
        return (this.#ended = pool.terminate());
      default:
        return (this.#ended = pool.close());
    }
  }

  /** After all that has happened the pool still works. */
  async #sendCanary(pool: Pool): Promise<void> {
    this.#state = "trying the pool once more";
    for (let left = CANARIES; left > 0; left--) {
      const result = await pool.apply("multiply", [21], 2).catch((error: unknown) => error);
      if (JSON.stringify(result) === "[42]") return;
      const { code } = result as { code?: unknown };
      if (code === "too-large" && this.plan.memoryLimit < 100) return;
      if (code === "worker-lost" && losesWorkers(this.plan) && left > 1) continue;
      this.#violate("wrong", `the pool does not go on: ${String(result)}`);
      return;
    }
  }

  async #finish(pool: Pool): Promise<void> {
    this.#state = "ending the pool";
    await this.#end(pool);
    await this.#checkNothingLives();
    this.#state = "after the end of the pool";
    await pool.close();
    await pool.terminate();
    const late = await pool.apply("invert", [1]).catch((error: unknown) => error);
    if ((late as { code?: unknown }).code !== "closed") this.#violate("end", `a call after the end: ${String(late)}`);
    for (const call of this.#calls) await call.finish();
  }

  async #checkNothingLives(): Promise<void> {
    const { length } = this.#workers;
    if (length > 0) this.#violate("left behind", `${length} workers after the end`);
    if (!this.#stage.tells.locks) return;
    const left = async () => (await heldLocks()).filter((lock) => !this.#locksBefore.includes(lock));
    // A worker that has gone lets go of its locks one after the other.
    if (!(await holdsWithin(PATIENCE_MS, async () => (await left()).length === 0))) {
      this.#violate("left behind", `locks after the end: ${(await left()).join(", ")}`);
    }
  }

  async #check(): Promise<void> {
    const { materials, answers, tells, uncaught } = this.#stage;
    for (const call of this.#calls) {
      const { record, violations } = await call.check(answers, this.plan);
      countCall(this.tally, record);
      for (const { kind, text } of violations) this.#violate(kind, `${text} (${call.describe()})`);
      const isStanding = call.end === "standing";
      const closed = isStanding || (await holdsWithin(PATIENCE_MS, () => !call.supply.isOpen));
      if (!closed) this.#violate("left behind", `a generator was never closed (${call.describe()})`);
      const isSilent = isStanding || (call.end === "closed" && call.reports === 0);
      if (tells.reports && !isSilent && call.reports !== 1) {
        this.#violate("wrong", `${call.reports} reports (${call.describe()})`);
      }
    }
    for (const text of await materials.changed()) this.#violate("wrong", `an input has changed: ${text}`);
    // What nobody caught is told in a task of its own.
    await sleep(0);
    for (const text of uncaught.splice(0)) this.#violate("uncaught", text);
  }
}

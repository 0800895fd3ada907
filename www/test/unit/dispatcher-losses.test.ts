/** Whatever happens to workers, and in whatever order: every job has one outcome, and the one that it should have. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failures, fileOf, makeJob, mockTimeouts, start, STOP_LIMIT_MS, type FakeWorker } from "./fake-workers.js";
import type { Dispatcher } from "../../src/dispatcher.js";
import type { Job, JobInput, JobResult } from "../../src/protocol.js";
import { calm, random, SEED } from "./random.js";

const STORIES = 150;
const STEPS = 60;
const BATCHES = 3;
const MOST_LOSSES = 2;

/** What a test knows of a job. */
interface Known {
  job: Job;
  /** Its input stays here: it is a file, or lies in shared memory. */
  isKept: boolean;
  /** It may fail because workers were lost. */
  mayFail: boolean;
  /** Losses that nobody was told to be guilty of. */
  losses: number;
  outcomes: JobResult[];
}

const PIXELS = new Uint32Array((64 * 1024) / Uint32Array.BYTES_PER_ELEMENT);
const numbersOf = (job: number) => makeJob(job).input;

/** The number of the job that an input belongs to, as its own bytes say. */
function numberIn(input: JobInput): number | undefined {
  if (input.kind === "numbers") return input.numbers[0];
  if (input.kind === "encoded") return input.blob.size;
  return input.kind === "pixels" ? new Uint32Array(input.buffer)[0] : undefined;
}

/** A dispatcher to which things happen. */
class Story {
  readonly #next: (below: number) => number;
  readonly #dispatcher: Dispatcher;
  readonly #workers: FakeWorker[];
  readonly #lost = new Set<FakeWorker>();
  readonly #answered = new Map<FakeWorker, Set<Job>>();
  readonly #forgotten = new Set<number>();
  readonly known: Known[] = [];

  constructor(next: (below: number) => number, dispatcher: Dispatcher, workers: FakeWorker[]) {
    this.#next = next;
    this.#dispatcher = dispatcher;
    this.#workers = workers;
    for (let batch = 0; batch < BATCHES; batch++) dispatcher.open(batch, []);
  }

  async step(): Promise<void> {
    const what = this.#next(12);
    if (what < 4) {
      for (let count = this.#next(5); count >= 0; count--) this.#run();
      return;
    }
    if (what === 4) {
      if (this.#next(4) === 0) this.#forget();
      return;
    }
    // What a worker says comes in a task of its own.
    await calm();
    this.#look();
    if (what < 8) this.#endSome();
    else if (what < 10) this.#lose();
    else if (what < 11) await this.#kill();
  }

  /** All that is left comes to its end. */
  async finish(tick: (milliseconds: number) => void): Promise<void> {
    for (let turn = 0; this.known.some(({ outcomes }) => outcomes.length === 0); turn++) {
      assert.ok(turn < 1000, "it hangs");
      tick(STOP_LIMIT_MS);
      await calm();
      this.#look();
      for (const worker of this.#alive()) this.#end(worker, this.#pending(worker));
    }
    await calm();
  }

  /** Jobs of a forgotten batch may have ended well before. */
  isForgotten({ job: { batch } }: Known): boolean {
    return this.#forgotten.has(batch);
  }

  #run(): void {
    const number = this.known.length;
    const make = [numbersOf, fileOf, (job: number) => this.#pixelsOf(job)][this.#next(3)]!;
    const job = makeJob(number, this.#next(BATCHES), make(number));
    const isKept = make === fileOf || ("buffer" in job.input && !(job.input.buffer instanceof ArrayBuffer));
    const known: Known = { job, isKept, mayFail: false, losses: 0, outcomes: [] };
    this.known.push(known);
    this.#dispatcher.run(job, [], (end) => known.outcomes.push(end));
  }

  /** Pixels large enough to be copied into shared memory, where there is some; the first says their job's number. */
  #pixelsOf(job: number): JobInput {
    PIXELS[0] = job;
    const buffer = this.#dispatcher.copier.copy(new Uint8Array(PIXELS.buffer));
    return { kind: "pixels", width: 1, height: PIXELS.length, buffer, byteOffset: 0 };
  }

  #endSome(): void {
    const worker = this.#any(this.#alive());
    if (worker) this.#end(worker, this.#some(this.#pending(worker)));
  }

  #end(worker: FakeWorker, jobs: Job[]): void {
    const answered = this.#answered.get(worker) ?? new Set<Job>();
    this.#answered.set(worker, answered);
    for (const job of jobs) answered.add(job);
    worker.end(
      jobs.map(({ job }) => job),
      this.#next(3),
    );
  }

  /** One is lost: some jobs did it, or nobody knows; of some others it has whole inputs, told now or later. */
  #lose(): void {
    const worker = this.#any(this.#alive());
    if (!worker) return;
    const pending = this.#pending(worker);
    const guilty = this.#some(pending);
    const [now, later] = [this.#some(pending), this.#some(pending)];
    this.#note(pending, guilty, [...now, ...later]);
    this.#lost.add(worker);
    worker.answersStop = this.#next(2) === 0;
    worker.lose(
      guilty.map(({ job }) => job),
      now,
    );
    worker.say({ type: "left", jobs: later });
    if (worker.answersStop) return;
    const isDeaf = this.#next(4) === 0;
    if (!isDeaf) worker.say({ type: "left", jobs: [], isLast: true });
    if (this.#next(2) === 0) worker.say({ type: "stopped" });
  }

  /** One is killed, and that is noticed before anything else is sent to it. */
  async #kill(): Promise<void> {
    const worker = this.#any(this.#alive());
    if (!worker) return;
    this.#note(this.#pending(worker), [], []);
    this.#lost.add(worker);
    worker.die();
    await calm();
  }

  #note(pending: Job[], guilty: Job[], left: Job[]): void {
    for (const job of pending) {
      const known = this.known[job.job]!;
      if (guilty.length === 0) known.losses += 1;
      if (guilty.includes(job) || known.losses > MOST_LOSSES || !(known.isKept || left.includes(job))) {
        known.mayFail = true;
      }
    }
  }

  #forget(): void {
    const batch = this.#next(BATCHES);
    this.#forgotten.add(batch);
    this.#dispatcher.forget(batch);
  }

  #alive(): FakeWorker[] {
    return this.#workers.filter((worker) => !worker.isTerminated && !this.#lost.has(worker));
  }

  /** What a worker has and has not answered. */
  #pending(worker: FakeWorker): Job[] {
    return worker.given.filter((job) => !this.#answered.get(worker)?.has(job));
  }

  /** No job is with two workers, none with the input of another, and none has two outcomes. */
  #look(): void {
    const pending = this.#alive().flatMap((worker) => this.#pending(worker));
    assert.equal(new Set(pending.map(({ job }) => job)).size, pending.length);
    for (const { job, input } of pending) assert.equal(numberIn(input), job);
    assert.ok(this.known.every(({ outcomes }) => outcomes.length <= 1));
  }

  #any<T>(things: readonly T[]): T | undefined {
    return things[this.#next(things.length)];
  }

  #some<T>(things: readonly T[]): T[] {
    const most = this.#next(3);
    return things.filter(() => this.#next(2) < most);
  }
}

describe("a dispatcher whose workers are lost at random", () => {
  it("gives every job one outcome, and a good one where nothing was in the way", async (t) => {
    t.diagnostic(`SEED=${SEED} and the ${STORIES - 1} after it`);
    const tick = mockTimeouts(t);
    let [lost, good] = [0, 0];
    for (let seed = SEED; seed < SEED + STORIES; seed++) {
      const next = random(seed);
      const { dispatcher, workers } = await start(1 + next(3), next(2) === 0);
      const story = new Story(next, dispatcher, workers);
      for (let step = 0; step < STEPS; step++) await story.step();
      await story.finish(tick);
      for (const known of story.known) {
        const { job, outcomes } = known;
        // Who works in vain for a forgotten batch is lost on purpose.
        const mayFail = known.mayFail || story.isForgotten(known);
        assert.equal(outcomes.length, 1, `job ${job.job}, SEED=${seed}`);
        const [failure] = failures(outcomes);
        if (failure?.[1] === "closed") assert.ok(story.isForgotten(known), `job ${job.job}, SEED=${seed}`);
        else if (failure) assert.deepEqual([...failure, mayFail], [job.job, "worker-lost", true], `SEED=${seed}`);
        if (failure) lost += 1;
        else good += 1;
      }
      const ending = dispatcher.terminate();
      // Some that were lost may not have told yet that they have stopped.
      tick(STOP_LIMIT_MS);
      await ending;
      assert.ok(workers.every(({ isTerminated }) => isTerminated));
    }
    // Both happen, or this shows nothing.
    assert.ok(lost > STORIES && good > STORIES, `${lost} and ${good}`);
  });

  it("gives every job one outcome though no worker is left in the end", async (t) => {
    t.diagnostic(`SEED=${SEED} and the ${STORIES - 1} after it`);
    const tick = mockTimeouts(t);
    let dead = 0;
    for (let seed = SEED; seed < SEED + STORIES; seed++) {
      const next = random(seed);
      const replace = (worker: FakeWorker) => {
        if (next(3) > 0) worker.ready();
        else if (next(2) === 0) worker.lose();
        else {
          worker.live();
          worker.die();
        }
      };
      const { dispatcher, workers } = await start(1 + next(3), next(2) === 0, replace);
      const story = new Story(next, dispatcher, workers);
      for (let step = 0; step < STEPS; step++) await story.step();
      await story.finish(tick);
      for (const { job, outcomes } of story.known) assert.equal(outcomes.length, 1, `job ${job.job}, SEED=${seed}`);
      if (workers.every(({ isTerminated }) => isTerminated)) dead += 1;
      const ending = dispatcher.terminate();
      // Some that were lost may not have told yet that they have stopped.
      tick(STOP_LIMIT_MS);
      await ending;
      assert.ok(workers.every(({ isTerminated }) => isTerminated));
    }
    assert.ok(dead > 0 && dead < STORIES, `${dead} of ${STORIES}`);
  });
});

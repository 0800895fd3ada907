/** Whatever happens to workers, and in whatever order: every job has one outcome, and the one that it should have. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  failures,
  fileOf,
  lanesOf,
  makeJob,
  mockTimeouts,
  start,
  STOP_LIMIT_MS,
  type FakeWorker,
  type Place,
} from "./fake-workers.js";
import type { Loan } from "../../src/copies.js";
import type { Dispatcher } from "../../src/dispatcher.js";
import type { Job, JobInput, JobResult, ToWorker } from "../../src/protocol.js";
import { calm, random, SEED } from "./random.js";

const STORIES = 150;
const STEPS = 60;
const BATCHES = 3;
const MOST_LOSSES = 2;

/** What a test knows of a job. */
interface Known {
  job: Job;
  /** It may fail because workers were lost. */
  mayFail: boolean;
  /** Losses that nobody was told to be guilty of. */
  losses: number;
  outcomes: JobResult[];
}

const PIXELS = new Uint32Array((64 * 1024) / Uint32Array.BYTES_PER_ELEMENT);
const numbersOf = (job: number) => makeJob(job).input;

/** The number of the job that an input belongs to, as its own bytes say, in the memory of its instance perhaps. */
function numberIn(input: JobInput, first: FakeWorker): number | undefined {
  if (input.kind === "numbers") return input.numbers[0];
  if (input.kind === "encoded") return input.blob.size;
  if (input.kind === "lent") return new Uint32Array(first.memory!.read(input.room).slice().buffer)[0];
  return input.kind === "pixels" ? new Uint32Array(input.buffer)[0] : undefined;
}

/** Whether it stays on the page. */
const isKept = ({ input }: Job) => input.kind === "encoded" || input.kind === "lent";

/** A dispatcher to which things happen. */
class Story {
  readonly #next: (below: number) => number;
  readonly #dispatcher: Dispatcher;
  readonly #place: Place;
  /** Rooms that images were sent in, and how often each was given back. */
  readonly #loans = new Map<number, Loan>();
  readonly #returns = new Map<number, number>();
  /** The first workers of instances that are lost. */
  readonly #lost = new Set<FakeWorker>();
  readonly #answered = new Map<FakeWorker, Set<Job>>();
  readonly #forgotten = new Set<number>();
  /** Answers to whether a batch is open. */
  readonly #opened = new Set<ToWorker>();
  readonly known: Known[] = [];

  constructor(next: (below: number) => number, place: Place) {
    this.#next = next;
    this.#place = place;
    this.#dispatcher = place.dispatcher;
    place.workers[0]!.answersOpen = next(2) === 0;
    for (let batch = 0; batch < BATCHES; batch++) this.#dispatcher.open(batch, []);
  }

  async step(): Promise<void> {
    const what = this.#next(13);
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
    else if (what < 12) this.#open();
  }

  /** All that is left comes to its end. */
  async finish(tick: (milliseconds: number) => void): Promise<void> {
    for (let turn = 0; this.known.some(({ outcomes }) => outcomes.length === 0); turn++) {
      assert.ok(turn < 1000, "it hangs");
      tick(STOP_LIMIT_MS);
      await calm();
      this.#look();
      this.#open();
      for (const worker of this.#alive()) this.#end(worker, this.#pending(worker));
    }
    await calm();
  }

  /** How often rooms were given back: each once, when nothing is left. */
  get returns(): number[] {
    return [...this.#returns.values()];
  }

  /** Jobs of a forgotten batch may have ended well before. */
  isForgotten({ job: { batch } }: Known): boolean {
    return this.#forgotten.has(batch);
  }

  #run(): void {
    const number = this.known.length;
    const make = [numbersOf, fileOf, (job: number) => this.#pixelsOf(job)][this.#next(3)]!;
    const job = makeJob(number, this.#next(BATCHES), make(number));
    const known: Known = { job, mayFail: false, losses: 0, outcomes: [] };
    this.known.push(known);
    this.#dispatcher.run(job, [], (end) => known.outcomes.push(end), this.#loans.get(number));
  }

  /** Pixels large enough to be copied into a room, where there is one; the first says their job's number. */
  #pixelsOf(job: number): JobInput {
    PIXELS[0] = job;
    const { bytes, loan } = this.#dispatcher.copier.copy(new Uint8Array(PIXELS.buffer));
    const size = { width: 1, height: PIXELS.length };
    if (!loan) return { kind: "pixels", ...size, buffer: bytes.buffer };
    this.#returns.set(job, 0);
    // The room itself, with its own way to be given back, counted for this job.
    const { giveBack } = Object.getPrototypeOf(loan) as Loan;
    loan.giveBack = () => {
      this.#returns.set(job, this.#returns.get(job)! + 1);
      giveBack.call(loan);
    };
    this.#loans.set(job, loan);
    return { kind: "lent", ...size, room: loan.room };
  }

  #endSome(): void {
    const worker = this.#any(this.#alive());
    if (worker) this.#end(worker, this.#some(this.#pending(worker)));
  }

  #end(first: FakeWorker, jobs: Job[]): void {
    for (const lane of this.#lanes(first)) {
      const its = jobs.filter((job) => lane.given.includes(job));
      const answered = this.#answered.get(lane) ?? new Set<Job>();
      this.#answered.set(lane, answered);
      for (const job of its) answered.add(job);
      const numbers = its.map(({ job }) => job);
      if (numbers.length > 0) lane.end(numbers, this.#next(3));
    }
  }

  /** One is lost: some jobs did it, or nobody knows; of some others its workers have whole inputs, and most of them say so. */
  #lose(): void {
    const first = this.#any(this.#alive());
    if (!first) return;
    const guilty = this.#some(this.#pending(first));
    const lanes = this.#lanes(first).map((lane) => {
      lane.left = this.#some(this.#pendingOf(lane));
      lane.answersStop = this.#next(2) === 0;
      return { lane, isDeaf: !lane.answersStop && this.#next(4) === 0 };
    });
    const told = lanes.flatMap(({ lane, isDeaf }) => (isDeaf ? [] : lane.left));
    this.#note(this.#pending(first), guilty, told);
    this.#lost.add(first);
    const numbers = guilty.map(({ job }) => job);
    const speaker = this.#any(lanes)!.lane;
    speaker.lose(numbers, speaker.left);
    for (const { lane, isDeaf } of lanes) {
      if (lane.answersStop) continue;
      if (!isDeaf) lane.say({ type: "left", jobs: lane.left });
      if (this.#next(2) === 0) lane.say({ type: "stopped" });
    }
  }

  /** A worker of one is killed, and that is noticed before anything else is sent to it. */
  async #kill(): Promise<void> {
    const first = this.#any(this.#alive());
    if (!first) return;
    const killed = this.#any(this.#lanes(first))!;
    const others = this.#lanes(first).filter((lane) => lane !== killed);
    for (const lane of others) lane.left = this.#some(this.#pendingOf(lane));
    const told = others.flatMap(({ left }) => left);
    this.#note(this.#pending(first), [], told);
    this.#lost.add(first);
    killed.die();
    await calm();
  }

  /** Those that have not said which batches are open say it. */
  #open(): void {
    for (const first of this.#alive()) {
      for (const message of first.answersOpen ? [] : first.told) {
        if (message.type !== "open" || !message.asks || this.#opened.has(message)) continue;
        this.#opened.add(message);
        first.say({ type: "opened", batch: message.batch });
      }
    }
  }

  #note(pending: Job[], guilty: Job[], left: Job[]): void {
    for (const job of pending) {
      const known = this.known[job.job]!;
      if (guilty.length === 0) known.losses += 1;
      if (guilty.includes(job) || known.losses > MOST_LOSSES || !(isKept(job) || left.includes(job))) {
        known.mayFail = true;
      }
    }
  }

  #forget(): void {
    const batch = this.#next(BATCHES);
    this.#forgotten.add(batch);
    this.#dispatcher.forget(batch);
  }

  /** The first workers of all instances that live. */
  #alive(): FakeWorker[] {
    return this.#place.workers.filter((worker) => !worker.isTerminated && !this.#lost.has(worker));
  }

  /** The workers of an instance that take jobs. */
  #lanes(first: FakeWorker): FakeWorker[] {
    return lanesOf(this.#place, this.#place.workers.indexOf(first)).filter(({ isReady }) => isReady);
  }

  #pending(first: FakeWorker): Job[] {
    return this.#lanes(first).flatMap((lane) => this.#pendingOf(lane));
  }

  /** What a worker has and has not answered. */
  #pendingOf(worker: FakeWorker): Job[] {
    return worker.given.filter((job) => !this.#answered.get(worker)?.has(job));
  }

  /** No job is with two workers, none with the input or in the room of another, and none has two outcomes. */
  #look(): void {
    const pending: number[] = [];
    for (const first of this.#alive()) {
      const rooms: number[] = [];
      for (const { job, input } of this.#pending(first)) {
        assert.equal(numberIn(input, first), job);
        pending.push(job);
        if (input.kind === "lent") rooms.push(input.room);
      }
      assert.equal(new Set(rooms).size, rooms.length);
    }
    assert.equal(new Set(pending).size, pending.length);
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

/** Starts the workers of a story; those that come later may need to be asked whether a batch is open. */
type Start = (next: (below: number) => number) => Promise<Place>;

const anyWorkers: Start = (next) => start(1 + next(4), next(2) === 0);

/** One instance with several lanes, of which some cannot start. */
const lanes: Start = (next) => {
  const replace = (worker: FakeWorker) => {
    worker.answersOpen = next(2) === 0;
    worker.ready();
  };
  return start(4, true, replace, (lane) => {
    if (next(6) > 0) lane.ready();
    else if (next(2) === 0) lane.lose();
    else {
      lane.live();
      lane.die();
    }
  });
};

describe("a dispatcher whose workers are lost at random", () => {
  /** Ends the pool of a story. */
  async function end({ dispatcher, workers, helpers }: Place, tick: (milliseconds: number) => void): Promise<void> {
    const ending = dispatcher.terminate();
    // Some that were lost may not have told yet that they have stopped.
    tick(STOP_LIMIT_MS);
    await ending;
    assert.ok([...workers, ...helpers].every(({ isTerminated }) => isTerminated));
  }

  for (const [who, begin] of [
    ["every job", anyWorkers],
    ["every job of several lanes", lanes],
  ] as const) {
    it(`gives ${who} one outcome, and a good one where nothing was in the way`, async (t) => {
      t.diagnostic(`SEED=${SEED} and the ${STORIES - 1} after it`);
      const tick = mockTimeouts(t);
      let [lost, good, rooms] = [0, 0, 0];
      for (let seed = SEED; seed < SEED + STORIES; seed++) {
        const next = random(seed);
        const place = await begin(next);
        const story = new Story(next, place);
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
        assert.ok(
          story.returns.every((times) => times === 1),
          `SEED=${seed}`,
        );
        rooms += story.returns.length;
        await end(place, tick);
      }
      // All of that happens, or this shows nothing.
      assert.ok(Math.min(lost, good, rooms) > STORIES, `${lost}, ${good} and ${rooms}`);
    });
  }

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
      const place = await start(1 + next(4), next(2) === 0, replace);
      const story = new Story(next, place);
      for (let step = 0; step < STEPS; step++) await story.step();
      await story.finish(tick);
      for (const { job, outcomes } of story.known) assert.equal(outcomes.length, 1, `job ${job.job}, SEED=${seed}`);
      assert.ok(
        story.returns.every((times) => times === 1),
        `SEED=${seed}`,
      );
      if (place.workers.every(({ isTerminated }) => isTerminated)) dead += 1;
      await end(place, tick);
    }
    assert.ok(dead > 0 && dead < STORIES, `${dead} of ${STORIES}`);
  });
});

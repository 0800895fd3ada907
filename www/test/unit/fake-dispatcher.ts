/** A dispatcher that does what a test makes it do, and runs over it. The clock stands still but where a test moves it. */
import assert from "node:assert/strict";
import { after, before, beforeEach, mock, type TestContext } from "node:test";
import type { Copier, Loan } from "../../src/copies.js";
import type { Dispatcher } from "../../src/dispatcher.js";
import type { ErrorData } from "../../src/errors.js";
import { MemoryBudget } from "../../src/memory-budget.js";
import { bytesOfPixel } from "../../src/pixel-format.js";
import type { BatchImage, Job, JobResult, Step, Times } from "../../src/protocol.js";
import { Run } from "../../src/run.js";
import type { Batch, BatchItem, RunOptions, Settled } from "../../src/types.js";
import { calm } from "./random.js";

/** What a run may have between its batch and its reader. */
export const MOST_ITEMS = 256;
/** An image of one pixel takes so much while it is in flight, and so much until it is read. */
export const [IN_FLIGHT, UNREAD] = [12, 4];

export const clock = { now: 0 };
before(() => mock.method(performance, "now", () => clock.now));
beforeEach(() => {
  clock.now = 1000;
});
after(() => mock.restoreAll());

export interface Sent {
  job: Job;
  transfer: Transferable[];
  loan: Loan | undefined;
  done: (result: JobResult) => void;
}

/** Copies into buffers of their own. */
export const COPIER: Copier = {
  isShared: false,
  copy: (bytes) => ({ bytes: Uint8Array.from(bytes) }),
  place: (length) => ({ bytes: new Uint8Array(length) }),
};

/** Has jobs until a test ends them; with `answers`, ends each at once. */
export class FakeDispatcher {
  copier: Copier = { ...COPIER };
  keptCopier: Copier = { ...COPIER };
  /** Buffers of old results. */
  readonly old: ArrayBuffer[] = [];
  instances = 1;
  readonly opened = new Map<number, readonly Step[]>();
  readonly images = new Map<number, readonly BatchImage[]>();
  /** Answers, in their order, to whether batches are taken; forgetting one answers, too. */
  readonly asked: ((refusal?: ErrorData) => void)[] = [];
  readonly forgotten: number[] = [];
  /** Not ended yet, in the order they came. */
  readonly jobs: Sent[] = [];
  /** Every job that there was. */
  readonly seen: Job[] = [];
  /** What the result of an encoded picture is. */
  decoded = { width: 1, height: 1 };
  /** How long workers say that a job took them. */
  times: Times = [0, 0, 0, 0];
  answers = false;

  open(batch: number, steps: readonly Step[], images: readonly BatchImage[] = []): void {
    this.opened.set(batch, steps);
    this.images.set(batch, images);
  }

  openAsking(batch: number, steps: readonly Step[], images: readonly BatchImage[]): Promise<ErrorData | undefined> {
    this.open(batch, steps, images);
    return new Promise((resolve) => this.asked.push(resolve));
  }

  readonly modules = new Map<string, string>();
  /** Codecs that were asked for, in order. */
  readonly codecs: string[] = [];

  useCodec(name: string): Promise<void> {
    this.codecs.push(name);
    return Promise.resolve();
  }

  oldBuffer(length: number): ArrayBuffer | undefined {
    const at = this.old.findIndex(({ byteLength }) => byteLength === length);
    return at < 0 ? undefined : this.old.splice(at, 1)[0];
  }

  run(job: Job, transfer: Transferable[], done: Sent["done"], loan?: Loan): void {
    this.seen.push(job);
    this.jobs.push({ job, transfer, loan, done });
    if (this.answers) this.end(this.jobs.length - 1);
  }

  /** As a worker does that has not begun any of them. */
  forget(batch: number): void {
    this.forgotten.push(batch);
    const error: ErrorData = { code: "closed", class: "PixelpoolError", message: "the batch was cancelled" };
    for (const answer of this.asked.splice(0)) answer(error);
    for (let at = this.jobs.length - 1; at >= 0; at--) if (this.jobs[at]?.job.batch === batch) this.fail(at, error);
  }

  get busy(): boolean {
    return this.jobs.length > 0;
  }

  /** Kinds that need more of the engine than there is, and who waits for that. */
  readonly rare = new Set<string>();
  readonly wanting: { there: () => void; failed: (error: unknown) => void }[] = [];

  needsMore(steps: readonly Step[]): boolean {
    return steps.some(({ kind }) => this.rare.has(kind));
  }

  useMore(): Promise<void> {
    return new Promise((there, failed) => this.wanting.push({ there, failed }));
  }

  /** Ends one of the jobs well. */
  end(at = 0, spans: JobResult["spans"] = []): void {
    const { job, done, loan } = this.jobs.splice(at, 1)[0]!;
    const { input } = job;
    loan?.giveBack();
    const all = { job: job.job, spans, times: this.times };
    if (input.kind === "numbers") {
      const { numbers } = input;
      done({ ...all, outcome: { kind: "numbers", numbers }, pixels: numbers.length });
      return;
    }
    const isHere = input.kind === "pixels" || input.kind === "lent";
    const { width, height } = isHere ? input : this.decoded;
    const format = isHere ? input.format : undefined;
    const buffer = new ArrayBuffer(width * height * bytesOfPixel(format));
    done({ ...all, outcome: { kind: "pixels", width, height, buffer }, pixels: width * height });
  }

  fail(at: number, error: ErrorData): void {
    const { job, done, loan } = this.jobs.splice(at, 1)[0]!;
    loan?.giveBack();
    done({ job: job.job, spans: [], outcome: { kind: "failed", error }, pixels: 0 });
  }
}

export const PANIC: ErrorData = {
  code: "filter-panicked",
  class: "PixelpoolError",
  message: "it failed",
  filter: "invert",
};

/** A dispatcher and a budget that runs share. */
export class Place {
  readonly dispatcher = new FakeDispatcher();
  readonly budget: MemoryBudget;
  /** The chain of its runs. */
  steps: readonly Step[] = [{ kind: "gaussianBlur" }];
  /** Calls of the listener that is told when a run may have become quiet. */
  changes = 0;
  readonly #threads: number;
  #batches = 0;
  #jobs = 0;

  constructor(limit = 1e9, answers = false, threads = 2) {
    this.#threads = threads;
    this.budget = new MemoryBudget(limit);
    this.dispatcher.answers = answers;
  }

  run<Id>(batch: Batch<Id>, options: RunOptions = {}, ordered = true, eager = false): Run<Id> {
    const context = {
      dispatcher: this.dispatcher as unknown as Dispatcher,
      budget: this.budget,
      batch: this.#batches++,
      pool: { mode: "workers", reason: "the test wants it", threads: this.#threads } as const,
      nextJob: () => this.#jobs++,
      changed: () => {
        this.changes += 1;
      },
    };
    return new Run(context, this.steps, batch, options, { ordered, eager });
  }

  /** Nothing is left of any run. */
  assertEmpty(): void {
    assert.equal(this.dispatcher.jobs.length, 0);
    assert.equal(this.budget.used, 0);
  }
}

export const pixel = (side = 1) => ({ data: new Uint8Array(side * side * 4), width: side, height: side });

/** Items whose ids are their places. */
export function items(count: number, image: () => BatchItem[1] = pixel): BatchItem<number>[] {
  return Array.from({ length: count }, (_, id) => [id, image()]);
}

/** An endless batch that tells how far it was read and whether it was closed. */
export class Endless implements Iterable<BatchItem<number>> {
  read = 0;
  closed = false;

  *[Symbol.iterator](): Generator<BatchItem<number>> {
    try {
      for (;;) yield [this.read++, pixel()];
    } finally {
      this.closed = true;
    }
  }
}

export async function all<Id>(run: Run<Id>): Promise<Settled<Id>[]> {
  const list: Settled<Id>[] = [];
  for await (const settled of run) list.push(settled);
  return list;
}

export const ids = <Id>(list: readonly Settled<Id>[]) => list.map(({ id }) => id);

export const idOf = <Id>(result: IteratorResult<Settled<Id>, unknown>) => (result.done ? undefined : result.value.id);

/** Notes how a promise ends, without waiting for it. */
export function watch<T>(promise: Promise<T>): {
  state: "pending" | "resolved" | "rejected";
  value?: T;
  reason?: unknown;
} {
  const watched: ReturnType<typeof watch<T>> = { state: "pending" };
  promise.then(
    (value) => Object.assign(watched, { state: "resolved", value }),
    (reason: unknown) => Object.assign(watched, { state: "rejected", reason }),
  );
  return watched;
}

/** Node has no `reportError`. Collects what is told to it. */
export function collectReports(t: TestContext): unknown[] {
  const reports: unknown[] = [];
  const before = Object.getOwnPropertyDescriptor(globalThis, "reportError");
  const value = (error: unknown) => reports.push(error);
  Object.defineProperty(globalThis, "reportError", { value, configurable: true, writable: true });
  t.after(() => {
    if (before) Object.defineProperty(globalThis, "reportError", before);
    else Reflect.deleteProperty(globalThis, "reportError");
  });
  return reports;
}

/** Waits until something is so that takes some tasks, as reading a file does. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; !isSo(); turn++) {
    assert.ok(turn < 10_000, "it hangs");
    await calm();
  }
}

/**
 * One call: reads its batch lazily, only as far ahead as the memory limit allows, sends the images to the dispatcher and hands
 * the outcomes over, in input order or as they come. One bad image is an outcome like any other.
 */
import type { Dispatcher } from "./dispatcher.js";
import { type ErrorData, type ErrorDetails, isOurs, PixelpoolError, toData, toError } from "./errors.js";
import { decodeFailure } from "./files.js";
import type { MemoryBudget } from "./memory-budget.js";
import { growthFactor } from "./result-size.js";
import { checkItem, openBatch } from "./items.js";
import { callListener } from "./listeners.js";
import { nextTask } from "./next-task.js";
import { Ordered } from "./ordered.js";
import { bytesIn, bytesInFlight, jobOutput, look, pack, sizeOf, unpack, type Source } from "./pixels.js";
import type { Job, JobResult, Step } from "./protocol.js";
import { Account, extent } from "./report.js";
import type { ImageOutput, Progress, RunOptions, RunReport, Settled } from "./types.js";
import { checkChange } from "./validate.js";
import { warnOnce } from "./warnings.js";

/** Items that a call may have between its batch and its reader, whatever their size. */
const MOST_ITEMS = 256;
/** Items in flight for each thread: the next is there when a thread is free, and few buffers go round and round. */
const ITEMS_A_THREAD = 2;
/** Small items may be more, up to so many bytes. */
const SMALL_BYTES = 16 << 20;
/** Copying inputs is work on the page's own thread; after so long it gives way to everything else there. */
const LONGEST_TASK_MS = 6;

export interface RunContext {
  dispatcher: Dispatcher;
  budget: MemoryBudget;
  batch: number;
  /** What the report says of the pool. */
  pool: Pick<RunReport, "mode" | "reason" | "threads">;
  nextJob: () => number;
  /** Called whenever the run may have become quiet. */
  changed: () => void;
}

/** How results are read: in input order or not; by somebody who never stands still, or by who may. */
export interface Reading {
  ordered: boolean;
  eager: boolean;
}

/** An outcome; `since` is when it came, then when it was its turn. */
type Outcome<Id> = { settled: Settled<Id>; bytes: number; since: number };

/** An item that is with the dispatcher. */
interface Item<Id> {
  index: number;
  id: Id;
  source: Source;
  /** Bytes that it has reserved in the memory budget. */
  held: number;
  sent: number;
}

export class Run<Id> implements AsyncIterableIterator<Settled<Id>> {
  readonly #context: RunContext;
  readonly #steps: readonly Step[];
  readonly #options: RunOptions;
  readonly #order: Ordered<Outcome<Id>> | undefined;
  readonly #started = performance.now();
  readonly #progress: Progress = { done: 0, failed: 0, pixels: 0, elapsed: 0 };
  readonly #account = new Account();
  /** Outcomes that the reader may have. */
  readonly #ready: Outcome<Id>[] = [];
  readonly #readers: { resolve: (result: IteratorResult<Settled<Id>>) => void; reject: (reason: unknown) => void }[] =
    [];
  readonly #eager: boolean;
  #inFlight = 0;
  #read = 0;
  #bytesInFlight = 0;
  /** When the page's thread was last free, as far as this run knows. */
  #taskStart = performance.now();
  #fed = false;
  /** The batch is not read on until the reader takes something. */
  #blocked = false;
  /** One item waits for room in memory. */
  #waitsForMemory = false;
  /** Why nothing more comes; thrown to the reader once, after what is ready. */
  #end: { reason: unknown } | undefined;
  #stopped = false;
  #isReported = false;
  #wakeFeeder: (() => void) | undefined;

  constructor(
    context: RunContext,
    steps: readonly Step[],
    batch: Iterable<unknown> | AsyncIterable<unknown>,
    options: RunOptions,
    { ordered, eager }: Reading,
  ) {
    this.#context = context;
    this.#eager = eager;
    this.#steps = steps;
    this.#options = options;
    this.#order = ordered ? new Ordered() : undefined;
    const length = Array.isArray(batch) ? batch.length : undefined;
    if (length !== undefined) this.#progress.total = length;
    const iterator = openBatch(batch);
    context.dispatcher.open(context.batch, steps);
    const { signal } = options;
    if (signal?.aborted) {
      this.stop(signal.reason);
    } else {
      signal?.addEventListener("abort", this.#onAbort, { once: true });
    }
    void this.#feed(iterator);
  }

  /** `true` while nothing of it moves: all is done, or it waits for its reader. */
  get quiet(): boolean {
    return (
      this.#stopped ||
      (!this.#eager && this.#inFlight === (this.#waitsForMemory ? 1 : 0) && (this.#fed || this.#blocked))
    );
  }

  /** `true` once nothing of it is left. */
  isEnded(): boolean {
    return this.#stopped;
  }

  /** Ends it now: nothing more is read, what runs is dropped, the reader gets `reason`. */
  stop(reason: unknown): void {
    if (this.#stopped && this.#ready.length === 0) return;
    if (!this.#stopped) this.#finish();
    this.#deafen();
    this.#drop();
    const reader = this.#readers.shift();
    if (reader) reader.reject(reason);
    else this.#end = { reason };
    for (const { resolve } of this.#readers.splice(0)) resolve({ done: true, value: undefined });
    this.#tellReport();
  }

  /** For a pool that closes: what is ready may still be taken, then comes `reason`. */
  cut(reason: unknown): void {
    if (this.#stopped) return;
    if (this.#ready.length === 0) {
      this.stop(reason);
      return;
    }
    this.#finish();
    this.#drop(this.#order?.drain() ?? []);
    this.#end = { reason };
  }

  next(): Promise<IteratorResult<Settled<Id>>> {
    const outcome = this.#ready.shift();
    if (outcome) return Promise.resolve({ done: false, value: this.#hand(outcome) });
    if (this.#end && this.#stopped) {
      const { reason } = this.#end;
      this.#end = undefined;
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal's reason is the caller's own
      return Promise.reject(reason);
    }
    if (this.#stopped) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  /** Leaving the loop: cancels what is queued and frees it. */
  return(): Promise<IteratorResult<Settled<Id>>> {
    if (!this.#stopped) this.#finish();
    this.#end = undefined;
    this.#deafen();
    this.#drop();
    for (const { resolve } of this.#readers.splice(0)) resolve({ done: true, value: undefined });
    this.#tellReport();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #onAbort = (): void => this.stop(this.#options.signal?.reason);

  async #feed(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
    try {
      for (let index = 0; !this.isEnded(); index++) {
        while (this.#isFull() && !this.isEnded()) await this.#untilRoom();
        if (performance.now() - this.#taskStart > LONGEST_TASK_MS) {
          await nextTask();
          this.#taskStart = performance.now();
        }
        if (this.isEnded()) break;
        const asked = performance.now();
        const step: IteratorResult<unknown> = await iterator.next();
        this.#account.spent("reading", performance.now() - asked);
        if (step.done || this.isEnded()) break;
        const { value } = step;
        this.#inFlight += 1;
        this.#read += 1;
        await this.#send(index, value);
      }
      if (this.isEnded()) await iterator.return?.();
    } catch (reason) {
      if (!this.isEnded()) this.#end = { reason };
    }
    this.#fed = true;
    this.#settleEnd();
  }

  #isFull(): boolean {
    const ahead = (this.#context.pool.threads + 1) * ITEMS_A_THREAD;
    return this.#held >= MOST_ITEMS || (this.#inFlight >= ahead && this.#bytesInFlight >= SMALL_BYTES);
  }

  /** Items between the batch and the reader. */
  get #held(): number {
    return this.#inFlight + this.#ready.length + (this.#order?.waiting ?? 0);
  }

  #untilRoom(): Promise<void> {
    this.#blocked = true;
    this.#context.changed();
    return new Promise((resolve) => {
      this.#wakeFeeder = () => {
        this.#wakeFeeder = undefined;
        this.#blocked = false;
        resolve();
      };
    });
  }

  /** Looks at one item and sends it; what is wrong with it is its own outcome. */
  async #send(index: number, item: unknown): Promise<void> {
    const clock = this.#clock();
    let id: Id | undefined;
    let entered = 0;
    let own: ImageBitmap | VideoFrame | undefined;
    try {
      const [itemId, image, intensity] = checkItem(item);
      id = itemId as Id;
      const change = checkChange(this.#steps, intensity);
      const source = await look(await image);
      if (source.kind === "picture" && source.owned) own = source.picture;
      const { transfer: give = false, output = "same" } = this.#options;
      const shape = jobOutput(source, output);
      const { copier } = this.#context.dispatcher;
      const held = Math.ceil(bytesInFlight(source, give, copier) * growthFactor(this.#steps, change, sizeOf(source)));
      this.#checkSize(source, held);
      clock("looking");
      await this.#enter(held);
      entered = held;
      this.#hold(held);
      clock("memory");
      if (this.#stopped) throw new PixelpoolError("the batch was cancelled", { code: "closed" });
      const { input, transfer } = await pack(source, give, copier);
      const job: Job = {
        ...{ job: this.#context.nextJob(), batch: this.#context.batch },
        ...{ input, output: shape },
      };
      if (change !== undefined) job.change = change;
      own = undefined;
      const sent = clock("packing");
      const done = (result: JobResult) => this.#receive({ index, id: id as Id, source, held, sent }, result);
      this.#context.dispatcher.run(job, transfer, done);
    } catch (thrown) {
      own?.close();
      this.#context.budget.release(entered);
      this.#hold(-entered);
      const reason = toError(toData(thrown, "invalid-image"), { index, id });
      // One of ours is said again of this item, with its own cause.
      const cause: unknown = isOurs(thrown) ? thrown.cause : thrown;
      if (cause !== undefined) reason.cause = cause;
      this.#fail(index, id as Id, reason);
    }
  }

  /** Notes, at each call, the time since the last one. */
  #clock(): (stage: "looking" | "memory" | "packing") => number {
    let last = performance.now();
    return (stage) => {
      const now = performance.now();
      this.#account.spent(stage, now - last);
      last = now;
      return now;
    };
  }

  #hold(bytes: number): void {
    this.#bytesInFlight += bytes;
    this.#account.holds(bytes);
  }

  /** Waits for room in memory; whoever has nothing else in flight may pass. */
  async #enter(bytes: number): Promise<void> {
    const mayPass = () => this.#stopped || this.#held <= 1;
    const passed = () => {
      this.#waitsForMemory = this.#blocked = false;
    };
    const entering = this.#context.budget.reserve(bytes, mayPass, passed);
    if (!entering) return;
    this.#waitsForMemory = this.#blocked = true;
    this.#context.changed();
    await entering;
  }

  /** An image that could never fit is told before it is copied, where its size is known. */
  #checkSize(source: Source, bytes: number): void {
    const { limit } = this.#context.budget;
    if (bytes > limit && (source.kind !== "encoded" || source.size)) {
      const message = `the image needs ${bytes} bytes in flight, more than the pool's memoryLimit of ${limit}`;
      throw new PixelpoolError(message, { code: "too-large" });
    }
  }

  #receive(item: Item<Id>, result: JobResult): void {
    const { index, id, source, held, sent } = item;
    const { outcome, pixels, spans, warning } = result;
    const { budget } = this.#context;
    this.#hold(-held);
    this.#account.worked(spans, result.times, performance.now() - sent);
    if (this.#stopped) {
      budget.release(held);
      if (outcome.kind === "bitmap") outcome.bitmap.close();
      this.#inFlight -= 1;
      return;
    }
    this.#tellSpans(index, result);
    if (outcome.kind === "failed") {
      budget.release(held);
      const { error } = outcome;
      if (error.code === "decode-failed" && source.kind === "encoded") void this.#explain(item, source.blob, error);
      else this.#fail(index, id, toError(error, { index, id }));
      return;
    }
    let image: ImageOutput;
    try {
      image = unpack(outcome, source, this.#options.output ?? "same");
    } catch (thrown) {
      budget.release(held);
      const reason = toError(toData(thrown, "out-of-memory"), { index, id });
      reason.cause = thrown;
      this.#fail(index, id, reason);
      return;
    }
    const bytes = outcome.kind === "blob" ? outcome.blob.size : pixels * (outcome.kind === "numbers" ? 8 : 4);
    this.#account.moved("in", bytesIn(source));
    this.#account.moved("out", bytes);
    // What the reader has not taken yet is still in flight, once.
    budget.release(held - bytes);
    this.#hold(bytes);
    const [first, last] = extent(spans);
    const ms = spans.length > 0 ? last - first : 0;
    const thread = spans.at(-1)?.[0] ?? 0;
    if (warning !== undefined) warnOnce(warning);
    const told = warning !== undefined && { warning };
    this.#settle({ status: "fulfilled", id, index, image, ms, thread, ...told }, bytes, pixels);
  }

  /** Says of a file that the browser could not decode why that may be. */
  async #explain({ index, id }: Item<Id>, file: Blob, { message }: ErrorData): Promise<void> {
    const reason = await decodeFailure(file, new Error(message));
    this.#fail(index, id, Object.assign(reason, { index, id }));
  }

  #tellSpans(index: number, { spans }: JobResult): void {
    const { onSpan } = this.#options;
    if (!onSpan) return;
    for (const [thread, start, end] of spans) {
      const { timeOrigin } = performance;
      callListener(onSpan, { thread, index, start: start - timeOrigin, end: end - timeOrigin });
    }
  }

  #fail(index: number, id: Id, reason: Error & ErrorDetails): void {
    this.#settle({ status: "rejected", id, index, reason }, 0, 0);
  }

  #settle(settled: Settled<Id>, bytes: number, pixels: number): void {
    const now = performance.now();
    const outcome = { settled, bytes, since: now };
    this.#inFlight -= 1;
    if (this.#stopped) {
      this.#drop([outcome]);
      return;
    }
    for (const next of this.#order ? this.#order.push(settled.index, outcome) : [outcome]) {
      this.#account.spent("ordering", now - next.since);
      next.since = now;
      this.#ready.push(next);
    }
    this.#tellProgress(settled, pixels);
    while (this.#ready.length > 0 && this.#readers.length > 0) {
      const [next, reader] = [this.#ready.shift(), this.#readers.shift()];
      if (next && reader) reader.resolve({ done: false, value: this.#hand(next) });
    }
    this.#wakeFeeder?.();
    this.#settleEnd();
  }

  /** Gives back the room of a result. */
  #leave(bytes: number): void {
    this.#context.budget.release(bytes);
    this.#hold(-bytes);
  }

  #tellProgress(settled: Settled<Id>, pixels: number): void {
    const progress = this.#progress;
    progress.done += 1;
    if (settled.status === "rejected") progress.failed += 1;
    progress.pixels += pixels;
    progress.elapsed = performance.now() - this.#started;
    if (this.#options.onProgress) callListener(this.#options.onProgress, { ...progress });
  }

  /** Gives an outcome to the reader. */
  #hand({ settled, bytes, since }: Outcome<Id>): Settled<Id> {
    this.#account.spent("taking", performance.now() - since);
    this.#leave(bytes);
    this.#wakeFeeder?.();
    this.#tellReport();
    if (this.#stopped && this.#ready.length === 0) this.#deafen();
    return settled;
  }

  /** After the last outcome: the reader gets the end, or what the batch itself has thrown. */
  #settleEnd(): void {
    if (this.#fed && this.#inFlight === 0 && !this.#stopped) {
      this.#finish();
      const readers = this.#readers.splice(0);
      if (this.#end && readers.length > 0) {
        readers.shift()?.reject(this.#end.reason);
        this.#end = undefined;
      }
      this.#tellReport();
      for (const { resolve } of readers) resolve({ done: true, value: undefined });
    }
    this.#context.changed();
  }

  /** Gives back the room of what the reader will not take any more. */
  #drop(outcomes = [...this.#ready.splice(0), ...(this.#order?.drain() ?? [])]): void {
    for (const { bytes, settled } of outcomes) {
      this.#leave(bytes);
      if (settled.status === "fulfilled" && "close" in settled.image) settled.image.close();
    }
  }

  #deafen(): void {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  /** Once, when nothing more happens: all is handed over, or the call was ended. */
  #tellReport(): void {
    const { onReport } = this.#options;
    if (!onReport || this.#isReported || !this.#stopped || this.#ready.length > 0) return;
    this.#isReported = true;
    const { done, failed } = this.#progress;
    const sums = this.#account.sums();
    const limit = this.#context.budget.limit;
    callListener(onReport, {
      ...this.#context.pool,
      ...{ items: done, failed, dropped: this.#read - done, elapsed: performance.now() - this.#started },
      ...{ ...sums, bytes: { ...sums.bytes, limit } },
    });
  }

  #finish(): void {
    this.#stopped = true;
    if (this.#ready.length === 0) this.#deafen();
    this.#context.dispatcher.forget(this.#context.batch);
    this.#wakeFeeder?.();
    // What waits for memory in this run is looked at again.
    this.#context.budget.release(0);
    this.#context.changed();
  }
}

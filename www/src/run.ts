/**
 * One call: reads its batch lazily, only as far ahead as the memory limit allows, sends the images to the engine and hands
 * the outcomes over, in input order or as they come. One bad image is an outcome like any other.
 */
import type { Engine } from "./engine.js";
import { mistake, PixelpoolError, toData, toError } from "./errors.js";
import type { Gate } from "./gate.js";
import { Ordered } from "./ordered.js";
import { bytesInFlight, jobOutput, look, pack, unpack, type Source } from "./pixels.js";
import type { Job, JobResult, Step } from "./protocol.js";
import type { Batch, ImageOutput, Progress, RunOptions, Settled } from "./types.js";
import { checkChange, typeName } from "./validate.js";

/** Items that a call may have between its batch and its reader, whatever their size. */
const MOST_ITEMS = 256;
/** Items in flight for each thread: the next is there when a thread is free, and few buffers go round and round. */
const ITEMS_A_THREAD = 2;
/** Small items may be more, up to so many bytes. */
const SMALL_BYTES = 16 << 20;
/** Copying inputs is work on the page's own thread; after so long it gives way to everything else there. */
const LONGEST_TASK_MS = 6;

export interface RunContext {
  engine: Engine;
  gate: Gate;
  batch: number;
  threads: number;
  nextJob: () => number;
  /** Called whenever the run may have become quiet. */
  changed: () => void;
}

type Outcome<Id> = { settled: Settled<Id>; bytes: number };

export class Run<Id> implements AsyncIterableIterator<Settled<Id>> {
  readonly #context: RunContext;
  readonly #steps: readonly Step[];
  readonly #options: RunOptions;
  readonly #order: Ordered<Outcome<Id>> | undefined;
  readonly #started = performance.now();
  readonly #progress: Progress = { done: 0, failed: 0, pixels: 0, elapsed: 0 };
  /** Outcomes that the reader may have. */
  readonly #ready: Outcome<Id>[] = [];
  readonly #readers: { resolve: (result: IteratorResult<Settled<Id>>) => void; reject: (reason: unknown) => void }[] =
    [];
  #inFlight = 0;
  #bytesInFlight = 0;
  /** When the page's thread was last free, as far as this run knows. */
  #taskStart = performance.now();
  #fed = false;
  /** The batch is not read on until the reader takes something. */
  #blocked = false;
  /** One item waits for room in memory. */
  #atGate = false;
  /** Why nothing more comes; thrown to the reader once, after what is ready. */
  #end: { reason: unknown } | undefined;
  #stopped = false;
  #wakeFeeder: (() => void) | undefined;

  constructor(context: RunContext, steps: readonly Step[], batch: Batch<Id>, options: RunOptions, ordered: boolean) {
    this.#context = context;
    this.#steps = steps;
    this.#options = options;
    this.#order = ordered ? new Ordered() : undefined;
    const length = Array.isArray(batch) ? batch.length : undefined;
    if (length !== undefined) this.#progress.total = length;
    const iterator = openBatch(batch);
    context.engine.open(context.batch, steps);
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
    return this.#stopped || (this.#inFlight === (this.#atGate ? 1 : 0) && (this.#fed || this.#blocked));
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
  }

  /** For a pool that closes: what is ready may still be taken, then comes `reason`. */
  cut(reason: unknown): void {
    if (this.#stopped) return;
    if (this.#ready.length === 0) {
      this.stop(reason);
      return;
    }
    this.#finish();
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
    this.#deafen();
    this.#drop();
    for (const { resolve } of this.#readers.splice(0)) resolve({ done: true, value: undefined });
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
        if (performance.now() - this.#taskStart > LONGEST_TASK_MS) await this.#nextTask();
        if (this.isEnded()) break;
        const step: IteratorResult<unknown> = await iterator.next();
        if (step.done || this.isEnded()) break;
        this.#inFlight += 1;
        await this.#send(index, step.value);
      }
      if (this.isEnded()) await iterator.return?.();
    } catch (reason) {
      if (!this.isEnded()) this.#end = { reason };
    }
    this.#fed = true;
    this.#settleEnd();
  }

  #isFull(): boolean {
    const ahead = (this.#context.threads + 1) * ITEMS_A_THREAD;
    return this.#held >= MOST_ITEMS || (this.#inFlight >= ahead && this.#bytesInFlight >= SMALL_BYTES);
  }

  async #nextTask(): Promise<void> {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
    this.#taskStart = performance.now();
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
    let id: Id | undefined;
    let entered = 0;
    let own: ImageBitmap | VideoFrame | undefined;
    try {
      const [itemId, image, intensity] = checkItem(item);
      id = itemId as Id;
      const change = checkChange(this.#steps, intensity);
      const source = await look(await image);
      if (source.kind === "picture" && source.owned) own = source.picture;
      const held = bytesInFlight(source);
      this.#checkSize(source, held);
      await this.#enter(held);
      entered = held;
      this.#bytesInFlight += held;
      if (this.#stopped) throw new PixelpoolError("the batch was cancelled", { code: "closed" });
      const output = this.#options.output ?? "same";
      const { input, transfer } = await pack(source, this.#options.transfer ?? false, this.#context.engine.copier);
      const job: Job = {
        job: this.#context.nextJob(),
        batch: this.#context.batch,
        input,
        output: jobOutput(source, output),
      };
      if (change !== undefined) job.change = change;
      own = undefined;
      this.#context.engine.run(job, transfer, (result) => this.#receive(index, id as Id, source, held, result));
    } catch (thrown) {
      own?.close();
      this.#context.gate.leave(entered);
      this.#bytesInFlight -= entered;
      const reason = toError(toData(thrown, "invalid-image"), { index, id });
      if (!isOurs(thrown)) reason.cause = thrown;
      this.#settle({ settled: { status: "rejected", id: id as Id, index, reason }, bytes: 0 }, 0);
    }
  }

  /** Waits for room in memory; whoever has nothing else in flight may pass. */
  async #enter(bytes: number): Promise<void> {
    const mayPass = () => this.#stopped || this.#held <= 1;
    const passed = () => {
      this.#atGate = this.#blocked = false;
    };
    const entering = this.#context.gate.enter(bytes, mayPass, passed);
    if (!entering) return;
    this.#atGate = this.#blocked = true;
    this.#context.changed();
    await entering;
  }

  /** An image that could never fit is told before it is copied; an encoded one's size is not known yet. */
  #checkSize(source: Source, bytes: number): void {
    const { limit } = this.#context.gate;
    if (bytes > limit && source.kind !== "encoded") {
      const message = `the image needs ${bytes} bytes in flight, more than the pool's memoryLimit of ${limit}`;
      throw new PixelpoolError(message, { code: "too-large" });
    }
  }

  #receive(index: number, id: Id, source: Source, held: number, result: JobResult): void {
    const { outcome, pixels } = result;
    this.#bytesInFlight -= held;
    const { gate } = this.#context;
    if (this.#stopped) {
      gate.leave(held);
      if (outcome.kind === "bitmap") outcome.bitmap.close();
      this.#inFlight -= 1;
      return;
    }
    this.#tellSpans(index, result);
    if (outcome.kind === "failed") {
      gate.leave(held);
      const reason = toError(outcome.error, { index, id });
      this.#settle({ settled: { status: "rejected", id, index, reason }, bytes: 0 }, 0);
      return;
    }
    let image: ImageOutput;
    try {
      image = unpack(outcome, source, this.#options.output ?? "same");
    } catch (thrown) {
      gate.leave(held);
      const reason = toError(toData(thrown, "out-of-memory"), { index, id });
      reason.cause = thrown;
      this.#settle({ settled: { status: "rejected", id, index, reason }, bytes: 0 }, 0);
      return;
    }
    // What the reader has not taken yet is still in flight, once.
    // For a picture that came encoded this is the first time that its size is known; it may be more than was guessed.
    const bytes = outcome.kind === "blob" ? outcome.blob.size : pixels * (outcome.kind === "numbers" ? 8 : 4);
    gate.leave(held - bytes);
    const starts = result.spans.map(([, start]) => start);
    const ends = result.spans.map(([, , end]) => end);
    const ms = ends.length > 0 ? Math.max(...ends) - Math.min(...starts) : 0;
    const thread = result.spans.at(-1)?.[0] ?? 0;
    this.#settle({ settled: { status: "fulfilled", id, index, image, ms, thread }, bytes }, pixels);
  }

  #tellSpans(index: number, { spans }: JobResult): void {
    const { onSpan } = this.#options;
    if (!onSpan) return;
    for (const [thread, start, end] of spans) {
      const { timeOrigin } = performance;
      tell(onSpan, { thread, index, start: start - timeOrigin, end: end - timeOrigin });
    }
  }

  #settle(outcome: Outcome<Id>, pixels: number): void {
    this.#inFlight -= 1;
    if (this.#stopped) {
      this.#context.gate.leave(outcome.bytes);
      return;
    }
    this.#ready.push(...(this.#order ? this.#order.push(outcome.settled.index, outcome) : [outcome]));
    this.#tellProgress(outcome.settled, pixels);
    while (this.#ready.length > 0 && this.#readers.length > 0) {
      const [next, reader] = [this.#ready.shift(), this.#readers.shift()];
      if (next && reader) reader.resolve({ done: false, value: this.#hand(next) });
    }
    this.#wakeFeeder?.();
    this.#settleEnd();
  }

  #tellProgress(settled: Settled<Id>, pixels: number): void {
    const progress = this.#progress;
    progress.done += 1;
    if (settled.status === "rejected") progress.failed += 1;
    progress.pixels += pixels;
    progress.elapsed = performance.now() - this.#started;
    if (this.#options.onProgress) tell(this.#options.onProgress, { ...progress });
  }

  /** Gives an outcome to the reader. */
  #hand({ settled, bytes }: Outcome<Id>): Settled<Id> {
    this.#context.gate.leave(bytes);
    this.#wakeFeeder?.();
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
      for (const { resolve } of readers) resolve({ done: true, value: undefined });
    }
    this.#context.changed();
  }

  /** Gives back the room of what the reader will not take any more. */
  #drop(): void {
    const outcomes = [...this.#ready.splice(0), ...(this.#order?.drain() ?? [])];
    for (const { bytes, settled } of outcomes) {
      this.#context.gate.leave(bytes);
      if (settled.status === "fulfilled" && "close" in settled.image) settled.image.close();
    }
  }

  #deafen(): void {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  #finish(): void {
    this.#stopped = true;
    if (this.#ready.length === 0) this.#deafen();
    this.#context.engine.forget(this.#context.batch);
    this.#wakeFeeder?.();
    // Whoever waits at the gate for this run looks again.
    this.#context.gate.leave(0);
    this.#context.changed();
  }
}

/** Whether an error has a code of ours; the browser's own have numbers there. */
function isOurs(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string";
}

/** Calls a listener of the caller's; what it throws is its own affair and costs no result. */
function tell<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    reportError(error);
  }
}

/** The iterator of a batch; a batch that is not iterable is a mistake of the call. */
function openBatch(batch: unknown): Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof batch === "object" && batch !== null) {
    if (Symbol.asyncIterator in batch) return (batch as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    if (Symbol.iterator in batch) return (batch as Iterable<unknown>)[Symbol.iterator]();
  }
  const message = `a batch is an iterable of [id, image, intensity] tuples, got ${typeName(batch)}`;
  throw mistake("TypeError", message, { code: "invalid-batch" });
}

function checkItem(item: unknown): [id: unknown, image: unknown, intensity: unknown] {
  if (Array.isArray(item) && (item.length === 2 || item.length === 3)) return item as [unknown, unknown, unknown];
  const got = Array.isArray(item) ? `a list of ${item.length}` : typeName(item);
  throw mistake("TypeError", `an item is a tuple [id, image] or [id, image, intensity], got ${got}`, {
    code: "invalid-item",
  });
}

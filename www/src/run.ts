/**
 * One call: its feeder reads the batch and sends the images to the dispatcher, its delivery hands the outcomes over. Makes
 * outcomes of results, tells progress, and ends well. One bad image is an outcome like any other.
 */
import { keepAlive } from "./keep-alive.js";
import { loadParameters } from "./batch-parameters.js";
import { Delivery, type End } from "./delivery.js";
import { type ErrorData, type ErrorDetails, toData, toError } from "./errors.js";
import { Feeder, type FeederContext, type Item } from "./feeder.js";
import { fileFailure } from "./files.js";
import type { Relay } from "./functions/relay.js";
import type { Header } from "./headers/headers.js";
import { openBatch } from "./items.js";
import { callListener } from "./listeners.js";
import { bytesIn } from "./pixels.js";
import { bytesOut, unpack } from "./results.js";
import type { JobResult, Step } from "./protocol.js";
import { isA } from "./realm.js";
import { Account, timeAtWork } from "./report.js";
import type { Fulfilled, ImageOutput, RunOptions, Settled } from "./types.js";
import type { Progress, RunReport } from "./report-types.js";
import { filtersOf, givenOf, isCheckedByEngine } from "./validate.js";
import { warnOnce } from "./warnings.js";

export interface RunContext extends FeederContext {
  /** Makes the way of its items, where functions of the user's are called on it. */
  startRelay?: () => Promise<Relay>;
  /** What the report says of the pool. */
  pool: Pick<RunReport, "mode" | "reason" | "threads">;
  /** Called whenever the run may have become quiet. */
  changed: () => void;
}

/** How results are read: in input order or not; by a reader that never stops reading, or by one that may. */
export interface Reading {
  ordered: boolean;
  eager: boolean;
}

type RunState =
  /** Items are read, or are with the dispatcher. */
  | "running"
  /** Nothing more is read or filtered; the reader may still take what is ready. */
  | "ended"
  /** All outcomes are taken or dropped, and the report is told. */
  | "over";

export class Run<Id> implements AsyncIterableIterator<Settled<Id>> {
  readonly #context: RunContext;
  readonly #options: RunOptions;
  readonly #eager: boolean;
  readonly #started = performance.now();
  readonly #progress: Progress = { done: 0, failed: 0, pixels: 0, elapsed: 0 };
  readonly #account = new Account();
  readonly #feeder: Feeder<Id>;
  readonly #delivery: Delivery<Id>;
  #state: RunState = "running";
  /** Bytes of large parameters, in flight as long as items are read. */
  #parameterBytes = 0;

  constructor(
    context: RunContext,
    steps: readonly Step[],
    batch: Iterable<unknown> | AsyncIterable<unknown>,
    options: RunOptions,
    { ordered, eager }: Reading,
  ) {
    this.#context = context;
    this.#options = options;
    this.#eager = eager;
    this.#delivery = new Delivery(ordered, this.#account, {
      released: (bytes) => this.#release(bytes),
      taken: () => {
        this.#feeder.wake();
        this.#endIfTaken();
      },
    });
    this.#feeder = new Feeder(context, steps, options, this.#account, {
      isEnded: () => this.isEnded(),
      untaken: () => this.#delivery.untaken,
      waits: () => context.changed(),
      received: (item, result) => this.#receive(item, result),
      failed: (index, id, reason) => this.#fail(index, id, reason),
      fed: () => this.#endIfDone(),
    });
    const length = Array.isArray(batch) ? batch.length : undefined;
    if (length !== undefined) this.#progress.total = length;
    const iterator = openBatch(batch);
    const { dispatcher } = context;
    const isPlain = givenOf(steps, "image").length === 0 && !isCheckedByEngine(steps) && !context.startRelay;
    const isOpen = isPlain && !dispatcher.needsMore(steps);
    if (isOpen) dispatcher.open(context.batch, steps);
    const { signal } = options;
    if (signal?.aborted) {
      this.stop(signal.reason);
    } else {
      signal?.addEventListener("abort", this.#onAbort, { once: true });
    }
    if (isOpen) void this.#feeder.feed(iterator);
    else void this.#openWith(steps).then(() => this.#feeder.feed(iterator));
  }

  /**
   * Opens the batch with what of the engine its filters need and the images that are their parameters, and hears what the engine says
   * of them that nobody else can; where something cannot be had, or is refused, ends it.
   */
  async #openWith(steps: readonly Step[]): Promise<void> {
    const { dispatcher, batch, budget, startRelay } = this.#context;
    const filters = filtersOf(steps);
    try {
      if (this.isEnded()) return;
      if (dispatcher.needsMore(filters)) await dispatcher.useMore();
      if (this.isEnded()) return;
      const { images, bytes, steps: loaded } = await loadParameters(this.#context, filters);
      // It may have ended meanwhile.
      if (this.isEnded()) return;
      // At once, whatever is in flight: everything of this call waits for them.
      void budget.reserve(
        bytes,
        () => true,
        () => undefined,
      );
      this.#parameterBytes = bytes;
      const asks = isCheckedByEngine(steps);
      if (startRelay) {
        const relay = await startRelay();
        if (this.isEnded()) return;
        this.#context.relay = relay;
        await relay.open(loaded, images, asks);
        return;
      }
      if (!asks) {
        dispatcher.open(batch, loaded, images);
        return;
      }
      const refusal = await dispatcher.openAsking(batch, loaded, images);
      if (refusal) throw toError(refusal);
    } catch (reason) {
      if (!this.isEnded()) this.stop(reason);
    }
  }

  /** `true` while nothing of it moves: all is done, or it waits for its reader. */
  get quiet(): boolean {
    return this.isEnded() || (!this.#eager && this.#feeder.isStill);
  }

  /** `true` once nothing more is read or filtered. */
  isEnded(): boolean {
    return this.#state !== "running";
  }

  /** Ends it now: nothing more is read, what runs or is ready is dropped, the reader gets `reason`. */
  stop(reason: unknown): void {
    if (this.#state !== "over") this.#endNow({ reason });
  }

  /** For a pool that closes: what is ready may still be taken, then comes `reason`. */
  cut(reason: unknown): void {
    if (this.isEnded()) return;
    if (this.#delivery.ready === 0) {
      this.stop(reason);
      return;
    }
    this.#finish();
    this.#delivery.dropEarly();
    this.#delivery.close({ reason });
  }

  next(): Promise<IteratorResult<Settled<Id>>> {
    return keepAlive(this.#delivery.next());
  }

  /** Leaving the loop: cancels what is queued and frees it. */
  return(): Promise<IteratorResult<Settled<Id>>> {
    this.#endNow("done");
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #onAbort = (): void => this.stop(this.#options.signal?.reason);

  #receive(item: Item<Id>, result: JobResult): void {
    const { index, id, source, reserved, sent } = item;
    const { outcome, pixels, spans, warning, measured } = result;
    const { budget } = this.#context;
    this.#account.holds(-reserved);
    this.#account.worked(spans, result.times, performance.now() - sent);
    if (this.isEnded()) {
      budget.release(reserved);
      if (outcome.kind === "bitmap") outcome.bitmap.close();
      if (outcome.kind === "value" && isA(outcome.value, "ImageBitmap")) outcome.value.close();
      this.#feeder.itemEnded();
      return;
    }
    this.#tellSpans(index, result);
    if (outcome.kind === "failed") {
      budget.release(reserved);
      const { error, cause } = outcome;
      if (source.kind === "encoded" && cause === undefined) void this.#explain(item, source.blob, error);
      else this.#fail(index, id, Object.assign(toError(error, { index, id }), cause !== undefined && { cause }));
      return;
    }
    let image: ImageOutput;
    try {
      if (outcome.kind === "kept") throw new TypeError("a result was kept that nobody reads");
      image = unpack(outcome, source, this.#options.output ?? "same");
    } catch (thrown) {
      budget.release(reserved);
      const reason = toError(toData(thrown, "out-of-memory"), { index, id });
      reason.cause = thrown;
      this.#fail(index, id, reason);
      return;
    }
    const bytes = bytesOut(outcome, pixels);
    this.#account.moved("in", bytesIn(source));
    this.#account.moved("out", bytes);
    // What the reader has not taken yet is still in flight, once.
    budget.release(reserved - bytes);
    this.#account.holds(bytes);
    const ms = timeAtWork(spans);
    const thread = spans.at(-1)?.[0] ?? 0;
    if (warning !== undefined) warnOnce(warning);
    const told = { ...(measured && { measured }), ...(warning !== undefined && { warning }) };
    const settled: Fulfilled<Id> = { status: "fulfilled", id, index, image, ms, thread, ...told };
    if (source.kind === "encoded") void this.#settleFile(source.info, settled, bytes, pixels);
    else this.#settle(settled, bytes, pixels);
  }

  /** Says what the file is as well; most often that is known by now. */
  async #settleFile(info: Header["info"], settled: Fulfilled<Id>, bytes: number, pixels: number): Promise<void> {
    // It has been decoded: that its header cannot be read any more is no failure.
    const source = await info.catch(() => undefined);
    this.#settle(source ? { ...settled, source } : settled, bytes, pixels);
  }

  /** Says of a file what has failed, and where it could not be decoded why that may be. */
  async #explain({ index, id }: Item<Id>, file: Blob, error: ErrorData): Promise<void> {
    const reason = await fileFailure(file, error);
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

  /** Delivers an outcome, which keeps `bytes` in flight until the reader takes it. */
  #settle(settled: Settled<Id>, bytes: number, pixels: number): void {
    this.#feeder.itemEnded();
    if (this.isEnded()) {
      this.#delivery.discard({ settled, bytes });
      return;
    }
    this.#delivery.add(settled, bytes);
    this.#tellProgress(settled, pixels);
    this.#delivery.deliver();
    this.#feeder.wake();
    this.#endIfDone();
  }

  #release(bytes: number): void {
    this.#context.budget.release(bytes);
    this.#account.holds(-bytes);
  }

  #tellProgress(settled: Settled<Id>, pixels: number): void {
    const progress = this.#progress;
    progress.done += 1;
    if (settled.status === "rejected") progress.failed += 1;
    progress.pixels += pixels;
    progress.elapsed = performance.now() - this.#started;
    if (this.#options.onProgress) callListener(this.#options.onProgress, { ...progress });
  }

  /** After the last outcome: the reader gets the end, or what the batch itself has thrown. */
  #endIfDone(): void {
    if (this.#feeder.isDone && !this.isEnded()) {
      this.#finish();
      this.#delivery.close(this.#feeder.failure ?? "done");
      this.#endIfTaken();
    }
    this.#context.changed();
  }

  /** Drops all that the reader has not taken, and gives it `end`. */
  #endNow(end: End): void {
    if (!this.isEnded()) this.#finish();
    this.#delivery.drop();
    this.#delivery.close(end);
    this.#endIfTaken();
  }

  /** Stops reading and filtering. */
  #finish(): void {
    this.#state = "ended";
    const { dispatcher, relay, batch } = this.#context;
    if (relay) relay.forget();
    else dispatcher.forget(batch);
    this.#feeder.wake();
    // Lets the budget look again at an item of this run that waits for memory, too.
    this.#context.budget.release(this.#parameterBytes);
    this.#parameterBytes = 0;
    this.#context.changed();
  }

  /** When nothing more happens, all being handed over or dropped: tells the report, once. */
  #endIfTaken(): void {
    if (this.#state !== "ended" || this.#delivery.ready > 0) return;
    this.#state = "over";
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    const { done, failed } = this.#progress;
    const sums = this.#account.sums();
    const { limit } = this.#context.budget;
    callListener(this.#options.onReport, {
      ...this.#context.pool,
      ...{ items: done, failed, dropped: this.#feeder.read - done, elapsed: performance.now() - this.#started },
      ...{ ...sums, bytes: { ...sums.bytes, limit } },
    });
  }
}

/**
 * Reads the batch of one call lazily, reserves memory for each item and sends it to the dispatcher. What is wrong with an item
 * is told of that item alone.
 */
import type { Dispatcher } from "./dispatcher.js";
import { type ErrorDetails, isOurs, PixelpoolError, toData, toError } from "./errors.js";
import { checkItem } from "./items.js";
import type { MemoryBudget } from "./memory-budget.js";
import { nextTask } from "./next-task.js";
import { planItem, type Plan } from "./file-plan.js";
import type { Relay } from "./functions/relay.js";
import { fileName } from "./files.js";
import { isCall } from "./functions/chain.js";
import { bytesInFlight, cloned, look, lookForFunction, pack, type Source } from "./pixels.js";
import { bytesOfPixel } from "./pixel-format.js";
import type { Change, Job, JobInput, JobResult, Step } from "./protocol.js";
import { isA } from "./realm.js";
import type { Account } from "./report.js";
import { bytesOfChange } from "./parameter-bytes.js";
import type { Growth } from "./result-size.js";
import type { RunOptions } from "./types.js";
import { checkChange, keepsRgba } from "./validate.js";

/** Items that a call may have between its batch and its reader, whatever their size. */
const MOST_ITEMS = 256;
/** Items in flight for each thread: the next is there when a thread is free, and few buffers are in use. */
const ITEMS_A_THREAD = 2;
/** There may be more items in flight than that, as long as all of them together have fewer bytes than this. */
const SMALL_BYTES = 16 << 20;
/** Files that are looked at at a time: each takes some milliseconds, in which this thread only waits. */
const FILES_LOOKED_AT = 8;
/** Copying inputs is work on the page's own thread; after this time it lets other tasks of the page run. */
const LONGEST_TASK_MS = 6;

/** What a feeder uses of the pool. */
export interface FeederContext {
  dispatcher: Dispatcher;
  /** The way of its items, where it is not the dispatcher alone. */
  relay?: Relay;
  budget: MemoryBudget;
  batch: number;
  pool: { threads: number };
  nextJob: () => number;
}

/** An item that has been looked at. */
interface Looked<Id> {
  id: Id;
  source: Source;
  change: Change | undefined;
  /** The third element as it was given. */
  intensity: unknown;
  plan: Plan;
}

/** An item that was read, while it is looked at; it is told here what is wrong with it. */
interface Read<Id> {
  index: number;
  /** Where that is known. */
  id?: Id;
  looking: Promise<Looked<Id> | { failure: unknown }>;
}

/** An item that is with the dispatcher. */
export interface Item<Id> {
  index: number;
  id: Id;
  source: Source;
  /** Bytes that it has reserved in the memory budget. */
  reserved: number;
  /** When it was sent. */
  sent: number;
}

/** The run that a feeder works for. */
export interface FeederListener<Id> {
  /** Whether the run has ended: then nothing more is read or sent. */
  isEnded: () => boolean;
  /** Outcomes that the reader has not taken yet. */
  untaken: () => number;
  /** Called when the feeder begins to wait. */
  waits: () => void;
  /** Called with the dispatcher's result of an item. */
  received: (item: Item<Id>, result: JobResult) => void;
  /** Called where an item cannot be sent. */
  failed: (index: number, id: Id, reason: Error & ErrorDetails) => void;
  /** Called once, when nothing more is read. */
  fed: () => void;
}

type FeederState =
  /** It reads the batch, or prepares an item. */
  | "reading"
  /** Enough is in flight: it waits until the reader has taken an outcome, or an item has ended. */
  | "full"
  /** One item waits for memory. */
  | "waiting"
  /** It has read all that it will read. */
  | "fed";

export class Feeder<Id> {
  readonly #context: FeederContext;
  readonly #steps: readonly Step[];
  readonly #options: RunOptions;
  readonly #account: Account;
  readonly #listener: FeederListener<Id>;
  #state: FeederState = "reading";
  #resume: () => void = () => undefined;
  /** When the page's thread was last free, as far as this feeder knows. */
  #taskStart = performance.now();
  /** Items that were read and have no outcome yet. */
  #inFlight = 0;
  /** Those of them that are not sent yet. */
  readonly #ahead: Read<Id>[] = [];
  #read = 0;
  /** What the batch itself has thrown. */
  #failure: { reason: unknown } | undefined;

  constructor(
    context: FeederContext,
    steps: readonly Step[],
    options: RunOptions,
    account: Account,
    listener: FeederListener<Id>,
  ) {
    this.#context = context;
    this.#steps = steps;
    this.#options = options;
    this.#account = account;
    this.#listener = listener;
  }

  /** Items that were read. */
  get read(): number {
    return this.#read;
  }

  /** What the batch itself has thrown, if it has. */
  get failure(): { reason: unknown } | undefined {
    return this.#failure;
  }

  /** Whether all that was read has its outcome, and nothing more is read. */
  get isDone(): boolean {
    return this.#state === "fed" && this.#inFlight === 0;
  }

  /** Whether nothing moves until the reader takes an outcome. */
  get isStill(): boolean {
    return this.#state !== "reading" && this.#inFlight - this.#ahead.length === (this.#state === "waiting" ? 1 : 0);
  }

  /** Notes that an item has its outcome. */
  itemEnded(): void {
    this.#inFlight -= 1;
  }

  /** Looks again whether there is room for the next item. */
  wake(): void {
    if (this.#state !== "full") return;
    this.#state = "reading";
    this.#resume();
  }

  /** Reads the batch to its end, or to the end of the run. */
  async feed(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
    const { isEnded, fed } = this.#listener;
    try {
      for (let index = 0; !isEnded(); index++) {
        while (this.#isFull() && !isEnded()) await (this.#ahead.length > 0 ? this.#sendNext() : this.#untilRoom());
        if (performance.now() - this.#taskStart > LONGEST_TASK_MS) {
          await nextTask();
          this.#taskStart = performance.now();
        }
        if (isEnded()) break;
        const step = await this.#next(iterator);
        if (step.done || isEnded()) break;
        // Before it is counted: the batch may throw here too.
        const item = step.value;
        this.#inFlight += 1;
        this.#read += 1;
        const looksAhead = this.#look(index, item);
        while (this.#ahead.length >= (looksAhead ? FILES_LOOKED_AT : 1)) await this.#sendNext();
      }
      if (isEnded()) await iterator.return?.();
    } catch (reason) {
      if (!isEnded()) this.#failure = { reason };
    }
    while (this.#ahead.length > 0) await this.#sendNext();
    this.#state = "fed";
    fed();
  }

  /** Reads on; while the batch makes one wait, what was read before is sent as soon as it has been looked at. */
  async #next(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
    const asked = performance.now();
    const state: { isThere: boolean } = { isThere: false };
    const next = iterator.next();
    // Not by its class: it may come from another realm.
    const isThere = () => {
      state.isThere = true;
      this.#account.spent("reading", performance.now() - asked);
    };
    if (!("then" in next)) {
      isThere();
      return next;
    }
    const arrived = Promise.resolve(next).finally(isThere);
    // What it throws is thrown below.
    const settled = arrived.catch(() => undefined);
    const hasArrived = () => state.isThere;
    for (;;) {
      const [first] = this.#ahead;
      if (first) await Promise.race([settled, first.looking]);
      if (!first || hasArrived()) return arrived;
      await this.#sendNext();
    }
  }

  #isFull(): boolean {
    const ahead = (this.#context.pool.threads + 1) * ITEMS_A_THREAD;
    return this.#held >= MOST_ITEMS || (this.#inFlight >= ahead && this.#account.inFlight >= SMALL_BYTES);
  }

  /** Items between the batch and the reader. */
  get #held(): number {
    return this.#inFlight + this.#listener.untaken();
  }

  #untilRoom(): Promise<void> {
    this.#state = "full";
    this.#listener.waits();
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  /** Begins to look at an item; returns whether others may be looked at beside it: it is a file, and nothing was copied for it. */
  #look(index: number, item: unknown): boolean {
    const read: Partial<Read<Id>> & { index: number } = { index };
    const looking = this.#lookAt(item, (id) => (read.id = id)).catch(asFailure);
    this.#ahead.push(Object.assign(read, { looking }));
    return Array.isArray(item) && isA(item[1], "Blob");
  }

  async #lookAt(item: unknown, known: (id: Id) => void): Promise<Looked<Id>> {
    const clock = this.#clock();
    const [itemId, image, intensity] = checkItem(item);
    const id = itemId as Id;
    known(id);
    const change = checkChange(this.#steps, intensity);
    const [first] = this.#steps;
    const source = await (first && isCall(first) ? lookForFunction : look)(await image);
    try {
      const plan = await this.#plan(source, change);
      clock("looking");
      return { id, source, change, plan, intensity };
    } catch (failure) {
      if (source.kind === "picture" && source.owned) source.picture.close();
      throw failure;
    }
  }

  /** Sends the item that was read first; what is wrong with it is its own outcome. */
  async #sendNext(): Promise<void> {
    const read = this.#ahead.shift();
    if (!read) return;
    const looked = await read.looking;
    if ("failure" in looked) this.#fail(read, looked.failure);
    else await this.#send(read, looked);
  }

  async #send(read: Read<Id>, { id, source, change, plan, intensity }: Looked<Id>): Promise<void> {
    const clock = this.#clock();
    const { budget, dispatcher, batch, nextJob } = this.#context;
    const { index } = read;
    let reserved = 0;
    let own = source.kind === "picture" && source.owned ? source.picture : undefined;
    try {
      if (this.#listener.isEnded()) throw new PixelpoolError(CANCELLED, { code: "closed" });
      const { transfer: give = false } = this.#options;
      const { copier } = dispatcher;
      const { output: shape, read, codecs, growth: grows, size } = plan;
      const treatment = { give, keepsRgba: keepsRgba(this.#steps), output: shape, read, size, grows };
      const known = bytesInFlight(source, copier, treatment) + bytesOfChange(change);
      // What may be of any size is worked on alone, and has all that there is.
      const needed = grows.isOpen ? Math.max(known, budget.limit) : known;
      this.#checkSize(source, needed, grows);
      if (codecs.size > 0) await Promise.all(Array.from(codecs, (codec) => dispatcher.useCodec(codec)));
      clock("looking");
      await this.#reserve(needed);
      reserved = needed;
      this.#account.holds(reserved);
      clock("memory");
      if (this.#listener.isEnded()) throw new PixelpoolError(CANCELLED, { code: "closed" });
      const { input, transfer, loan } = await pack(source, give, copier, read, size);
      const job: Job = { job: nextJob(), batch, input, output: shape };
      const into = shape === "pixels" ? dispatcher.oldBuffer(newBuffer(input, grows)) : undefined;
      if (into) {
        job.into = into;
        transfer.push(into);
      }
      if (change !== undefined) job.change = change;
      const { relay } = this.#context;
      if (relay) job.item = { id, index, intensity: cloned(intensity, "the intensity"), source };
      own = undefined;
      const sent = clock("packing");
      const done = (result: JobResult) => this.#listener.received({ index, id, source, reserved, sent }, result);
      (relay ?? dispatcher).run(job, transfer, done, loan);
    } catch (thrown) {
      own?.close();
      budget.release(reserved);
      this.#account.holds(-reserved);
      this.#fail(read, thrown);
    }
  }

  #fail({ index, id }: Read<Id>, thrown: unknown): void {
    const reason = toError(toData(thrown, "invalid-image"), { index, id });
    // One of ours is said again of this item, with its own cause.
    const cause: unknown = isOurs(thrown) ? thrown.cause : thrown;
    if (cause !== undefined) reason.cause = cause;
    this.#listener.failed(index, id as Id, reason);
  }

  #plan(source: Source, change: Change | undefined): Promise<Plan> {
    const { dispatcher, budget } = this.#context;
    const { modules } = dispatcher;
    return planItem(source, { steps: this.#steps, change, options: this.#options, modules, mostBytes: budget.limit });
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

  /** Reserves memory, as soon as there is enough; a run that has nothing else in flight may exceed the limit. */
  async #reserve(bytes: number): Promise<void> {
    const mayExceed = () => this.#listener.isEnded() || this.#held - this.#ahead.length <= 1;
    const granted = () => {
      this.#state = "reading";
    };
    const reserving = this.#context.budget.reserve(bytes, mayExceed, granted);
    if (!reserving) return;
    this.#state = "waiting";
    this.#listener.waits();
    await reserving;
  }

  /** An image that could never fit is told before it is copied, where its size is known. */
  #checkSize(source: Source, bytes: number, { factor, filter }: Growth): void {
    const { limit } = this.#context.budget;
    if (bytes <= limit || (source.kind === "encoded" && !source.size)) return;
    const rule = `needs ${bytes} bytes in flight, more than the ${limit} that the pool's memoryLimit leaves`;
    // Where it is the result that is too large, its filter is named.
    if (filter !== undefined && bytes / factor <= limit) {
      throw new PixelpoolError(`${filter}: the result ${rule}`, { code: "too-large", filter });
    }
    throw new PixelpoolError(`${inWordsOf(source)} ${rule}`, { code: "too-large" });
  }
}

const CANCELLED = "the batch was cancelled";
const asFailure = (failure: unknown) => ({ failure });

/** An image in words: a file by its name, its type and its size. */
function inWordsOf(source: Source): string {
  if (source.kind !== "encoded") return "the image";
  const { blob, type, size } = source;
  return `${fileName(blob)} (${type}, ${size?.width} × ${size?.height} px)`;
}

/** Bytes of the buffer that a result needs beside its input's own; 0 where it needs none. */
function newBuffer(input: JobInput, { result }: Growth): number {
  if (!result || (input.kind !== "lent" && input.kind !== "pixels")) return 0;
  const bytes = result.width * result.height * bytesOfPixel(input.format);
  return input.kind === "pixels" && input.buffer.byteLength === bytes ? 0 : bytes;
}

/**
 * The page's side of jobs: queues them and hands them out to the instances of the engine, calls each job's `done` with its result,
 * and runs those of a lost instance again. Knows no image kinds and no batches but by number.
 */
import type { EngineSources } from "./engine-sources.js";
import type { ErrorData } from "./errors.js";
import { codecModule, type CodecName } from "./codec-modules.js";
import { keptCopies, Recycler, Rooms, type Copier, type Loan } from "./copies.js";
import { Crew, type CrewOptions } from "./crew.js";
import { FairQueue } from "./fair-queue.js";
import { failed, wholeOf, type Outgoing } from "./lane.js";
import { RECYCLED, ROOMS } from "./memory.js";
import {
  isSmall,
  transferOf,
  type BatchImage,
  type Job,
  type JobResult,
  type Step,
  type ToWorker,
} from "./protocol.js";
import { bytesOfPixel } from "./pixel-format.js";
import { Questions } from "./questions.js";
import type { RestOfEngine } from "./wasm.js";
import { MOST_GATHERED, type Loss, type WorkerHandle } from "./worker-handle.js";

export interface DispatcherOptions extends CrewOptions {
  /** Workers can be ended while they work. Those that live in the page cannot. */
  endsAtWork: boolean;
  /** Addresses of the user's codecs, by type. */
  modules: ReadonlyMap<string, string>;
  /** The part of the engine that only rare filters need; left out where `module` is all of it. */
  more?: RestOfEngine | undefined;
  /** Where the codecs of the package's own come from. */
  codec: EngineSources["codec"];
}

/** What workers are told of a batch, those that start later too. */
type Opening = Extract<ToWorker, { type: "open" }>;

/** Microtasks until gathered jobs are posted: a run needs some of them from one item of its batch to the next. */
const PATIENCE = 32;
/** Work that is cancelled and takes longer than this costs its worker. */
const CANCEL_LIMIT_MS = 150;
/** Which job has ended a worker that was killed is not known: all that it had are run again, this many times. */
const MOST_LOSSES = 2;
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #crew: Crew;
  readonly #queue = new FairQueue<Outgoing>();
  readonly #batches = new Map<number, Opening>();
  readonly #codecs = new Map<CodecName, WebAssembly.Module>();
  readonly #questions = new Questions(MOST_LOSSES);
  readonly #rooms: Rooms;
  readonly #recycler: Recycler;
  /** Jobs that workers have taken and not posted, and microtasks until they are. */
  #gathered = 0;
  #patience = 0;
  /** What workers are told of the rest of the engine, once it is there. */
  #more: (ToWorker & { type: "more" }) | undefined;
  #dead: ErrorData | undefined;

  private constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#recycler = new Recycler(options.limit * RECYCLED);
    this.#rooms = new Rooms(options.limit * ROOMS, this.#recycler);
    this.#crew = new Crew(options, {
      started: (worker) => this.#welcome(worker),
      done: (worker, results) => this.#receive(worker, results),
      opened: (batch, refusal) => {
        this.#questions.answer(batch, refusal);
        this.#pump();
      },
      lent: (rooms) => this.#rooms.receive(rooms),
      lost: ({ error, guilty }) => {
        if (options.shared) this.#rooms.close();
        if (guilty.length === 0) this.#questions.lost(lostWith(error));
      },
      left: (worker, loss, whole) => {
        for (const job of [...worker.sent.keys()]) {
          const outgoing = worker.remove(job);
          if (outgoing) this.#runAgain(outgoing, loss, whole);
        }
      },
      empty: (error) => this.#die(error),
    });
  }

  /** Starts the workers; rejects with a `PixelpoolError` when one of them cannot start. */
  static async start(options: DispatcherOptions): Promise<Dispatcher> {
    const dispatcher = new Dispatcher(options);
    try {
      await dispatcher.#crew.start();
      return dispatcher;
    } catch (error) {
      const ended = dispatcher.terminate();
      // An abort is answered at once.
      if (!options.signal?.aborted) await ended;
      throw error;
    }
  }

  /** An instance can take jobs: it is told of all that it missed. */
  #welcome(worker: WorkerHandle): void {
    if (worker.memory) this.#rooms.open(worker.memory, (message) => worker.tell(message), worker.limit * ROOMS);
    if (this.#more) worker.tell(this.#more);
    for (const [name, module] of this.#codecs) worker.tell({ type: "codec", name, module });
    for (const opening of this.#batches.values()) worker.tell(opening);
    this.#pump();
  }

  /** Bytes of pixels that may be in flight: less than was asked for, where the browser grants no memory for that. */
  get limit(): number {
    return this.#crew.limit;
  }

  /** How many instances of the engine there are, each with a memory of its own. */
  get instances(): number {
    return this.#crew.size;
  }

  /** Where copies of kept inputs are made. */
  get copier(): Copier {
    return this.#options.shared ? this.#rooms : this.#recycler;
  }

  /** Where copies are made that stay on the page. */
  get keptCopier(): Copier {
    return keptCopies(this.#options.shared);
  }

  /** Addresses of the user's codecs, by type. */
  get modules(): ReadonlyMap<string, string> {
    return this.#options.modules;
  }

  /** Has the workers use a codec of the package's own: jobs that are run afterwards may rely on it. */
  async useCodec(name: CodecName): Promise<void> {
    if (this.#codecs.has(name)) return;
    if (this.#codecs.size === 0) for (const worker of this.#crew.workers) worker.tell({ type: "expectFiles" });
    const module = await codecModule(name, this.#options.codec);
    if (this.#codecs.has(name)) return;
    this.#codecs.set(name, module);
    for (const worker of this.#crew.workers) worker.tell({ type: "codec", name, module });
  }

  /** Whether a chain needs more of the engine than the workers have. */
  needsMore(steps: readonly Step[]): boolean {
    const { more } = this.#options;
    return more !== undefined && !this.#more && steps.some(({ kind }) => !more.common.has(kind));
  }

  /** Loads that, and has the workers use it: chains that are opened afterwards may rely on it. */
  async useMore(): Promise<void> {
    const loaded = await this.#options.more?.load();
    if (!loaded || this.#more) return;
    this.#more = { type: "more", ...loaded };
    for (const worker of this.#crew.workers) worker.tell(this.#more);
  }

  /** An old buffer of this length, for a result. */
  oldBuffer(length: number): ArrayBuffer | undefined {
    return this.#recycler.take(length);
  }

  /** Makes a chain known to the workers; each gets a copy of its images. */
  open(batch: number, steps: readonly Step[], images: readonly BatchImage[] = []): void {
    this.#tellAll({ type: "open", batch, steps, ...(images.length > 0 && { images }) });
  }

  /** The same, and asks whether the engine takes the chain: resolves why it does not, as soon as a worker has told. */
  async openAsking(
    batch: number,
    steps: readonly Step[],
    images: readonly BatchImage[],
  ): Promise<ErrorData | undefined> {
    if (this.#dead) return this.#dead;
    const answer = this.#questions.ask(batch);
    this.#tellAll({ type: "open", batch, steps, images, asks: true });
    return answer;
  }

  #tellAll(opening: Opening): void {
    this.#batches.set(opening.batch, opening);
    for (const worker of this.#crew.workers) worker.tell(opening);
  }

  /**
   * Runs a job; `done` is called once, with its result or its failure; then the room that its pixels are in is given back. Where its
   * worker is lost for another reason than this job, it is run once more, if its input was not lost too.
   */
  run(job: Job, transfer: Transferable[], done: Outgoing["done"], loan?: Loan): void {
    this.#enqueue({ job, transfer, loan, done, losses: 0 });
  }

  /** Forgets a batch: what of it has not begun ends at once, what runs is stopped. */
  forget(batch: number): void {
    if (!this.#batches.delete(batch)) return;
    this.#questions.answer(batch, CANCELLED);
    for (const waiting of this.#queue.remove(batch)) this.#refuse(waiting, CANCELLED);
    this.#flush();
    for (const worker of this.#crew.workers) worker.forget(batch);
    const busy = this.#crew.workers.filter((worker) => this.#isInVain(worker));
    if (busy.length > 0) setTimeout(() => this.#replaceInVain(busy), CANCEL_LIMIT_MS);
  }

  /** Whether a worker with one thread has only jobs that nobody wants any more: it cannot hear of that while it works. */
  #isInVain(worker: WorkerHandle): boolean {
    const { shared, endsAtWork } = this.#options;
    return (
      !shared &&
      endsAtWork &&
      worker.sent.size > 0 &&
      [...worker.sent.values()].every(({ outgoing: { job } }) => !this.#batches.has(job.batch))
    );
  }

  /** A new worker is there sooner than the end of long work. */
  #replaceInVain(workers: readonly WorkerHandle[]): void {
    for (const worker of workers) {
      if (!this.#dead && this.#isInVain(worker)) this.#crew.giveUp(worker, CANCELLED);
    }
  }

  /** Takes buffers for the next results. */
  recycle(buffers: ArrayBuffer[]): void {
    for (const buffer of new Set(buffers)) {
      try {
        this.#recycler.put(buffer);
      } catch {
        // What cannot be transferred, the memory of another wasm for one, stays with its owner.
      }
    }
  }

  /** Lets the workers end by themselves, then ends them; resolves when they are gone and what they held is free. */
  async stop(): Promise<void> {
    await this.#crew.stop();
    await this.#close();
  }

  /** Ends the workers now; resolves as {@link stop} does. */
  async terminate(): Promise<void> {
    this.#dead ??= CLOSED;
    await this.#crew.terminate();
    await this.#close();
  }

  async #close(): Promise<void> {
    this.#die(CLOSED);
    this.#rooms.close();
    this.#recycler.clear();
    this.#batches.clear();
    await this.#crew.gone();
  }

  /** Runs no more jobs. */
  #die(error: ErrorData): void {
    this.#dead ??= error;
    for (const waiting of this.#queue.remove()) this.#refuse(waiting, this.#dead);
    this.#questions.end(this.#dead);
  }

  #enqueue(outgoing: Outgoing): void {
    const refusal = this.#dead ?? (this.#batches.has(outgoing.job.batch) ? undefined : CANCELLED);
    if (refusal) {
      this.#refuse(outgoing, refusal);
      return;
    }
    this.#queue.push(outgoing.job.batch, outgoing);
    this.#pump();
  }

  #refuse(outgoing: Outgoing, error: ErrorData): void {
    const { input, job } = outgoing.job;
    if (input.kind === "picture") input.picture.close();
    this.#finish(outgoing, failed(job, error));
  }

  /** The one end of every job. */
  #finish({ loan, done }: Outgoing, result: JobResult): void {
    loan?.giveBack();
    done(result);
  }

  /** Gives queued jobs to the workers that have room, the emptiest first. */
  #pump(): void {
    for (;;) {
      const next = this.#queue.peek();
      if (!next) return;
      const open = this.#crew.workers.filter((worker) => worker.sent.size < this.#room(worker, next));
      const worker = open.reduce<WorkerHandle | undefined>(
        (a, b) => (a && a.sent.size <= b.sent.size ? a : b),
        undefined,
      );
      const outgoing = worker && this.#queue.shift();
      if (!outgoing) return;
      const current = this.#current(outgoing);
      if (!current) continue;
      worker.take(current);
      this.#flushSoon(current.job);
    }
  }

  /**
   * A job whose pixels are in a room of an instance that was lost before it was sent takes a copy of them along; it ends here
   * where there is no memory for one.
   */
  #current(outgoing: Outgoing): Outgoing | undefined {
    const { loan } = outgoing;
    if (!loan || this.#rooms.lends(loan)) return outgoing;
    const job = wholeOf(outgoing, []);
    if (!job) {
      this.#finish(outgoing, failed(outgoing.job.job, NO_COPY));
      return undefined;
    }
    loan.giveBack();
    return { ...outgoing, job, transfer: transferOf(job), loan: undefined };
  }

  /** Small jobs are gathered while more of them come, since a message costs more than the work on one. */
  #flushSoon(job: Job): void {
    this.#gathered += 1;
    this.#patience = isSmall(job) && this.#gathered < MOST_GATHERED ? PATIENCE : 1;
    if (this.#gathered > 1) return;
    const step = () => {
      this.#patience -= 1;
      if (this.#patience <= 0) this.#flush();
      else queueMicrotask(step);
    };
    queueMicrotask(step);
  }

  /** How many jobs a worker may have, the next in the queue being one of them. */
  #room(worker: WorkerHandle, next: Outgoing): number {
    if (this.#options.shared) return worker.roomOfThreads(next.job);
    // A share of all there is: none is sent ahead to one worker that another could begin at once.
    const all = this.#crew.workers.reduce((sum, { sent }) => sum + sent.size, this.#queue.length);
    // Nor is a file, since its duration is unknown, unless enough of them remain for the workers that are ready first.
    const others = this.#queue.length - this.#crew.workers.length;
    return Math.min(worker.room(next, others), Math.ceil(all / this.#crew.workers.length));
  }

  #flush(): void {
    this.#gathered = this.#patience = 0;
    for (const worker of this.#crew.workers) worker.flush((refused) => this.#receive(worker, [refused]));
  }

  #receive(worker: WorkerHandle, results: readonly JobResult[]): void {
    for (const result of results) {
      const sent = worker.remove(result.job);
      this.#adopt(worker, result);
      if (!sent) {
        if (result.outcome.kind === "kept") result.outcome.loan?.giveBack();
        continue;
      }
      if (!this.#options.shared) worker.learn(result, sent);
      this.#finish(sent, result);
    }
    this.#pump();
  }

  /** A result that stays in a memory is given back to the engine by who has it. */
  #adopt({ memory }: WorkerHandle, { outcome }: JobResult): void {
    if (outcome.kind !== "kept" || !memory) return;
    const { room, width, height, format } = outcome;
    outcome.loan = this.#rooms.adopt(memory, room, width * height * bytesOfPixel(format));
  }

  /** Runs a job again whose input is still whole. */
  #runAgain(sent: Outgoing, { error, guilty }: Loss, left: readonly Job[]): void {
    const { job, loan } = sent;
    if (!this.#batches.has(job.batch)) {
      this.#refuse(sent, CANCELLED);
      return;
    }
    const losses = sent.losses + (guilty.length > 0 ? 0 : 1);
    const mayRun = !guilty.includes(job.job) && losses <= MOST_LOSSES;
    const whole = mayRun ? wholeOf(sent, left) : undefined;
    if (!whole) {
      this.#finish(sent, failed(job.job, lostWith(error)));
      return;
    }
    loan?.giveBack();
    this.#enqueue({ job: whole, transfer: transferOf(whole), done: sent.done, losses });
  }
}

/** What has ended a worker, said of what is lost with it. */
function lostWith(error: ErrorData): ErrorData {
  return { ...error, code: "worker-lost", class: "PixelpoolError" };
}

const NO_COPY: ErrorData = {
  code: "worker-lost",
  class: "PixelpoolError",
  message: "a worker was lost, and there is no memory to give its image to another",
};
const CLOSED: ErrorData = { code: "closed", class: "PixelpoolError", message: "the pool is closed" };
const CANCELLED: ErrorData = { code: "closed", class: "PixelpoolError", message: "the batch was cancelled" };

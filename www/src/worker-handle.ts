/**
 * One instance of the engine as the page sees it: the start of its worker, and of others that move pixels over the same memory,
 * the jobs that it has, how many it may have ahead, its end, and what can be taken back when it is lost. Knows no other instance.
 */
import { PixelpoolError, toData, toError, type ErrorData } from "./errors.js";
import { Lane, type Endpoint, type Outgoing } from "./lane.js";
import { newLockNames, watch } from "./liveness.js";
import { isSmall, needsCodec, type FromWorker, type Job, type JobResult, type ToWorker } from "./protocol.js";

/** How an instance was lost, and which jobs did it. */
export interface Loss {
  error: ErrorData;
  guilty: readonly number[];
}

export interface WorkerHandleOptions {
  index: number;
  /** Starts a worker. A helper of one has no `index`. */
  spawn: (index?: number) => Endpoint;
  poolName: string;
  /** Where it is still being compiled, the worker starts meanwhile. */
  module: WebAssembly.Module | Promise<WebAssembly.Module>;
  threads: number;
  /** Workers that move pixels, where the memory can be shared. */
  lanes: number;
  /** Helpers that it is sure to ask for: they start while it does. */
  helpers: number;
  /** Bytes of pixels that it may have in flight. */
  limit: number;
  /** Aborted when the dispatcher ends: a worker that is still starting need not be waited for. */
  ended: AbortSignal;
}

export interface WorkerHandleListener {
  done: (worker: WorkerHandle, results: readonly JobResult[]) => void;
  opened: (batch: number, refusal: ErrorData | undefined) => void;
  lent: (rooms: readonly number[]) => void;
  lost: (worker: WorkerHandle, loss: Loss) => void;
}

/** A worker that has not started by then never will: a script that cannot be loaded does not always say so. */
const START_LIMIT_MS = 30_000;
/** A lost worker that has not told by then what it has never will. */
const LEFT_LIMIT_MS = 1000;
/** Jobs shorter than this are sent ahead, so that a worker does not wait for the next message. */
const AHEAD_MS = 2;
export const MOST_AHEAD = 32;
/** Jobs that it may have of a batch that only its first worker knows. */
const JOBS_BEFORE_OPENED = 2;
/** Small jobs in a message. */
export const MOST_GATHERED = 32;
/** Files that a worker has at a time: the browser decodes the next ones while it filters one. */
const FILES_AT_ONCE = 3;

const ENDED_WHILE_STARTING = "the pool was ended while a worker started";
const ENDED_FROM_OUTSIDE = "a worker was lost: it was ended from outside";
const lost = (message: string) => new PixelpoolError(message, { code: "worker-lost" });

export class WorkerHandle {
  readonly index: number;
  /** Bytes of pixels that it may have in flight: less than was asked for, where the browser grants no memory for that. */
  limit: number;
  /** Its memory, where that can be shared. */
  memory: WebAssembly.Memory | undefined;
  /** Jobs that it has and has not answered. */
  readonly sent = new Map<number, { outgoing: Outgoing; lane: Lane }>();
  /** Resolves when all its workers are ended. */
  readonly ended: Promise<void>;
  #tellEnded: () => void = () => undefined;
  /** The worker that starts and ends the instance, opens batches, and takes files. */
  readonly #first: Lane;
  /** All that take jobs. */
  readonly #lanes: Lane[];
  /** Batches that its first worker was told of, and whether it has opened them, so that all lanes know them, or refused them. */
  readonly #batches = new Map<number, "told" | "opened" | "refused">();
  readonly #wantedLanes: number;
  /** How many jobs of batch `#measured` it may have at a time; of another, whose jobs may be longer, one. */
  #window = 1;
  #measured = -1;
  /** The largest input that was short work. */
  #size = 0;
  readonly #endWatches: (() => void)[] = [];
  /** Resolves what {@link stop} has returned. */
  #stopped: () => void = () => undefined;
  /** Workers that it has asked for, and lanes that are starting or have started. */
  readonly #helpers: Endpoint[] = [];
  /** Of those that help, by the name of their lock. */
  readonly #helpersByName = new Map<string, Endpoint>();
  /** Those that it has not asked for yet. */
  #early: Endpoint[] = [];
  readonly #spawn: WorkerHandleOptions["spawn"];
  readonly #listener: WorkerHandleListener;
  #isEnded = false;

  private constructor({ index, limit, spawn, helpers, lanes }: WorkerHandleOptions, listener: WorkerHandleListener) {
    this.#listener = listener;
    this.index = index;
    this.limit = limit;
    this.ended = new Promise((resolve) => (this.#tellEnded = resolve));
    this.#spawn = spawn;
    this.#wantedLanes = lanes;
    this.#first = new Lane(spawn(index));
    this.#lanes = [this.#first];
    while (this.#early.length < helpers) {
      const early = spawn();
      // It has failed. When the worker asks for a helper, a new one is started, whose failure is told then.
      early.listen(() => (this.#early = this.#early.filter((other) => other !== early)));
      this.#early.push(early);
      this.#helpers.push(early);
    }
  }

  /** Starts an instance. It can take jobs when its first worker can; the others come as they are ready. */
  static async start(options: WorkerHandleOptions, listener: WorkerHandleListener): Promise<WorkerHandle> {
    const { poolName, module, threads } = options;
    if (options.ended.aborted) throw lost(ENDED_WHILE_STARTING);
    const worker = new WorkerHandle(options, listener);
    const { endpoint } = worker.#first;
    const lockNames = newLockNames(poolName, "worker");
    let gone: (error: Error) => void = () => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onEnded = () => gone(lost(ENDED_WHILE_STARTING));
    try {
      const ready = await new Promise<Extract<FromWorker, { type: "ready" }>>((resolve, reject) => {
        gone = reject;
        options.ended.addEventListener("abort", onEnded);
        timer = setTimeout(() => reject(lost("a worker did not start within 30 seconds")), START_LIMIT_MS);
        endpoint.listen((message) => {
          if (message.type === "help") worker.#help(message);
          if (message.type === "alive") {
            worker.#endWatches.push(watch(lockNames, () => gone(lost(ENDED_FROM_OUTSIDE))));
          }
          if (message.type !== "ready" && message.type !== "broken") return;
          if (message.type === "ready") resolve(message);
          else if (message.error.code === "unsupported") reject(toError(message.error));
          else reject(lost(`a worker could not start: ${message.error.message}`));
        });
        const start = (compiled: WebAssembly.Module) => {
          endpoint.post({ type: "start", module: compiled, threads, limit: options.limit, lockNames }, []);
        };
        if (module instanceof Promise) module.then(start, reject);
        else start(module);
      });
      gone = (error) => worker.#lose(worker.#first, error);
      endpoint.listen((message) => worker.#receive(message));
      const { memory } = ready;
      worker.limit = ready.limit;
      worker.memory = memory;
      if (memory) {
        const compiled = await module;
        for (let i = 1; i < options.lanes; i++) worker.#join(compiled, memory, options);
      }
      return worker;
    } catch (error) {
      worker.end();
      throw error;
    } finally {
      clearTimeout(timer);
      options.ended.removeEventListener("abort", onEnded);
    }
  }

  /** Starts one more lane over the memory. Where it cannot start, the others do its work. */
  #join(module: WebAssembly.Module, memory: WebAssembly.Memory, { poolName, threads }: WorkerHandleOptions): void {
    const lane = new Lane(this.#spawn());
    const { endpoint } = lane;
    this.#helpers.push(endpoint);
    const lockNames = newLockNames(poolName, "lane");
    const isReady = () => this.#lanes.includes(lane);
    const gone = () => {
      if (isReady()) this.#lose(lane, lost(ENDED_FROM_OUTSIDE));
    };
    endpoint.listen((message) => {
      if (message.type === "alive") this.#endWatches.push(watch(lockNames, gone));
      if (message.type === "ready") this.#lanes.push(lane);
      if (isReady()) this.#receive(message);
      else if (message.type === "broken") endpoint.terminate();
    });
    endpoint.post({ type: "join", module, memory, threads, lockNames }, []);
  }

  /** Tells that a worker of its was ended, and with it the instance. */
  #lose(lane: Lane, error: Error): void {
    lane.isDead = true;
    this.#listener.lost(this, { error: toData(error, "worker-lost"), guilty: [] });
  }

  /** Tells its first worker something that is no job. */
  tell(message: Exclude<ToWorker, { type: "run" }>): void {
    if (message.type === "open") this.#batches.set(message.batch, "told");
    const asks = message.type === "open" && this.#wantedLanes > 1;
    this.#first.endpoint.post(asks ? { ...message, asks } : message, []);
  }

  /** Tells all who have jobs of a batch that nobody wants them any more. */
  forget(batch: number): void {
    this.#batches.delete(batch);
    for (const { endpoint } of this.#lanes) endpoint.post({ type: "forget", batch }, []);
  }

  /** Takes a job, to be posted with the next {@link flush}. */
  take(outgoing: Outgoing): void {
    const lane = this.#laneFor(outgoing.job);
    this.sent.set(outgoing.job.job, { outgoing, lane });
    lane.take(outgoing);
  }

  /** The job that has ended is not its own any more. */
  remove(job: number): Outgoing | undefined {
    const sent = this.sent.get(job);
    if (!sent) return undefined;
    this.sent.delete(job);
    sent.lane.jobs -= 1;
    return sent.outgoing;
  }

  /** The lane with the fewest jobs. Small jobs go together. */
  #laneFor(job: Job): Lane {
    if (this.#lanes.length === 1 || this.#batches.get(job.batch) !== "opened" || needsCodec(job)) return this.#first;
    const isBegun = ({ gathered }: Lane) => gathered > 0 && gathered < MOST_GATHERED;
    const begun = isSmall(job) ? this.#lanes.find(isBegun) : undefined;
    return begun ?? this.#lanes.reduce((a, b) => (a.jobs <= b.jobs ? a : b));
  }

  /** Posts what has been gathered. */
  flush(refused: (result: JobResult) => void): void {
    for (const lane of this.#lanes) lane.flush(refused);
  }

  /** How many jobs it may have with all its threads. Few wait for the first worker alone; what that has refused is over in no time. */
  roomOfThreads({ batch }: Job): number {
    return this.#wantedLanes === 1 || this.#batches.get(batch) !== "told" ? Infinity : JOBS_BEFORE_OPENED;
  }

  /**
   * How many jobs it may have, the next being `next`; `others` wait behind that. A worker with one thread is sent files and short
   * jobs ahead.
   */
  room(next: Outgoing, others: number): number {
    const { job } = next;
    if (job.input.kind === "encoded") return others > 0 && this.#isOneOf(next) ? FILES_AT_ONCE : 1;
    return this.#measured === job.batch && sizeOf(job) <= this.#size ? this.#window : 1;
  }

  /**
   * Whether a file may wait behind what is here: files of its batch, about as long as itself. No file waits behind work that was
   * cancelled, nor behind a file that may have ended a worker: should it do that again, it is alone.
   */
  #isOneOf({ job: { batch }, losses }: Outgoing): boolean {
    const here = [...this.sent.values()];
    return (
      losses === 0 &&
      here.every(({ outgoing: { job, losses } }) => job.batch === batch && job.input.kind === "encoded" && losses === 0)
    );
  }

  /** Learns from a result of a worker with one thread, which counts its thread from 0. */
  learn(result: JobResult, { job }: Outgoing): void {
    for (const span of result.spans) span[0] = this.index;
    if (result.spans.length === 0) return;
    const busy = result.spans.reduce((sum, [, start, end]) => sum + end - start, 0);
    this.#window = busy < AHEAD_MS ? Math.min(MOST_AHEAD, Math.ceil(AHEAD_MS / Math.max(busy, 0.01))) : 1;
    this.#size = this.#measured === job.batch && this.#window > 1 ? Math.max(this.#size, sizeOf(job)) : sizeOf(job);
    this.#measured = job.batch;
  }

  /** Asks it to end by itself; resolves when it is about to, at the latest after `limitMs`. */
  stop(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#stopped;
      const timer = setTimeout(() => this.#stopped(), limitMs);
      this.#stopped = () => {
        clearTimeout(timer);
        before();
        resolve();
      };
      this.#askToStop({ type: "stop" }, () => undefined).then(
        () => this.#stopped(),
        () => undefined,
      );
    });
  }

  /** Asks all lanes that live to stop, and hears what they say until then. */
  async #askToStop(message: ToWorker, heard: (answer: FromWorker) => void): Promise<void> {
    const living = this.#lanes.filter(({ isDead }) => !isDead);
    const stopping = living.map(({ endpoint }) => {
      return new Promise<void>((resolve) => {
        endpoint.listen((answer) => {
          heard(answer);
          if (answer.type === "stopped") resolve();
        });
        endpoint.post(message, []);
      });
    });
    await Promise.all(stopping);
  }

  /** Expects nothing of it any more: what it has cannot be taken back. */
  giveUp(): void {
    for (const lane of this.#lanes) lane.isDead = true;
  }

  /** Its workers. */
  get endpoints(): Endpoint[] {
    return [this.#first.endpoint, ...this.#helpers];
  }

  /** Ends its workers now. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const endWatch of this.#endWatches.splice(0)) endWatch();
    for (const endpoint of this.endpoints) endpoint.terminate();
    this.#tellEnded();
  }

  /**
   * What a lost instance has of whole inputs, those included that were on the way to it. It is ended when it has ended its
   * threads: ended before them, it would stay with them for seconds.
   */
  takeBack(): Promise<Job[]> {
    const whole = this.#lanes.flatMap((lane) => lane.takeBack().map(({ job }) => job));
    let silent = this.#lanes.filter(({ isDead }) => !isDead).length;
    if (silent === 0) {
      this.end();
      return Promise.resolve(whole);
    }
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        resolve(whole);
        this.end();
      };
      const timer = setTimeout(end, LEFT_LIMIT_MS);
      const heard = (answer: FromWorker) => {
        // What one lane has finished stays, though another has told of the loss.
        if (answer.type === "done") this.#listener.done(this, answer.results);
        if (answer.type !== "left") return;
        whole.push(...answer.jobs);
        silent -= 1;
        if (silent === 0) resolve(whole);
      };
      this.#askToStop({ type: "stop", isLost: true }, heard).then(end, end);
    });
  }

  /** Starts a worker for it; they speak with each other through a port of their own. */
  #help(message: Extract<FromWorker, { type: "help" }>): void {
    const early = this.#early.shift();
    const helper = early ?? this.#spawn();
    if (!early) this.#helpers.push(helper);
    const { own } = message.lockNames;
    this.#helpersByName.set(own, helper);
    helper.listen((answer) => {
      if (answer.type !== "broken") return;
      this.#endHelper(own);
      this.#first.endpoint.post({ type: "helperLost", own, reason: answer.error.message }, []);
    });
    helper.post(message, [message.port]);
  }

  #endHelper(own: string): void {
    const helper = this.#helpersByName.get(own);
    if (!helper) return;
    this.#helpersByName.delete(own);
    this.#helpers.splice(this.#helpers.indexOf(helper), 1);
    helper.terminate();
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "help":
        this.#help(message);
        return;
      case "endHelper":
        this.#endHelper(message.own);
        return;
      case "done":
        this.#listener.done(this, message.results);
        return;
      case "lent":
        this.#listener.lent(message.rooms);
        return;
      case "opened":
        // It may have been forgotten meanwhile.
        if (this.#batches.has(message.batch)) this.#batches.set(message.batch, message.refusal ? "refused" : "opened");
        this.#listener.opened(message.batch, message.refusal);
        return;
      case "broken":
        this.#listener.lost(this, { error: message.error, guilty: message.guilty ?? [] });
    }
  }
}

/** Samples of an input; of an encoded one nobody knows. */
function sizeOf({ input }: Job): number {
  if (input.kind === "pixels" || input.kind === "lent") return input.width * input.height;
  return input.kind === "numbers" ? input.numbers.length : Infinity;
}

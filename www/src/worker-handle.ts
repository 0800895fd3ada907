/**
 * One worker as the page sees it: its start, the jobs that it has, how many it may have ahead, its end, and what can be taken
 * back from it when it is lost. Knows no other worker.
 */
import { PixelpoolError, toData, toError, type ErrorData } from "./errors.js";
import { newLockNames, watch } from "./liveness.js";
import type { FromWorker, Job, JobResult, ToWorker } from "./protocol.js";

/** A worker, or what stands in for one. */
export interface Endpoint {
  post(message: ToWorker, transfer: Transferable[]): void;
  /** Replaces the listener. */
  listen(listener: (message: FromWorker) => void): void;
  terminate(): void;
}

/** A job on its way, with what must be transferred. */
export interface Outgoing {
  job: Job;
  transfer: Transferable[];
  done: (result: JobResult) => void;
  /** Workers that were lost with it. */
  losses: number;
}

/** How a worker was lost: which jobs did it, and the others whose input it still has. */
export interface Loss {
  error: ErrorData;
  guilty: readonly number[];
  left: readonly Job[];
}

export interface WorkerHandleOptions {
  index: number;
  /** Starts a worker. A helper of one has no `index`. */
  spawn: (index?: number) => Endpoint;
  poolName: string;
  /** Where it is still being compiled, the worker starts meanwhile. */
  module: WebAssembly.Module | Promise<WebAssembly.Module>;
  threads: number;
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
  lost: (worker: WorkerHandle, loss: Loss) => void;
}

/** A worker that has not started by then never will: a script that cannot be loaded does not always say so. */
const START_LIMIT_MS = 30_000;
/** A lost worker that has not told by then what it has never will. */
const LEFT_LIMIT_MS = 1000;
/** Jobs shorter than this are sent ahead, so that a worker does not wait for the next message. */
const AHEAD_MS = 2;
const MOST_AHEAD = 32;
/** Files that a worker has at a time: the browser decodes the next ones while it filters one. */
const FILES_AT_ONCE = 3;

const ENDED_FROM_OUTSIDE = "a worker was lost: it was ended from outside";
const lost = (message: string) => new PixelpoolError(message, { code: "worker-lost" });

export class WorkerHandle {
  readonly index: number;
  /** Jobs that it has and has not answered. */
  readonly sent = new Map<number, Outgoing>();
  /** Resolves when its worker is ended, and the helpers of that. */
  readonly ended: Promise<void>;
  #tellEnded: () => void = () => undefined;
  readonly #endpoint: Endpoint;
  /** Jobs to be posted at the end of this task. */
  #outbox: Outgoing[] = [];
  /** How many jobs of batch `#measured` it may have at a time; of another, whose jobs may be longer, one. */
  #window = 1;
  #measured = -1;
  /** The largest input that was short work. */
  #size = 0;
  #endWatch: () => void = () => undefined;
  #isDead = false;
  /** Resolves what {@link stop} has returned. */
  #stopped: () => void = () => undefined;
  /** Workers that it has asked for, to help it. */
  readonly #helpers: Endpoint[] = [];
  /** Those of them that it has not asked for yet. */
  #early: Endpoint[] = [];
  readonly #spawn: WorkerHandleOptions["spawn"];

  private constructor({ index, spawn, helpers }: WorkerHandleOptions) {
    this.index = index;
    this.ended = new Promise((resolve) => (this.#tellEnded = resolve));
    this.#spawn = spawn;
    this.#endpoint = spawn(index);
    while (this.#early.length < helpers) {
      const early = spawn();
      // It has failed. When the worker asks for a helper, a new one is started, whose failure is told then.
      early.listen(() => (this.#early = this.#early.filter((other) => other !== early)));
      this.#early.push(early);
      this.#helpers.push(early);
    }
  }

  /** Starts a worker; `limit` is what it may have in flight, as far as the browser grants it memory. */
  static async start(
    options: WorkerHandleOptions,
    listener: WorkerHandleListener,
  ): Promise<{ worker: WorkerHandle; limit: number }> {
    const { poolName, module, threads } = options;
    const worker = new WorkerHandle(options);
    const endpoint = worker.#endpoint;
    const lockNames = newLockNames(poolName, "worker");
    let gone: (error: Error) => void = () => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onEnded = () => gone(lost("the pool was ended while a worker started"));
    try {
      const limit = await new Promise<number>((resolve, reject) => {
        gone = reject;
        options.ended.addEventListener("abort", onEnded);
        timer = setTimeout(() => reject(lost("a worker did not start within 30 seconds")), START_LIMIT_MS);
        endpoint.listen((message) => {
          if (message.type === "help") worker.#help(message);
          if (message.type === "alive") worker.#endWatch = watch(lockNames, () => gone(lost(ENDED_FROM_OUTSIDE)));
          if (message.type !== "ready" && message.type !== "broken") return;
          if (message.type === "ready") resolve(message.limit);
          else if (message.error.code === "unsupported") reject(toError(message.error));
          else reject(lost(`a worker could not start: ${message.error.message}`));
        });
        const start = (compiled: WebAssembly.Module) => {
          endpoint.post({ type: "start", module: compiled, threads, limit: options.limit, lockNames }, []);
        };
        if (module instanceof Promise) module.then(start, reject);
        else start(module);
      });
      gone = (error) => {
        worker.#isDead = true;
        listener.lost(worker, { error: toData(error, "worker-lost"), guilty: [], left: [] });
      };
      endpoint.listen((message) => worker.#receive(message, listener));
      return { worker, limit };
    } catch (error) {
      worker.end();
      throw error;
    } finally {
      clearTimeout(timer);
      options.ended.removeEventListener("abort", onEnded);
    }
  }

  /** Posts something that is no job. */
  tell(message: Exclude<ToWorker, { type: "run" }>, transfer: Transferable[] = []): void {
    this.#endpoint.post(message, transfer);
  }

  /** Takes a job, to be posted with the next {@link flush}. */
  take(outgoing: Outgoing): void {
    this.sent.set(outgoing.job.job, outgoing);
    this.#outbox.push(outgoing);
  }

  /** Posts what has been gathered: many small images are one message. */
  flush(refused: (result: JobResult) => void): void {
    if (this.#outbox.length === 0) return;
    const outbox = this.#outbox;
    this.#outbox = [];
    this.#post(outbox, refused);
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
      here.every(({ job, losses }) => job.batch === batch && job.input.kind === "encoded" && losses === 0)
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
      this.#endpoint.listen((message) => {
        if (message.type === "stopped") this.#stopped();
      });
      this.#endpoint.post({ type: "stop" }, []);
    });
  }

  /** Expects nothing of it any more: what it has cannot be taken back. */
  giveUp(): void {
    this.#isDead = true;
  }

  /** Its worker, and the helpers of that. */
  get endpoints(): Endpoint[] {
    return [this.#endpoint, ...this.#helpers];
  }

  /** Ends it now, and its helpers. */
  end(): void {
    this.#endWatch();
    for (const helper of this.#helpers.splice(0)) helper.terminate();
    this.#endpoint.terminate();
    this.#tellEnded();
  }

  /**
   * What a lost worker has of whole inputs, those included that were on the way to it. It is ended when it has ended its
   * threads: ended before them, it would stay with them for seconds.
   */
  takeBack(left: readonly Job[]): Promise<Job[]> {
    const whole = [...left, ...this.#outbox.splice(0).map(({ job }) => job)];
    if (this.#isDead) {
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
      this.#endpoint.listen((message) => {
        if (message.type === "stopped") end();
        if (message.type !== "left") return;
        whole.push(...message.jobs);
        if (message.isLast) resolve(whole);
      });
      this.#endpoint.post({ type: "stop" }, []);
    });
  }

  /** Starts a worker for it; they speak with each other through a port of their own. */
  #help(message: Extract<FromWorker, { type: "help" }>): void {
    const early = this.#early.shift();
    const helper = early ?? this.#spawn();
    if (!early) this.#helpers.push(helper);
    helper.listen((answer) => {
      if (answer.type !== "broken") return;
      this.#endpoint.post({ type: "helperLost", own: message.lockNames.own, reason: answer.error.message }, []);
    });
    helper.post(message, [message.port]);
  }

  #receive(message: FromWorker, listener: WorkerHandleListener): void {
    if (message.type === "help") this.#help(message);
    if (message.type === "done") listener.done(this, message.results);
    if (message.type === "opened") listener.opened(message.batch, message.refusal);
    if (message.type !== "broken") return;
    const { error, guilty = [], left = [] } = message;
    listener.lost(this, { error, guilty, left });
  }

  /** Posts jobs together; where one of them cannot be sent, each alone, so that it costs no other. */
  #post(outbox: Outgoing[], refused: (result: JobResult) => void): void {
    try {
      const transfer = outbox.flatMap((outgoing) => outgoing.transfer);
      this.#endpoint.post({ type: "run", jobs: outbox.map(({ job }) => job) }, transfer);
    } catch (error) {
      const [only, another] = outbox;
      if (another) {
        for (const outgoing of outbox) this.#post([outgoing], refused);
      } else if (only) {
        refused(failed(only.job.job, notSent(only.job, error)));
      }
    }
  }
}

/** Why a job could not be posted, in words that say what to do. */
function notSent({ input }: Job, error: unknown): ErrorData {
  const data = toData(error, "invalid-image");
  const isGone = input.kind === "pixels" && input.buffer.byteLength === 0;
  const message = isGone
    ? "the buffer of its pixels has been given away: with `transfer`, each may stand in a batch only once"
    : `the image could not be sent to a worker: ${data.message}`;
  return { ...data, message };
}

/** The result of a job that has none. */
export function failed(job: number, error: ErrorData): JobResult {
  return { job, spans: [], outcome: { kind: "failed", error }, pixels: 0 };
}

/** Samples of an input; of an encoded one nobody knows. */
function sizeOf({ input }: Job): number {
  if (input.kind === "pixels") return input.width * input.height;
  return input.kind === "numbers" ? input.numbers.length : Infinity;
}

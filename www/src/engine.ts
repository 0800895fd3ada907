/**
 * The page's side of the workers: sends jobs, hands results to who asked, replaces a worker that is lost. In `shared` mode
 * there is one worker, the coordinator of all threads; in `workers` mode one a thread, each with an instance of its own.
 * Knows no image kinds and no batches but by number.
 */
import { PixelpoolError, toData, type ErrorData } from "./errors.js";
import type { Copier } from "./pixels.js";
import type { FromWorker, Job, JobResult, Step, ToWorker } from "./protocol.js";
import { Recycler, Staging } from "./staging.js";

/** A worker, or what stands in for one. */
export interface Endpoint {
  post(message: ToWorker, transfer: Transferable[]): void;
  /** Replaces the listener. */
  listen(listener: (message: FromWorker) => void): void;
  terminate(): void;
}

/** Makes endpoints; `index` counts them. */
export type Spawn = (index: number) => Endpoint;

export interface EngineOptions {
  module: WebAssembly.Module;
  spawn: Spawn;
  threads: number;
  /** `true`: one worker for all threads, over shared memory. */
  shared: boolean;
}

type Done = (result: JobResult) => void;

interface Sent {
  batch: number;
  done: Done;
}

/** A worker with what it has been given. */
interface Lane {
  index: number;
  endpoint: Endpoint;
  /** Jobs that it has and has not answered. */
  sent: Map<number, Sent>;
  /** Jobs and buffers to be posted at the end of this task. */
  outbox: Job[];
  transfer: Transferable[];
  /** How many jobs of batch `measured` it may have at a time; of another, whose jobs may be longer, one. */
  window: number;
  measured: number;
}

/** A worker that has not started by then never will: a script that cannot be loaded does not always say so. */
const START_LIMIT_MS = 30_000;
/** Jobs shorter than this are sent ahead, so that a worker does not wait for the next message. */
const AHEAD_MS = 2;
const MOST_AHEAD = 32;

export class Engine {
  readonly #options: EngineOptions;
  readonly #lanes: Lane[] = [];
  readonly #queue: { job: Job; transfer: Transferable[]; done: Done }[] = [];
  readonly #batches = new Map<number, readonly Step[]>();
  readonly #staging: Staging;
  readonly #recycler = new Recycler();
  #flushing = false;
  #dead: ErrorData | undefined;

  private constructor(options: EngineOptions) {
    this.#options = options;
    this.#staging = new Staging(2 * (options.threads + 1));
  }

  /** Starts the workers; rejects with a `PixelpoolError` when one of them cannot start. */
  static async start(options: EngineOptions): Promise<Engine> {
    const engine = new Engine(options);
    const count = options.shared ? 1 : options.threads;
    try {
      const lanes = Array.from({ length: count }, (_, index) => engine.#startLane(index));
      engine.#lanes.push(...(await Promise.all(lanes)));
      return engine;
    } catch (error) {
      engine.terminate();
      throw error;
    }
  }

  /** Where copies of kept inputs come from. */
  get copier(): Copier {
    return this.#options.shared ? this.#staging : this.#recycler;
  }

  /** Makes a chain known to the workers. */
  open(batch: number, steps: readonly Step[]): void {
    this.#batches.set(batch, steps);
    for (const lane of this.#lanes) lane.endpoint.post({ type: "open", batch, steps }, []);
  }

  /** Runs a job; `done` is called once, with its result or its failure. */
  run(job: Job, transfer: Transferable[], done: Done): void {
    if (this.#dead) {
      done(failed(job.job, this.#dead));
      return;
    }
    this.#staging.lend(job);
    this.#queue.push({ job, transfer, done });
    this.#pump();
  }

  /** Forgets a batch: what of it has not begun ends at once, what runs is stopped. */
  forget(batch: number): void {
    if (!this.#batches.delete(batch)) return;
    for (let i = this.#queue.length - 1; i >= 0; i--) {
      const waiting = this.#queue[i];
      if (waiting?.job.batch !== batch) continue;
      this.#queue.splice(i, 1);
      this.#staging.release([waiting.job.job]);
      waiting.done(failed(waiting.job.job, CANCELLED));
    }
    this.#flush();
    for (const lane of this.#lanes) lane.endpoint.post({ type: "forget", batch }, []);
  }

  /** Takes buffers for the next results. */
  recycle(buffers: ArrayBuffer[]): void {
    const lane = this.#options.shared ? this.#lanes[0] : undefined;
    if (lane) lane.endpoint.post({ type: "recycle", buffers }, buffers);
    else this.#recycler.take(buffers);
  }

  /** Lets the workers end by themselves and waits for it, then ends them. */
  async stop(): Promise<void> {
    const stopped = this.#lanes.map(
      (lane) =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 1000);
          lane.endpoint.listen((message) => {
            if (message.type !== "stopped") return;
            clearTimeout(timer);
            resolve();
          });
          lane.endpoint.post({ type: "stop" }, []);
        }),
    );
    await Promise.all(stopped);
    this.terminate();
  }

  /** Ends the workers now. */
  terminate(): void {
    this.#dead ??= { code: "closed", class: "PixelpoolError", message: "the pool is closed" };
    for (const lane of this.#lanes.splice(0)) lane.endpoint.terminate();
  }

  async #startLane(index: number): Promise<Lane> {
    const { spawn, module, shared, threads } = this.#options;
    const endpoint = spawn(index);
    try {
      await new Promise<void>((resolve, reject) => {
        const lost = (message: string) => new PixelpoolError(message, { code: "worker-lost" });
        const timer = setTimeout(() => reject(lost("a worker did not start within 30 seconds")), START_LIMIT_MS);
        endpoint.listen((message) => {
          if (message.type !== "ready" && message.type !== "broken") return;
          clearTimeout(timer);
          if (message.type === "ready") resolve();
          else reject(lost(`a worker could not start: ${message.error.message}`));
        });
        endpoint.post({ type: "start", module, threads: shared ? threads : 1 }, []);
      });
    } catch (error) {
      endpoint.terminate();
      throw error;
    }
    const lane: Lane = { index, endpoint, sent: new Map(), outbox: [], transfer: [], window: 1, measured: -1 };
    endpoint.listen((message) => this.#receive(lane, message));
    for (const [batch, steps] of this.#batches) endpoint.post({ type: "open", batch, steps }, []);
    return lane;
  }

  /** Gives queued jobs to the lanes that have room, the emptiest first. */
  #pump(): void {
    while (this.#queue.length > 0) {
      const batch = this.#queue[0]?.job.batch ?? -1;
      const open = this.#lanes.filter((lane) => lane.sent.size < this.#window(lane, batch));
      const lane = open.reduce<Lane | undefined>((a, b) => (a && a.sent.size <= b.sent.size ? a : b), undefined);
      const next = lane && this.#queue.shift();
      if (!next) return;
      lane.sent.set(next.job.job, { batch: next.job.batch, done: next.done });
      lane.outbox.push(next.job);
      lane.transfer.push(...next.transfer);
      if (!this.#flushing) {
        this.#flushing = true;
        queueMicrotask(() => this.#flush());
      }
    }
  }

  #window(lane: Lane, batch: number): number {
    if (this.#options.shared) return Infinity;
    return lane.measured === batch ? lane.window : 1;
  }

  /** Posts what has been gathered: many small images are one message. */
  #flush(): void {
    this.#flushing = false;
    for (const lane of this.#lanes) {
      if (lane.outbox.length === 0) continue;
      const jobs = lane.outbox;
      lane.endpoint.post({ type: "run", jobs }, lane.transfer);
      lane.outbox = [];
      lane.transfer = [];
    }
  }

  #receive(lane: Lane, message: FromWorker): void {
    switch (message.type) {
      case "copied":
        this.#staging.release(message.jobs);
        return;
      case "done":
        for (const result of message.results) {
          const sent = lane.sent.get(result.job);
          lane.sent.delete(result.job);
          this.#staging.release([result.job]);
          if (!this.#options.shared) this.#fit(lane, result, sent?.batch);
          sent?.done(result);
        }
        this.#pump();
        return;
      case "broken":
        void this.#replace(lane, message.error);
        return;
      case "ready":
      case "stopped":
    }
  }

  /** One instance has one thread: its number is the lane's, and short jobs are sent ahead. */
  #fit(lane: Lane, result: JobResult, batch = -1): void {
    const busy = result.spans.reduce((sum, [, start, end]) => sum + end - start, 0);
    lane.window = busy < AHEAD_MS ? Math.min(MOST_AHEAD, Math.ceil(AHEAD_MS / Math.max(busy, 0.01))) : 1;
    lane.measured = batch;
    for (const span of result.spans) span[0] = lane.index;
  }

  /** A lost worker costs the jobs that it had; another takes its place. */
  async #replace(lane: Lane, error: ErrorData): Promise<void> {
    const place = this.#lanes.indexOf(lane);
    if (place < 0) return;
    this.#lanes.splice(place, 1);
    lane.endpoint.terminate();
    for (const [job, { done }] of lane.sent) {
      this.#staging.release([job]);
      done(failed(job, { ...error, code: "worker-lost", class: "PixelpoolError" }));
    }
    try {
      const replacement = await this.#startLane(lane.index);
      if (this.#dead) {
        replacement.endpoint.terminate();
        return;
      }
      this.#lanes.push(replacement);
      this.#pump();
    } catch (reason) {
      if (this.#lanes.length > 0 || this.#dead) return;
      this.#dead = toData(reason, "worker-lost");
      for (const { job, done } of this.#queue.splice(0)) done(failed(job.job, this.#dead));
    }
  }
}

const CANCELLED: ErrorData = { code: "closed", class: "PixelpoolError", message: "the batch was cancelled" };

function failed(job: number, error: ErrorData): JobResult {
  return { job, spans: [], outcome: { kind: "failed", error }, pixels: 0 };
}

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
  /** Aborting it while the workers start ends them. */
  signal?: AbortSignal;
}

type Done = (result: JobResult) => void;

interface Sent {
  batch: number;
  size: number;
  done: Done;
}

/** A job with what must be transferred. */
interface Outgoing {
  job: Job;
  transfer: Transferable[];
}

/** A worker with what it has been given. */
interface Lane {
  index: number;
  endpoint: Endpoint;
  /** Jobs that it has and has not answered. */
  sent: Map<number, Sent>;
  /** Jobs to be posted at the end of this task. */
  outbox: Outgoing[];
  /** How many jobs of batch `measured` it may have at a time; of another, whose jobs may be longer, one. */
  window: number;
  measured: number;
  /** The largest input that was short work. */
  size: number;
}

/** A worker that has not started by then never will: a script that cannot be loaded does not always say so. */
const START_LIMIT_MS = 30_000;
/** Jobs shorter than this are sent ahead, so that a worker does not wait for the next message. */
const AHEAD_MS = 2;
const MOST_AHEAD = 32;

export class Engine {
  readonly #options: EngineOptions;
  readonly #lanes: Lane[] = [];
  /** Every worker there is, also those that are still starting. */
  readonly #endpoints = new Set<Endpoint>();
  readonly #queue: { job: Job; transfer: Transferable[]; done: Done }[] = [];
  readonly #batches = new Map<number, readonly Step[]>();
  readonly #staging: Staging;
  readonly #recycler = new Recycler();
  #flushing = false;
  #starting = 0;
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
      engine.#lanes.push(...(await unlessAborted(Promise.all(lanes), options.signal)));
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
      if (waiting.job.input.kind === "picture") waiting.job.input.picture.close();
      waiting.done(failed(waiting.job.job, CANCELLED));
    }
    this.#flush();
    for (const lane of this.#lanes) lane.endpoint.post({ type: "forget", batch }, []);
  }

  /** Takes buffers for the next results. */
  recycle(buffers: ArrayBuffer[]): void {
    const lane = this.#options.shared ? this.#lanes[0] : undefined;
    for (const buffer of new Set(buffers)) {
      try {
        if (lane) lane.endpoint.post({ type: "recycle", buffers: [buffer] }, [buffer]);
        else this.#recycler.take([buffer]);
      } catch {
        // What cannot be transferred, the memory of another wasm for one, stays with its owner.
      }
    }
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
    this.#lanes.length = 0;
    for (const endpoint of this.#endpoints) endpoint.terminate();
    this.#endpoints.clear();
    this.#staging.clear();
    this.#recycler.clear();
    this.#batches.clear();
  }

  async #startLane(index: number): Promise<Lane> {
    const { spawn, module, shared, threads } = this.#options;
    const endpoint = spawn(index);
    this.#endpoints.add(endpoint);
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
      this.#end(endpoint);
      throw error;
    }
    const lane: Lane = { index, endpoint, sent: new Map(), outbox: [], window: 1, measured: -1, size: 0 };
    endpoint.listen((message) => this.#receive(lane, message));
    for (const [batch, steps] of this.#batches) endpoint.post({ type: "open", batch, steps }, []);
    return lane;
  }

  #end(endpoint: Endpoint): void {
    this.#endpoints.delete(endpoint);
    endpoint.terminate();
  }

  /** Gives queued jobs to the lanes that have room, the emptiest first. */
  #pump(): void {
    while (this.#queue.length > 0) {
      const open = this.#lanes.filter((lane) => lane.sent.size < this.#window(lane));
      const lane = open.reduce<Lane | undefined>((a, b) => (a && a.sent.size <= b.sent.size ? a : b), undefined);
      const next = lane && this.#queue.shift();
      if (!next) return;
      lane.sent.set(next.job.job, { batch: next.job.batch, size: sizeOf(next.job), done: next.done });
      lane.outbox.push(next);
      if (!this.#flushing) {
        this.#flushing = true;
        queueMicrotask(() => this.#flush());
      }
    }
  }

  /** How many jobs a lane may have, the next in the queue being one of them. */
  #window(lane: Lane): number {
    if (this.#options.shared) return Infinity;
    const next = this.#queue[0]?.job;
    if (!next || lane.measured !== next.batch || sizeOf(next) > lane.size) return 1;
    // A share of all there is: none is sent ahead to one worker that another could begin at once.
    const all = this.#lanes.reduce((sum, { sent }) => sum + sent.size, this.#queue.length);
    return Math.min(lane.window, Math.ceil(all / this.#lanes.length));
  }

  /** Posts what has been gathered: many small images are one message. */
  #flush(): void {
    this.#flushing = false;
    for (const lane of this.#lanes) {
      if (lane.outbox.length === 0) continue;
      const { outbox } = lane;
      lane.outbox = [];
      this.#post(lane, outbox);
    }
  }

  /** Posts jobs together; where one of them cannot be sent, each alone, so that it costs no other. */
  #post(lane: Lane, sent: Outgoing[]): void {
    try {
      const transfer = sent.flatMap((outgoing) => outgoing.transfer);
      lane.endpoint.post({ type: "run", jobs: sent.map(({ job }) => job) }, transfer);
    } catch (error) {
      const [only, another] = sent;
      if (another) {
        for (const outgoing of sent) this.#post(lane, [outgoing]);
      } else if (only) {
        this.#receive(lane, { type: "done", results: [failed(only.job.job, toData(error, "invalid-image"))] });
      }
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
          if (!this.#options.shared && sent) this.#fit(lane, result, sent);
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
  #fit(lane: Lane, result: JobResult, { batch, size }: Sent): void {
    for (const span of result.spans) span[0] = lane.index;
    if (result.spans.length === 0) return;
    const busy = result.spans.reduce((sum, [, start, end]) => sum + end - start, 0);
    lane.window = busy < AHEAD_MS ? Math.min(MOST_AHEAD, Math.ceil(AHEAD_MS / Math.max(busy, 0.01))) : 1;
    lane.size = lane.measured === batch && lane.window > 1 ? Math.max(lane.size, size) : size;
    lane.measured = batch;
  }

  /** A lost worker costs the jobs that it had; another takes its place. */
  async #replace(lane: Lane, error: ErrorData): Promise<void> {
    const place = this.#lanes.indexOf(lane);
    if (place < 0) return;
    this.#lanes.splice(place, 1);
    lane.endpoint.listen(() => undefined);
    this.#end(lane.endpoint);
    for (const [job, { done }] of lane.sent) {
      this.#staging.release([job]);
      done(failed(job, { ...error, code: "worker-lost", class: "PixelpoolError" }));
    }
    this.#starting += 1;
    try {
      const replacement = await this.#startLane(lane.index);
      this.#starting -= 1;
      if (this.#dead) {
        this.#end(replacement.endpoint);
        return;
      }
      this.#lanes.push(replacement);
      this.#pump();
    } catch (reason) {
      this.#starting -= 1;
      if (this.#lanes.length + this.#starting > 0 || this.#dead) return;
      this.#dead = toData(reason, "worker-lost");
      for (const { job, done } of this.#queue.splice(0)) done(failed(job.job, this.#dead));
    }
  }
}

/** What the promise gives, or the signal's reason as soon as it is aborted. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const finished = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal's reason is the caller's own
    signal.addEventListener("abort", () => reject(signal.reason), { once: true, signal: finished.signal });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    finished.abort();
  }
}

/** Samples of an input; of an encoded one nobody knows. */
function sizeOf({ input }: Job): number {
  if (input.kind === "pixels") return input.width * input.height;
  return input.kind === "numbers" ? input.numbers.length : Infinity;
}

const CANCELLED: ErrorData = { code: "closed", class: "PixelpoolError", message: "the batch was cancelled" };

function failed(job: number, error: ErrorData): JobResult {
  return { job, spans: [], outcome: { kind: "failed", error }, pixels: 0 };
}

/**
 * The instances of the engine that a pool has: starts them, replaces one that is lost, and ends them. In `shared` mode there is one
 * for all threads; in `workers` mode one a thread. Knows no queue and no batches; of jobs, only that a lost instance gives some back.
 */
import { toData, type ErrorData } from "./errors.js";
import type { Endpoint } from "./lane.js";
import { allGone, newPoolName } from "./liveness.js";
import type { Job, JobResult } from "./protocol.js";
import { unlessAborted } from "./unless-aborted.js";
import { WorkerHandle, type Loss } from "./worker-handle.js";

/** Makes endpoints; `index` counts those that are not helpers of another. */
export type Spawn = (index?: number) => Endpoint;

export interface CrewOptions {
  module: WebAssembly.Module | Promise<WebAssembly.Module>;
  spawn: Spawn;
  threads: number;
  /** `true`: one instance for all threads, over shared memory. */
  shared: boolean;
  /** Bytes of pixels that may be in flight. */
  limit: number;
  /** Resolves when the workers that were ended are gone, where their starter knows it. */
  gone?: () => Promise<void>;
  /** Aborting it while the instances start ends them. */
  signal?: AbortSignal;
}

export interface CrewListener {
  /** An instance takes jobs from now on. */
  started: (worker: WorkerHandle) => void;
  done: (worker: WorkerHandle, results: readonly JobResult[]) => void;
  opened: (batch: number, refusal: ErrorData | undefined) => void;
  lent: (rooms: readonly number[]) => void;
  /** An instance takes no more jobs. */
  lost: (loss: Loss) => void;
  /** What a lost instance had and has not answered, and which of that is whole. */
  left: (worker: WorkerHandle, loss: Loss, whole: readonly Job[]) => void;
  /** The last instance is lost, and none can start. */
  empty: (error: ErrorData) => void;
}

/** An instance that is asked to end does so by itself, unless it is at work that it cannot leave. */
const STOP_LIMIT_MS = 1000;
const TERMINATE_LIMIT_MS = 250;
/** Chromium ends a worker that does not listen after two seconds. */
const GONE_LIMIT_MS = 5000;
/** More lanes than this move pixels no faster than memory allows. */
const MOST_LANES = 16;

/** Workers that move pixels for so many threads. With two cores, they would take from the threads what they give. */
function lanesFor(threads: number): number {
  return threads <= 2 ? 1 : Math.min(threads, MOST_LANES);
}

export class Crew {
  readonly #options: CrewOptions;
  readonly #listener: CrewListener;
  /** Those that take jobs. */
  readonly #workers: WorkerHandle[] = [];
  /** Lost ones that are asked what they have. */
  readonly #leaving = new Set<WorkerHandle>();
  /** All that are lost: each of their lanes may tell it. */
  readonly #lost = new WeakSet<WorkerHandle>();
  /** Every worker of an instance that is not lost, also of those that are still starting. */
  readonly #endpoints = new Set<Endpoint>();
  readonly #poolName = newPoolName();
  readonly #ended = new AbortController();
  #starting = 0;
  #limit: number;

  constructor(options: CrewOptions, listener: CrewListener) {
    this.#options = options;
    this.#listener = listener;
    this.#limit = options.limit;
  }

  /** How many instances there are to be, each with a memory of its own. */
  get size(): number {
    return this.#options.shared ? 1 : this.#options.threads;
  }

  /** Those that take jobs now. */
  get workers(): readonly WorkerHandle[] {
    return this.#workers;
  }

  /** Bytes of pixels that may be in flight: less than was asked for, where the browser grants no memory for that. */
  get limit(): number {
    return this.#limit;
  }

  /** Rejects with a `PixelpoolError` when one of them cannot start. */
  async start(): Promise<void> {
    this.#starting = this.size;
    const all = Array.from({ length: this.size }, async (_, index) => {
      this.#welcome(await this.#start(index).finally(() => (this.#starting -= 1)));
    });
    await unlessAborted(Promise.all(all), this.#options.signal);
  }

  /** Starts an instance; `undefined` where the pool has ended meanwhile. */
  async #start(index: number): Promise<WorkerHandle | undefined> {
    const { module, shared, threads, limit } = this.#options;
    const own: Endpoint[] = [];
    const spawn = (index?: number) => {
      const endpoint = this.#options.spawn(index);
      own.push(endpoint);
      this.#endpoints.add(endpoint);
      return endpoint;
    };
    const share = shared
      ? { threads, limit, lanes: lanesFor(threads), helpers: threads }
      : { threads: 1, limit: limit / threads, lanes: 1, helpers: 0 };
    const { done, opened, lent } = this.#listener;
    try {
      const worker = await WorkerHandle.start(
        { index, spawn, poolName: this.#poolName, module, ended: this.#ended.signal, ...share },
        { done, opened, lent, lost: (worker, loss) => this.#lose(worker, loss) },
      );
      if (this.#ended.signal.aborted) {
        worker.end();
        return undefined;
      }
      return worker;
    } catch (error) {
      for (const endpoint of own) this.#endpoints.delete(endpoint);
      throw error;
    }
  }

  #lose(worker: WorkerHandle, loss: Loss): void {
    if (this.#lost.has(worker)) return;
    this.#lost.add(worker);
    this.#listener.lost(loss);
    void this.#replace(worker, loss);
  }

  /** Ends an instance in the middle of its work, from which nothing comes back; another takes its place. */
  giveUp(worker: WorkerHandle, error: ErrorData): void {
    worker.giveUp();
    void this.#replace(worker, { error, guilty: [] });
  }

  async #replace(worker: WorkerHandle, loss: Loss): Promise<void> {
    const place = this.#workers.indexOf(worker);
    if (place < 0) return;
    this.#workers.splice(place, 1);
    this.#starting += 1;
    this.#leaving.add(worker);
    // The handle itself ends them, when they have told what they have.
    for (const endpoint of worker.endpoints) this.#endpoints.delete(endpoint);
    void worker.ended.then(() => this.#leaving.delete(worker));
    void worker.takeBack().then((whole) => this.#listener.left(worker, loss, whole));
    let replacement: WorkerHandle | undefined;
    try {
      // What has ended the old one may end the new one too, while it starts.
      replacement = await this.#start(worker.index).catch((reason: unknown) => {
        if (this.#ended.signal.aborted) throw reason;
        return this.#start(worker.index);
      });
      this.#starting -= 1;
    } catch (reason) {
      this.#starting -= 1;
      if (this.#workers.length + this.#starting === 0) this.#listener.empty(toData(reason, "worker-lost"));
    }
    this.#welcome(replacement);
  }

  #welcome(worker: WorkerHandle | undefined): void {
    if (!worker) return;
    if (this.#options.shared) this.#limit = worker.limit;
    this.#workers.push(worker);
    this.#listener.started(worker);
  }

  /** Lets the instances end by themselves, then ends them; resolves when they are gone and what they held is free. */
  async stop(): Promise<void> {
    await this.#end(STOP_LIMIT_MS);
  }

  /** Ends the instances now; resolves as {@link stop} does. */
  async terminate(): Promise<void> {
    // A thread that is ended while it waits for work lives on for seconds; one that is asked ends at once.
    await this.#end(TERMINATE_LIMIT_MS);
  }

  async #end(limitMs: number): Promise<void> {
    // A worker with one thread that is at work would hear of it after its work: it is ended at once.
    const isDeaf = (worker: WorkerHandle) => !this.#options.shared && worker.sent.size > 0;
    this.#ended.abort();
    for (const worker of [...this.#leaving, ...this.#workers.filter(isDeaf)]) worker.end();
    await Promise.all(this.#workers.filter((worker) => !isDeaf(worker)).map((worker) => worker.stop(limitMs)));
    for (const worker of this.#workers.splice(0)) worker.end();
    for (const endpoint of this.#endpoints) endpoint.terminate();
    this.#endpoints.clear();
  }

  /** Resolves when the threads of all are ended. */
  async gone(): Promise<void> {
    await Promise.all([allGone(this.#poolName, GONE_LIMIT_MS), this.#options.gone?.()]);
  }
}

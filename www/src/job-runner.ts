/**
 * The worker's side of jobs: gets their pixels (decoding them where they came encoded), starts them when there is room, and sends
 * their results on. Knows no filters and no threads: a job that has ended is told by the bell, or has ended before `start` returns.
 */
import type { Engine as WasmEngine } from "pixelpool-glue";
import type { Codec, Undecoded } from "./codec.js";
import { endedJobs, FAILED } from "./ended-jobs.js";
import { isErrorData } from "./errors.js";
import { FairQueue } from "./fair-queue.js";
import { failure, isReadInPlace, JobResults, type Finished } from "./job-results.js";
import { nextTask } from "./next-task.js";
import { OpenBatches } from "./open-batches.js";
import type { Room } from "./pixel-view.js";
import { transferOf, type FromWorker, type Job, type JobResult, type ToWorker } from "./protocol.js";
import { isA, isError, isErrorOf } from "./realm.js";
import type { Finding } from "./types.js";
import { WasmCopies, type Ready } from "./wasm-copies.js";

/** Images that are ready in wasm memory beside one for each thread, so that no thread waits for its next one. */
const IMAGES_AHEAD = 2;
/** Quick jobs may be ready up to this many bytes. */
const SMALL_BYTES_AHEAD = 4 << 20;
/** Jobs shorter than this are quick; of their batch, `QUICK_JOBS_A_THREAD` are handed out ahead. */
const QUICK_MS = 0.5;
const QUICK_JOBS_A_THREAD = 64;
/** How long an instance without threads works before it listens again. */
const UNHEARD_MS = 4;
/** The time between two looks at the bell, where the browser has no `Atomics.waitAsync`. */
const POLL_MS = 1;

/** A job whose pixels are here. */
interface Waiting {
  job: Job;
  input: Ready;
  decoding: number;
  /** What was lost when it was decoded. */
  warning?: string | undefined;
}

type Running = Waiting & Finished;

export class JobRunner {
  readonly #engine: WasmEngine;
  readonly #memory: WebAssembly.Memory;
  readonly #copies: WasmCopies;
  readonly #codec: Codec;
  readonly #threads: number;
  /** Its memory is shared with them; without, the job itself runs where it is started. */
  readonly #hasThreads: boolean;
  /** Another worker opens the batches. */
  readonly #joins: boolean;
  readonly #post: (message: FromWorker, transfer: Transferable[]) => void;
  readonly #broken: (error: unknown, guilty?: number[]) => void;
  /** Jobs whose pixels are not here yet; decoding goes on for a few of them at a time. */
  readonly #encoded = new FairQueue<Job>();
  readonly #waiting = new FairQueue<Waiting>();
  readonly #running = new Map<number, Running>();
  readonly #batches: OpenBatches;
  /** Which word of the memory is the bell; nothing can be asked of an engine that has trapped. */
  readonly #bell: number;
  /** Ends the wait of one that looks at the bell itself, and has nothing to wait for. */
  #begins: () => void = () => undefined;
  readonly #results: JobResults;
  #decoding = 0;
  #bytes = 0;
  #stopped = false;

  constructor(
    engine: WasmEngine,
    memory: WebAssembly.Memory,
    codec: Codec,
    { threads, joins }: { threads: number; joins: boolean },
    post: (message: FromWorker, transfer: Transferable[]) => void,
    broken: (error: unknown, guilty?: number[]) => void,
  ) {
    this.#engine = engine;
    this.#copies = new WasmCopies(engine, memory);
    this.#batches = new OpenBatches(engine, this.#copies);
    this.#memory = memory;
    this.#hasThreads = isA(memory.buffer, "SharedArrayBuffer");
    this.#codec = codec;
    this.#results = new JobResults(this.#copies, codec, (result, transfer) => this.#answer([result], transfer));
    this.#threads = threads;
    this.#joins = joins;
    this.#post = post;
    this.#broken = broken;
    this.#bell = engine.bell() / Int32Array.BYTES_PER_ELEMENT;
  }

  receive(message: Exclude<ToWorker, { type: "start" | "join" | "help" | "helperLost" | "stop" | "more" }>): void {
    switch (message.type) {
      case "open": {
        const refusal = this.#batches.open(message);
        if (message.asks) this.#post({ type: "opened", batch: message.batch, ...(refusal && { refusal }) }, []);
        return;
      }
      case "run":
        for (const job of message.jobs) this.#take(job);
        this.#pump();
        return;
      case "forget":
        this.#batches.close(message.batch);
        this.#codec.forget(message.batch);
        return;
      case "expectFiles":
        this.#codec.expect();
        return;
      case "codec":
        this.#codec.use(message.name, message.module);
        return;
      case "lend":
        this.#post({ type: "lent", rooms: message.bytes.map((bytes) => this.#lend(bytes)) }, []);
        return;
      case "takeBack":
        for (const room of message.rooms) this.#engine.takeBack(room);
    }
  }

  /** The address of a new room; 0 where there is no memory for it. */
  #lend(bytes: number): number {
    try {
      return this.#engine.lend(bytes) >>> 0;
    } catch (error) {
      if (isErrorData(error)) return 0;
      throw error;
    }
  }

  /** Keeps jobs that came when its engine was lost, for {@link abandon}. */
  keep(jobs: readonly Job[]): void {
    for (const job of jobs) this.#take(job);
  }

  /** Wakes up whenever threads have finished jobs, without ever blocking the worker. */
  listenToBell(): void {
    const loop = async () => {
      while (!this.#stopped) {
        const bells = new Int32Array(this.#memory.buffer);
        const heard = Atomics.load(bells, this.#bell);
        this.#collect();
        this.#pump();
        if (typeof Atomics.waitAsync === "function") {
          const { async: waits, value } = Atomics.waitAsync(bells, this.#bell, heard);
          if (waits) await value;
        } else if (Atomics.load(bells, this.#bell) === heard) {
          // Nothing rings as long as nothing runs.
          const isIdle = this.#running.size === 0;
          await new Promise<void>((resolve) => (isIdle ? (this.#begins = resolve) : setTimeout(resolve, POLL_MS)));
        }
      }
    };
    loop().catch(this.#broken);
  }

  /** Takes no more and ends the wait for the bell, which would keep the memory alive. */
  stop(): void {
    this.#stopped = true;
    this.#begins();
    if (!this.#hasThreads) return;
    Atomics.notify(new Int32Array(this.#memory.buffer), this.#bell);
  }

  /** Gives up: what it has of jobs whose input is still whole. What was decoded, and what lies in a room, the page has itself. */
  abandon(): { jobs: Job[]; transfer: Transferable[] } {
    this.stop();
    const jobs = this.#encoded.remove();
    for (const { job, input } of [...this.#running.values(), ...this.#waiting.remove()]) {
      if (input.kind === "pixels" || input.kind === "numbers") jobs.push({ ...job, input });
    }
    this.#running.clear();
    return { jobs, transfer: jobs.flatMap(transferOf) };
  }

  #take(job: Job): void {
    const { input } = job;
    if (this.#joins) this.#batches.expect(job.batch);
    if (input.kind === "pixels" || input.kind === "numbers" || input.kind === "lent")
      this.#waiting.push(job.batch, { job, input, decoding: 0 });
    else this.#encoded.push(job.batch, job);
  }

  /** Where nobody would hear what is thrown, an instance that has trapped above all, the page is told. */
  #pumpOrBreak(): void {
    try {
      this.#pump();
    } catch (error) {
      this.#broken(error);
    }
  }

  /** Starts what there is room for. */
  #pump(): void {
    if (this.#stopped) return;
    const began = performance.now();
    while (this.#waiting.length > 0 && this.#hasRoom()) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#start(next);
      // Without threads it has ended by now; what was posted meanwhile, a cancellation perhaps, is heard between jobs.
      if (!this.#hasThreads && performance.now() - began > UNHEARD_MS) {
        void nextTask().then(() => this.#pumpOrBreak());
        break;
      }
    }
    // After the start of what is here: without threads nothing else would come back to the files.
    const mayDecode = () => !this.#stopped && this.#decoding + this.#waiting.length < this.#threads + IMAGES_AHEAD;
    while (this.#encoded.length > 0 && mayDecode()) {
      const job = this.#encoded.shift();
      if (job) void this.#decode(job);
    }
    if (!this.#hasThreads) this.#collect();
  }

  #hasRoom(): boolean {
    const { size } = this.#running;
    if (this.#stopped) return false;
    if (!this.#hasThreads || size < this.#threads + IMAGES_AHEAD) return true;
    const next = this.#waiting.peek();
    const isQuick = next !== undefined && this.#batches.get(next.job.batch)?.isQuick;
    return isQuick === true && size < this.#threads * QUICK_JOBS_A_THREAD && this.#bytes < SMALL_BYTES_AHEAD;
  }

  /** Whether its batch takes no jobs, cancelled or refused as it is; the page is told. */
  #isRefused({ job, batch: number }: Job): boolean {
    const batch = this.#batches.get(number);
    if (batch && !batch.refusal) return false;
    this.#answer([failure(job, batch?.refusal ?? new Error("the batch was cancelled"), "closed")], []);
    return true;
  }

  async #decode(job: Job): Promise<void> {
    this.#decoding += 1;
    let room: Room | undefined;
    try {
      if (this.#isRefused(job)) {
        if (job.input.kind === "picture") job.input.picture.close();
        return;
      }
      room = this.#copies.roomFor(job);
      const began = performance.now();
      const { warning, ...pixels } = await this.#codec.decode(job.input as Undecoded, job.batch, room);
      const decoding = performance.now() - began;
      const isPlaced = "address" in pixels;
      if (room && !isPlaced) this.#letGo("discard", job.job);
      const input: Ready = isPlaced ? { kind: "placed", ...pixels } : { kind: "pixels", ...pixels };
      this.#waiting.push(job.batch, { job, input, decoding, warning });
    } catch (error) {
      if (isLoss(error)) {
        this.#encoded.push(job.batch, job);
        this.#lose(error, job);
        return;
      }
      if (room) this.#letGo("discard", job.job);
      this.#answer([failure(job.job, error, "decode-failed")], []);
    } finally {
      this.#decoding -= 1;
      this.#pumpOrBreak();
    }
  }

  /** Gives up the room of a job that is not started, or its result. */
  #letGo(ofWhat: "discard" | "release", job: number): void {
    if (this.#stopped) return;
    try {
      this.#engine[ofWhat](job);
    } catch (error) {
      this.#broken(error);
    }
  }

  /** The engine has trapped. With threads it was one of them, with a job of its own, and this one is still whole. */
  #lose(error: unknown, { job }: Job): void {
    this.#stopped = true;
    this.#broken(error, this.#hasThreads ? [] : [job]);
  }

  /** Starts a job, once its pixels are in wasm memory. */
  #start(waiting: Waiting): void {
    const { job, input } = waiting;
    if (this.#isRefused(job)) {
      if (input.kind === "placed") this.#letGo("discard", job.job);
      return;
    }
    try {
      const began = performance.now();
      const copied = this.#copies.putIn(job, input);
      const copyingIn = performance.now() - began;
      this.#running.set(job.job, { ...waiting, ...copied, copyingIn });
      this.#begins();
      this.#bytes += copied.bytes;
      this.#engine.start(job.job);
    } catch (error) {
      const lost = this.#running.get(job.job);
      this.#running.delete(job.job);
      this.#bytes -= lost?.bytes ?? 0;
      if (isLoss(error)) {
        this.#waiting.push(job.batch, waiting);
        this.#lose(error, job);
      } else {
        this.#answer([failure(job.job, error, "out-of-memory")], []);
      }
    }
  }

  /** Copies out what has ended and sends it on its way. */
  #collect(): void {
    const ended = this.#engine.drain();
    // Afterwards, so that all parts of what has ended are here.
    this.#copies.takeParts((job) => this.#wanted(job));
    const results: JobResult[] = [];
    const transfer: Transferable[] = [];
    try {
      this.#copyResults(ended, results, transfer);
    } finally {
      // What is here stays here, even where the instance is lost meanwhile.
      this.#answer(results, transfer);
    }
  }

  /** A job that runs and whose result is copied out, unless its batch was cancelled. */
  #wanted(job: number): Running | undefined {
    const running = this.#running.get(job);
    return running && this.#batches.get(running.job.batch) && !isReadInPlace(running) ? running : undefined;
  }

  #copyResults(list: Float64Array, results: JobResult[], transfer: Transferable[]): void {
    for (const ended of endedJobs(list)) {
      const { job, kind, reports, spans } = ended;
      // As long as the job is among those that run: where the instance is lost meanwhile, it is run again.
      const measured = reports > 0 ? { measured: this.#engine.reports(job).map(asFinding) } : {};
      const running = this.#running.get(job);
      const batch = running && this.#batches.get(running.job.batch);
      if (batch) batch.isQuick = spans.reduce((sum, [, start, end]) => sum + end - start, 0) < QUICK_MS;
      this.#running.delete(job);
      this.#bytes -= running?.bytes ?? 0;
      if (!running || kind === FAILED) {
        results.push({ ...failure(job, this.#engine.failure(job), "worker-lost"), spans });
        this.#engine.release(job);
        continue;
      }
      if (!this.#batches.get(running.job.batch)) {
        results.push(failure(job, new Error("the batch was cancelled"), "closed"));
        this.#engine.release(job);
        continue;
      }
      const { result, given, later } = this.#results.make(running, ended, measured);
      if (result) results.push(result);
      transfer.push(...given);
      if (result?.outcome.kind === "kept") {
        this.#engine.keep(job);
        continue;
      }
      // What is shaped lies in the engine until that is done.
      if (later) void later.finally(() => this.#letGo("release", job));
      else this.#engine.release(job);
    }
  }

  #answer(results: JobResult[], transfer: Transferable[]): void {
    if (results.length > 0) this.#post({ type: "done", results }, transfer);
  }
}

function asFinding([filter, name, value]: [string, string, number]): Finding {
  return { filter, name, value };
}

/** What an engine refuses it says in data: an error of its own is a trap, and it is lost. */
function isLoss(error: unknown): boolean {
  return isErrorOf(error, "RuntimeError") || isTerminated(error);
}

/** wasm-bindgen's word for an instance that a trap has ended, on this thread or another. */
function isTerminated(error: unknown): boolean {
  return isError(error) && error.message.includes("terminated");
}

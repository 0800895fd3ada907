/**
 * The worker's side of jobs: gets their pixels (decoding them where they came encoded), copies them once into wasm memory,
 * starts them, and copies results out once, into recycled buffers. Knows no filters and no threads: a job that has ended is
 * told by the bell, or has ended before `start` returns.
 */
import type { Engine as WasmEngine } from "pixelpool-glue";
import type { Codec, Shape, Undecoded } from "./codec.js";
import { toData, type ErrorCode } from "./errors.js";
import type { FromWorker, Job, JobInput, JobOutcome, JobOutput, JobResult, SpanData, ToWorker } from "./protocol.js";

/** Where a thread is waiting for work, two more images are ready in wasm memory; small ones up to so many bytes. */
const IMAGES_AHEAD = 2;
const SMALL_BYTES_AHEAD = 4 << 20;
const MOST_FREE_BUFFERS = 16;
/** How long an instance without threads works before it listens again. */
const UNHEARD_MS = 4;
/** Where the browser cannot wait for a word without blocking, it is looked at so often. */
const POLL_MS = 1;

type Ready = Extract<JobInput, { kind: "pixels" | "numbers" }>;

interface Running {
  batch: number;
  output: JobOutput;
  width: number;
  height: number;
  bytes: number;
  /** The caller's own buffer, which takes the result. */
  own: ArrayBuffer | undefined;
}

const [FAILED, PIXELS] = [0, 1];

export class Workshop {
  readonly #engine: WasmEngine;
  readonly #memory: WebAssembly.Memory;
  readonly #codec: Codec;
  readonly #threads: number;
  readonly #post: (message: FromWorker, transfer: Transferable[]) => void;
  readonly #broken: (error: unknown) => void;
  /** Jobs whose pixels are not here yet; decoding goes on for a few of them at a time. */
  readonly #encoded: Job[] = [];
  readonly #waiting: { job: Job; input: Ready }[] = [];
  readonly #running = new Map<number, Running>();
  readonly #batches = new Set<number>();
  readonly #free: ArrayBuffer[] = [];
  /** Goes on with the work in a task of its own; a timer would wait for some milliseconds. */
  readonly #later = new MessageChannel();
  #decoding = 0;
  #bytes = 0;
  #stopped = false;

  constructor(
    engine: WasmEngine,
    memory: WebAssembly.Memory,
    codec: Codec,
    threads: number,
    post: (message: FromWorker, transfer: Transferable[]) => void,
    broken: (error: unknown) => void,
  ) {
    this.#engine = engine;
    this.#memory = memory;
    this.#codec = codec;
    this.#threads = threads;
    this.#post = post;
    this.#broken = broken;
    this.#later.port1.onmessage = () => this.#pumpOrBreak();
  }

  receive(message: Exclude<ToWorker, { type: "start" | "thread" | "codec" | "stop" }>): void {
    switch (message.type) {
      case "open":
        this.#engine.open(message.batch, message.steps);
        this.#batches.add(message.batch);
        return;
      case "run":
        for (const job of message.jobs) this.#take(job);
        this.#pump();
        return;
      case "forget":
        this.#batches.delete(message.batch);
        this.#engine.close(message.batch);
        return;
      case "recycle":
        this.#free.push(...message.buffers);
        this.#free.splice(0, this.#free.length - MOST_FREE_BUFFERS);
    }
  }

  /** Wakes up whenever threads have finished jobs, without ever blocking the worker. */
  listenToBell(): void {
    const word = this.#engine.bell() / Int32Array.BYTES_PER_ELEMENT;
    const loop = async () => {
      while (!this.#stopped) {
        const bells = new Int32Array(this.#memory.buffer);
        const heard = Atomics.load(bells, word);
        this.#collect();
        this.#pump();
        if (typeof Atomics.waitAsync === "function") {
          const { async: waits, value } = Atomics.waitAsync(bells, word, heard);
          if (waits) await value;
        } else if (Atomics.load(bells, word) === heard) {
          await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        }
      }
    };
    loop().catch(this.#broken);
  }

  /** Takes no more and ends the wait for the bell, which would keep the memory alive. */
  stop(): void {
    this.#stopped = true;
    this.#later.port1.close();
    if (!this.#hasThreads) return;
    Atomics.notify(new Int32Array(this.#memory.buffer), this.#engine.bell() / Int32Array.BYTES_PER_ELEMENT);
  }

  #take(job: Job): void {
    const { input } = job;
    if (input.kind === "pixels" || input.kind === "numbers") this.#waiting.push({ job, input });
    else this.#encoded.push(job);
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
    while (this.#decoding + this.#waiting.length < this.#threads + IMAGES_AHEAD && this.#encoded.length > 0) {
      const job = this.#encoded.shift();
      if (job) void this.#decode(job);
    }
    const copied: number[] = [];
    const began = performance.now();
    while (this.#waiting.length > 0 && this.#hasRoom()) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#start(next.job, next.input);
      // Without threads it has ended by now; what was posted meanwhile, a cancellation perhaps, is heard between jobs.
      if (!this.#hasThreads && performance.now() - began > UNHEARD_MS) {
        this.#later.port2.postMessage(null);
        break;
      }
      if (next.input.kind === "pixels" && !(next.input.buffer instanceof ArrayBuffer)) copied.push(next.job.job);
    }
    if (copied.length > 0) this.#post({ type: "copied", jobs: copied }, []);
    if (!this.#hasThreads) this.#collect();
  }

  get #hasThreads(): boolean {
    return !(this.#memory.buffer instanceof ArrayBuffer);
  }

  #hasRoom(): boolean {
    const { size } = this.#running;
    return !this.#hasThreads || size < this.#threads + IMAGES_AHEAD || this.#bytes < SMALL_BYTES_AHEAD;
  }

  async #decode(job: Job): Promise<void> {
    this.#decoding += 1;
    try {
      if (!this.#batches.has(job.batch)) {
        if (job.input.kind === "picture") job.input.picture.close();
        throw new Error("the batch was cancelled");
      }
      const pixels = await this.#codec.decode(job.input as Undecoded);
      this.#waiting.push({ job, input: { kind: "pixels", ...pixels, byteOffset: 0 } });
    } catch (error) {
      this.#answer([failure(job.job, error, "decode-failed")], []);
    } finally {
      this.#decoding -= 1;
      this.#pumpOrBreak();
    }
  }

  /** Copies the pixels into wasm memory and starts the job. */
  #start(job: Job, input: Ready): void {
    if (!this.#batches.has(job.batch)) {
      this.#answer([failure(job.job, new Error("the batch was cancelled"), "closed")], []);
      return;
    }
    try {
      const bytes = input.kind === "pixels" ? input.width * input.height * 4 : input.numbers.byteLength;
      const [width, height] = input.kind === "pixels" ? [input.width, input.height] : [input.numbers.length, 1];
      let own: ArrayBuffer | undefined;
      if (input.kind === "pixels") {
        const address = this.#engine.preparePixels(job.job, job.batch, width, height) >>> 0;
        const source = new Uint8Array(input.buffer, input.byteOffset, bytes);
        new Uint8Array(this.#memory.buffer, address, bytes).set(source);
        if (input.buffer instanceof ArrayBuffer) own = input.buffer;
      } else {
        const address = this.#engine.prepareNumbers(job.job, job.batch, width) >>> 0;
        new Float64Array(this.#memory.buffer, address, width).set(input.numbers);
        own = input.numbers.buffer as ArrayBuffer;
      }
      this.#running.set(job.job, { batch: job.batch, output: job.output, width, height, bytes, own });
      this.#bytes += bytes;
      this.#engine.start(job.job, job.change);
    } catch (error) {
      const lost = this.#running.get(job.job);
      this.#running.delete(job.job);
      this.#bytes -= lost?.bytes ?? 0;
      this.#answer([failure(job.job, error, "out-of-memory")], []);
      // What the engine refuses it says in data: an error of its own is a trap, and it is lost.
      if (error instanceof WebAssembly.RuntimeError || isTerminated(error)) this.#broken(error);
    }
  }

  /** Copies out what has ended and sends it on its way. */
  #collect(): void {
    const ended = this.#engine.drain();
    const results: JobResult[] = [];
    const transfer: Transferable[] = [];
    for (let at = 0; at < ended.length;) {
      const [job = 0, kind = 0, address = 0, length = 0, count = 0] = ended.subarray(at, at + 5);
      at += 5;
      const spans: SpanData[] = [];
      for (let i = 0; i < count; i++, at += 3) {
        const [thread = 0, start = 0, end = 0] = ended.subarray(at, at + 3);
        spans.push([thread, start, end]);
      }
      const running = this.#running.get(job);
      this.#running.delete(job);
      this.#bytes -= running?.bytes ?? 0;
      if (!running || kind === FAILED) {
        results.push({ ...failure(job, this.#engine.failure(job), "worker-lost"), spans });
        this.#engine.release(job);
        continue;
      }
      if (!this.#batches.has(running.batch)) {
        results.push(failure(job, new Error("the batch was cancelled"), "closed"));
        this.#engine.release(job);
        continue;
      }
      try {
        const buffer = this.#copyOut(address, kind === PIXELS ? length : length * 8, running.own);
        if (kind === PIXELS && running.output !== "pixels") {
          void this.#shape(job, spans, buffer, running);
        } else {
          const outcome: JobOutcome =
            kind === PIXELS
              ? { kind: "pixels", width: running.width, height: running.height, buffer }
              : { kind: "numbers", numbers: new Float64Array(buffer) };
          results.push({ job, spans, outcome, pixels: kind === PIXELS ? length / 4 : length });
          transfer.push(buffer);
        }
      } catch (error) {
        results.push({ ...failure(job, error, "out-of-memory"), spans });
      }
      this.#engine.release(job);
    }
    this.#answer(results, transfer);
  }

  #copyOut(address: number, length: number, own: ArrayBuffer | undefined): ArrayBuffer {
    let buffer = own?.byteLength === length ? own : undefined;
    if (!buffer) {
      const fitting = this.#free.findIndex((free) => free.byteLength === length);
      buffer = this.#free.splice(fitting, fitting < 0 ? 0 : 1)[0] ?? new ArrayBuffer(length);
    }
    new Uint8Array(buffer).set(new Uint8Array(this.#memory.buffer, address, length));
    return buffer;
  }

  /** Makes a bitmap or a file of a result. */
  async #shape(job: number, spans: SpanData[], buffer: ArrayBuffer, { width, height, output }: Running): Promise<void> {
    try {
      const outcome = await this.#codec.shape({ width, height, buffer }, output as Shape);
      const transfer = outcome.kind === "bitmap" ? [outcome.bitmap] : [];
      this.#answer([{ job, spans, outcome, pixels: width * height }], transfer);
    } catch (error) {
      this.#answer([failure(job, error, "encode-failed")], []);
    }
  }

  #answer(results: JobResult[], transfer: Transferable[]): void {
    if (results.length > 0) this.#post({ type: "done", results }, transfer);
  }
}

/** wasm-bindgen's word for an instance that a trap has ended. */
function isTerminated(error: unknown): boolean {
  return error instanceof Error && error.message.includes("terminated");
}

function failure(job: number, error: unknown, code: ErrorCode): JobResult {
  return { job, spans: [], outcome: { kind: "failed", error: toData(error, code) }, pixels: 0 };
}

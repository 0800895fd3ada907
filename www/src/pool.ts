/** The pool as callers see it: checks what they give, starts runs, ends well. */
import { Engine } from "./engine.js";
import { BatchError, mistake, PixelpoolError } from "./errors.js";
import { Gate } from "./gate.js";
import { buffersOf } from "./pixels.js";
import { Run } from "./run.js";
import { inlineSpawner, workerSpawner, type Spawner } from "./spawn.js";
import type {
  Batch,
  FilterInput,
  ImageInput,
  ImageOutput,
  Intensity,
  Mode,
  Output,
  Pool,
  PoolOptions,
  RunOptions,
  Settled,
} from "./types.js";
import { checkChain, typeName } from "./validate.js";
import { chooseMode, loadEngine } from "./wasm.js";

/** More threads than this cost more to start than they give. */
const MOST_THREADS = 16;
const USUAL_THREADS = 4;
const DEFAULT_MEMORY_LIMIT = 512 * 1024 * 1024;
const MODES: readonly string[] = ["auto", "shared", "workers", "single"];
const ENCODINGS: readonly unknown[] = ["image/png", "image/jpeg", "image/webp"];

/**
 * Starts a pool.
 *
 * Rejects with a `TypeError` or `RangeError` for wrong options, and with a `PixelpoolError` where the mode that was asked for
 * cannot be had (`unsupported`) or a worker does not start (`worker-lost`).
 */
export async function createPool(options: PoolOptions = {}): Promise<Pool> {
  const { threads: wanted, memoryLimit, signal } = checkPoolOptions(options);
  signal?.throwIfAborted();
  const auto = options.mode === undefined || options.mode === "auto";
  let { mode, reason } = chooseMode(options.mode ?? "auto");
  const threads = mode === "single" ? 1 : wanted;
  let started: Started;
  try {
    started = await startEngine(mode, threads, options);
  } catch (error) {
    // What keeps threads from starting on an isolated page need not keep workers from it.
    if (!auto || mode !== "shared" || options.wasm !== undefined || signal?.aborted) throw error;
    mode = "workers";
    reason = `threads could not be started, so every worker has an instance of its own (${String(error)})`;
    started = await startEngine(mode, threads, options);
  }
  const onAbort = () => void pool.terminate();
  const ended = () => signal?.removeEventListener("abort", onAbort);
  const pool = new WorkerPool(mode, reason, threads, new Gate(memoryLimit), started, ended);
  signal?.addEventListener("abort", onAbort, { once: true });
  return pool;
}

interface Started {
  engine: Engine;
  spawner: Spawner;
}

async function startEngine(mode: Mode, threads: number, options: PoolOptions): Promise<Started> {
  const { module, worker } = await loadEngine(mode, options.wasm);
  const spawner = typeof Worker === "function" ? workerSpawner(worker) : inlineSpawner(worker);
  try {
    const { signal } = options;
    signal?.throwIfAborted();
    const shared = mode === "shared";
    const engine = await Engine.start({ module, spawn: spawner.spawn, threads, shared, ...(signal && { signal }) });
    return { engine, spawner };
  } catch (error) {
    spawner.dispose();
    throw error;
  }
}

class WorkerPool implements Pool {
  readonly mode: Mode;
  readonly reason: string;
  readonly threads: number;
  readonly #gate: Gate;
  readonly #engine: Engine;
  readonly #spawner: Spawner;
  readonly #runs = new Set<Run<unknown>>();
  #jobs = 0;
  #batches = 0;
  #closing: Promise<void> | undefined;
  #changed: () => void = () => undefined;
  readonly #ended: () => void;

  constructor(
    mode: Mode,
    reason: string,
    threads: number,
    gate: Gate,
    { engine, spawner }: Started,
    /** Called when the pool has ended. */
    ended: () => void,
  ) {
    this.#ended = ended;
    this.mode = mode;
    this.reason = reason;
    this.threads = threads;
    this.#gate = gate;
    this.#engine = engine;
    this.#spawner = spawner;
  }

  async starmap<Id>(
    filter: FilterInput,
    batch: Batch<Id>,
    options: RunOptions = {},
  ): Promise<[id: Id, image: ImageOutput][]> {
    const results: Settled<Id>[] = [];
    for await (const settled of this.#run(filter, batch, options, true)) results.push(settled);
    const images: [Id, ImageOutput][] = [];
    for (const result of results) {
      if (result.status === "rejected") throw new BatchError(results);
      images.push([result.id, result.image]);
    }
    return images;
  }

  imap<Id>(filter: FilterInput, batch: Batch<Id>, options: RunOptions = {}): AsyncIterableIterator<Settled<Id>> {
    return this.#run(filter, batch, options, true);
  }

  imapUnordered<Id>(
    filter: FilterInput,
    batch: Batch<Id>,
    options: RunOptions = {},
  ): AsyncIterableIterator<Settled<Id>> {
    return this.#run(filter, batch, options, false);
  }

  async apply(
    filter: FilterInput,
    image: ImageInput,
    intensity?: Intensity,
    options: RunOptions = {},
  ): Promise<ImageOutput> {
    for await (const settled of this.#run(filter, [[undefined, image, intensity]], options, true)) {
      if (settled.status === "rejected") throw settled.reason;
      return settled.image;
    }
    throw closed();
  }

  recycle(...images: ImageOutput[]): void {
    for (const image of images) if ("close" in image) image.close();
    const buffers = images.flatMap(buffersOf).filter((buffer) => buffer.byteLength > 0);
    if (buffers.length > 0 && !this.#closing) this.#engine.recycle(buffers);
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain().then(() => {
      for (const run of this.#runs) run.cut(closed());
      return this.#end(() => this.#engine.stop());
    });
    return this.#closing;
  }

  async terminate(): Promise<void> {
    this.#closing ??= Promise.resolve();
    for (const run of this.#runs) run.stop(closed());
    await this.#end(() => this.#engine.terminate());
    this.#changed();
    await this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #run<Id>(filter: FilterInput, batch: Batch<Id>, options: RunOptions, ordered: boolean): Run<Id> {
    if (this.#closing) throw closed();
    const steps = checkChain(filter);
    checkRunOptions(options);
    const context = {
      engine: this.#engine,
      gate: this.#gate,
      batch: this.#batches++,
      threads: this.threads,
      nextJob: () => this.#jobs++,
      changed: () => this.#changed(),
    };
    for (const run of this.#runs) if (run.isEnded()) this.#runs.delete(run);
    const run = new Run<Id>(context, steps, batch, options, ordered);
    this.#runs.add(run as Run<unknown>);
    return run;
  }

  /** Waits until nothing moves: calls whose reader stands still are not waited for. */
  async #drain(): Promise<void> {
    while ([...this.#runs].some((run) => !run.quiet)) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  async #end(engine: () => Promise<void> | void): Promise<void> {
    this.#runs.clear();
    await engine();
    this.#spawner.dispose();
    this.#ended();
  }
}

function closed(): PixelpoolError {
  return new PixelpoolError("the pool is closed", { code: "closed" });
}

function invalidOption(kind: "TypeError" | "RangeError", name: string, rule: string): Error {
  return mistake(kind, `${name} must be ${rule}`, { code: "invalid-option", parameter: name });
}

function checkPoolOptions(options: unknown): { threads: number; memoryLimit: number; signal: AbortSignal | undefined } {
  if (typeof options !== "object" || options === null) {
    throw mistake("TypeError", `options must be an object, got ${typeName(options)}`, { code: "invalid-option" });
  }
  const { threads, mode, memoryLimit, signal, wasm } = options as PoolOptions;
  if (mode !== undefined && !MODES.includes(mode)) {
    throw invalidOption("TypeError", "mode", `one of "${MODES.join('", "')}", got ${JSON.stringify(mode)}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidOption("TypeError", "signal", `an AbortSignal, got ${typeName(signal)}`);
  }
  checkWasm(wasm);
  const reported = typeof navigator === "object" ? navigator.hardwareConcurrency || USUAL_THREADS : USUAL_THREADS;
  return {
    threads: checkCount("threads", threads) ?? Math.min(reported, MOST_THREADS),
    memoryLimit: checkCount("memoryLimit", memoryLimit) ?? DEFAULT_MEMORY_LIMIT,
    signal,
  };
}

function checkWasm(wasm: unknown): void {
  const isResponse = typeof Response === "function" && wasm instanceof Response;
  const isBytes = wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm);
  const isAddress = typeof wasm === "string" || wasm instanceof URL;
  if (wasm === undefined || isAddress || isResponse || isBytes || wasm instanceof WebAssembly.Module) return;
  throw invalidOption("TypeError", "wasm", `an address, a Response, bytes or a module, got ${typeName(wasm)}`);
}

function checkCount(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number") throw invalidOption("TypeError", name, `a whole number, got ${typeName(value)}`);
  if (!Number.isInteger(value) && Number.isFinite(value)) {
    throw invalidOption("TypeError", name, `a whole number, got ${value}`);
  }
  if (!(value >= 1 && Number.isFinite(value))) {
    throw invalidOption("RangeError", name, `a whole number of at least 1, got ${value}`);
  }
  return value;
}

function checkRunOptions(options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw mistake("TypeError", `options must be an object, got ${typeName(options)}`, { code: "invalid-option" });
  }
  const { signal, onProgress, onSpan, output, transfer } = options as Record<keyof RunOptions, unknown>;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidOption("TypeError", "signal", `an AbortSignal, got ${typeName(signal)}`);
  }
  for (const [name, value] of Object.entries({ onProgress, onSpan })) {
    if (value !== undefined && typeof value !== "function") {
      throw invalidOption("TypeError", name, `a function, got ${typeName(value)}`);
    }
  }
  if (transfer !== undefined && typeof transfer !== "boolean") {
    throw invalidOption("TypeError", "transfer", `true or false, got ${typeName(transfer)}`);
  }
  checkOutput(output as Output | undefined);
}

function checkOutput(output: Output | undefined): void {
  if (output === undefined || output === "same" || output === "imageData" || output === "bitmap") return;
  if (typeof output !== "object" || (output as unknown) === null || !ENCODINGS.includes(output.type)) {
    const rule = `"same", "imageData", "bitmap" or { type } with one of "${ENCODINGS.join('", "')}"`;
    throw invalidOption("TypeError", "output", rule);
  }
  const { quality } = output;
  if (quality !== undefined && !(quality >= 0 && quality <= 1)) {
    throw invalidOption("RangeError", "output.quality", `a number from 0 to 1, got ${quality}`);
  }
}

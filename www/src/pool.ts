/** The pool as callers see it: checks what they give, starts runs, ends well. */
import { Dispatcher } from "./dispatcher.js";
import { onDemand, type EngineSources } from "./engine-sources.js";
import { endWhenLeaked } from "./leaks.js";
import { BatchError, mistake, PixelpoolError } from "./errors.js";
import { keepAlive } from "./keep-alive.js";
import { limitOfPixels } from "./memory.js";
import { MemoryBudget } from "./memory-budget.js";
import { chooseInPlace, chooseMode } from "./modes.js";
import { nextTask } from "./next-task.js";
import { checkPoolOptions, checkRunOptions } from "./options.js";
import { buffersOf } from "./results.js";
import { watchPolicy } from "./policy.js";
import { Run, type Reading } from "./run.js";
import { serverSpawner, threadsOfRuntime } from "./server-workers.js";
import { givenSpawner, inlineSpawner, WAYS, workerSpawner, type Spawner } from "./spawn.js";
import type {
  FilterInput,
  IdOf,
  ImageOf,
  ImageOutput,
  ImageResult,
  Intensity,
  Mode,
  Outcomes,
  Output,
  Pool,
  PoolOptions,
  RunOptions,
  Settled,
} from "./types.js";
import type { UserFunctions } from "./function-types.js";
import { isCall } from "./functions/chain.js";
import { FunctionsOfPool } from "./functions/of-pool.js";
import { checkChain, type OwnRules } from "./validate.js";
import { typeName } from "./words.js";
import { buildFor, isPair, loadEngine } from "./wasm.js";

/** Options of a pool, whatever filters its engine has. */
type AnyOptions = PoolOptions<{ kind: string }>;

/**
 * Starts a pool.
 *
 * Rejects with a `TypeError` or `RangeError` for wrong options, and with a `PixelpoolError` where the mode that was asked for
 * cannot be had or the page's policy forbids workers (`unsupported`), or a worker does not start (`worker-lost`).
 */
export function createPool<Functions extends UserFunctions = UserFunctions, OwnFilter extends { kind: string } = never>(
  options: PoolOptions<OwnFilter> = {},
): Promise<Pool<Functions, OwnFilter>> {
  return createPoolFrom(onDemand, options);
}

/**
 * The same, with the parts of the package from other sources.
 *
 * @internal
 */
export function createPoolFrom<Functions extends UserFunctions, OwnFilter extends { kind: string }>(
  sources: EngineSources,
  options: AnyOptions,
): Promise<Pool<Functions, OwnFilter>> {
  // What calls give back is what the types say; the compiler cannot see through them.
  return keepAlive(startPool(sources, options));
}

async function startPool(sources: EngineSources, options: AnyOptions): Promise<WorkerPool> {
  const { threads: wanted, memoryLimit, signal, codecs, filters } = checkPoolOptions(options);
  signal?.throwIfAborted();
  const auto = options.mode === undefined || options.mode === "auto";
  const chosen = options.mode ?? "auto";
  let { mode, reason } = sources.isInPlace ? chooseInPlace(chosen) : chooseMode(chosen, options.threads);
  const threads = mode === "single" ? 1 : wanted;
  let started: Started;
  try {
    started = await startDispatcher(sources, mode, threads, memoryLimit, codecs, options);
  } catch (error) {
    // What keeps threads from starting on an isolated page need not keep workers from it.
    if (!auto || mode !== "shared" || signal?.aborted) throw error;
    if (options.wasm !== undefined && !isPair(options.wasm)) throw error;
    if (error instanceof NoWorkers) throw error;
    mode = "workers";
    reason = `threads could not be started, so every worker has an instance of its own (${String(error)})`;
    started = await startDispatcher(sources, mode, threads, memoryLimit, codecs, options);
  }
  if (started.isInPlace && !sources.isInPlace && chosen === "single") {
    reason = `${reason}; no worker can be started here, so it runs on the thread that has started it`;
  }
  const { dispatcher, spawner } = started;
  const functions = new FunctionsOfPool(sources.functions, { threads, spawner, functions: options.functions });
  const pool = new WorkerPool(mode, reason, threads, started, { functions, filters }, () => {
    signal?.removeEventListener("abort", onAbort);
    undoWarning();
  });
  // Neither the signal nor the dispatcher may keep a pool alive that its owner has forgotten.
  const weak = new WeakRef(pool);
  const onAbort = () => void weak.deref()?.terminate();
  signal?.addEventListener("abort", onAbort, { once: true });
  const end = () => void Promise.all([functions.stop(), dispatcher.terminate()]).then(() => spawner.dispose());
  const undoWarning = endWhenLeaked(pool, end);
  return pool;
}

interface Started {
  dispatcher: Dispatcher;
  spawner: Spawner;
  /** There is no worker. */
  isInPlace?: boolean;
}

/** No worker starts here in any way, whatever it is to do. */
class NoWorkers extends PixelpoolError {}

async function startDispatcher(
  sources: EngineSources,
  mode: Mode,
  threads: number,
  limit: number,
  modules: ReadonlyMap<string, string>,
  options: AnyOptions,
): Promise<Started> {
  const build = buildFor(mode);
  const { module, script, more } = await loadEngine(build, options.wasm, sources);
  const { signal, worker } = options;
  const start = async (spawner: Spawner): Promise<Started> => {
    try {
      signal?.throwIfAborted();
      const shared = mode === "shared";
      const { spawn, endsAtWork, gone } = spawner;
      const dispatcher = await Dispatcher.start({
        module,
        spawn,
        endsAtWork,
        threads,
        shared,
        limit,
        modules,
        ...(gone && { gone }),
        more,
        codec: sources.codec,
        ...(signal && { signal }),
      });
      return { dispatcher, spawner };
    } catch (error) {
      spawner.dispose();
      throw error;
    }
  };
  const inPlace = async () => ({ ...(await start(inlineSpawner(sources.inPlace))), isInPlace: true });
  if (sources.isInPlace) return inPlace();
  const runtimeThreads = threadsOfRuntime();
  if (runtimeThreads) return start(serverSpawner(script, runtimeThreads));
  if (typeof Worker !== "function") return inPlace();
  const ways =
    worker === undefined ? WAYS.map((way) => () => workerSpawner(script, way)) : [() => givenSpawner(worker, build)];
  const policy = watchPolicy();
  try {
    let first: string | undefined;
    for (const makeSpawner of ways) {
      const spawner = makeSpawner();
      try {
        return await start(spawner);
      } catch (error) {
        const refusal = spawner.refusal();
        if (refusal === undefined || signal?.aborted) throw error;
        first ??= refusal;
      }
    }
    if (mode === "single" && worker === undefined) return await inPlace();
    const why = await policy.explain();
    throw new NoWorkers(`no worker can be started here (${first}): ${why}`, { code: "unsupported" });
  } finally {
    policy.end();
  }
}

const READ_ALL: Reading = { ordered: true, eager: true };

class WorkerPool {
  readonly mode: Mode;
  readonly reason: string;
  readonly threads: number;
  readonly #budget: MemoryBudget;
  readonly #dispatcher: Dispatcher;
  readonly #spawner: Spawner;
  readonly #functions: FunctionsOfPool;
  readonly #filters: OwnRules;
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
    { dispatcher, spawner }: Started,
    { functions, filters }: { functions: FunctionsOfPool; filters: OwnRules },
    /** Called when the pool has ended. */
    ended: () => void,
  ) {
    this.#ended = ended;
    this.mode = mode;
    this.reason = reason;
    this.threads = threads;
    this.#budget = new MemoryBudget(limitOfPixels(dispatcher.limit, threads));
    this.#dispatcher = dispatcher;
    this.#spawner = spawner;
    this.#functions = functions;
    this.#filters = filters;
  }

  async starmap<Item, Out extends Output>(
    filter: FilterInput,
    batch: Iterable<Item> | AsyncIterable<Item>,
    options: RunOptions<Out> = {},
  ): Promise<[id: IdOf<Item>, image: ImageResult<ImageOf<Item>, Out>][]> {
    const results: Settled<IdOf<Item>, ImageResult<ImageOf<Item>, Out>>[] = [];
    for await (const settled of this.#run(filter, batch, options, READ_ALL)) results.push(settled);
    const images: [IdOf<Item>, ImageResult<ImageOf<Item>, Out>][] = [];
    for (const result of results) {
      if (result.status === "rejected") throw new BatchError(results);
      images.push([result.id, result.image]);
    }
    return images;
  }

  imap<Item, Out extends Output>(
    filter: FilterInput,
    batch: Iterable<Item> | AsyncIterable<Item>,
    options: RunOptions<Out> = {},
  ): Outcomes<Item, Out> {
    return this.#run(filter, batch, options, { ordered: true, eager: false });
  }

  imapUnordered<Item, Out extends Output>(
    filter: FilterInput,
    batch: Iterable<Item> | AsyncIterable<Item>,
    options: RunOptions<Out> = {},
  ): Outcomes<Item, Out> {
    return this.#run(filter, batch, options, { ordered: false, eager: false });
  }

  async apply<Image, Out extends Output>(
    filter: FilterInput,
    image: Image,
    intensity?: Intensity,
    options: RunOptions<Out> = {},
  ): Promise<ImageResult<Image, Out>> {
    for await (const settled of this.#run(filter, [[undefined, image, intensity]], options, READ_ALL)) {
      if (settled.status === "rejected") throw settled.reason;
      return settled.image;
    }
    throw closed();
  }

  recycle(...images: ImageOutput[]): void {
    const wrong = images.findIndex((image: unknown) => typeof image !== "object" || image === null);
    if (wrong >= 0)
      throw mistake("TypeError", `recycle takes images that the pool has made, got ${typeName(images[wrong])}`, {
        code: "invalid-image",
      });
    for (const image of images) if ("close" in image) image.close();
    const buffers = images.flatMap(buffersOf).filter((buffer) => buffer.byteLength > 0);
    if (buffers.length > 0 && !this.#closing) this.#dispatcher.recycle(buffers);
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain().then(() => {
      for (const run of this.#runs) run.cut(closed());
      return this.#end(() => this.#dispatcher.stop());
    });
    return keepAlive(this.#closing);
  }

  terminate(): Promise<void> {
    return keepAlive(this.#terminate());
  }

  async #terminate(): Promise<void> {
    this.#closing ??= Promise.resolve();
    for (const run of this.#runs) run.stop(closed());
    await this.#end(() => this.#dispatcher.terminate());
    this.#changed();
    await this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #run<Item, Out extends Output>(
    filter: FilterInput,
    items: Iterable<Item> | AsyncIterable<Item>,
    options: RunOptions<Out>,
    reading: Reading,
  ): Outcomes<Item, Out> {
    if (this.#closing) throw closed();
    const steps = checkChain(filter, this.#filters);
    const calls = steps.filter(isCall);
    this.#functions.check(calls);
    checkRunOptions(options, this.#dispatcher.modules);
    let run: Run<unknown> | undefined = undefined as Run<unknown> | undefined;
    const nextBatch = () => this.#batches++;
    const nextJob = () => this.#jobs++;
    const batch = nextBatch();
    const output: Output = options.output ?? "same";
    const relaying = { dispatcher: this.#dispatcher, batch, chain: steps, output, nextBatch, nextJob };
    const context = {
      ...(calls.length > 0 && { startRelay: () => this.#functions.relay(relaying) }),
      dispatcher: this.#dispatcher,
      budget: this.#budget,
      batch,
      pool: { mode: this.mode, reason: this.reason, threads: this.threads },
      nextJob,
      changed: () => {
        if (run?.isEnded()) this.#runs.delete(run);
        this.#changed();
      },
    };
    run = new Run<unknown>(context, steps, items, options, reading);
    if (!run.isEnded()) this.#runs.add(run);
    // What a run makes of an image is what the types say; the compiler cannot see through both.
    return run as AsyncIterableIterator<Settled> as Outcomes<Item, Out>;
  }

  /** Waits until nothing moves: calls whose reader stands still are not waited for. */
  async #drain(): Promise<void> {
    const moves = () => [...this.#runs].some((run) => !run.quiet);
    for (;;) {
      while (moves()) {
        await new Promise<void>((resolve) => {
          this.#changed = resolve;
        });
      }
      // A reader that has just been given something is about to ask for more.
      await nextTask();
      if (!moves()) return;
    }
  }

  async #end(dispatcher: () => Promise<void>): Promise<void> {
    this.#runs.clear();
    await Promise.all([this.#functions.stop(), dispatcher()]);
    this.#spawner.dispose();
    this.#ended();
  }
}

function closed(): PixelpoolError {
  return new PixelpoolError("the pool is closed", { code: "closed" });
}

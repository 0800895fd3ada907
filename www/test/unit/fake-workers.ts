/** Workers that do what a test makes them do, and dispatchers over them. */
import type { TestContext } from "node:test";
import { locks } from "./fake-locks.js";
import { FakeMemory } from "./fake-rooms.js";
import { calm } from "./random.js";
import { Dispatcher, type DispatcherOptions } from "../../src/dispatcher.js";
import { onDemand } from "../../src/engine-sources.js";
import type { Endpoint } from "../../src/lane.js";
import type { ErrorData } from "../../src/errors.js";
import type { FromWorker, Job, JobInput, JobResult, Reading, SpanData, ToWorker } from "../../src/protocol.js";

export const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
/** Bytes that the dispatchers of these tests may have in flight. */
export const LIMIT = 96 << 20;
/** A worker has so long to start, and to stop. */
export const START_LIMIT_MS = 30_000;
export const STOP_LIMIT_MS = 1000;
export const BROKEN: ErrorData = { code: "filter-panicked", class: "RangeError", message: "it fell over" };

/** Keeps what it is told and says what a test makes it say. Lives as a worker does: with locks. */
export class FakeWorker implements Endpoint {
  /** Helpers have none. */
  readonly index: number | undefined;
  readonly told: ToWorker[] = [];
  readonly transferred: Transferable[] = [];
  isTerminated = false;
  /** Says at once that it has stopped, as one does that is not in the midst of something; before that what it has left. */
  answersStop = true;
  /** Says at once that a batch is open, where it is asked, and which rooms it lends, where it has a memory. */
  answersOpen = true;
  answersLend = true;
  /** Whole jobs that it has when its instance is lost. */
  left: Job[] = [];
  /** Shared with the page, and with those that join it. */
  memory: FakeMemory | undefined;
  isReady = false;
  /** What it does when it is told to join another. */
  onJoin: () => void = () => undefined;
  /** What cannot be sent makes posting throw, as a browser does. */
  refuses: (message: ToWorker) => boolean = () => false;
  #listener: (message: FromWorker) => void = () => undefined;
  #locks: (() => void)[] = [];
  #isDead = false;

  constructor(index?: number) {
    this.index = index;
  }

  post(message: ToWorker, transfer: Transferable[]): void {
    if (this.#isDead) return;
    if (this.refuses(message)) throw new DOMException("An ArrayBuffer is detached.", "DataCloneError");
    this.told.push(message);
    this.transferred.push(...transfer);
    void Promise.resolve().then(() => this.#answer(message));
  }

  /** What a worker says that does what it is told. */
  #answer(message: ToWorker): void {
    if (this.#isDead) return;
    if (message.type === "join") this.onJoin();
    if (message.type === "open" && message.asks && this.answersOpen && this.memory)
      this.say({ type: "opened", batch: message.batch });
    if (message.type === "lend" && this.answersLend) this.lend(message.bytes);
    if (message.type === "takeBack") for (const room of message.rooms) this.memory?.takeBack(room);
    if (message.type !== "stop" || !this.answersStop) return;
    if (message.isLost) this.say({ type: "left", jobs: this.left });
    this.say({ type: "stopped" });
  }

  /** Lends rooms of these lengths. */
  lend(lengths: readonly number[]): void {
    const { memory } = this;
    if (memory) this.say({ type: "lent", rooms: lengths.map((length) => memory.lend(length)) });
  }

  listen(listener: (message: FromWorker) => void): void {
    this.#listener = listener;
  }

  terminate(): void {
    this.isTerminated = true;
    this.die();
  }

  /** What a browser does that is short of memory: it says nothing of it. */
  die(): void {
    this.#isDead = true;
    for (const release of this.#locks.splice(0)) release();
  }

  say(message: FromWorker): void {
    this.#listener(message);
  }

  /** Begins to live, without being ready. */
  live(): void {
    const { lockNames } = this.#first;
    if (lockNames && !this.#isDead) this.#locks.push(locks.hold(lockNames.pool, "shared"), locks.hold(lockNames.own));
    this.say({ type: "alive" });
  }

  /** Starts well, with as much memory as was asked for or with less; or joins another well. */
  ready(limit = this.#first.type === "start" ? this.start.limit : 0): void {
    this.live();
    this.isReady = true;
    this.say({ type: "ready", limit, ...(this.memory && { memory: this.memory.memory }) });
  }

  /** Is lost; of whole jobs it has `left`, which it tells when it is asked. */
  lose(guilty?: number[], left: Job[] = [], error = BROKEN): void {
    this.left = left;
    this.say({ type: "broken", error, ...(guilty && { guilty }) });
  }

  /** Ends jobs, each after so many milliseconds of work. */
  end(jobs: readonly number[], milliseconds = 100): void {
    this.say({ type: "done", results: jobs.map((job) => result(job, [[0, 1000, 1000 + milliseconds]])) });
  }

  /** Asks for a worker to help it, whose name ends so. */
  askForHelp(name: string): MessagePort {
    const { port1, port2 } = new MessageChannel();
    port1.close();
    const { pool } = this.start.lockNames!;
    this.say({ type: "help", role: "thread", lockNames: { pool, own: `${pool} ${name}` }, port: port2 });
    return port2;
  }

  /** The message that it was started with. */
  get start(): Extract<ToWorker, { type: "start" }> {
    const first = this.#first;
    if (first.type !== "start") throw new Error("it was not started");
    return first;
  }

  /** The message that has made it one more lane. */
  get join(): Extract<ToWorker, { type: "join" }> {
    const first = this.#first;
    if (first.type !== "join") throw new Error("it does not join another");
    return first;
  }

  /** What has made it a worker, one more lane, or the helper of a worker. */
  get #first(): Extract<ToWorker, { type: "start" | "join" | "help" }> {
    const first = this.told[0];
    if (first?.type !== "start" && first?.type !== "join" && first?.type !== "help") {
      throw new Error("it was not started");
    }
    return first;
  }

  /** The jobs that it was given. */
  get given(): Job[] {
    return this.told.flatMap((message) => (message.type === "run" ? message.jobs : []));
  }

  /** Their numbers, a list a message. */
  get runs(): number[][] {
    return this.told.flatMap((message) => (message.type === "run" ? [message.jobs.map(({ job }) => job)] : []));
  }

  get jobs(): number[] {
    return this.runs.flat();
  }

  /** What it was told but its start, in words. */
  get events(): string[] {
    return this.told.flatMap((message) => {
      if (message.type === "run") return [`run ${message.jobs.map(({ job }) => job).join()}`];
      if ("batch" in message) return [`${message.type} ${message.batch}`];
      return message.type === "start" || message.type === "join" ? [] : [message.type];
    });
  }
}

export function result(job: number, spans: SpanData[] = []): JobResult {
  return { job, spans, outcome: { kind: "numbers", numbers: new Float64Array(1) }, pixels: 1 };
}

/** A job whose input says its number. */
export function makeJob(job: number, batch = 0, input: JobInput = inputOf(job)): Job {
  return { job, batch, input, output: "pixels" };
}

function inputOf(job: number): JobInput {
  return { kind: "numbers", numbers: Float64Array.of(job) };
}

/** How the browser decodes a file. */
export const BY_BROWSER: Reading = { orientation: 1, mostBytes: Infinity, bits: 8, shrink: 1, converts: true };

/** A file whose length says its job's number. */
export function fileOf(job: number): JobInput {
  return { kind: "encoded", blob: new Blob([new Uint8Array(job)]), read: BY_BROWSER };
}

export interface Place {
  dispatcher: Dispatcher;
  workers: FakeWorker[];
  /** Workers that were started to help them, lanes that join them among those. */
  helpers: FakeWorker[];
  /** The ends of jobs, in the order they came. */
  ends: JobResult[];
  /** Runs jobs whose inputs are given away. */
  run: (...jobs: number[]) => void;
  /** As `run`, for another batch than the first. */
  runOf: (batch: number, ...jobs: number[]) => void;
  /** As `run`, with files, which stay here. */
  runKept: (...jobs: number[]) => void;
  /** As `runOf`, with files. */
  runKeptOf: (batch: number, ...jobs: number[]) => void;
}

/**
 * Starts a dispatcher whose workers are ready at once; later ones, too, unless `replace` says otherwise, and so are lanes, unless
 * `join` does. Where memory is shared, they have one.
 */
export async function start(
  threads: number,
  shared = false,
  replace: (worker: FakeWorker) => void = (worker) => worker.ready(),
  join: (lane: FakeWorker) => void = (lane) => lane.ready(),
  more?: DispatcherOptions["more"],
): Promise<Place> {
  const workers: FakeWorker[] = [];
  const helpers: FakeWorker[] = [];
  const count = shared ? 1 : threads;
  const spawn = (index?: number): Endpoint => {
    const worker = new FakeWorker(index);
    if (index === undefined) {
      worker.onJoin = () => join(worker);
      helpers.push(worker);
      return worker;
    }
    if (shared) worker.memory = new FakeMemory();
    workers.push(worker);
    const isFirst = workers.length <= count;
    void Promise.resolve().then(() => (isFirst ? worker.ready() : replace(worker)));
    return worker;
  };
  const modules = new Map<string, string>();
  const options = {
    module,
    more,
    spawn,
    endsAtWork: true,
    threads,
    shared,
    limit: LIMIT,
    modules,
    codec: onDemand.codec,
  };
  const dispatcher = await Dispatcher.start(options);
  dispatcher.open(0, [{ kind: "invert" }]);
  const ends: JobResult[] = [];
  const done = (end: JobResult) => ends.push(end);
  const runOf = (batch: number, ...jobs: number[]) => {
    for (const job of jobs) dispatcher.run(makeJob(job, batch), [], done);
  };
  const runKeptOf = (batch: number, ...jobs: number[]) => {
    for (const job of jobs) dispatcher.run(makeJob(job, batch, fileOf(job)), [], done);
  };
  const runKept = (...jobs: number[]) => runKeptOf(0, ...jobs);
  return { dispatcher, workers, helpers, ends, runOf, runKept, runKeptOf, run: (...jobs) => runOf(0, ...jobs) };
}

/** The workers of an instance that move pixels: the one that has started it, and those that have joined it. */
export function lanesOf({ workers, helpers }: Pick<Place, "workers" | "helpers">, place = 0): FakeWorker[] {
  const first = workers[place]!;
  const joins = ({ told: [message] }: FakeWorker) =>
    message?.type === "join" && message.memory === first.memory?.memory;
  return [first, ...helpers.filter(joins)];
}

/** An instance with its lanes, all of them ready and the first batch open. */
export async function startLanes(threads = 4): Promise<Place & { lanes: FakeWorker[] }> {
  const place = await start(threads, true);
  await calm();
  return { ...place, lanes: lanesOf(place) };
}

/** Workers that are never ready by themselves. */
export function starting(
  threads: number,
  shared = false,
  signal?: AbortSignal,
): { workers: FakeWorker[]; helpers: FakeWorker[]; started: Promise<Dispatcher> } {
  const workers: FakeWorker[] = [];
  const helpers: FakeWorker[] = [];
  const spawn = (index?: number): Endpoint => {
    const worker = new FakeWorker(index);
    (index === undefined ? helpers : workers).push(worker);
    return worker;
  };
  const started = Dispatcher.start({
    module,
    modules: new Map(),
    spawn,
    endsAtWork: true,
    threads,
    shared,
    limit: LIMIT,
    codec: onDemand.codec,
    ...(signal && { signal }),
  });
  return { workers, helpers, started };
}

export const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** The jobs that failed, with codes. */
export function failures(ends: readonly JobResult[]): [number, string][] {
  return ends.flatMap(({ job, outcome }) => (outcome.kind === "failed" ? [[job, outcome.error.code]] : []));
}

/** The jobs that ended, in the order of their numbers. */
export function ended(ends: readonly JobResult[]): number[] {
  return ends.map(({ job }) => job).sort((a, b) => a - b);
}

export const terminations = (workers: readonly FakeWorker[]) => workers.map(({ isTerminated }) => isTerminated);

export function mockTimeouts(t: TestContext): (milliseconds: number) => void {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return (milliseconds) => t.mock.timers.tick(milliseconds);
}

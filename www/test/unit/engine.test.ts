import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Engine, type Endpoint } from "../../src/engine.js";
import type { ErrorData } from "../../src/errors.js";
import type { FromWorker, Job, JobResult, SpanData, ToWorker } from "../../src/protocol.js";
import { calm } from "./random.js";

const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
const START_LIMIT_MS = 30_000;
const LARGE = 64 * 1024;
const LOST: ErrorData = { code: "filter-panicked", class: "RangeError", message: "it fell over" };

/** Keeps what it is told and says what a test makes it say. */
class FakeWorker implements Endpoint {
  readonly index: number;
  readonly told: ToWorker[] = [];
  readonly transferred: Transferable[] = [];
  terminated = 0;
  /** What cannot be sent makes posting throw, as a browser does. */
  refuses: (message: ToWorker) => boolean = () => false;
  #listener: (message: FromWorker) => void = () => undefined;

  constructor(index: number) {
    this.index = index;
  }

  post(message: ToWorker, transfer: Transferable[]): void {
    if (this.terminated > 0) return;
    if (this.refuses(message)) throw new DOMException("An ArrayBuffer is detached.", "DataCloneError");
    this.told.push(message);
    this.transferred.push(...transfer);
  }

  listen(listener: (message: FromWorker) => void): void {
    this.#listener = listener;
  }

  terminate(): void {
    this.terminated += 1;
  }

  say(message: FromWorker): void {
    this.#listener(message);
  }

  /** Ends jobs, each after so many milliseconds of work. */
  end(jobs: readonly number[], milliseconds = 100): void {
    this.say({ type: "done", results: jobs.map((job) => result(job, [[0, 1000, 1000 + milliseconds]])) });
  }

  /** The numbers of the jobs that it was given, a list a message. */
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
      return "batch" in message ? [`${message.type} ${message.batch}`] : message.type === "start" ? [] : [message.type];
    });
  }
}

function result(job: number, spans: SpanData[] = []): JobResult {
  return { job, spans, outcome: { kind: "numbers", numbers: new Float64Array(1) }, pixels: 1 };
}

interface Place {
  engine: Engine;
  workers: FakeWorker[];
  /** The ends of jobs, in the order they came. */
  ends: JobResult[];
  run: (...jobs: number[]) => void;
  /** As `run`, for another batch than the first. */
  runOf: (batch: number, ...jobs: number[]) => void;
}

function makeJob(job: number, batch = 0): Job {
  return { job, batch, input: { kind: "numbers", numbers: new Float64Array(1) }, output: "pixels" };
}

/** Starts an engine whose workers are ready at once; later ones, too, unless `replace` says otherwise. */
async function start(
  threads: number,
  shared = false,
  replace: (worker: FakeWorker) => void = (worker) => worker.say({ type: "ready" }),
): Promise<Place> {
  const workers: FakeWorker[] = [];
  const count = shared ? 1 : threads;
  const spawn = (index: number): Endpoint => {
    const worker = new FakeWorker(index);
    workers.push(worker);
    const isFirst = workers.length <= count;
    queueMicrotask(() => (isFirst ? worker.say({ type: "ready" }) : replace(worker)));
    return worker;
  };
  const engine = await Engine.start({ module, spawn, threads, shared });
  engine.open(0, [{ kind: "invert" }]);
  const ends: JobResult[] = [];
  const runOf = (batch: number, ...jobs: number[]) => {
    for (const job of jobs) engine.run(makeJob(job, batch), [], (end) => ends.push(end));
  };
  return { engine, workers, ends, runOf, run: (...jobs) => runOf(0, ...jobs) };
}

/** Workers that are never ready by themselves. */
function starting(threads: number, shared = false): { workers: FakeWorker[]; started: Promise<Engine> } {
  const workers: FakeWorker[] = [];
  const spawn = (index: number): Endpoint => {
    const worker = new FakeWorker(index);
    workers.push(worker);
    return worker;
  };
  return { workers, started: Engine.start({ module, spawn, threads, shared }) };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** The jobs that failed, with codes. */
function failures(ends: readonly JobResult[]): [number, string][] {
  return ends.flatMap(({ job, outcome }) => (outcome.kind === "failed" ? [[job, outcome.error.code]] : []));
}

function mockTimeouts(t: TestContext): (milliseconds: number) => void {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return (milliseconds) => t.mock.timers.tick(milliseconds);
}

describe("starting an engine", () => {
  it("starts a worker a thread, with one thread each", async () => {
    const { workers } = await start(3);
    assert.deepEqual(
      workers.map(({ index }) => index),
      [0, 1, 2],
    );
    for (const { told } of workers) assert.deepEqual(told[0], { type: "start", module, threads: 1 });
  });

  it("starts one worker for all threads over shared memory", async () => {
    const { workers } = await start(3, true);
    assert.equal(workers.length, 1);
    assert.deepEqual(workers[0]?.told[0], { type: "start", module, threads: 3 });
  });

  it("waits for all of its workers", async () => {
    const { workers, started } = starting(3);
    let ready = false;
    void started.then(() => (ready = true));
    for (const worker of workers) {
      await calm();
      assert.ok(!ready);
      worker.say({ type: "ready" });
    }
    await started;
  });

  it("rejects where a worker cannot start, and ends that worker", async () => {
    const { workers, started } = starting(1);
    workers[0]?.say({ type: "broken", error: LOST });
    await assert.rejects(started, {
      name: "PixelpoolError",
      code: "worker-lost",
      message: "a worker could not start: it fell over",
    });
    assert.equal(workers[0]?.terminated, 1);
  });

  it("rejects where a worker says nothing for 30 seconds, and not earlier", async (t) => {
    const tick = mockTimeouts(t);
    const { workers, started } = starting(1);
    const rejected = t.mock.fn();
    started.catch(rejected);
    tick(START_LIMIT_MS - 1);
    await calm();
    assert.equal(rejected.mock.callCount(), 0);
    assert.equal(workers[0]?.terminated, 0);
    tick(1);
    await assert.rejects(started, { code: "worker-lost", message: "a worker did not start within 30 seconds" });
    assert.equal(workers[0].terminated, 1);
  });

  it("does not mind the limit once a worker has started", async (t) => {
    const tick = mockTimeouts(t);
    const { workers, ends, run } = await start(2);
    tick(10 * START_LIMIT_MS);
    await calm();
    run(1);
    await calm();
    workers[0]?.end([1]);
    assert.deepEqual([ends.length, ...failures(ends)], [1]);
  });

  it("rejects with what making a worker throws", async () => {
    const spawn = () => {
      throw new TypeError("no workers from here");
    };
    await assert.rejects(Engine.start({ module, spawn, threads: 2, shared: false }), /no workers from here/);
  });

  it("ends all workers where one cannot start, ready or not", async () => {
    const { workers, started } = starting(3);
    workers[0]?.say({ type: "ready" });
    workers[1]?.say({ type: "broken", error: LOST });
    await assert.rejects(started, { code: "worker-lost" });
    await calm();
    assert.ok(workers.every(({ terminated }) => terminated > 0));
    workers[2]?.say({ type: "ready" });
  });
});

describe("handing out jobs", () => {
  it("gives each job to the emptiest worker, one at a time for jobs of unknown length", async () => {
    const { workers, run } = await start(3);
    run(0, 1, 2, 3, 4);
    await calm();
    assert.deepEqual(
      workers.map(({ jobs }) => jobs),
      [[0], [1], [2]],
    );
    workers[1]?.end([1]);
    await calm();
    assert.deepEqual(
      workers.map(({ jobs }) => jobs),
      [[0], [1, 3], [2]],
    );
    workers[2]?.end([2]);
    await calm();
    assert.deepEqual(
      workers.map(({ jobs }) => jobs),
      [[0], [1, 3], [2, 4]],
    );
  });

  it("gives short jobs ahead, as many as take two milliseconds", async () => {
    for (const [milliseconds, ahead] of [
      [0.5, 4],
      [1, 2],
      [1.5, 2],
      [1.99, 2],
      [2, 1],
      [1000, 1],
      [0.01, 32],
      [0, 32],
    ] as const) {
      const { workers, run } = await start(1);
      run(...numbers(0, 100));
      await calm();
      assert.deepEqual(workers[0]?.jobs, [0]);
      workers[0].end([0], milliseconds);
      await calm();
      assert.equal(workers[0].jobs.length - 1, ahead, `${milliseconds} ms`);
    }
  });

  it("gives one at a time again as soon as a job was long", async () => {
    const { workers, run } = await start(1);
    run(...numbers(0, 100));
    await calm();
    workers[0]!.end([0], 0.5);
    await calm();
    assert.deepEqual(workers[0]?.jobs, [0, 1, 2, 3, 4]);
    workers[0].end([1], 50);
    workers[0].end([2, 3], 50);
    await calm();
    assert.deepEqual(workers[0].jobs, [0, 1, 2, 3, 4]);
    workers[0].end([4], 50);
    await calm();
    assert.deepEqual(workers[0].jobs, [0, 1, 2, 3, 4, 5]);
  });

  it("adds up all stretches of work of a job", async () => {
    const { workers, run } = await start(1);
    run(...numbers(0, 10));
    await calm();
    const spans: SpanData[] = [
      [0, 100, 100.25],
      [0, 200, 200.25],
    ];
    workers[0]!.say({ type: "done", results: [result(0, spans)] });
    await calm();
    assert.equal(workers[0]!.jobs.length, 5);
  });

  it("gives one job of another batch at a time, which may be longer", async () => {
    const { workers, engine, run, runOf } = await start(1);
    engine.open(1, []);
    run(0, 1);
    runOf(1, 10, 11, 12);
    await calm();
    workers[0]!.end([0], 0);
    await calm();
    assert.deepEqual(workers[0]?.jobs, [0, 1]);
    workers[0].end([1], 0);
    await calm();
    assert.deepEqual(workers[0].jobs, [0, 1, 10]);
    workers[0].end([10], 0);
    await calm();
    assert.deepEqual(workers[0].jobs, [0, 1, 10, 11, 12]);
  });

  it("spreads short jobs evenly", async () => {
    const { workers, run } = await start(2);
    run(...numbers(0, 100));
    await calm();
    workers[0]!.say({ type: "done", results: [result(0, [[0, 0, 0.5]])] });
    workers[1]!.say({ type: "done", results: [result(1, [[0, 0, 0.5]])] });
    await calm();
    assert.deepEqual(
      workers.map(({ jobs }) => jobs.length),
      [5, 5],
    );
  });

  it("sends none ahead that is larger than what was short work", async () => {
    const { workers, engine } = await start(2);
    engine.open(0, []);
    const send = (job: number, side: number) => {
      const buffer = new ArrayBuffer(0);
      const input = { kind: "pixels", width: side, height: side, buffer, byteOffset: 0 } as const;
      engine.run({ job, batch: 0, input, output: "pixels" }, [], () => undefined);
    };
    send(0, 16);
    for (let job = 1; job < 20; job++) send(job, 4000);
    await calm();
    workers[0]!.end([0], 0);
    await calm();
    assert.deepEqual(
      workers.map(({ jobs }) => jobs),
      [[0, 2], [1]],
    );
  });

  it("does not take a job that failed before it began for a short one", async () => {
    const { workers, run } = await start(2);
    run(...numbers(0, 10));
    await calm();
    const outcome = { kind: "failed", error: { ...LOST, code: "decode-failed" } } as const;
    workers[0]!.say({ type: "done", results: [{ job: 0, spans: [], outcome, pixels: 0 }] });
    await calm();
    assert.deepEqual(workers[0]?.jobs, [0, 2]);
  });

  it("gives the coordinator of all threads everything at once", async () => {
    const { workers, run } = await start(4, true);
    run(...numbers(0, 100));
    await calm();
    assert.deepEqual(workers[0]?.runs, [numbers(0, 100)]);
  });

  it("posts what comes together as one message, and what comes later as another", async () => {
    const { workers, engine } = await start(2, true);
    const buffers = numbers(0, 3).map(() => new ArrayBuffer(8));
    for (const [at, buffer] of buffers.entries()) engine.run(makeJob(at), [buffer], () => undefined);
    assert.deepEqual(workers[0]?.runs, []);
    await calm();
    assert.deepEqual(workers[0].runs, [[0, 1, 2]]);
    assert.deepEqual(new Set(workers[0].transferred), new Set(buffers));
    engine.run(makeJob(3), [], () => undefined);
    await calm();
    assert.deepEqual(workers[0].runs, [[0, 1, 2], [3]]);
  });

  it("makes a chain known to every worker before the first job of it", async () => {
    const { workers, engine, runOf } = await start(2);
    engine.open(7, [{ kind: "sepia" }]);
    runOf(7, 1, 2);
    await calm();
    assert.deepEqual(
      workers.map(({ events }) => events),
      [
        ["open 0", "open 7", "run 1"],
        ["open 0", "open 7", "run 2"],
      ],
    );
    assert.deepEqual(workers[0]?.told[2], { type: "open", batch: 7, steps: [{ kind: "sepia" }] });
  });

  it("fails the job that cannot be sent, and that one only", async (t) => {
    const { workers, ends, run } = await start(2);
    for (const worker of workers) {
      worker.refuses = (message) => message.type === "run" && message.jobs.some(({ job }) => job === 0);
    }
    // What the flush throws must not end the tests.
    t.mock.method(globalThis, "queueMicrotask", (task: () => void) => {
      void Promise.resolve()
        .then(task)
        .catch(() => undefined);
    });
    run(0, 1, 2, 3);
    for (let turn = 0; turn < 5; turn++) {
      await calm();
      for (const worker of workers) worker.end(worker.jobs);
    }
    assert.deepEqual(
      failures(ends).map(([job]) => job),
      [0],
    );
    assert.deepEqual(ends.map(({ job }) => job).sort(), [0, 1, 2, 3]);
  });
});

describe("results of workers", () => {
  it("are dispatched to who asked, once each, whatever comes twice or from nowhere", async () => {
    const { workers, ends, run } = await start(2, true);
    run(0, 1, 2);
    await calm();
    workers[0]!.end([1, 99]);
    workers[0]!.end([1, 0]);
    workers[0]!.end([0, 1, 2]);
    workers[0]!.end([0, 1, 2]);
    assert.deepEqual(
      ends.map(({ job }) => job),
      [1, 0, 2],
    );
  });

  it("say the number of their worker where each has one thread, and of the thread otherwise", async () => {
    const spans: SpanData[] = [
      [0, 1, 2],
      [5, 2, 3],
    ];
    const own = await start(3);
    own.run(0, 1, 2);
    await calm();
    own.workers[2]!.say({ type: "done", results: [result(2, structuredClone(spans))] });
    assert.deepEqual(own.ends[0]?.spans, [
      [2, 1, 2],
      [2, 2, 3],
    ]);
    const shared = await start(3, true);
    shared.run(0);
    await calm();
    shared.workers[0]!.say({ type: "done", results: [result(0, structuredClone(spans))] });
    assert.deepEqual(shared.ends[0]?.spans, spans);
  });

  it("that are failures are handed on as they are", async () => {
    const { workers, ends, run } = await start(1);
    run(0);
    await calm();
    workers[0]!.say({
      type: "done",
      results: [{ job: 0, spans: [], outcome: { kind: "failed", error: LOST }, pixels: 0 }],
    });
    assert.deepEqual(ends[0]?.outcome, { kind: "failed", error: LOST });
  });

  it("may make who asked run the next job at once", async () => {
    const { workers, engine, ends, run } = await start(1);
    engine.run(makeJob(0), [], () => run(1));
    await calm();
    workers[0]!.end([0]);
    await calm();
    assert.deepEqual(workers[0]!.jobs, [0, 1]);
    workers[0]!.end([1]);
    assert.deepEqual(
      ends.map(({ job }) => job),
      [1],
    );
  });
});

describe("buffers that images travel in", () => {
  const stage = (engine: Engine, job: number): ArrayBufferLike => {
    const buffer = engine.copier.copy(new Uint8Array(LARGE));
    const input = { kind: "pixels", width: 1, height: LARGE / 4, buffer, byteOffset: 0 } as const;
    engine.run({ job, batch: 0, input, output: "pixels" }, [], () => undefined);
    return buffer;
  };
  const next = (engine: Engine) => engine.copier.copy(new Uint8Array(LARGE));

  it("are free again as soon as the worker has copied them", async () => {
    const { engine, workers } = await start(2, true);
    const buffer = stage(engine, 0);
    await calm();
    assert.notEqual(next(engine), buffer);
    workers[0]!.say({ type: "copied", jobs: [0] });
    assert.equal(next(engine), buffer);
    workers[0]!.end([0]);
    assert.notEqual(next(engine), buffer);
  });

  it("are free again when their job has ended, is cancelled or is lost", async () => {
    for (const end of [
      ({ workers }: Place) => workers[0]!.end([0]),
      ({ workers }: Place) => workers[0]!.say({ type: "broken", error: LOST }),
    ]) {
      const place = await start(2, true);
      const buffer = stage(place.engine, 0);
      await calm();
      end(place);
      assert.equal(next(place.engine), buffer);
    }
  });

  it("of results are given to the coordinator, or used for the next copies", async () => {
    const shared = await start(2, true);
    const given = [new ArrayBuffer(8)];
    shared.engine.recycle(given);
    assert.deepEqual(shared.workers[0]?.told.at(-1), { type: "recycle", buffers: given });
    assert.deepEqual(shared.workers[0].transferred, given);
    const own = await start(2);
    const buffer = new ArrayBuffer(8);
    own.engine.recycle([buffer]);
    assert.equal(buffer.byteLength, 0);
    assert.deepEqual(own.workers[0]?.events, ["open 0"]);
  });
});

describe("forgetting a batch", () => {
  it("ends what is queued at once, tells the workers, and leaves other batches alone", async () => {
    const { engine, workers, ends, run, runOf } = await start(2);
    engine.open(1, []);
    run(0, 1, 2, 3);
    runOf(1, 10);
    run(4);
    await calm();
    engine.forget(0);
    assert.deepEqual(
      failures(ends).sort(([a], [b]) => a - b),
      [
        [2, "closed"],
        [3, "closed"],
        [4, "closed"],
      ],
    );
    for (const { events } of workers) assert.equal(events.at(-1), "forget 0");
    // What has been sent ends when its worker says so.
    workers[0]!.end([0]);
    await calm();
    assert.deepEqual(workers[0]?.jobs, [0, 10]);
    workers[0].end([10]);
    workers[1]!.end([1]);
    assert.deepEqual(
      ends.slice(3).map(({ job, outcome }) => [job, outcome.kind]),
      [
        [0, "numbers"],
        [10, "numbers"],
        [1, "numbers"],
      ],
    );
  });

  it("tells the workers after the jobs that were on their way to them", async () => {
    const { engine, workers, run } = await start(1);
    run(0);
    engine.forget(0);
    await calm();
    assert.deepEqual(workers[0]?.events, ["open 0", "run 0", "forget 0"]);
  });

  it("is told once, and not at all for a batch that nobody knows", async () => {
    const { engine, workers } = await start(1);
    engine.forget(0);
    engine.forget(0);
    engine.forget(99);
    assert.deepEqual(workers[0]?.events, ["open 0", "forget 0"]);
  });

  it("keeps it from workers that start later", async () => {
    const { engine, workers } = await start(1);
    engine.open(1, []);
    engine.forget(0);
    workers[0]!.say({ type: "broken", error: LOST });
    await calm();
    assert.deepEqual(workers[1]?.events, ["open 1"]);
  });
});

describe("a worker that is lost", () => {
  it("fails the jobs that it had, is ended, and another takes its place; the other jobs finish", async () => {
    const { workers, ends, run } = await start(2);
    run(0, 1, 2, 3);
    await calm();
    workers[1]!.say({ type: "broken", error: { ...LOST, filter: "median" } });
    const error = { code: "worker-lost", class: "PixelpoolError", message: "it fell over", filter: "median" };
    assert.deepEqual(ends, [{ job: 1, spans: [], outcome: { kind: "failed", error }, pixels: 0 }]);
    assert.equal(workers[1]?.terminated, 1);
    await calm();
    assert.equal(workers.length, 3);
    assert.equal(workers[2]?.index, 1);
    assert.deepEqual(workers[2].events, ["open 0", "run 2"]);
    workers[0]!.end([0]);
    await calm();
    workers[0]!.end([3]);
    workers[2].end([2]);
    assert.deepEqual(ends.map(({ job }) => job).sort(), [0, 1, 2, 3]);
    assert.deepEqual(failures(ends), [[1, "worker-lost"]]);
    assert.deepEqual(ends.at(-1)?.spans[0]?.[0], 1);
  });

  it("fails also what was on its way to it, once", async () => {
    const { workers, ends, run } = await start(1, true);
    run(0, 1);
    workers[0]!.say({ type: "broken", error: LOST });
    workers[0]!.say({ type: "broken", error: LOST });
    await calm();
    assert.deepEqual(failures(ends), [
      [0, "worker-lost"],
      [1, "worker-lost"],
    ]);
    assert.equal(ends.length, 2);
    assert.equal(workers.length, 2);
    assert.deepEqual(workers[1]?.jobs, []);
  });

  it("is not heard any more", async () => {
    const { workers, ends, run } = await start(1, true);
    run(0);
    await calm();
    workers[0]!.say({ type: "broken", error: LOST });
    // Where there are no workers nothing can be ended at once.
    workers[0]!.end([0]);
    assert.equal(ends.length, 1);
  });

  it("makes jobs wait for the one that takes its place", async () => {
    const { workers, ends, run, engine } = await start(1, true, () => undefined);
    workers[0]!.say({ type: "broken", error: LOST });
    engine.open(1, []);
    run(0);
    await calm();
    assert.deepEqual(workers[1]?.jobs, []);
    workers[1].say({ type: "ready" });
    await calm();
    assert.deepEqual(workers[1].events, ["open 0", "open 1", "run 0"]);
    workers[1].end([0]);
    assert.equal(ends.length, 1);
  });

  it("can be lost again and again", async () => {
    const { workers, ends, run } = await start(1, true);
    for (let i = 0; i < 20; i++) {
      run(i);
      await calm();
      workers.at(-1)!.say({ type: "broken", error: LOST });
      await calm();
    }
    assert.equal(workers.length, 21);
    assert.equal(failures(ends).length, 20);
    assert.deepEqual(
      workers.map(({ terminated }) => terminated),
      [...Array<number>(20).fill(1), 0],
    );
  });

  it("is done without where none takes its place, as long as there is another", async () => {
    const { workers, ends, run } = await start(2, false, (worker) => worker.say({ type: "broken", error: LOST }));
    run(0, 1, 2);
    await calm();
    workers[0]!.say({ type: "broken", error: LOST });
    await calm();
    assert.equal(workers[2]?.terminated, 1);
    workers[1]!.end([1]);
    await calm();
    workers[1]!.end([2]);
    assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
    assert.equal(ends.length, 3);
  });

  it("the last of all fails what is queued, and what comes later at once", async () => {
    const { workers, ends, run } = await start(1, false, (worker) => worker.say({ type: "broken", error: LOST }));
    run(0, 1, 2);
    await calm();
    workers[0]!.say({ type: "broken", error: LOST });
    await calm();
    run(3);
    assert.deepEqual(failures(ends), [
      [0, "worker-lost"],
      [1, "worker-lost"],
      [2, "worker-lost"],
      [3, "worker-lost"],
    ]);
  });

  it("is given up after 30 seconds where the one in its place never starts", async (t) => {
    const tick = mockTimeouts(t);
    const { workers, ends, run } = await start(1, true, () => undefined);
    workers[0]!.say({ type: "broken", error: LOST });
    run(0);
    await calm();
    tick(START_LIMIT_MS - 1);
    await calm();
    assert.deepEqual(ends, []);
    tick(1);
    await calm();
    assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
    assert.equal(workers[1]?.terminated, 1);
  });

  it("is no end of everything while another is still starting", async () => {
    const { workers, ends, run } = await start(2, false, () => undefined);
    for (const worker of workers.slice(0, 2)) worker.say({ type: "broken", error: LOST });
    run(0);
    await calm();
    workers[2]!.say({ type: "broken", error: LOST });
    await calm();
    workers[3]!.say({ type: "ready" });
    await calm();
    assert.deepEqual(failures(ends), []);
    assert.deepEqual(workers[3]?.jobs, [0]);
  });
});

describe("the end of an engine", () => {
  it("now: ends every worker once, and fails what comes later at once", async () => {
    const { engine, workers, ends, run } = await start(3);
    run(0, 1, 2, 3);
    await calm();
    engine.terminate();
    engine.terminate();
    assert.deepEqual(
      workers.map(({ terminated }) => terminated),
      [1, 1, 1],
    );
    run(4);
    assert.deepEqual(failures(ends).at(-1), [4, "closed"]);
    engine.open(1, []);
    engine.forget(1);
    await calm();
  });

  it("now: ends also a worker that is only starting, when it has started", async () => {
    const { engine, workers, ends, run } = await start(1, true, () => undefined);
    workers[0]!.say({ type: "broken", error: LOST });
    await calm();
    engine.terminate();
    run(0);
    workers[1]?.say({ type: "ready" });
    await calm();
    assert.ok(workers[1]!.terminated > 0);
    assert.deepEqual(failures(ends), [[0, "closed"]]);
  });

  it("now: does not leave a worker that is only starting for as long as it takes", async () => {
    const { engine, workers } = await start(1, true, () => undefined);
    workers[0]!.say({ type: "broken", error: LOST });
    await calm();
    engine.terminate();
    const { terminated } = workers[1]!;
    workers[1]!.say({ type: "ready" });
    assert.ok(terminated > 0);
  });

  it("in peace: waits until every worker has stopped, then ends it", async (t) => {
    mockTimeouts(t);
    const { engine, workers } = await start(2);
    let stopped = false;
    const stopping = engine.stop().then(() => (stopped = true));
    for (const worker of workers) {
      assert.equal(worker.events.at(-1), "stop");
      await calm();
      assert.ok(!stopped);
      assert.equal(worker.terminated, 0);
      worker.say({ type: "copied", jobs: [] });
      worker.say({ type: "stopped" });
    }
    await stopping;
    assert.deepEqual(
      workers.map(({ terminated }) => terminated),
      [1, 1],
    );
  });

  it("in peace: waits no longer than a second for a worker that does not answer", async (t) => {
    const tick = mockTimeouts(t);
    const { engine, workers } = await start(2);
    let stopped = false;
    const stopping = engine.stop().then(() => (stopped = true));
    workers[0]!.say({ type: "stopped" });
    tick(999);
    await calm();
    assert.ok(!stopped);
    tick(1);
    await stopping;
    assert.deepEqual(
      workers.map(({ terminated }) => terminated),
      [1, 1],
    );
  });
});

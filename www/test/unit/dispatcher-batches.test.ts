/** Batches side by side: whose turn it is, how one is forgotten, and the buffers that images travel in. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BROKEN, failures, LIMIT, numbers, start, type FakeWorker, type Place } from "./fake-workers.js";
import type { Dispatcher } from "../../src/dispatcher.js";
import { calm } from "./random.js";

/** From here on inputs are copied into shared memory, where there is some. */
const LARGE = 64 * 1024;

describe("batches", () => {
  /** The jobs that a worker with room for one gets, in order. */
  async function inOrder(worker: FakeWorker, count: number): Promise<number[]> {
    for (let turn = 0; turn < count; turn++) {
      await calm();
      worker.end(worker.jobs.slice(-1));
    }
    return worker.jobs;
  }

  it("take turns, so that a short one need not wait for a long one", async () => {
    const { dispatcher, workers, run, runOf } = await start(1);
    dispatcher.open(1, []);
    dispatcher.open(2, []);
    run(...numbers(0, 6));
    runOf(1, 10, 11);
    runOf(2, 20);
    assert.deepEqual(await inOrder(workers[0]!, 9), [0, 1, 10, 20, 2, 11, 3, 4, 5]);
  });

  it("that come later have their turn next but one", async () => {
    const { dispatcher, workers, run, runOf } = await start(1);
    dispatcher.open(1, []);
    run(...numbers(0, 4));
    await inOrder(workers[0]!, 1);
    await calm();
    runOf(1, 10);
    assert.deepEqual(await inOrder(workers[0]!, 4), [0, 1, 2, 10, 3]);
  });
});

describe("forgetting a batch", () => {
  it("ends what is queued at once, tells the workers, and leaves other batches alone", async () => {
    const { dispatcher, workers, ends, run, runOf } = await start(2);
    dispatcher.open(1, []);
    run(0, 1, 2, 3);
    runOf(1, 10);
    run(4);
    await calm();
    dispatcher.forget(0);
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
    const { dispatcher, workers, run } = await start(1);
    run(0);
    dispatcher.forget(0);
    await calm();
    assert.deepEqual(workers[0]?.events, ["open 0", "run 0", "forget 0"]);
  });

  it("is told once, and not at all for a batch that nobody knows", async () => {
    const { dispatcher, workers } = await start(1);
    dispatcher.forget(0);
    dispatcher.forget(0);
    dispatcher.forget(99);
    assert.deepEqual(workers[0]?.events, ["open 0", "forget 0"]);
  });

  it("keeps it from workers that start later", async () => {
    const { dispatcher, workers } = await start(1);
    dispatcher.open(1, []);
    dispatcher.forget(0);
    workers[0]!.lose();
    await calm();
    assert.deepEqual(workers[1]?.events, ["open 1"]);
  });
});

describe("images that are parameters of a batch", () => {
  it("are told to every worker, and again to one that starts later, and nothing of them is transferred", async () => {
    const { dispatcher, workers } = await start(2);
    const { buffer } = Uint8Array.of(1, 2, 3);
    const format = { sample: 0, channels: 3 } as const;
    const images = [
      { image: 7, pixels: { kind: "pixels", width: 1, height: 1, buffer, byteOffset: 0, format } as const },
    ];
    const steps = [{ kind: "blend", image: { image: 7 } }];
    dispatcher.open(1, steps, images);
    workers[0]!.lose();
    await calm();
    for (const worker of workers) {
      assert.deepEqual(worker.told.at(-1)?.type === "stop" ? worker.told.at(-2) : worker.told.at(-1), {
        type: "open",
        batch: 1,
        steps,
        images,
      });
      assert.deepEqual(worker.transferred, []);
    }
    assert.equal(workers.length, 3);
    dispatcher.forget(1);
    workers[1]!.lose();
    await calm();
    assert.deepEqual(workers[3]?.events, ["open 0"]);
  });
});

describe("buffers that images travel in", () => {
  const stage = (dispatcher: Dispatcher, job: number, bytes = LARGE): ArrayBufferLike => {
    const buffer = next(dispatcher, bytes);
    const input = { kind: "pixels", width: 1, height: bytes / 4, buffer, byteOffset: 0 } as const;
    dispatcher.run({ job, batch: 0, input, output: "pixels" }, [], () => undefined);
    return buffer;
  };
  const next = (dispatcher: Dispatcher, bytes = LARGE) => dispatcher.copier.copy(new Uint8Array(bytes));

  /** Whether two are the same; to compare them would show all of their bytes. */
  const same = (a: ArrayBufferLike, b: ArrayBufferLike) => a === b;

  it("are lent until their job has ended, and once", async () => {
    const { dispatcher, workers } = await start(2, true);
    const buffer = stage(dispatcher, 0);
    assert.equal(buffer instanceof SharedArrayBuffer, true);
    assert.equal(same(next(dispatcher), buffer), false);
    await calm();
    assert.equal(same(next(dispatcher), buffer), false);
    workers[0]!.end([0]);
    assert.equal(same(next(dispatcher), buffer), true);
    workers[0]!.end([0]);
    assert.equal(same(next(dispatcher), buffer), false);
  });

  it("are free again when their job has failed, has cost its worker, or was cancelled before it began", async () => {
    const outcome = { kind: "failed", error: BROKEN } as const;
    for (const end of [
      ({ workers }: Place) => workers[0]!.say({ type: "done", results: [{ job: 0, spans: [], outcome, pixels: 0 }] }),
      ({ workers }: Place) => workers[0]!.lose([0]),
      ({ dispatcher, workers }: Place) => {
        workers[0]!.lose();
        void calm().then(() => dispatcher.forget(0));
      },
    ]) {
      const place = await start(2, true, () => undefined);
      const buffer = stage(place.dispatcher, 0);
      await calm();
      end(place);
      await calm();
      assert.equal(same(next(place.dispatcher), buffer), true);
      // Or it would be waited for.
      place.workers[1]?.ready();
    }
  });

  it("stay lent where their batch is forgotten, until the worker has ended their job", async () => {
    const { dispatcher, workers } = await start(2, true);
    const buffer = stage(dispatcher, 0);
    await calm();
    dispatcher.forget(0);
    await calm();
    assert.equal(same(next(dispatcher), buffer), false);
    workers[0]!.end([0]);
    assert.equal(same(next(dispatcher), buffer), true);
  });

  it("are kept for the next copies up to a third of the limit", async () => {
    for (const [bytes, kept] of [
      [LIMIT / 6, 2],
      [LIMIT / 6 + 4, 1],
    ] as const) {
      const { dispatcher, workers } = await start(2, true);
      const buffers = [stage(dispatcher, 0, bytes), stage(dispatcher, 1, bytes)];
      await calm();
      workers[0]!.end([0, 1]);
      const nexts = [next(dispatcher, bytes), next(dispatcher, bytes)];
      assert.equal(buffers.filter((buffer) => nexts.includes(buffer)).length, kept);
    }
  });

  it("of results are given to the coordinator, or used for the next copies", async () => {
    const shared = await start(2, true);
    const given = [new ArrayBuffer(8)];
    shared.dispatcher.recycle(given);
    assert.deepEqual(shared.workers[0]?.told.at(-1), { type: "recycle", buffers: given });
    assert.deepEqual(shared.workers[0].transferred, given);
    const own = await start(2);
    const buffer = new ArrayBuffer(8);
    own.dispatcher.recycle([buffer]);
    assert.equal(buffer.byteLength, 0);
    assert.deepEqual(own.workers[0]?.events, ["open 0"]);
  });

  it("of results are recycled once though they are given twice, and those that cannot be sent are left alone", async () => {
    for (const shared of [true, false]) {
      const { dispatcher, workers } = await start(1, shared);
      const [buffer, foreign] = [new ArrayBuffer(8), new WebAssembly.Memory({ initial: 1 }).buffer];
      for (const worker of workers) {
        worker.refuses = (message) => message.type === "recycle" && message.buffers.includes(foreign);
      }
      dispatcher.recycle([buffer, foreign, buffer]);
      assert.equal(foreign.byteLength, 65536);
      if (shared) assert.deepEqual(workers[0]?.events, ["open 0", "recycle"]);
      else assert.equal(buffer.byteLength, 0);
    }
  });
});

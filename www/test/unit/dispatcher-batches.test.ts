/** Batches side by side: whose turn it is, how one is forgotten, and the rooms and buffers that images travel in. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BROKEN, failures, LIMIT, numbers, start, type FakeWorker, type Place } from "./fake-workers.js";
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
    const images = [{ image: 7, pixels: { kind: "pixels", width: 1, height: 1, buffer, format } as const }];
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

describe("rooms that images travel in", () => {
  interface Sent {
    room: number;
    ends: number;
  }

  /** Sends an image in a room, and tells how often it has ended. */
  async function send({ dispatcher }: Place, job: number, bytes = LARGE): Promise<Sent> {
    dispatcher.copier.copy(new Uint8Array(bytes));
    await calm();
    const { loan } = dispatcher.copier.copy(new Uint8Array(bytes));
    assert.ok(loan, "it is in no room");
    const sent: Sent = { room: loan.room, ends: 0 };
    const input = { kind: "lent", width: 1, height: bytes / 4, room: loan.room } as const;
    dispatcher.run({ job, batch: 0, input, output: "pixels" }, [], () => (sent.ends += 1), loan);
    return sent;
  }
  const next = ({ dispatcher }: Place, bytes = LARGE) => dispatcher.copier.copy(new Uint8Array(bytes)).loan?.room;

  it("are lent until their job has ended, and once", async () => {
    const place = await start(2, true);
    const { workers } = place;
    workers[0]!.answersLend = true;
    const sent = await send(place, 0);
    workers[0]!.answersLend = false;
    assert.equal(next(place), undefined);
    await calm();
    assert.equal(next(place), undefined);
    workers[0]!.end([0]);
    assert.equal(next(place), sent.room);
    workers[0]!.end([0]);
    assert.equal(next(place), undefined);
    assert.equal(sent.ends, 1);
  });

  it("are free again when their job has failed, or was cancelled", async () => {
    const outcome = { kind: "failed", error: BROKEN } as const;
    for (const isCancelled of [false, true]) {
      const place = await start(2, true);
      const sent = await send(place, 0);
      place.workers[0]!.answersLend = false;
      await calm();
      if (isCancelled) place.dispatcher.forget(0);
      await calm();
      // Threads may still be at it.
      assert.equal(next(place), undefined);
      place.workers[0]!.say({ type: "done", results: [{ job: 0, spans: [], outcome, pixels: 0 }] });
      assert.equal(next(place), sent.room);
    }
  });

  it("are those of the instance that is in the place of a lost one", async () => {
    const place = await start(2, true);
    const { dispatcher, workers } = place;
    await send(place, 0);
    await calm();
    workers[0]!.lose([0]);
    assert.equal(next(place), undefined);
    await calm();
    await send(place, 1);
    assert.deepEqual(
      workers.map(({ memory }) => memory?.lent.size),
      [1, 1],
    );
    assert.equal(dispatcher.copier.isShared, true);
  });

  it("are lent up to a third of the limit", async () => {
    for (const [bytes, most] of [
      [LIMIT / 6, 2],
      [LIMIT / 6 + 4, 1],
    ] as const) {
      const place = await start(2, true);
      const taken: (number | undefined)[] = [];
      for (let i = 0; i < 4; i++) {
        next(place, bytes);
        await calm();
        taken.push(next(place, bytes));
      }
      assert.equal(taken.filter((room) => room !== undefined).length, most);
    }
  });

  it("are not asked for any more when the pool has ended", async () => {
    const place = await start(2, true);
    await place.dispatcher.terminate();
    const told = place.workers[0]!.told.length;
    assert.equal(next(place), undefined);
    assert.equal(place.workers[0]!.told.length, told);
  });
});

describe("buffers of old results", () => {
  it("are detached, and become the next copies or results of the same length", async () => {
    for (const shared of [true, false]) {
      const { dispatcher } = await start(1, shared);
      const buffer = new ArrayBuffer(8);
      dispatcher.recycle([buffer]);
      assert.equal(buffer.byteLength, 0);
      assert.equal(dispatcher.oldBuffer(9), undefined);
      assert.equal(dispatcher.oldBuffer(8)?.byteLength, 8);
      assert.equal(dispatcher.oldBuffer(8), undefined);
    }
  });

  it("are recycled once though they are given twice, and those that cannot be sent are left alone", async () => {
    for (const shared of [true, false]) {
      const { dispatcher } = await start(1, shared);
      const [buffer, foreign] = [new ArrayBuffer(8), new WebAssembly.Memory({ initial: 1 }).buffer];
      dispatcher.recycle([buffer, foreign, buffer]);
      assert.equal(foreign.byteLength, 65536);
      assert.equal(buffer.byteLength, 0);
      assert.notEqual(dispatcher.oldBuffer(8), undefined);
      assert.equal(dispatcher.oldBuffer(8), undefined);
    }
  });
});

/** What a lost worker costs: the jobs that ended it, and no other. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { locks } from "./fake-locks.js";
import {
  BROKEN,
  ended,
  failures,
  makeJob,
  mockTimeouts,
  numbers,
  start,
  START_LIMIT_MS,
  STOP_LIMIT_MS,
  terminations,
} from "./fake-workers.js";
import type { Job, JobInput } from "../../src/protocol.js";
import { calm } from "./random.js";

describe("a worker that is lost", () => {
  it("costs the jobs that have ended it; another takes its place, and its other jobs", async () => {
    const { workers, ends, runKept } = await start(2, true);
    runKept(0, 1, 2, 3);
    await calm();
    workers[0]!.lose([1, 3], [], { ...BROKEN, filter: "median" });
    await calm();
    const error = { code: "worker-lost", class: "PixelpoolError", message: "it fell over", filter: "median" };
    assert.deepEqual(
      ends,
      [1, 3].map((job) => ({ job, spans: [], outcome: { kind: "failed", error }, pixels: 0 })),
    );
    assert.deepEqual(terminations(workers), [true, false]);
    assert.deepEqual(workers[1]?.events, ["open 0", "run 0,2"]);
    workers[1].end([0, 2]);
    assert.deepEqual(ended(ends), [0, 1, 2, 3]);
  });

  it("costs other workers nothing, and the one in its place has its number", async () => {
    const { workers, ends, run } = await start(2);
    run(0, 1, 2, 3);
    await calm();
    workers[1]!.lose([1]);
    await calm();
    assert.equal(workers.length, 3);
    assert.equal(workers[2]?.index, 1);
    assert.deepEqual(workers[2].events, ["open 0", "run 2"]);
    assert.equal(workers[0]?.isTerminated, false);
    workers[0].end([0]);
    await calm();
    workers[0].end([3]);
    workers[2].end([2]);
    assert.deepEqual(ended(ends), [0, 1, 2, 3]);
    assert.deepEqual(failures(ends), [[1, "worker-lost"]]);
    assert.deepEqual(ends.at(-1)?.spans[0]?.[0], 1);
  });

  it("costs jobs whose input is neither left nor here", async () => {
    const { workers, ends, run, runKept } = await start(1, true);
    run(0, 1);
    runKept(2);
    await calm();
    workers[0]!.lose([], [makeJob(1)]);
    await calm();
    assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
    assert.deepEqual(workers[1]?.jobs.sort(), [1, 2]);
  });

  it("gives back whole inputs, which are sent as they are, and transferred", async () => {
    const { workers, ends, run, runKept } = await start(1, true);
    run(0);
    runKept(1);
    await calm();
    const input: JobInput = { kind: "pixels", width: 2, height: 1, buffer: new ArrayBuffer(8) };
    const left: Job = { ...makeJob(0, 0, input), change: 5 };
    workers[0]!.lose([], [left, makeJob(99)]);
    await calm();
    assert.equal(
      workers[1]?.given.find(({ job }) => job === 0),
      left,
    );
    assert.deepEqual(workers[1].transferred, [input.buffer]);
    assert.deepEqual(workers[1].jobs.sort(), [0, 1]);
    workers[1].end([0, 1]);
    assert.deepEqual(failures(ends), []);
  });

  it("is waited for until it has said what it has left, and then until it has ended its threads", async (t) => {
    mockTimeouts(t);
    const { workers, run, runKept } = await start(1, true);
    const [worker] = workers;
    worker!.answersStop = false;
    run(0, 1);
    runKept(2);
    await calm();
    worker!.lose([]);
    assert.deepEqual(worker!.told.at(-1), { type: "stop", isLost: true });
    await calm();
    assert.deepEqual(workers[1]?.jobs, []);
    worker!.say({ type: "left", jobs: [makeJob(0), makeJob(1)] });
    await calm();
    assert.deepEqual(workers[1].jobs.sort(), [0, 1, 2]);
    // Its threads may still be there; it is ended after them.
    assert.equal(worker?.isTerminated, false);
    worker.say({ type: "stopped" });
    await calm();
    assert.equal(worker.isTerminated, true);
  });

  it("is given up after a second where it does not answer, with what it has said until then", async (t) => {
    const tick = mockTimeouts(t);
    const { workers, ends, run, runKept } = await start(1, true);
    workers[0]!.answersStop = false;
    run(0);
    runKept(1);
    run(2);
    await calm();
    workers[0]!.lose();
    tick(STOP_LIMIT_MS - 1);
    await calm();
    assert.deepEqual([workers[0]?.isTerminated, workers[1]?.jobs], [false, []]);
    tick(1);
    await calm();
    assert.equal(workers[0]?.isTerminated, true);
    assert.deepEqual(workers[1]?.jobs, [1]);
    assert.deepEqual(failures(ends), [
      [0, "worker-lost"],
      [2, "worker-lost"],
    ]);
  });

  it("is lost once, however often it says so, and what it has finished before stays", async () => {
    const { workers, ends, runKept } = await start(1, true);
    runKept(0);
    await calm();
    workers[0]!.lose();
    workers[0]!.lose([0]);
    // Another of its workers has told of the loss, or it lives in the page, where nothing can be ended at once.
    workers[0]!.end([0]);
    await calm();
    assert.equal(workers.length, 2);
    assert.deepEqual(ended(ends), [0]);
    assert.deepEqual(workers[1]?.jobs, []);
  });

  it("that is killed from outside is told by its lock, and told nothing any more", async () => {
    for (const shared of [true, false]) {
      const { workers, ends, runKept, dispatcher } = await start(1, shared);
      runKept(0);
      await calm();
      const told = workers[0]!.events;
      workers[0]!.die();
      await calm();
      assert.deepEqual(workers[0]!.events, told);
      assert.deepEqual(workers[1]?.jobs, [0]);
      assert.deepEqual(ends, []);
      await dispatcher.terminate();
    }
  });

  it("that is killed from outside is not kept", async () => {
    const { workers, dispatcher } = await start(1);
    workers[0]!.die();
    await calm();
    assert.deepEqual(terminations(workers), [true, false]);
    await dispatcher.terminate();
    assert.deepEqual(terminations(workers), [true, true]);
  });

  it("leaves nobody waiting for its lock", async () => {
    const { workers, dispatcher } = await start(1);
    workers[0]!.lose();
    await calm();
    const { own, pool } = workers[1]!.start.lockNames!;
    const held = Object.entries(locks.held).filter(([name]) => name.startsWith(pool));
    assert.deepEqual(Object.fromEntries(held), { [pool]: 0, [own]: 1 });
    await dispatcher.terminate();
    assert.deepEqual(
      Object.keys(locks.held).filter((name) => name.startsWith(pool)),
      [],
    );
  });
});

describe("where the worker in its place", () => {
  it("is still starting, jobs wait for it", async () => {
    const { workers, ends, run, dispatcher } = await start(1, true, () => undefined);
    workers[0]!.lose();
    dispatcher.open(1, []);
    run(0);
    await calm();
    assert.deepEqual(workers[1]?.jobs, []);
    workers[1].ready();
    await calm();
    assert.deepEqual(workers[1].events, ["open 0", "open 1", "run 0"]);
    workers[1].end([0]);
    assert.equal(ends.length, 1);
  });

  it("does not start, it is tried once more", async () => {
    for (const shared of [true, false]) {
      let starts = 0;
      const { workers, ends, runKept } = await start(1, shared, (worker) => {
        starts += 1;
        if (starts === 1) worker.lose();
        else worker.ready();
      });
      runKept(0);
      await calm();
      workers[0]!.lose();
      await calm();
      assert.deepEqual(terminations(workers), [true, true, false]);
      assert.deepEqual(workers[2]?.events, ["open 0", "run 0"]);
      assert.equal(workers[2].index, 0);
      workers[2].end([0]);
      assert.deepEqual([ended(ends), failures(ends)], [[0], []]);
    }
  });

  it("does not start, it is not tried once more where the pool has ended meanwhile", async (t) => {
    const tick = mockTimeouts(t);
    const { dispatcher, workers } = await start(1, true, () => undefined);
    workers[0]!.lose();
    await calm();
    await dispatcher.terminate();
    tick(START_LIMIT_MS);
    await calm();
    assert.deepEqual(terminations(workers), [true, true]);
  });

  it("does not start twice, another does its jobs as long as there is one", async () => {
    const { workers, ends, run } = await start(2, false, (worker) => worker.lose());
    run(0, 1, 2);
    await calm();
    workers[0]!.lose([0]);
    await calm();
    assert.deepEqual(terminations(workers), [true, false, true, true]);
    workers[1]!.end([1]);
    await calm();
    workers[1]!.end([2]);
    assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
    assert.equal(ends.length, 3);
  });

  it("does not start twice and there is no other, what is queued fails, and what comes later at once", async () => {
    const { dispatcher, workers, ends, run, runKept } = await start(1, false, (worker) => worker.lose());
    runKept(0, 1);
    run(2);
    let closed = 0;
    const picture = { width: 1, height: 1, close: () => (closed += 1) };
    dispatcher.run(makeJob(4, 0, { kind: "picture", picture }), [], (end) => ends.push(end));
    await calm();
    workers[0]!.lose();
    await calm();
    run(3);
    assert.deepEqual(
      failures(ends).sort(([a], [b]) => a - b),
      numbers(0, 5).map((job) => [job, "worker-lost"]),
    );
    assert.equal(closed, 1);
  });

  it("never starts, it is given up after twice 30 seconds", async (t) => {
    const tick = mockTimeouts(t);
    const { workers, ends, run } = await start(1, true, () => undefined);
    workers[0]!.lose();
    run(0);
    await calm();
    for (const place of [1, 2]) {
      tick(START_LIMIT_MS - 1);
      await calm();
      assert.deepEqual(ends, []);
      assert.equal(workers[place]?.isTerminated, false);
      tick(1);
      await calm();
      assert.equal(workers[place].isTerminated, true);
    }
    assert.equal(workers.length, 3);
    assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
  });

  it("does not start while another is still starting, nothing is at its end", async () => {
    const { workers, ends, run } = await start(2, false, () => undefined);
    for (const worker of workers.slice(0, 2)) worker.lose();
    run(0);
    await calm();
    workers[2]!.lose();
    await calm();
    workers[4]!.lose();
    await calm();
    assert.equal(workers.length, 5);
    workers[3]!.ready();
    await calm();
    assert.deepEqual(failures(ends), []);
    assert.deepEqual(workers[3]?.jobs, [0]);
  });
});

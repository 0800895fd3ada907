/** How a dispatcher starts its workers, and what it does where they do not start. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failures, LIMIT, makeJob, mockTimeouts, module, start, starting, START_LIMIT_MS } from "./fake-workers.js";
import { locks } from "./fake-locks.js";
import { Dispatcher } from "../../src/dispatcher.js";
import { calm } from "./random.js";

describe("starting a dispatcher", () => {
  it("starts a worker a thread, with one thread each", async () => {
    const { workers } = await start(3);
    assert.deepEqual(
      workers.map(({ index }) => index),
      [0, 1, 2],
    );
    for (const { start } of workers) {
      assert.ok(start.module === module);
      assert.deepEqual([start.threads, start.limit], [1, LIMIT / 3]);
    }
  });

  it("starts one worker for all threads over shared memory", async () => {
    const { workers } = await start(3, true);
    assert.equal(workers.length, 1);
    const told = workers[0]!.start;
    assert.ok(told.module === module);
    assert.deepEqual([told.threads, told.limit], [3, LIMIT]);
  });

  it("waits for all of its workers", async () => {
    const { workers, started } = starting(3);
    let ready = false;
    void started.then(() => (ready = true));
    for (const worker of workers) {
      await calm();
      assert.ok(!ready);
      worker.ready();
    }
    await started;
  });

  it("replaces a worker that is lost while others are still starting, and gives it no job", async () => {
    const { workers, started } = starting(2);
    workers[0]!.ready();
    await calm();
    workers[0]!.lose([]);
    await calm();
    workers[2]!.ready();
    workers[1]!.ready();
    const dispatcher = await started;
    dispatcher.open(0, [{ kind: "invert" }]);
    for (const job of [0, 1]) dispatcher.run(makeJob(job), [], () => undefined);
    await calm();
    assert.deepEqual(
      workers.map(({ jobs }) => jobs.length),
      [0, 1, 1],
    );
    await dispatcher.terminate();
  });

  it("rejects where a worker cannot start, and ends that worker", async () => {
    const { workers, started } = starting(1);
    workers[0]?.lose();
    await assert.rejects(started, {
      name: "PixelpoolError",
      code: "worker-lost",
      message: "a worker could not start: it fell over",
    });
    assert.equal(workers[0]?.isTerminated, true);
  });

  it("waits for no other worker where one cannot start: no timer keeps the process alive", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const { workers, started } = starting(3);
    assert.ok(timers() > before);
    workers[1]?.lose();
    await assert.rejects(started, { code: "worker-lost" });
    await calm();
    assert.equal(timers(), before);
  });

  it("says that it is not supported where a worker says so", async () => {
    const { workers, started } = starting(1);
    workers[0]?.lose(undefined, [], { code: "unsupported", class: "PixelpoolError", message: "not here" });
    await assert.rejects(started, { code: "unsupported", message: "not here" });
  });

  it("rejects where a worker says nothing for 30 seconds, and not earlier", async (t) => {
    const tick = mockTimeouts(t);
    const { workers, started } = starting(1);
    const rejected = t.mock.fn();
    started.catch(rejected);
    tick(START_LIMIT_MS - 1);
    await calm();
    assert.equal(rejected.mock.callCount(), 0);
    assert.equal(workers[0]?.isTerminated, false);
    tick(1);
    await assert.rejects(started, { code: "worker-lost", message: "a worker did not start within 30 seconds" });
    assert.equal(workers[0].isTerminated, true);
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
    const started = Dispatcher.start({
      ...{ module, spawn, endsAtWork: true, threads: 2, shared: false, limit: LIMIT },
      modules: new Map(),
      codec: () => assert.fail(),
    });
    await assert.rejects(started, /no workers from here/);
  });

  it("ends all workers where one cannot start, ready or not", async () => {
    const { workers, started } = starting(3);
    workers[0]?.ready();
    workers[1]?.lose();
    await assert.rejects(started, { code: "worker-lost" });
    await calm();
    assert.ok(workers.every(({ isTerminated }) => isTerminated));
    // It comes too late.
    workers[2]?.ready();
  });

  it("gives each worker a name of its own, and all of a pool one together, which no other pool has", async () => {
    const pools = [await start(3), await start(2, true)];
    const names = pools.map(({ workers }) => workers.map((worker) => worker.start.lockNames));
    assert.equal(new Set(names.flat().map((lockNames) => lockNames?.own)).size, 4);
    assert.deepEqual(
      names.map((own) => new Set(own.map((lockNames) => lockNames?.pool)).size),
      [1, 1],
    );
    assert.notEqual(names[0]?.[0]?.pool, names[1]?.[0]?.pool);
    for (const { dispatcher } of pools) await dispatcher.terminate();
  });

  it("says the limit that the coordinator was granted, and where there is none, what was asked for", async () => {
    const { workers, started } = starting(4, true);
    workers[0]?.ready(LIMIT / 8);
    assert.equal((await started).limit, LIMIT / 8);
    const { dispatcher } = await start(4);
    assert.equal(dispatcher.limit, LIMIT);
  });

  it("rejects at once where a worker dies before it is ready", async () => {
    for (const shared of [true, false]) {
      const { workers, started } = starting(2, shared);
      for (const worker of workers) worker.live();
      await calm();
      workers.at(-1)?.die();
      await assert.rejects(started, {
        name: "PixelpoolError",
        code: "worker-lost",
        message: "a worker was lost: it was ended from outside",
      });
      await calm();
      assert.ok(workers.every(({ isTerminated }) => isTerminated));
    }
  });

  it("rejects with the reason of a signal that is aborted meanwhile, and ends all workers", async () => {
    const controller = new AbortController();
    const { workers, started } = starting(2, false, controller.signal);
    workers[0]?.ready();
    await calm();
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(started, (error) => error === reason);
    await calm();
    assert.ok(workers.every(({ isTerminated }) => isTerminated));
    workers[1]?.ready();
    await calm();
    assert.deepEqual(locks.held[workers[0]!.start.lockNames!.pool], undefined);
  });

  it("does not mind the signal once it has started", async () => {
    const controller = new AbortController();
    const { workers, started } = starting(1, false, controller.signal);
    workers[0]?.ready();
    await started;
    controller.abort();
    await calm();
    assert.equal(workers[0]?.isTerminated, false);
  });
});

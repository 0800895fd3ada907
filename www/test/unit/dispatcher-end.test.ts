/** How a dispatcher ends: at once or in peace, and never before its workers are gone. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { locks } from "./fake-locks.js";
import { failures, mockTimeouts, start, STOP_LIMIT_MS, terminations } from "./fake-workers.js";
import { calm } from "./random.js";

/** How long a worker has to answer where everything is to end now. */
const TERMINATE_LIMIT_MS = 250;

/** Whether a promise has resolved. */
function noted(promise: Promise<void>): { done: boolean } {
  const note = { done: false };
  void promise.then(() => (note.done = true));
  return note;
}

describe("a dispatcher that ends now", () => {
  it("asks every worker to end, ends it, and fails what comes later at once", async () => {
    const { dispatcher, workers, ends, run } = await start(3);
    const ending = dispatcher.terminate();
    run(4);
    assert.deepEqual(failures(ends), [[4, "closed"]]);
    await ending;
    for (const { events } of workers) assert.equal(events.at(-1), "stop");
    assert.deepEqual(terminations(workers), [true, true, true]);
    run(5);
    assert.deepEqual(failures(ends).at(-1), [5, "closed"]);
    dispatcher.open(1, []);
    dispatcher.forget(1);
  });

  it("does not ask a worker that is at work by itself, and does not wait for it", async (t) => {
    mockTimeouts(t);
    const { dispatcher, workers, run } = await start(2);
    for (const worker of workers) worker.answersStop = false;
    run(0, 1);
    await calm();
    await dispatcher.terminate();
    assert.deepEqual(
      workers.map(({ events }) => events),
      [
        ["open 0", "run 0"],
        ["open 0", "run 1"],
      ],
    );
    assert.deepEqual(terminations(workers), [true, true]);
  });

  it("asks one that has done its work, beside one that has not", async () => {
    const { dispatcher, workers, run } = await start(2);
    run(0, 1);
    await calm();
    workers[1]!.end([1]);
    await dispatcher.terminate();
    assert.deepEqual(
      workers.map(({ events }) => events.at(-1)),
      ["run 0", "stop"],
    );
    assert.deepEqual(terminations(workers), [true, true]);
  });

  it("asks the coordinator of threads though they are at work", async () => {
    const { dispatcher, workers, run } = await start(2, true);
    run(0);
    await calm();
    await dispatcher.terminate();
    assert.deepEqual(workers[0]?.events, ["open 0", "run 0", "stop"]);
    assert.deepEqual(terminations(workers), [true]);
  });

  it("may be ended again, and at the same time", async () => {
    const { dispatcher, workers } = await start(2);
    await Promise.all([dispatcher.terminate(), dispatcher.terminate()]);
    await dispatcher.terminate();
    assert.deepEqual(terminations(workers), [true, true]);
  });

  it("waits no longer than a quarter of a second for a worker that does not answer", async (t) => {
    const tick = mockTimeouts(t);
    const { dispatcher, workers } = await start(2);
    for (const worker of workers) worker.answersStop = false;
    const ending = dispatcher.terminate();
    tick(TERMINATE_LIMIT_MS - 1);
    await calm();
    assert.deepEqual(terminations(workers), [false, false]);
    tick(1);
    await ending;
    assert.deepEqual(terminations(workers), [true, true]);
  });

  it("hears no result of its threads any more", async () => {
    const { dispatcher, workers, ends, run } = await start(1, true);
    run(0);
    await calm();
    const ending = dispatcher.terminate();
    workers[0]!.end([0]);
    await ending;
    assert.deepEqual(ends, []);
  });

  it("resolves when all of its workers are gone, those included that they started", async () => {
    for (const end of ["terminate", "stop"] as const) {
      const { dispatcher, workers } = await start(2, true);
      const release = locks.hold(workers[0]!.start.lockNames!.pool, "shared");
      const note = noted(dispatcher[end]());
      for (let turn = 0; turn < 3; turn++) await calm();
      assert.deepEqual(terminations(workers), [true]);
      assert.ok(!note.done);
      release();
      await calm();
      assert.ok(note.done);
    }
  });

  it("does not wait for the workers of another pool", async () => {
    const [one, other] = [await start(1), await start(1)];
    await one.dispatcher.terminate();
    assert.deepEqual(terminations(other.workers), [false]);
    await other.dispatcher.terminate();
  });

  it("does not take the end of its workers for a loss", async () => {
    const { dispatcher, workers } = await start(3);
    await dispatcher.terminate();
    await calm();
    assert.equal(workers.length, 3);
  });

  it("ends also a lost worker that has told what it has, but not yet that it has stopped", async (t) => {
    mockTimeouts(t);
    const { dispatcher, workers, helpers } = await start(2, true);
    workers[0]!.answersStop = false;
    workers[0]!.lose();
    workers[0]!.say({ type: "left", jobs: [] });
    await calm();
    await dispatcher.terminate();
    assert.deepEqual(terminations(workers), [true, true]);
    assert.deepEqual(new Set(terminations(helpers)), new Set([true]));
  });

  it("ends also a worker that is only starting, and does not wait until it has", async () => {
    const { dispatcher, workers, ends, run } = await start(1, true, () => undefined);
    workers[0]!.lose();
    await calm();
    await dispatcher.terminate();
    assert.deepEqual(terminations(workers), [true, true]);
    run(0);
    workers[1]!.say({ type: "ready", limit: 1 });
    await calm();
    assert.deepEqual(workers[1]?.events, []);
    assert.deepEqual(failures(ends), [[0, "closed"]]);
  });
});

describe("a dispatcher that ends in peace", () => {
  it("waits until every worker has stopped, then ends it", async (t) => {
    mockTimeouts(t);
    const { dispatcher, workers } = await start(2);
    for (const worker of workers) worker.answersStop = false;
    const note = noted(dispatcher.stop());
    for (const worker of workers) {
      assert.equal(worker.events.at(-1), "stop");
      await calm();
      assert.ok(!note.done);
      assert.equal(worker.isTerminated, false);
      worker.say({ type: "left", jobs: [] });
      worker.say({ type: "stopped" });
    }
    await calm();
    assert.ok(note.done);
    assert.deepEqual(terminations(workers), [true, true]);
  });

  it("waits no longer than a second for a worker that does not answer", async (t) => {
    const tick = mockTimeouts(t);
    const { dispatcher, workers } = await start(2);
    workers[1]!.answersStop = false;
    const note = noted(dispatcher.stop());
    tick(STOP_LIMIT_MS - 1);
    await calm();
    assert.ok(!note.done);
    tick(1);
    await calm();
    assert.ok(note.done);
    assert.deepEqual(terminations(workers), [true, true]);
  });

  it("resolves as soon as it is ended now", async (t) => {
    const tick = mockTimeouts(t);
    const { dispatcher, workers } = await start(1);
    workers[0]!.answersStop = false;
    const note = noted(dispatcher.stop());
    const ending = dispatcher.terminate();
    tick(TERMINATE_LIMIT_MS);
    await ending;
    await calm();
    assert.deepEqual(terminations(workers), [true]);
    assert.ok(note.done);
  });

  it("resolves with whatever else asks for its end, as soon as the workers have answered the first", async (t) => {
    mockTimeouts(t);
    for (const others of [["stop"], ["terminate"], ["terminate", "stop"]] as const) {
      const { dispatcher, workers } = await start(2);
      for (const worker of workers) worker.answersStop = false;
      const notes = [dispatcher.stop(), ...others.map((other) => dispatcher[other]())].map(noted);
      await calm();
      assert.ok(notes.every(({ done }) => !done));
      for (const worker of workers) worker.say({ type: "stopped" });
      await calm();
      assert.ok(notes.every(({ done }) => done));
      assert.deepEqual(terminations(workers), [true, true]);
    }
  });
});

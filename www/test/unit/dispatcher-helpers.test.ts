/** Workers that the page starts to help another: they speak with it alone, and end with it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { locks } from "./fake-locks.js";
import {
  BROKEN,
  mockTimeouts,
  start,
  starting,
  STOP_LIMIT_MS,
  terminations,
  type FakeWorker,
  type Place,
} from "./fake-workers.js";
import { calm } from "./random.js";

/** A pool whose coordinator has two helpers. */
async function helped(): Promise<Place> {
  const place = await start(2, true);
  for (const own of ["one", "other"]) place.workers[0]!.askForHelp(own);
  for (const helper of place.helpers) helper.live();
  return place;
}

describe("a worker that asks for help", () => {
  it("gets another, without a number, which is told what it has said and given its port", async () => {
    const { workers, helpers, ends } = await start(2, true);
    const { pool } = workers[0]!.start.lockNames!;
    const port = workers[0]!.askForHelp("one");
    const [{ index, told, transferred }, other] = helpers as [FakeWorker, FakeWorker];
    assert.equal(index, undefined);
    assert.deepEqual(told, [{ type: "help", role: "thread", lockNames: { pool, own: `${pool} one` }, port }]);
    assert.equal(transferred.length, 1);
    assert.equal(transferred[0], port);
    await calm();
    assert.deepEqual([workers.length, workers[0]?.events, ends], [1, ["open 0"], []]);
    assert.deepEqual(other.told, []);
  });

  it("has as many as it has threads before it asks, and another for one that has failed by then", async () => {
    const { workers, helpers } = await start(2, true);
    assert.deepEqual([helpers.length, helpers.map(({ told }) => told.length)], [2, [0, 0]]);
    helpers[0]!.say({ type: "broken", error: BROKEN });
    workers[0]!.askForHelp("one");
    workers[0]!.askForHelp("other");
    assert.deepEqual(
      helpers.map(({ told }) => told.length),
      [0, 1, 1],
    );
  });

  it("gets one for each time that it asks, also while it starts", async () => {
    const { workers, helpers, started } = starting(2, true);
    workers[0]!.live();
    workers[0]!.askForHelp("one");
    workers[0]!.askForHelp("two");
    workers[0]!.ready();
    const dispatcher = await started;
    workers[0]!.askForHelp("three");
    const names = helpers.map(({ told: [first] }) =>
      first?.type === "help" ? first.lockNames.own.split(" ").at(-1) : "",
    );
    assert.deepEqual(names, ["one", "two", "three"]);
    await dispatcher.terminate();
  });

  it("is told when one of them is broken, which and why, and is not lost itself", async () => {
    const { workers, helpers, ends, run } = await helped();
    run(0);
    await calm();
    helpers[1]!.say({ type: "broken", error: BROKEN });
    await calm();
    const own = `${workers[0]!.start.lockNames!.pool} other`;
    assert.deepEqual(workers[0]?.told.at(-1), { type: "helperLost", own, reason: "it fell over" });
    assert.deepEqual(workers[0].events, ["open 0", "run 0", "helperLost"]);
    assert.deepEqual([workers.length, helpers.length, ends], [1, 2, []]);
    workers[0].end([0]);
    assert.equal(ends.length, 1);
  });

  it("is told so while it starts, when it may still go on without", async () => {
    const { workers, helpers, started } = starting(2, true);
    workers[0]!.live();
    workers[0]!.askForHelp("one");
    helpers[0]!.say({ type: "broken", error: BROKEN });
    assert.deepEqual(workers[0]!.events, ["helperLost"]);
    workers[0]!.ready();
    await (await started).terminate();
  });

  it("is told nothing of anything else that they say, and nothing of the helpers of others", async () => {
    const { workers, helpers } = await start(2);
    workers[0]!.askForHelp("one");
    workers[1]!.askForHelp("other");
    helpers[0]!.say({ type: "alive" });
    helpers[0]!.say({ type: "stopped" });
    helpers[1]!.say({ type: "broken", error: BROKEN });
    assert.deepEqual(
      workers.map(({ events }) => events),
      [["open 0"], ["open 0", "helperLost"]],
    );
  });
});

describe("helpers are ended with their worker", () => {
  it("where it is lost, when it has ended them itself or after a second, and with no other's", async (t) => {
    const tick = mockTimeouts(t);
    for (const answers of [true, false]) {
      const { workers, helpers } = await start(2);
      workers[0]!.askForHelp("one");
      workers[1]!.askForHelp("other");
      workers[0]!.answersStop = false;
      workers[0]!.lose();
      await calm();
      assert.deepEqual(terminations(helpers), [false, false]);
      if (answers) workers[0]!.say({ type: "stopped" });
      else tick(STOP_LIMIT_MS);
      await calm();
      assert.deepEqual(terminations(helpers), [true, false]);
      assert.deepEqual(terminations(workers), [true, false, false]);
    }
  });

  it("where it was killed, at once", async () => {
    const { workers, helpers } = await helped();
    workers[0]!.die();
    await calm();
    assert.deepEqual(terminations(helpers), [true, true, false, false]);
    assert.deepEqual(terminations(workers), [true, false]);
  });

  it("where the pool ends, at once or in peace, after it was asked to end them; then all are gone", async () => {
    for (const end of ["terminate", "stop"] as const) {
      const { dispatcher, workers, helpers } = await helped();
      const { pool } = workers[0]!.start.lockNames!;
      const held = () => Object.keys(locks.held).filter((name) => name.startsWith(pool)).length;
      await calm();
      assert.equal(held(), 4);
      workers[0]!.answersStop = false;
      const ending = dispatcher[end]();
      await calm();
      assert.equal(workers[0]!.events.at(-1), "stop");
      assert.deepEqual(terminations([...workers, ...helpers]), [false, false, false]);
      workers[0]!.say({ type: "stopped" });
      await ending;
      assert.deepEqual(terminations([...workers, ...helpers]), [true, true, true]);
      assert.equal(held(), 0);
    }
  });

  it("where it cannot start, and where its start is aborted", async () => {
    const controller = new AbortController();
    for (const isAborted of [false, true]) {
      const { workers, helpers, started } = starting(1, true, controller.signal);
      workers[0]!.live();
      workers[0]!.askForHelp("one");
      helpers[0]!.live();
      if (isAborted) controller.abort("enough");
      else workers[0]!.lose();
      await assert.rejects(started);
      await calm();
      assert.deepEqual(terminations([...workers, ...helpers]), [true, true]);
      // It comes too late, and nothing waits for it any more.
      if (isAborted) workers[0]!.ready();
    }
  });

  it("where it takes the place of another and is only starting when the pool ends", async () => {
    // Without locks nothing tells that it has ended.
    const { dispatcher, workers, helpers } = await start(1, true, (worker) => worker.askForHelp("one"));
    workers[0]!.lose();
    await calm();
    helpers[1]!.live();
    await dispatcher.terminate();
    assert.deepEqual(terminations([...workers, ...helpers]), [true, true, true, true]);
    workers[1]!.ready();
    await calm();
  });
});

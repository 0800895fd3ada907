/** Work that is cancelled and goes on: a worker that cannot hear of it is replaced, if it has nothing else to do. */
import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import "./fake-locks.js";
import { start, terminations } from "./fake-workers.js";
import { calm } from "./random.js";

const CANCEL_LIMIT_MS = 150;

describe("cancelled work that goes on", () => {
  it("costs its worker, and only after a while; the next jobs go to another", async (t) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    t.after(() => mock.timers.reset());
    const { dispatcher, workers, ends, run, runOf } = await start(1);
    run(0);
    await calm();
    dispatcher.forget(0);
    dispatcher.open(1, [{ kind: "invert" }]);
    runOf(1, 1);
    mock.timers.tick(CANCEL_LIMIT_MS - 1);
    await calm();
    assert.deepEqual(terminations(workers), [false]);
    mock.timers.tick(1);
    await calm();
    assert.deepEqual(terminations(workers), [true, false]);
    assert.deepEqual(workers[1]?.events, ["open 1", "run 1"]);
    workers[1].end([1]);
    assert.deepEqual(
      ends.map(({ job, outcome }) => [job, outcome.kind]),
      [
        [0, "failed"],
        [1, "numbers"],
      ],
    );
  });

  it("keeps its worker where it ends in time", async (t) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    t.after(() => mock.timers.reset());
    const { dispatcher, workers, run } = await start(1);
    run(0);
    await calm();
    dispatcher.forget(0);
    workers[0]!.end([0]);
    mock.timers.tick(CANCEL_LIMIT_MS);
    await calm();
    assert.deepEqual(terminations(workers), [false]);
  });

  it("keeps its worker where jobs of other batches are with it, and where threads share a memory", async (t) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    t.after(() => mock.timers.reset());
    const { dispatcher, workers, run, runOf } = await start(1);
    dispatcher.open(1, [{ kind: "invert" }]);
    runOf(1, 0);
    await calm();
    // Short work, so that the next jobs are sent ahead.
    workers[0]!.end([0], 0.1);
    runOf(1, 1, 2);
    run(3);
    await calm();
    assert.deepEqual(workers[0]!.runs.slice(1), [[1, 2]]);
    dispatcher.forget(0);
    mock.timers.tick(CANCEL_LIMIT_MS);
    await calm();
    assert.deepEqual(terminations(workers), [false]);

    const shared = await start(2, true);
    shared.run(0);
    await calm();
    shared.dispatcher.forget(0);
    mock.timers.tick(CANCEL_LIMIT_MS);
    await calm();
    assert.deepEqual(terminations(shared.workers), [false]);
  });
});

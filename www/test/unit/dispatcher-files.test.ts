/** Files are sent ahead, since browsers decode beside the worker: as far as nobody has to wait for it. */
import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { start, type FakeWorker } from "./fake-workers.js";
import { calm } from "./random.js";

const jobsOf = (workers: readonly FakeWorker[]) => workers.map(({ jobs }) => jobs);

describe("files", () => {
  it("are with a worker three at a time, while more of them wait", async () => {
    const { workers, runKept } = await start(2);
    runKept(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    await calm();
    assert.deepEqual(jobsOf(workers), [
      [0, 2, 4],
      [1, 3, 5],
    ]);
    workers[1]!.end([1]);
    await calm();
    assert.deepEqual(jobsOf(workers), [
      [0, 2, 4],
      [1, 3, 5, 6],
    ]);
  });

  it("the last of them wait for whoever is ready first, so that none is behind a long one while a worker has nothing to do", async () => {
    const { workers, runKept } = await start(2);
    runKept(0, 1, 2, 3);
    await calm();
    assert.deepEqual(jobsOf(workers), [[0], [1]]);
    workers[1]!.end([1]);
    await calm();
    workers[1]!.end([2]);
    await calm();
    assert.deepEqual(jobsOf(workers), [[0], [1, 2, 3]]);
  });

  it("wait behind no work of another batch, and behind nothing that is no file", async () => {
    const { workers, run, runKept } = await start(2);
    run(0, 1);
    runKept(2, 3, 4, 5, 6);
    await calm();
    assert.deepEqual(jobsOf(workers), [[0], [1]]);
    workers[0]!.end([0]);
    await calm();
    assert.deepEqual(jobsOf(workers), [[0, 2, 3, 4], [1]]);
    const other = await start(1);
    other.dispatcher.open(1, [{ kind: "invert" }]);
    other.runKept(0);
    other.runKeptOf(1, 10, 11, 12, 13);
    await calm();
    assert.deepEqual(jobsOf(other.workers), [[0]]);
  });

  it("that are cancelled cost their worker, and the next batch's go to another", async (t) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    t.after(() => mock.timers.reset());
    const { dispatcher, workers, runKept, runKeptOf } = await start(1);
    runKept(0, 1, 2, 3);
    await calm();
    dispatcher.forget(0);
    dispatcher.open(1, [{ kind: "invert" }]);
    runKeptOf(1, 10, 11, 12);
    mock.timers.tick(150);
    await calm();
    assert.deepEqual(
      workers.map(({ isTerminated }) => isTerminated),
      [true, false],
    );
    assert.deepEqual(workers[1]!.jobs, [10, 11]);
  });

  it("that were lost with a worker are run again alone, so that only the one that ends workers is lost", async () => {
    const { workers, ends, runKept } = await start(1);
    runKept(1, 2, 3, 4, 5, 6);
    const killers = [2];
    // Whatever has the killer at its head is killed from outside, which tells nobody who was guilty.
    for (let step = 0; step < 40 && ends.length < 6; step++) {
      await calm();
      const worker = workers.at(-1)!;
      const here = worker.jobs.filter((job) => !ends.some((end) => end.job === job));
      const [next] = here;
      if (next === undefined) continue;
      if (killers.includes(next)) worker.lose(undefined, []);
      else worker.end([next]);
    }
    assert.deepEqual(
      ends.filter(({ outcome }) => outcome.kind === "failed").map(({ job }) => job),
      killers,
    );
    assert.equal(ends.length, 6);
  });
});

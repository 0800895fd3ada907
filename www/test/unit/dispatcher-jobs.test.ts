/** Which worker gets which job and when, and where results go. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BROKEN, failures, makeJob, numbers, result, start } from "./fake-workers.js";
import type { SpanData } from "../../src/protocol.js";
import { calm } from "./random.js";

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
    const { workers, dispatcher, run, runOf } = await start(1);
    dispatcher.open(1, []);
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
    const { workers, dispatcher } = await start(2);
    dispatcher.open(0, []);
    const send = (job: number, side: number) => {
      const buffer = new ArrayBuffer(1);
      const input = { kind: "pixels", width: side, height: side, buffer } as const;
      dispatcher.run({ job, batch: 0, input, output: "pixels" }, [], () => undefined);
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
    const outcome = { kind: "failed", error: { ...BROKEN, code: "decode-failed" } } as const;
    workers[0]!.say({ type: "done", results: [{ job: 0, spans: [], outcome, pixels: 0 }] });
    await calm();
    assert.deepEqual(workers[0]?.jobs, [0, 2]);
  });

  it("gives the one worker of two threads everything at once", async () => {
    const { workers, helpers, run } = await start(2, true);
    assert.equal(helpers.length, 2, "each is a thread");
    run(...numbers(0, 100));
    await calm();
    assert.deepEqual(workers[0]?.runs, [numbers(0, 100)]);
  });

  it("posts what comes together as one message, and what comes later as another", async () => {
    const { workers, dispatcher } = await start(2, true);
    const buffers = numbers(0, 3).map(() => new ArrayBuffer(8));
    for (const [at, buffer] of buffers.entries()) dispatcher.run(makeJob(at), [buffer], () => undefined);
    assert.deepEqual(workers[0]?.runs, []);
    await calm();
    assert.deepEqual(workers[0].runs, [[0, 1, 2]]);
    assert.deepEqual(new Set(workers[0].transferred), new Set(buffers));
    dispatcher.run(makeJob(3), [], () => undefined);
    await calm();
    assert.deepEqual(workers[0].runs, [[0, 1, 2], [3]]);
  });

  it("makes a chain known to every worker before the first job of it", async () => {
    const { workers, dispatcher, runOf } = await start(2);
    dispatcher.open(7, [{ kind: "sepia" }]);
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
      results: [{ job: 0, spans: [], outcome: { kind: "failed", error: BROKEN }, pixels: 0 }],
    });
    assert.deepEqual(ends[0]?.outcome, { kind: "failed", error: BROKEN });
  });

  it("may make who asked run the next job at once", async () => {
    const { workers, dispatcher, ends, run } = await start(1);
    dispatcher.run(makeJob(0), [], () => run(1));
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

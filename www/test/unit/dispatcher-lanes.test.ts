/** Several workers that move pixels over one memory: how they join, which job goes to which, and how they end. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  BROKEN,
  failures,
  fileOf,
  lanesOf,
  makeJob,
  mockTimeouts,
  module,
  numbers,
  start,
  startLanes,
  STOP_LIMIT_MS,
  terminations,
  type FakeWorker,
  type Place,
} from "./fake-workers.js";
import type { Job, JobInput, JobOutput } from "../../src/protocol.js";
import { calm } from "./random.js";

/** Small images go together in a message. */
const MOST_GATHERED = 32;

/** Pixels that are not small. */
function large(): JobInput {
  return { kind: "pixels", width: 128, height: 128, buffer: new ArrayBuffer(1) };
}

/** Runs jobs, and gives them time to be posted. */
async function post({ dispatcher, ends }: Place, jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) dispatcher.run(job, [], (end) => ends.push(end));
  await calm();
}

const jobsOf = (lanes: readonly FakeWorker[]) => lanes.map(({ jobs }) => jobs);
const counts = (lanes: readonly FakeWorker[]) => lanes.map(({ jobs }) => jobs.length);
const largeJobs = (from: number, to: number, batch = 0) => numbers(from, to).map((job) => makeJob(job, batch, large()));

describe("lanes", () => {
  it("join the first worker, one for each of its threads, 16 at most, and none with two threads or fewer", async () => {
    for (const [threads, count] of [
      [1, 1],
      [2, 1],
      [3, 3],
      [4, 4],
      [16, 16],
      [40, 16],
    ] as const) {
      const place = await startLanes(threads);
      assert.equal(place.lanes.length, count, `${threads} threads`);
      assert.equal(place.helpers.length, threads + count - 1);
      await place.dispatcher.terminate();
    }
  });

  it("are told the module, the memory and the threads, and have a name of their own in the pool", async () => {
    const { lanes, dispatcher } = await startLanes();
    const [first, ...others] = lanes as [FakeWorker, ...FakeWorker[]];
    const { own, pool } = first.start.lockNames!;
    const names = [own];
    for (const { index, join } of others) {
      assert.equal(index, undefined);
      const { lockNames, ...told } = join;
      assert.deepEqual(told, { type: "join", module, memory: first.memory!.memory, threads: 4 });
      assert.ok(join.module === module && join.memory === first.memory!.memory);
      assert.equal(lockNames.pool, pool);
      names.push(lockNames.own);
    }
    assert.equal(new Set(names).size, 4);
    await dispatcher.terminate();
  });

  it("join when the first worker is ready, and the dispatcher does not wait for them", async () => {
    const place = await start(4, true, undefined, () => undefined);
    assert.equal(lanesOf(place).length, 4);
    await calm();
    await post(place, largeJobs(0, 8));
    assert.deepEqual(counts(lanesOf(place)), [8, 0, 0, 0]);
  });

  it("do not join where the memory is not shared", async () => {
    const place = await start(4, true, (worker) => {
      worker.memory = undefined;
      worker.ready();
    });
    await calm();
    place.workers[0]!.lose();
    await calm();
    place.workers[1]!.say({ type: "opened", batch: 0 });
    assert.equal(place.helpers.filter(({ told: [first] }) => first?.type === "join").length, 3);
    await post(place, largeJobs(0, 8));
    assert.deepEqual(place.workers[1]?.jobs, numbers(0, 8));
    assert.equal(place.dispatcher.copier.copy(new Uint8Array(1 << 20)).loan, undefined);
    assert.ok(place.workers[1].told.every(({ type }) => type !== "lend"));
  });
});

describe("jobs of several lanes", () => {
  it("are spread evenly, each to the lane with the fewest", async () => {
    const place = await startLanes();
    const { lanes } = place;
    await post(place, largeJobs(0, 10));
    assert.deepEqual(jobsOf(lanes), [
      [0, 4, 8],
      [1, 5, 9],
      [2, 6],
      [3, 7],
    ]);
    lanes[1]!.end([1, 5, 9]);
    lanes[3]!.end([3]);
    await post(place, largeJobs(10, 13));
    assert.deepEqual(jobsOf(lanes), [
      [0, 4, 8],
      [1, 5, 9, 10, 11],
      [2, 6],
      [3, 7, 12],
    ]);
    for (const lane of lanes) lane.end(lane.jobs);
    assert.equal(place.ends.length, 13);
  });

  it("are spread over those that are ready, and over another as soon as it is", async () => {
    const place = await start(3, true, undefined, () => undefined);
    await calm();
    const lanes = lanesOf(place);
    lanes[1]!.ready();
    await post(place, largeJobs(0, 4));
    assert.deepEqual(counts(lanes), [2, 2, 0]);
    lanes[2]!.ready();
    await post(place, largeJobs(4, 8));
    assert.deepEqual(counts(lanes), [3, 3, 2]);
  });

  it("go together where they are small, so many in a message", async () => {
    const place = await startLanes(3);
    const { lanes } = place;
    await post(
      place,
      numbers(0, 2 * MOST_GATHERED + 1).map((job) => makeJob(job)),
    );
    assert.deepEqual(
      lanes.map(({ runs }) => runs),
      [0, 1, 2].map((at) => [numbers(at * MOST_GATHERED, Math.min((at + 1) * MOST_GATHERED, 65))]),
    );
    await post(
      place,
      numbers(65, 69).map((job) => makeJob(job)),
    );
    assert.deepEqual(lanes[2]?.runs.at(-1), [65, 66, 67, 68]);
  });

  it("go to the first where they are files or pictures, or become bitmaps or files", async () => {
    const place = await startLanes();
    const { lanes } = place;
    const picture: JobInput = { kind: "picture", picture: { width: 1, height: 1, close: () => undefined } };
    const make = (job: number, input: JobInput, output: JobOutput): Job => ({ ...makeJob(job, 0, input), output });
    await post(place, [
      make(0, fileOf(0), "pixels"),
      make(1, picture, "rgba8"),
      make(2, large(), "bitmap"),
      make(3, large(), { type: "image/png" }),
      make(4, makeJob(4).input, { type: "image/jpeg", quality: 0.5 }),
    ]);
    assert.deepEqual(jobsOf(lanes), [numbers(0, 5), [], [], []]);
    // Those of the others count what the first has.
    await post(place, [...largeJobs(5, 10), make(10, large(), "rgba8")]);
    assert.deepEqual(jobsOf(lanes.slice(1)), [
      [5, 8],
      [6, 9],
      [7, 10],
    ]);
  });

  it("end well whichever lane says so", async () => {
    const place = await startLanes();
    await post(place, largeJobs(0, 4));
    for (const lane of place.lanes.toReversed()) lane.end(lane.jobs);
    assert.deepEqual(
      place.ends.map(({ job, outcome }) => [job, outcome.kind]),
      [3, 2, 1, 0].map((job) => [job, "numbers"]),
    );
  });

  it("cost no other where one cannot be sent, on whichever lane", async () => {
    const place = await startLanes();
    for (const lane of place.lanes) {
      lane.refuses = (message) => message.type === "run" && message.jobs.some(({ job }) => job === 2);
    }
    await post(place, largeJobs(0, 8));
    assert.deepEqual(failures(place.ends), [[2, "invalid-image"]]);
    assert.deepEqual(
      place.lanes.flatMap(({ jobs }) => jobs).sort((a, b) => a - b),
      numbers(0, 8).filter((job) => job !== 2),
    );
    await post(place, largeJobs(8, 9));
    assert.deepEqual(place.lanes[2]?.jobs, [6, 8]);
  });
});

describe("jobs of a batch that is not open yet", () => {
  it("go to the first, two at a time, until it says that the batch is open; then to all", async () => {
    const place = await startLanes();
    const { dispatcher, lanes } = place;
    const [first] = lanes;
    first!.answersOpen = false;
    dispatcher.open(1, [{ kind: "invert" }]);
    assert.deepEqual(first!.told.at(-1), { type: "open", batch: 1, steps: [{ kind: "invert" }], asks: true });
    await post(place, largeJobs(0, 10, 1));
    assert.deepEqual(jobsOf(lanes), [[0, 1], [], [], []]);
    first!.end([0]);
    await calm();
    assert.deepEqual(jobsOf(lanes), [[0, 1, 2], [], [], []]);
    first!.say({ type: "opened", batch: 1 });
    await calm();
    assert.deepEqual(counts(lanes), [4, 2, 2, 2]);
    for (const lane of lanes.slice(1)) assert.ok(lane.told.every(({ type }) => type !== "open"));
  });

  it("wait for their own batch, whatever others are open", async () => {
    const place = await startLanes();
    const { dispatcher, lanes } = place;
    lanes[0]!.answersOpen = false;
    for (const batch of [1, 2]) dispatcher.open(batch, []);
    await post(place, largeJobs(0, 1, 1));
    lanes[0]!.say({ type: "opened", batch: 2 });
    await post(place, [...largeJobs(1, 2, 1), ...largeJobs(2, 6, 2)]);
    const batches = lanes.map(({ given }) => new Set(given.map(({ batch }) => batch)));
    assert.ok(batches.slice(1).every((each) => !each.has(1)));
    assert.equal(lanes.flatMap(({ jobs }) => jobs).length, 6);
  });

  it("stay with the first where it is refused, all at once, so that they keep no others waiting", async () => {
    const place = await startLanes();
    const { dispatcher, lanes } = place;
    lanes[0]!.answersOpen = false;
    dispatcher.open(1, []);
    await post(place, largeJobs(0, 5, 1));
    assert.deepEqual(jobsOf(lanes), [[0, 1], [], [], []]);
    lanes[0]!.say({ type: "opened", batch: 1, refusal: BROKEN });
    await calm();
    assert.deepEqual(jobsOf(lanes), [numbers(0, 5), [], [], []]);
  });

  it("are sent as before where the answer comes when it is forgotten, and it is told again", async () => {
    const place = await startLanes();
    const { dispatcher, lanes } = place;
    lanes[0]!.answersOpen = false;
    dispatcher.open(1, []);
    dispatcher.forget(1);
    lanes[0]!.say({ type: "opened", batch: 1 });
    dispatcher.open(1, []);
    await post(place, largeJobs(0, 5, 1));
    assert.deepEqual(jobsOf(lanes), [[0, 1], [], [], []]);
  });

  it("are all sent at once to the one worker of two threads, which is not asked", async () => {
    const place = await start(2, true);
    place.dispatcher.open(1, []);
    assert.deepEqual(place.workers[0]?.told.at(-1), { type: "open", batch: 1, steps: [] });
    await post(place, largeJobs(0, 5, 1));
    assert.deepEqual(place.workers[0].jobs, numbers(0, 5));
  });
});

describe("forgetting a batch", () => {
  it("is told to all lanes that are ready, after their jobs", async () => {
    const place = await start(4, true, undefined, () => undefined);
    const lanes = lanesOf(place);
    for (const lane of lanes.slice(1, 3)) lane.ready();
    await calm();
    for (const job of largeJobs(0, 3)) place.dispatcher.run(job, [], () => undefined);
    place.dispatcher.forget(0);
    assert.deepEqual(
      lanes.map(({ events }) => events),
      [["open 0", "run 0", "forget 0"], ["run 1", "forget 0"], ["run 2", "forget 0"], []],
    );
  });

  it("ends at once what waits for it to be open", async () => {
    const place = await startLanes();
    const { dispatcher, lanes } = place;
    lanes[0]!.answersOpen = false;
    dispatcher.open(1, []);
    await post(place, largeJobs(0, 5, 1));
    dispatcher.forget(1);
    assert.deepEqual(
      failures(place.ends),
      [2, 3, 4].map((job) => [job, "closed"]),
    );
    lanes[0]!.say({ type: "opened", batch: 1 });
    await calm();
    assert.deepEqual(jobsOf(lanes), [[0, 1], [], [], []]);
  });
});

describe("a lane that cannot start", () => {
  it("is ended and not missed: it says so, or is killed", async () => {
    for (const fail of [(lane: FakeWorker) => lane.lose(), (lane: FakeWorker) => lane.die()]) {
      let starts = 0;
      const place = await start(4, true, undefined, (lane) => {
        lane.live();
        starts += 1;
        if (starts !== 2) lane.ready();
        else fail(lane);
      });
      await calm();
      const lanes = lanesOf(place);
      await post(place, largeJobs(0, 6));
      assert.deepEqual(counts(lanes), [2, 2, 0, 2]);
      for (const lane of lanes) lane.end(lane.jobs);
      assert.deepEqual([place.ends.length, failures(place.ends), place.workers.length], [6, [], 1]);
      await place.dispatcher.terminate();
      assert.ok([...place.workers, ...place.helpers].every(({ isTerminated }) => isTerminated));
    }
  });
});

describe("lanes that end with their pool", () => {
  it("are all asked, all waited for, and ended then", async (t) => {
    mockTimeouts(t);
    for (const end of ["stop", "terminate"] as const) {
      const { dispatcher, lanes, helpers } = await startLanes();
      for (const lane of lanes) lane.answersStop = false;
      let done = false;
      const ending = dispatcher[end]().then(() => (done = true));
      for (const lane of lanes.toReversed()) {
        assert.deepEqual(lane.told.at(-1), { type: "stop" });
        await calm();
        assert.deepEqual([done, ...terminations(lanes)], [false, false, false, false, false]);
        lane.say({ type: "stopped" });
      }
      await ending;
      assert.ok([...lanes, ...helpers].every(({ isTerminated }) => isTerminated));
    }
  });

  it("are waited for no longer than a second", async (t) => {
    const tick = mockTimeouts(t);
    const { dispatcher, lanes } = await startLanes();
    lanes[2]!.answersStop = false;
    const ending = dispatcher.stop();
    tick(STOP_LIMIT_MS - 1);
    await calm();
    assert.deepEqual(terminations(lanes), [false, false, false, false]);
    tick(1);
    await ending;
    assert.deepEqual(terminations(lanes), [true, true, true, true]);
  });

  it("are ended without being asked where they are still starting", async () => {
    const place = await start(4, true, undefined, () => undefined);
    await place.dispatcher.stop();
    const lanes = lanesOf(place);
    assert.deepEqual(
      lanes.map(({ events }) => events.at(-1)),
      ["stop", undefined, undefined, undefined],
    );
    assert.deepEqual(terminations(lanes), [true, true, true, true]);
    lanes[1]!.ready();
    await calm();
  });
});

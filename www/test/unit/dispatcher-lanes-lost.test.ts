/** What the loss of an instance costs that has several lanes: no job that is whole, and none twice. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { locks } from "./fake-locks.js";
import {
  ended,
  failures,
  fileOf,
  lanesOf,
  makeJob,
  mockTimeouts,
  numbers,
  start,
  startLanes,
  STOP_LIMIT_MS,
  terminations,
  type FakeWorker,
  type Place,
} from "./fake-workers.js";
import { pack, type Packed } from "../../src/pixels.js";
import { transferOf, type Job, type JobInput } from "../../src/protocol.js";
import { calm } from "./random.js";

const BYTES = 64 * 1024;

/** An image that says its job's number. */
function imageOf({ dispatcher }: Place, job: number): Promise<Packed> {
  const data = new Uint8Array(BYTES).fill(job);
  return pack({ kind: "pixels", like: "plain", data, width: 128, height: 128 }, false, dispatcher.copier);
}

/** Runs images from a number on to another, all of them in rooms where there is an engine that lends some. */
async function runImages(place: Place, from: number, to: number, batch = 0): Promise<void> {
  const { copier } = place.dispatcher;
  for (let image = from; image < to; image++) copier.place(BYTES);
  await calm();
  for (let job = from; job < to; job++) await runImage(place, job, batch);
  await calm();
}

async function runImage(place: Place, number: number, batch = 0): Promise<void> {
  const { input, transfer, loan } = await imageOf(place, number);
  place.dispatcher.run(makeJob(number, batch, input), transfer, (end) => place.ends.push(end), loan);
}

/** The number that an input says, whose instance has been started by this worker. */
function numberIn(input: JobInput, first: FakeWorker): number | undefined {
  if (input.kind === "encoded") return input.blob.size;
  if (input.kind === "numbers") return input.numbers[0];
  if (input.kind === "picture") return undefined;
  const bytes = input.kind === "lent" ? first.memory!.read(input.room) : new Uint8Array(input.buffer);
  const [number, ...others] = new Set(bytes);
  assert.equal(others.length, 0);
  return number;
}

/** Every job that the instance of a worker was given, with what its input says. */
function givenTo(place: Place, at: number): [number, number | undefined][] {
  const first = place.workers[at]!;
  const jobs = lanesOf(place, at).flatMap(({ given }) => given);
  return jobs
    .map(({ job, input }): [number, number | undefined] => [job, numberIn(input, first)])
    .sort(([a], [b]) => a - b);
}

const same = (from: number, to: number) => numbers(from, to).map((job) => [job, job]);

/** Ends all that the instance of a worker was given. */
function endAll(place: Place, at: number): void {
  for (const lane of lanesOf(place, at)) lane.end(lane.jobs);
}

/** Runs images from a number on to another, each in a buffer of its own that is transferred. */
async function runOwned({ dispatcher, ends }: Place, from: number, to: number): Promise<void> {
  for (const number of numbers(from, to)) {
    const { buffer } = new Uint8Array(BYTES).fill(number);
    const job = makeJob(number, 0, { kind: "pixels", width: 128, height: 128, buffer, byteOffset: 0 });
    dispatcher.run(job, transferOf(job), (end) => ends.push(end));
  }
  await calm();
}

function noMemory(): never {
  throw new RangeError("Array buffer allocation failed");
}

describe("an instance whose lanes are killed", () => {
  for (const killed of [0, 2]) {
    it(`is lost with lane ${killed}, and all jobs of all lanes run again, once, on the one in its place`, async () => {
      const place = await startLanes();
      const { lanes, workers, ends, dispatcher } = place;
      await runImages(place, 0, 8);
      for (const job of [8, 9]) dispatcher.run(makeJob(job, 0, fileOf(job)), [], (end) => ends.push(end));
      await calm();
      assert.ok(lanes.every(({ jobs }) => jobs.length > 1));
      assert.deepEqual(givenTo(place, 0), same(0, 10));
      lanes[killed]!.die();
      await calm();
      assert.deepEqual(terminations(lanes), [true, true, true, true]);
      assert.equal(workers.length, 2);
      assert.equal(lanesOf(place, 1).length, 4);
      await calm();
      assert.deepEqual(givenTo(place, 1), same(0, 10));
      assert.deepEqual(ends, []);
      endAll(place, 1);
      assert.deepEqual([ended(ends), failures(ends)], [numbers(0, 10), []]);
      await dispatcher.terminate();
    });
  }

  it("asks the others what they have left, and not the one that was killed", async () => {
    const place = await startLanes();
    const { lanes, ends } = place;
    const jobs = numbers(0, 4).map((job): Job => {
      const buffer = new Uint8Array(BYTES).fill(job).buffer;
      return makeJob(job, 0, { kind: "pixels", width: 128, height: 128, buffer, byteOffset: 0 });
    });
    for (const job of jobs) place.dispatcher.run(job, transferOf(job), (end) => ends.push(end));
    await calm();
    for (const lane of lanes) lane.left = lane.given;
    lanes[1]!.die();
    await calm();
    assert.deepEqual(
      lanes.map(({ told }) => told.at(-1)?.type),
      ["stop", "run", "stop", "stop"],
    );
    await calm();
    assert.deepEqual(failures(ends), [[1, "worker-lost"]]);
    assert.deepEqual(givenTo(place, 1), [
      [0, 0],
      [2, 2],
      [3, 3],
    ]);
    await place.dispatcher.terminate();
  });

  it("leaves nobody waiting for the locks of its lanes", async () => {
    const place = await startLanes();
    const { pool } = place.workers[0]!.start.lockNames!;
    const held = () => Object.entries(locks.held).filter(([name]) => name.startsWith(pool));
    place.lanes[3]!.die();
    for (let turn = 0; turn < 3; turn++) await calm();
    // The pool's own, and one a lane.
    assert.equal(held().length, 5);
    assert.deepEqual(new Set(held().map(([, waiting]) => waiting)), new Set([0, 1]));
    await place.dispatcher.terminate();
    assert.deepEqual(held(), []);
  });
});

describe("an instance that is lost", () => {
  it("is so whichever lane tells, with the jobs that did it", async () => {
    for (const at of [0, 3]) {
      const place = await startLanes();
      await runImages(place, 0, 8);
      place.lanes[at]!.lose([5]);
      await calm();
      assert.deepEqual(failures(place.ends), [[5, "worker-lost"]]);
      await calm();
      assert.deepEqual(
        givenTo(place, 1),
        same(0, 8).filter(([job]) => job !== 5),
      );
      for (const { told } of place.lanes) {
        assert.equal(told.filter((message) => message.type === "stop" && message.isLost).length, 1);
      }
      await place.dispatcher.terminate();
    }
  });

  it("is lost once, though all of its lanes say so", async () => {
    const place = await startLanes();
    await runImages(place, 0, 4);
    for (const lane of place.lanes) lane.lose();
    await calm();
    assert.equal(place.workers.length, 2);
    await calm();
    assert.deepEqual(givenTo(place, 1), same(0, 4));
    endAll(place, 1);
    assert.deepEqual([ended(place.ends), failures(place.ends)], [numbers(0, 4), []]);
  });

  it("is waited for until every lane has said what it has left, and ended when all have stopped", async (t) => {
    mockTimeouts(t);
    const place = await startLanes();
    const { lanes, workers, run } = place;
    run(...numbers(0, 4));
    await calm();
    for (const lane of lanes) lane.answersStop = false;
    lanes[1]!.lose();
    const left = lanes[0]!.given;
    for (const lane of lanes) {
      await calm();
      assert.deepEqual(workers[1]!.jobs, []);
      lane.say({ type: "left", jobs: lane === lanes[0] ? left : [] });
    }
    await calm();
    assert.deepEqual(givenTo(place, 1), same(0, 4));
    for (const lane of lanes) {
      assert.equal(lane.isTerminated, false);
      lane.say({ type: "stopped" });
      await calm();
    }
    assert.deepEqual(terminations(lanes), [true, true, true, true]);
  });

  it("is given up after a second where a lane does not answer, with what the others have said", async (t) => {
    const tick = mockTimeouts(t);
    const place = await startLanes();
    const { lanes, ends } = place;
    const jobs = numbers(0, 4).map((job) => {
      const buffer = new Uint8Array(BYTES).fill(job).buffer;
      return makeJob(job, 0, { kind: "pixels", width: 128, height: 128, buffer, byteOffset: 0 });
    });
    for (const job of jobs) place.dispatcher.run(job, [], (end) => ends.push(end));
    await calm();
    for (const lane of lanes) lane.left = lane.given;
    lanes[2]!.answersStop = false;
    lanes[0]!.lose([], lanes[0]!.given);
    tick(STOP_LIMIT_MS - 1);
    await calm();
    assert.deepEqual([place.workers[1]!.jobs, ends], [[], []]);
    tick(1);
    await calm();
    assert.deepEqual(terminations(lanes), [true, true, true, true]);
    assert.deepEqual(failures(ends), [[2, "worker-lost"]]);
    assert.deepEqual(
      givenTo(place, 1).map(([job]) => job),
      [0, 1, 3],
    );
  });

  it("gives its jobs to lanes again only when the one in its place has opened their batch", async () => {
    const place = await start(4, true, (worker) => {
      worker.answersOpen = false;
      worker.ready();
    });
    await calm();
    await runImages(place, 0, 8);
    place.workers[0]!.lose();
    await calm();
    await calm();
    const lanes = lanesOf(place, 1);
    assert.deepEqual(
      lanes.map(({ jobs }) => jobs.length),
      [2, 0, 0, 0],
    );
    lanes[0]!.say({ type: "opened", batch: 0 });
    await calm();
    assert.deepEqual(givenTo(place, 1), same(0, 8));
    assert.ok(lanes.every(({ jobs }) => jobs.length > 0));
  });
});

describe("images in rooms of an instance that is lost", () => {
  it("are copied for the one in its place also where they still waited for their batch to be open", async () => {
    const place = await startLanes();
    const { dispatcher, workers } = place;
    workers[0]!.answersOpen = false;
    dispatcher.open(1, []);
    await runImages(place, 1, 6, 1);
    assert.deepEqual(
      lanesOf(place).map(({ jobs }) => jobs),
      [[1, 2], [], [], []],
    );
    workers[0]!.lose();
    await calm();
    await calm();
    assert.deepEqual(givenTo(place, 1), same(1, 6));
    endAll(place, 1);
    assert.deepEqual([ended(place.ends), failures(place.ends)], [numbers(1, 6), []]);
  });

  it("are copied for the one in its place also where they are sent after that: a large one is copied piece by piece", async () => {
    const place = await startLanes();
    await runImages(place, 0, 1);
    place.dispatcher.copier.place(BYTES);
    await calm();
    const { input, transfer, loan } = await imageOf(place, 1);
    assert.ok(loan, "it is in no room");
    place.workers[0]!.lose();
    await calm();
    place.dispatcher.run(makeJob(1, 0, input), transfer, (end) => place.ends.push(end), loan);
    await calm();
    assert.deepEqual(givenTo(place, 1), same(0, 2));
    endAll(place, 1);
    assert.deepEqual([ended(place.ends), failures(place.ends)], [numbers(0, 2), []]);
  });

  it("leave the rooms of the one in its place alone, though a lane is ready or killed late", async () => {
    const late: ((lane: FakeWorker) => void)[] = [
      (lane) => {
        lane.ready();
        lane.lose();
      },
      (lane) => {
        lane.ready();
        lane.die();
      },
    ];
    for (const happen of late) {
      const waiting: FakeWorker[] = [];
      const place = await start(4, true, undefined, (lane) => waiting.push(lane));
      await calm();
      place.workers[0]!.answersStop = false;
      place.workers[0]!.lose();
      await calm();
      await runImages(place, 0, 1);
      happen(waiting[0]!);
      await calm();
      const before = place.workers[1]!.memory!.lent.size;
      place.dispatcher.copier.place(BYTES);
      await calm();
      assert.ok(place.workers[1]!.memory!.lent.size > before, "it is asked for no room any more");
      place.workers[0]!.say({ type: "left", jobs: [] });
      place.workers[0]!.say({ type: "stopped" });
      await place.dispatcher.terminate();
    }
  });

  it("cost no question more than once, though several lanes tell of the loss, early or late", async () => {
    const waiting: FakeWorker[] = [];
    const place = await start(
      4,
      true,
      (worker) => {
        worker.answersOpen = false;
        worker.ready();
      },
      (lane) => waiting.push(lane),
    );
    await calm();
    place.workers[0]!.answersOpen = false;
    const late = [...waiting];
    let isAnswered = false;
    void place.dispatcher.openAsking(1, [], []).then(() => (isAnswered = true));
    place.workers[0]!.answersStop = false;
    place.workers[0]!.lose();
    await calm();
    for (const lane of late) {
      lane.ready();
      lane.lose();
      await calm();
    }
    assert.equal(isAnswered, false);
    place.workers[1]!.say({ type: "opened", batch: 1 });
    await calm();
    assert.equal(isAnswered, true);
    place.workers[0]!.say({ type: "left", jobs: [] });
    place.workers[0]!.say({ type: "stopped" });
    await place.dispatcher.terminate();
  });
});

describe("what happens while an instance of several lanes is lost", () => {
  it("a result that one lane has finished stays, though another has told of the loss", async () => {
    const place = await startLanes();
    const { lanes, ends } = place;
    await runOwned(place, 0, 4);
    for (const lane of lanes) lane.answersStop = false;
    const [guilty] = lanes[0]!.jobs;
    const [finished] = lanes[2]!.jobs;
    lanes[0]!.lose([guilty!]);
    await calm();
    lanes[2]!.end([finished!]);
    for (const lane of lanes) {
      lane.say({ type: "left", jobs: lane === lanes[2] ? [] : lane.given });
      lane.say({ type: "stopped" });
    }
    await calm();
    endAll(place, 1);
    assert.deepEqual([ended(ends), failures(ends)], [numbers(0, 4), [[guilty, "worker-lost"]]]);
    await place.dispatcher.terminate();
  });

  it("a job ends once, though its lane answers after the others have told what they have left", async () => {
    const place = await startLanes();
    const { lanes, ends } = place;
    await runImages(place, 0, 4);
    for (const lane of lanes) lane.answersStop = false;
    lanes[1]!.die();
    await calm();
    for (const lane of lanes) if (lane !== lanes[1]) lane.say({ type: "left", jobs: [] });
    await calm();
    lanes[1]!.end(lanes[1]!.jobs);
    await calm();
    endAll(place, 1);
    assert.deepEqual([ended(ends), failures(ends)], [numbers(0, 4), []]);
    await place.dispatcher.terminate();
  });

  it("an image that there is no memory to copy costs itself alone, sent or not", async () => {
    for (const isSent of [true, false]) {
      const place = await startLanes();
      const { lanes, ends, dispatcher, workers } = place;
      const { memory } = workers[0]!.memory!;
      let returned = 0;
      const loan = { room: 4096, memory, read: noMemory, giveBack: () => (returned += 1) };
      const input: JobInput = { kind: "lent", room: 4096, width: 128, height: 128 };
      const run = () => dispatcher.run(makeJob(0, 0, input), [], (end) => ends.push(end), loan);
      if (isSent) {
        run();
        await runOwned(place, 1, 4);
        for (const lane of lanes) lane.left = lane.given.filter(({ input }) => input.kind !== "lent");
      }
      lanes[0]!.lose([], lanes[0]!.left);
      if (!isSent) {
        run();
        await runOwned(place, 1, 4);
      }
      await calm();
      await calm();
      assert.equal(workers.length, 2);
      endAll(place, 1);
      assert.deepEqual([ended(ends), failures(ends), returned], [numbers(0, 4), [[0, "worker-lost"]], 1]);
      await dispatcher.terminate();
    }
  });
});

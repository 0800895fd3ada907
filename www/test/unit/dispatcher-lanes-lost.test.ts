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
} from "./fake-workers.js";
import { BYTES, endAll, givenTo, runImages, same } from "./lane-jobs.js";
import { transferOf, type Job } from "../../src/protocol.js";
import { calm } from "./random.js";

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
      return makeJob(job, 0, { kind: "pixels", width: 128, height: 128, buffer });
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
      return makeJob(job, 0, { kind: "pixels", width: 128, height: 128, buffer });
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

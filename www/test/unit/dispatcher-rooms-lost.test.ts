/** What becomes of images that lie in an instance of several lanes while it is lost, and of what its lanes still tell. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ended, failures, lanesOf, makeJob, numbers, start, startLanes, type FakeWorker } from "./fake-workers.js";
import { BYTES, endAll, givenTo, imageOf, runImages, runOwned, same } from "./lane-jobs.js";
import { type JobInput } from "../../src/protocol.js";
import { calm } from "./random.js";

function noMemory(): never {
  throw new RangeError("Array buffer allocation failed");
}

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

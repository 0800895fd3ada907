/** Jobs of a lost worker that are run again: which, how often, and with which bytes. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import {
  ended,
  failures,
  fileOf,
  LIMIT,
  makeJob,
  mockTimeouts,
  numbers,
  start,
  STOP_LIMIT_MS,
  terminations,
} from "./fake-workers.js";
import type { Loan } from "../../src/copies.js";
import type { Dispatcher } from "../../src/dispatcher.js";
import { pack, type Packed } from "../../src/pixels.js";
import { transferOf, type JobInput, type JobResult } from "../../src/protocol.js";
import { calm } from "./random.js";

/** A job may have been with so many workers that were lost, nobody knows why. */
const MOST_LOSSES = 2;
/** Long enough to be copied into shared memory, where there is some. */
const LENGTH = LIMIT / 256;

/** An image of one value, packed as kept ones are. */
function imageOf(dispatcher: Dispatcher, value: number): Promise<Packed> {
  const data = new Uint8ClampedArray(LENGTH).fill(value);
  return pack({ kind: "pixels", like: "plain", data, width: 1, height: LENGTH / 4 }, false, dispatcher.copier);
}

/** The same, in a room: the first copy is made elsewhere, and asks for it. */
async function imageInRoom(dispatcher: Dispatcher, value: number): Promise<Packed & { loan: Loan }> {
  await imageOf(dispatcher, 0);
  await calm();
  const packed = await imageOf(dispatcher, value);
  const { loan } = packed;
  assert.ok(loan, "it is in no room");
  return { ...packed, loan };
}

/** Its value, where all of its bytes are still the same. */
function valueOf(input: JobInput | undefined): number | undefined {
  assert.ok(input?.kind === "pixels", "it is no image");
  const [value, ...others] = new Set(new Uint8Array(input.buffer, 0, LENGTH));
  assert.equal(others.length, 0);
  return value;
}

describe("a job that is lost again", () => {
  it(`is run ${MOST_LOSSES + 1} times where nobody knows what ends its workers`, async () => {
    const { workers, ends, runKept } = await start(1, true);
    runKept(0);
    for (let losses = 1; losses <= MOST_LOSSES + 1; losses++) {
      await calm();
      assert.deepEqual(workers.at(-1)?.jobs, [0]);
      assert.deepEqual(ends, []);
      workers.at(-1)!.lose([]);
    }
    await calm();
    assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
    assert.equal(workers.length, MOST_LOSSES + 2);
    assert.deepEqual(workers.at(-1)?.jobs, []);
  });

  it("is run on and on where others have done it", async () => {
    const { workers, ends, runKept } = await start(1, true);
    runKept(0);
    for (const guilty of numbers(1, 20)) {
      runKept(guilty);
      await calm();
      assert.deepEqual(workers.at(-1)?.jobs.sort(), [0, guilty].sort());
      workers.at(-1)!.lose([guilty]);
      await calm();
    }
    assert.equal(failures(ends).length, 19);
    workers.at(-1)!.end([0]);
    assert.deepEqual(ended(ends), numbers(0, 20));
    assert.deepEqual(terminations(workers), [...Array<boolean>(19).fill(true), false]);
  });

  it("fails where it is guilty, though its input is here and left", async () => {
    for (const shared of [true, false]) {
      const { dispatcher, workers } = await start(1, shared);
      const ends: JobResult[] = [];
      dispatcher.run(makeJob(0, 0, fileOf(0)), [], (end) => ends.push(end));
      await calm();
      workers[0]!.lose([0], [makeJob(0)]);
      await calm();
      assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
      assert.deepEqual(workers[1]?.jobs, []);
    }
  });

  it("ends as cancelled where its batch is forgotten meanwhile, and its picture is closed", async () => {
    const { dispatcher, workers } = await start(1);
    const ends: JobResult[] = [];
    let closed = 0;
    const picture = { width: 1, height: 1, close: () => (closed += 1) };
    const job = makeJob(0, 0, { kind: "picture", picture });
    dispatcher.run(job, [], (end) => ends.push(end));
    await calm();
    workers[0]!.answersStop = false;
    workers[0]!.lose();
    await calm();
    dispatcher.forget(0);
    workers[0]!.say({ type: "left", jobs: [job] });
    await calm();
    assert.deepEqual(failures(ends), [[0, "closed"]]);
    assert.equal(closed, 1);
    assert.deepEqual(workers[1]?.jobs, []);
    workers[0]!.say({ type: "stopped" });
  });

  it("ends as closed where its pool is closed meanwhile", async (t) => {
    const tick = mockTimeouts(t);
    const { dispatcher, workers, ends, runKept } = await start(1);
    workers[0]!.answersStop = false;
    runKept(0);
    await calm();
    workers[0]!.lose();
    await calm();
    const ending = dispatcher.terminate();
    tick(STOP_LIMIT_MS);
    await ending;
    assert.deepEqual(failures(ends), [[0, "closed"]]);
    assert.deepEqual(terminations(workers), [true, true]);
  });
});

describe("an input that is still here", () => {
  it("is sent again: a file as it is, and a copy of an image in a room, which is transferred", async () => {
    const { dispatcher, workers } = await start(1, true);
    const file = makeJob(0, 0, fileOf(7));
    dispatcher.run(file, [], () => undefined);
    const { input, loan } = await imageInRoom(dispatcher, 5);
    const into = new ArrayBuffer(LENGTH);
    dispatcher.run({ ...makeJob(1, 0, input), into, change: 3 }, [into], () => undefined, loan);
    await calm();
    workers[0]!.lose();
    await calm();
    const [first, second] = workers[1]!.given;
    assert.deepEqual(first?.input, file.input);
    assert.deepEqual([second?.job, second?.change, second?.into], [1, 3, undefined]);
    assert.equal(valueOf(second?.input), 5);
    assert.ok(second?.input.kind === "pixels");
    assert.deepEqual(workers[1]!.transferred, [second.input.buffer]);
  });

  it("is a copy of its own where the worker has taken it: then it is lost with it", async () => {
    const { dispatcher, workers } = await start(1);
    const ends: JobResult[] = [];
    const { input, transfer } = await imageOf(dispatcher, 5);
    assert.equal(transfer.length, 1);
    dispatcher.run(makeJob(0, 0, input), transfer, (end) => ends.push(end));
    await calm();
    workers[0]!.lose();
    await calm();
    assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
  });

  it("is in its room as it was, whatever other images come before it is run again", async () => {
    const { dispatcher, workers } = await start(1, true);
    const ends: JobResult[] = [];
    const { input, loan } = await imageInRoom(dispatcher, 1);
    dispatcher.run(makeJob(0, 0, input), [], (end) => ends.push(end), loan);
    await calm();
    await imageOf(dispatcher, 2);
    workers[0]!.answersStop = false;
    workers[0]!.lose();
    await imageOf(dispatcher, 3);
    await calm();
    const other = await imageOf(dispatcher, 4);
    if (other.loan) assert.notEqual(other.loan, loan);
    workers[0]!.say({ type: "left", jobs: [] });
    await calm();
    assert.equal(valueOf(workers[1]!.given[0]?.input), 1);
    workers[1]!.end([0]);
    workers[0]!.say({ type: "stopped" });
    assert.deepEqual([ended(ends), failures(ends)], [[0], []]);
  });

  it("is given up after so many losses, with the copies that were made of it", async () => {
    const { dispatcher, workers } = await start(1, true);
    const ends: JobResult[] = [];
    const { input, loan } = await imageInRoom(dispatcher, 1);
    dispatcher.run(makeJob(0, 0, input), [], (end) => ends.push(end), loan);
    for (let losses = 0; losses <= MOST_LOSSES; losses++) {
      await calm();
      assert.equal(ends.length, 0);
      const worker = workers.at(-1)!;
      worker.lose([], worker.given);
    }
    await calm();
    assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
  });
});

describe("jobs that were on their way to a worker when it was lost", () => {
  /** Lets nothing be posted until what is returned is called. */
  function holdPosts(t: TestContext): () => void {
    const held: (() => void)[] = [];
    t.mock.method(globalThis, "queueMicrotask", (task: () => void) => held.push(task));
    return () => {
      while (held.length > 0) held.splice(0).forEach((task) => task());
    };
  }

  it("are sent to the one in its place, whatever their input, with what must be transferred", async () => {
    for (const shared of [true, false]) {
      const { dispatcher, workers } = await start(1, shared);
      const ends: JobResult[] = [];
      const job = makeJob(0);
      dispatcher.run(job, transferOf(job), (end) => ends.push(end));
      workers[0]!.lose();
      await calm();
      assert.deepEqual(workers[0]!.jobs, []);
      assert.equal(workers[1]?.given[0], job);
      assert.deepEqual(workers[1].transferred, transferOf(job));
      workers[1].end([0]);
      assert.deepEqual([ended(ends), failures(ends)], [[0], []]);
    }
  });

  it("are sent there beside those that it gives back, and without those that it does not", async () => {
    const { workers, ends, run, runKept } = await start(1, true);
    run(0, 1);
    await calm();
    run(2);
    runKept(3);
    workers[0]!.lose([], [makeJob(1)]);
    await calm();
    assert.deepEqual(workers[0]!.jobs, [0, 1]);
    assert.deepEqual(workers[1]?.jobs.sort(), [1, 2, 3]);
    assert.deepEqual(failures(ends), [[0, "worker-lost"]]);
  });

  it("are sent there also where it was killed and says nothing", async (t) => {
    for (const shared of [true, false]) {
      const { workers, ends, run } = await start(1, shared);
      const post = holdPosts(t);
      run(0);
      workers[0]!.die();
      await calm();
      post();
      assert.deepEqual(workers[0]!.jobs, []);
      assert.deepEqual(workers[1]?.jobs, [0]);
      assert.deepEqual(ends, []);
      t.mock.restoreAll();
    }
  });

  it("to another worker come to that one, once", async () => {
    const { workers, ends, run } = await start(2);
    run(0, 1);
    workers[0]!.lose();
    await calm();
    assert.deepEqual(
      workers.map(({ jobs }) => jobs),
      [[], [1], [0]],
    );
    assert.deepEqual(ends, []);
  });

  it("end as cancelled where their batch is forgotten meanwhile", async () => {
    const { dispatcher, workers, ends, run } = await start(1);
    run(0);
    workers[0]!.lose();
    dispatcher.forget(0);
    await calm();
    assert.deepEqual(failures(ends), [[0, "closed"]]);
    assert.deepEqual(workers[1]?.jobs, []);
  });
});

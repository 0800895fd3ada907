import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it, mock, type TestContext } from "node:test";
import type { Engine } from "../../src/engine.js";
import type { ErrorData, ErrorDetails } from "../../src/errors.js";
import { Gate } from "../../src/gate.js";
import type { Copier } from "../../src/pixels.js";
import type { Job, JobResult, Step } from "../../src/protocol.js";
import { Run } from "../../src/run.js";
import type { Batch, BatchItem, Progress, RunOptions, Settled, Span } from "../../src/types.js";
import { calm, random, SEED } from "./random.js";

/** What a run may have between its batch and its reader. */
const MOST_ITEMS = 256;
/** An image of one pixel takes so much while it is in flight, and so much until it is read. */
const [IN_FLIGHT, UNREAD] = [12, 4];

/** Runs look at the clock; here it stands still but where a test moves it. */
let clock = 0;
before(() => mock.method(performance, "now", () => clock));
beforeEach(() => {
  clock = 1000;
});
after(() => mock.restoreAll());

/** Has jobs until a test ends them; with `answers`, ends each at once. */
class FakeEngine {
  readonly copier: Copier = { copy: (bytes) => Uint8Array.from(bytes).buffer };
  readonly opened = new Map<number, readonly Step[]>();
  readonly forgotten: number[] = [];
  /** Not ended yet, in the order they came. */
  readonly jobs: { job: Job; done: (result: JobResult) => void }[] = [];
  /** Every job that there was. */
  readonly seen: Job[] = [];
  answers = false;

  open(batch: number, steps: readonly Step[]): void {
    this.opened.set(batch, steps);
  }

  run(job: Job, _transfer: Transferable[], done: (result: JobResult) => void): void {
    this.seen.push(job);
    this.jobs.push({ job, done });
    if (this.answers) this.end(this.jobs.length - 1);
  }

  /** As a worker does that has not begun any of them. */
  forget(batch: number): void {
    this.forgotten.push(batch);
    const error: ErrorData = { code: "closed", class: "PixelpoolError", message: "the batch was cancelled" };
    for (let at = this.jobs.length - 1; at >= 0; at--) if (this.jobs[at]?.job.batch === batch) this.fail(at, error);
  }

  get busy(): boolean {
    return this.jobs.length > 0;
  }

  /** Ends one of the jobs well. */
  end(at = 0, spans: JobResult["spans"] = []): void {
    const { job, done } = this.jobs.splice(at, 1)[0]!;
    const { input } = job;
    if (input.kind === "numbers") {
      done({ job: job.job, spans, outcome: { kind: "numbers", numbers: input.numbers }, pixels: input.numbers.length });
      return;
    }
    assert.ok(input.kind === "pixels");
    const { width, height } = input;
    const buffer = new ArrayBuffer(width * height * 4);
    done({ job: job.job, spans, outcome: { kind: "pixels", width, height, buffer }, pixels: width * height });
  }

  fail(at: number, error: ErrorData): void {
    const { job, done } = this.jobs.splice(at, 1)[0]!;
    done({ job: job.job, spans: [], outcome: { kind: "failed", error }, pixels: 0 });
  }
}

const PANIC: ErrorData = { code: "filter-panicked", class: "PixelpoolError", message: "it failed", filter: "invert" };

/** An engine and a gate that runs share. */
class Place {
  readonly engine = new FakeEngine();
  readonly gate: Gate;
  /** Calls of the listener that is told when a run may have become quiet. */
  changes = 0;
  readonly #threads: number;
  #batches = 0;
  #jobs = 0;

  constructor(limit = 1e9, answers = false, threads = 2) {
    this.#threads = threads;
    this.gate = new Gate(limit);
    this.engine.answers = answers;
  }

  run<Id>(batch: Batch<Id>, options: RunOptions = {}, ordered = true): Run<Id> {
    const context = {
      engine: this.engine as unknown as Engine,
      gate: this.gate,
      batch: this.#batches++,
      threads: this.#threads,
      nextJob: () => this.#jobs++,
      changed: () => {
        this.changes += 1;
      },
    };
    return new Run(context, [{ kind: "gaussianBlur" }], batch, options, ordered);
  }

  /** Nothing is left of any run. */
  assertEmpty(): void {
    assert.equal(this.engine.jobs.length, 0);
    assert.equal(this.gate.used, 0);
  }
}

const pixel = (side = 1) => ({ data: new Uint8Array(side * side * 4), width: side, height: side });

/** Items whose ids are their places. */
function items(count: number, image: () => BatchItem[1] = pixel): BatchItem<number>[] {
  return Array.from({ length: count }, (_, id) => [id, image()]);
}

/** An endless batch that tells how far it was read and whether it was closed. */
class Endless implements Iterable<BatchItem<number>> {
  read = 0;
  closed = false;

  *[Symbol.iterator](): Generator<BatchItem<number>> {
    try {
      for (;;) yield [this.read++, pixel()];
    } finally {
      this.closed = true;
    }
  }
}

async function all<Id>(run: Run<Id>): Promise<Settled<Id>[]> {
  const list: Settled<Id>[] = [];
  for await (const settled of run) list.push(settled);
  return list;
}

const ids = <Id>(list: readonly Settled<Id>[]) => list.map(({ id }) => id);

const idOf = <Id>(result: IteratorResult<Settled<Id>, unknown>) => (result.done ? undefined : result.value.id);

/** Notes how a promise ends, without waiting for it. */
function watch<T>(promise: Promise<T>): { state: "pending" | "resolved" | "rejected"; value?: T; reason?: unknown } {
  const watched: ReturnType<typeof watch<T>> = { state: "pending" };
  promise.then(
    (value) => Object.assign(watched, { state: "resolved", value }),
    (reason: unknown) => Object.assign(watched, { state: "rejected", reason }),
  );
  return watched;
}

/** Node has no `reportError`. Collects what is told to it. */
function collectReports(t: TestContext): unknown[] {
  const reports: unknown[] = [];
  const before = Object.getOwnPropertyDescriptor(globalThis, "reportError");
  const value = (error: unknown) => reports.push(error);
  Object.defineProperty(globalThis, "reportError", { value, configurable: true, writable: true });
  t.after(() => {
    if (before) Object.defineProperty(globalThis, "reportError", before);
    else Reflect.deleteProperty(globalThis, "reportError");
  });
  return reports;
}

describe("results of a run", () => {
  it("come in input order, whatever order the work ends in", async (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const next = random(SEED);
    const place = new Place();
    const results = all(place.run(items(50)));
    await calm();
    assert.equal(place.engine.jobs.length, 50);
    while (place.engine.busy) place.engine.end(next(place.engine.jobs.length));
    const list = await results;
    assert.deepEqual(
      ids(list),
      items(50).map(([id]) => id),
    );
    assert.deepEqual(
      list.map(({ index }) => index),
      ids(list),
    );
    place.assertEmpty();
  });

  it("come as soon as all before them are there", async () => {
    const place = new Place();
    const run = place.run(items(3));
    const reads = [run.next(), run.next(), run.next()].map(watch);
    await calm();
    const states = async () => {
      await calm();
      return reads.map(({ state }) => state).join();
    };
    place.engine.end(1);
    assert.equal(await states(), "pending,pending,pending");
    place.engine.end(0);
    assert.equal(await states(), "resolved,resolved,pending");
    place.engine.end(0);
    assert.equal(await states(), "resolved,resolved,resolved");
    place.assertEmpty();
  });

  it("come as they end where no order is asked for", async () => {
    const place = new Place();
    const results = all(place.run(items(4), {}, false));
    await calm();
    for (const at of [2, 0, 1, 0]) place.engine.end(at);
    assert.deepEqual(ids(await results), [2, 0, 3, 1]);
    place.assertEmpty();
  });

  it("of an empty batch are none", async () => {
    async function* nothing(): AsyncGenerator<BatchItem> {
      // Nothing.
    }
    for (const batch of [[], new Set<BatchItem>(), nothing()]) {
      const place = new Place();
      const run = place.run(batch);
      assert.deepEqual(await all(run), []);
      assert.ok(run.isEnded() && run.quiet);
      place.assertEmpty();
    }
  });

  it("come of every kind of iterable", async () => {
    async function* later(): AsyncGenerator<BatchItem<number>> {
      for (const item of items(3)) {
        await calm();
        yield item;
      }
    }
    const batches = [items(3), new Set(items(3)), items(3).values(), later()];
    for (const batch of batches) {
      const place = new Place(1e9, true);
      assert.deepEqual(ids(await all(place.run(batch))), [0, 1, 2]);
      place.assertEmpty();
    }
  });

  it("carry the id that was given, whatever it is", async () => {
    const given = [undefined, null, "a", {}, Symbol("s"), NaN];
    const place = new Place(1e9, true);
    const list = await all(place.run(given.map((id): BatchItem => [id, pixel()])));
    for (const [at, id] of given.entries()) assert.ok(Object.is(list[at]?.id, id));
    place.assertEmpty();
  });

  it("carry the image, the thread that ended it and the time that it took on threads", async () => {
    const place = new Place();
    const results = all(place.run([["a", [1, 2]]]));
    await calm();
    place.engine.end(0, [
      [0, 1000, 1003],
      [2, 1001, 1010],
    ]);
    const image = [1, 2];
    assert.deepEqual(await results, [{ status: "fulfilled", id: "a", index: 0, image, ms: 10, thread: 2 }]);
    place.assertEmpty();
  });

  it("of several runs at once are not mixed up", async () => {
    const place = new Place();
    const results = ["a", "b", "c"].map((name) =>
      all(place.run([0, 1, 2].map((n): BatchItem => [`${name}${n}`, pixel()]))),
    );
    await calm();
    const next = random(1);
    while (place.engine.busy) place.engine.end(next(place.engine.jobs.length));
    assert.deepEqual((await Promise.all(results)).map(ids), [
      ["a0", "a1", "a2"],
      ["b0", "b1", "b2"],
      ["c0", "c1", "c2"],
    ]);
    place.assertEmpty();
  });

  it("end once: after the end there is nothing more", async () => {
    const place = new Place(1e9, true);
    const run = place.run(items(1));
    await all(run);
    for (let i = 0; i < 3; i++) assert.deepEqual(await run.next(), { done: true, value: undefined });
    assert.deepEqual(await run.return(), { done: true, value: undefined });
    assert.deepEqual(place.engine.forgotten, [0]);
  });
});

describe("a bad item", () => {
  it("is an outcome like any other, with its place and its id", async () => {
    const place = new Place(1e9, true);
    const batch = [
      ["good", pixel()],
      ["no image", 5],
      ["intensity", pixel(), 1e9],
      ["no pixels", { data: new Uint8Array(5), width: 1, height: 1 }],
      ["rejected", Promise.reject(new Error("it did not come"))],
      "no tuple",
      ["too short"],
      ["too", pixel(), 1, "long"],
      ["last", Promise.resolve(pixel()), 3],
    ] as BatchItem<string>[];
    const list = await all(place.run(batch));
    const told = list.map((settled) => {
      if (settled.status === "fulfilled") return settled.id;
      const { name, code, index, id } = settled.reason as Error & ErrorDetails;
      assert.equal(index, settled.index);
      assert.equal(id, settled.id);
      return [id, name, code];
    });
    assert.deepEqual(told, [
      "good",
      ["no image", "TypeError", "invalid-image"],
      ["intensity", "RangeError", "invalid-parameter"],
      ["no pixels", "RangeError", "invalid-image"],
      ["rejected", "PixelpoolError", "invalid-image"],
      [undefined, "TypeError", "invalid-item"],
      [undefined, "TypeError", "invalid-item"],
      [undefined, "TypeError", "invalid-item"],
      "last",
    ]);
    assert.equal((list[4] as { reason: Error }).reason.cause instanceof Error, true);
    assert.deepEqual(
      place.engine.seen.map(({ change }) => change),
      [undefined, 3],
    );
    place.assertEmpty();
  });

  it("keeps what was thrown as its cause, the browser's own errors too", async () => {
    for (const thrown of [new Error("no"), new DOMException("The user aborted a request.", "AbortError"), "text"]) {
      const place = new Place(1e9, true);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever an image's promise may be rejected with
      const [settled] = await all(place.run([["a", Promise.reject(thrown)]]));
      assert.ok(settled?.status === "rejected");
      assert.equal((settled.reason as Error & ErrorDetails).code, "invalid-image");
      assert.equal(settled.reason.cause, thrown);
    }
  });

  it("that the engine fails keeps the engine's error", async () => {
    for (const ordered of [true, false]) {
      const place = new Place();
      const results = all(place.run(items(3), {}, ordered));
      await calm();
      place.engine.fail(1, PANIC);
      place.engine.end(0);
      place.engine.end(0);
      const list = await results;
      const failed = list.find(({ id }) => id === 1);
      assert.ok(failed?.status === "rejected");
      const { message, code, filter, index, id } = failed.reason as Error & ErrorDetails;
      const expected = { message: "it failed", code: "filter-panicked", filter: "invert", index: 1, id: 1 };
      assert.deepEqual({ message, code, filter, index, id }, expected);
      assert.equal(list.filter(({ status }) => status === "fulfilled").length, 2);
      place.assertEmpty();
    }
  });

  it("larger than the memory limit is refused before it is copied", async () => {
    const place = new Place(100, true);
    place.engine.copier.copy = () => assert.fail("it was copied");
    const [settled] = await all(place.run([["large", pixel(3)]]));
    assert.ok(settled?.status === "rejected");
    assert.equal((settled.reason as Error & ErrorDetails).code, "too-large");
    assert.ok(settled.reason.message.includes("108") && settled.reason.message.includes("100"));
    place.assertEmpty();
  });

  it("whose copy cannot be made gives its room back", async () => {
    const place = new Place(1000, true);
    place.engine.copier.copy = () => {
      throw new RangeError("Array buffer allocation failed");
    };
    const [settled] = await all(place.run(items(1)));
    assert.ok(settled?.status === "rejected");
    assert.equal(settled.reason.message, "Array buffer allocation failed");
    place.assertEmpty();
  });

  it("whose result cannot be made is an outcome too", async () => {
    class Odd extends Uint8Array {
      constructor(length: number) {
        if (length === 3) throw new RangeError("Array buffer allocation failed");
        super(length);
      }
    }
    const odd = new Odd(2);
    const place = new Place();
    const results = watch(all(place.run([["odd", odd]])));
    await calm();
    const { job, done } = place.engine.jobs.splice(0)[0]!;
    const numbers = new Float64Array(3);
    try {
      done({ job: job.job, spans: [], outcome: { kind: "numbers", numbers }, pixels: 3 });
    } catch {
      // It has nothing to do with the engine.
    }
    await calm();
    assert.equal(results.state, "resolved");
    assert.equal(results.value?.[0]?.status, "rejected");
    place.assertEmpty();
  });

  it("that is a batch as a whole is a mistake of the call", () => {
    for (const batch of [5, null, undefined, "text", {}, () => 1]) {
      const place = new Place();
      assert.throws(() => place.run(batch as Batch), { name: "TypeError", code: "invalid-batch" });
      assert.equal(place.engine.opened.size, 0);
    }
  });
});

describe("back-pressure", () => {
  for (const [answers, ordered] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const) {
    const what = `${ordered ? "in order" : "as they end"}, ${answers ? "with everything done" : "with nothing done"}`;
    it(`an endless batch is read ${MOST_ITEMS} ahead and no further while nobody reads: ${what}`, async () => {
      const place = new Place(1e9, answers);
      const batch = new Endless();
      const run = place.run(batch, {}, ordered);
      for (let i = 0; i < 3; i++) {
        await calm();
        assert.equal(batch.read, MOST_ITEMS);
      }
      assert.equal(run.quiet, answers);
      for (let taken = 1; taken <= 20; taken++) {
        const result = run.next();
        if (!answers) place.engine.end();
        assert.equal(idOf(await result), taken - 1);
        await calm();
        assert.equal(batch.read, MOST_ITEMS + taken);
      }
      assert.ok(!batch.closed);
      await run.return();
      await calm();
      assert.ok(batch.closed);
      assert.equal(batch.read, MOST_ITEMS + 20);
      place.assertEmpty();
    });
  }

  it("a batch is read only as far ahead as there is room in memory", async () => {
    const place = new Place(10 * IN_FLIGHT);
    const batch = new Endless();
    const run = place.run(batch);
    await calm();
    // Ten are in flight, one waits for room.
    assert.equal(batch.read, 11);
    assert.equal(place.gate.used, 10 * IN_FLIGHT);
    place.engine.end();
    await calm();
    // Unread, it still takes some.
    assert.equal(batch.read, 11);
    assert.equal(place.gate.used, 9 * IN_FLIGHT + UNREAD);
    assert.equal(idOf(await run.next()), 0);
    await calm();
    assert.equal(batch.read, 12);
    assert.equal(place.gate.used, 10 * IN_FLIGHT);
    await run.return();
    await calm();
    place.assertEmpty();
  });

  for (const [side, threads, ahead] of [
    // Two for each thread and two more, of whatever size.
    [1024, 1, 4],
    [1024, 4, 10],
    [2048, 4, 10],
    // Of smaller ones as many as 16 MiB hold, all three copies counted.
    [512, 1, 6],
    [512, 4, 10],
    [128, 4, 86],
  ] as const) {
    it(`of images of ${side} pixels a side, ${ahead} are in flight for ${threads} threads`, async () => {
      const place = new Place(1e12, false, threads);
      place.engine.copier.copy = () => new ArrayBuffer(0);
      const image = pixel(side);
      let read = 0;
      const run = place.run(
        (function* (): Generator<BatchItem<number>> {
          for (;;) yield [read++, image];
        })(),
      );
      await calm();
      assert.equal(read, ahead);
      assert.equal(run.quiet, false);
      for (let ended = 1; ended <= 5; ended++) {
        // Before its turn or not, what has ended makes room.
        place.engine.fail(place.engine.jobs.length - 1, PANIC);
        await calm();
        assert.equal(read, ahead + ended);
        assert.equal(place.engine.jobs.length, ahead);
      }
      await run.return();
      await calm();
      place.assertEmpty();
    });
  }

  it("gives way to other tasks of the page after some milliseconds of copying, and goes on", async () => {
    const place = new Place(1e9, true);
    place.engine.copier.copy = ({ byteLength }) => {
      clock += 4;
      return new ArrayBuffer(byteLength);
    };
    const results = all(place.run(items(50)));
    // Everything that waits for nothing but promises comes before this.
    await calm();
    assert.ok(place.engine.seen.length > 0 && place.engine.seen.length < 50);
    assert.equal((await results).length, 50);
    place.assertEmpty();
  });

  it("never more than the memory limit is in flight, and all is given back", async (t) => {
    t.diagnostic(`SEED=${SEED} and the 19 after it`);
    for (let seed = SEED; seed < SEED + 20; seed++) {
      const next = random(seed);
      const place = new Place(2000);
      const sides = Array.from({ length: 60 }, () => 1 + next(12));
      const batch = sides.map((side, id): BatchItem<number> => [id, pixel(side)]);
      const results = watch(all(place.run(batch, {}, next(2) === 0)));
      for (let turn = 0; results.state === "pending"; turn++) {
        assert.ok(turn < 1000, `it hangs, SEED=${seed}`);
        assert.ok(place.gate.used <= 2000, `SEED=${seed}`);
        const { jobs } = place.engine;
        if (jobs.length > 0 && next(5) === 0) place.engine.fail(next(jobs.length), PANIC);
        else if (jobs.length > 0) place.engine.end(next(jobs.length));
        await calm();
      }
      assert.equal(results.value?.length, 60);
      assert.equal(new Set(ids(results.value)).size, 60);
      place.assertEmpty();
    }
  });

  it("a file whose guess is larger than the limit goes on alone", async () => {
    const place = new Place(1000);
    const batch = [1, 2, 3].map((id): BatchItem<number> => [id, new Blob(["a file"])]);
    const results = watch(all(place.run(batch)));
    for (let turn = 0; turn < 3; turn++) {
      await calm();
      assert.equal(place.engine.jobs.length, 1);
      assert.ok(place.gate.used > 1000);
      place.engine.fail(0, PANIC);
    }
    await calm();
    assert.equal(results.state, "resolved");
    place.assertEmpty();
  });

  it("two runs share the limit and both end", async () => {
    const place = new Place(3 * IN_FLIGHT);
    const results = [watch(all(place.run(items(20)))), watch(all(place.run(items(20))))];
    for (let turn = 0; turn < 100 && results.some(({ state }) => state === "pending"); turn++) {
      await calm();
      if (place.engine.busy) place.engine.end();
    }
    for (const { state, value } of results) {
      assert.equal(state, "resolved");
      assert.equal(value?.length, 20);
    }
    place.assertEmpty();
  });

  it("a run goes on beside one that its reader has left standing at the gate", async () => {
    const place = new Place(4 * IN_FLIGHT, true);
    const standing = place.run(new Endless());
    await calm();
    const results = watch(all(place.run(items(3))));
    await calm();
    const { state, value } = results;
    await standing.return();
    await calm();
    assert.equal(state, "resolved");
    assert.equal(value?.length, 3);
    place.assertEmpty();
  });
});

describe("leaving the loop", () => {
  it("cancels what is in flight, reads no further and closes the batch", async () => {
    const place = new Place();
    const batch = new Endless();
    const run = place.run(batch);
    await calm();
    place.engine.end();
    for await (const { id } of run) {
      assert.equal(id, 0);
      break;
    }
    const { read } = batch;
    await calm();
    assert.equal(batch.read, read);
    assert.ok(batch.closed && run.isEnded() && run.quiet);
    assert.deepEqual(place.engine.forgotten, [0]);
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    place.assertEmpty();
  });

  it("gives back the room of what is ready and unread", async () => {
    const place = new Place(1e9, true);
    const run = place.run(items(10), {}, false);
    await calm();
    assert.equal(place.gate.used, 10 * UNREAD);
    await run.return();
    await calm();
    place.assertEmpty();
  });

  it("gives back the room of what is ready before its turn", async () => {
    const place = new Place();
    const run = place.run(items(4));
    await calm();
    place.engine.end(3);
    place.engine.end(2);
    await run.return();
    await calm();
    place.assertEmpty();
  });

  it("gives back the room of what ends later, and of what waits at the gate", async () => {
    const place = new Place(2 * IN_FLIGHT);
    // Already begun on a thread: it ends when it ends.
    place.engine.forget = () => undefined;
    const run = place.run(new Endless(), {}, false);
    await calm();
    await run.return();
    await calm();
    assert.equal(place.gate.used, 2 * IN_FLIGHT);
    place.engine.end();
    place.engine.fail(0, PANIC);
    await calm();
    place.assertEmpty();
  });

  it("ends other reads that wait", async () => {
    const place = new Place();
    const run = place.run(items(3));
    const reads = [run.next(), run.next()];
    await run.return();
    for (const read of reads) assert.deepEqual(await read, { done: true, value: undefined });
    await calm();
    place.assertEmpty();
  });

  it("does not wait for a batch that never gives its next item", async () => {
    const place = new Place();
    const batch: AsyncIterable<BatchItem> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    };
    const run = place.run(batch);
    const read = run.next();
    await calm();
    assert.equal(run.quiet, false);
    await run.return();
    assert.deepEqual(await read, { done: true, value: undefined });
    place.assertEmpty();
  });

  it("stays the end though the batch throws afterwards", async () => {
    const place = new Place();
    let fail: (reason: unknown) => void = () => undefined;
    const batch: AsyncIterable<BatchItem> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise((_, reject) => (fail = reject)) }),
    };
    const run = place.run(batch);
    await run.return();
    fail(new Error("too late"));
    await calm();
    assert.deepEqual(await run.next(), { done: true, value: undefined });
  });
});

describe("aborting", () => {
  /** How a run ends that is aborted in the midst of it, and what is left after that. */
  async function abortAt(place: Place, prepare: () => Promise<void>, ordered = true, read = true): Promise<void> {
    const controller = new AbortController();
    const reason = new Error("enough");
    const batch = new Endless();
    const run = place.run(batch, { signal: controller.signal }, ordered);
    const results = read ? watch(all(run)) : undefined;
    await calm();
    await prepare();
    controller.abort(reason);
    assert.ok(run.isEnded());
    await calm();
    if (results) assert.equal(results.reason, reason);
    else await assert.rejects(run.next(), (error) => error === reason);
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    assert.ok(batch.closed);
    const { read: count } = batch;
    await calm();
    assert.equal(batch.read, count);
    assert.deepEqual(place.engine.forgotten, [0]);
    place.assertEmpty();
  }

  it("rejects with the signal's own reason while everything is in flight", async () => {
    for (const ordered of [true, false]) await abortAt(new Place(), () => Promise.resolve(), ordered);
  });

  it("rejects while items wait at the gate", async () => {
    for (const ordered of [true, false]) {
      await abortAt(new Place(2 * IN_FLIGHT), () => Promise.resolve(), ordered);
    }
  });

  it("rejects in the midst of reading", async () => {
    const place = new Place();
    await abortAt(place, async () => {
      for (let i = 0; i < 5; i++) place.engine.end();
      await calm();
    });
  });

  it("takes back what is ready and unread", async () => {
    for (const ordered of [true, false]) {
      await abortAt(new Place(1e9, true), () => Promise.resolve(), ordered, false);
    }
  });

  it("takes back what is ready and unread though all of it is done", async () => {
    const place = new Place(1e9, true);
    const controller = new AbortController();
    const run = place.run(items(5), { signal: controller.signal });
    await calm();
    assert.ok(run.isEnded());
    assert.equal(place.gate.used, 5 * UNREAD);
    controller.abort("enough");
    await assert.rejects(run.next(), (reason) => reason === "enough");
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    place.assertEmpty();
  });

  it("takes back what is ready before its turn", async () => {
    const place = new Place();
    await abortAt(place, () => {
      place.engine.end(4);
      place.engine.end(2);
      return Promise.resolve();
    });
  });

  it("changes nothing once everything has been read", async () => {
    const controller = new AbortController();
    const place = new Place(1e9, true);
    const run = place.run(items(2), { signal: controller.signal });
    assert.equal((await all(run)).length, 2);
    controller.abort();
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    place.assertEmpty();
  });

  it("before the call ends it before anything is read", async () => {
    const batch = new Endless();
    const place = new Place();
    const run = place.run(batch, { signal: AbortSignal.abort("never") });
    assert.ok(run.isEnded());
    await assert.rejects(run.next(), (reason) => reason === "never");
    await calm();
    assert.equal(batch.read, 0);
    place.assertEmpty();
  });

  it("from inside a listener ends it as well", async () => {
    for (const listener of ["onProgress", "onSpan"] as const) {
      const controller = new AbortController();
      const place = new Place();
      const abort = () => controller.abort("enough");
      const results = watch(all(place.run(items(5), { signal: controller.signal, [listener]: abort })));
      await calm();
      place.engine.end(0, [[0, 1, 2]]);
      await calm();
      assert.equal(results.reason, "enough");
      place.assertEmpty();
    }
  });

  it("listens to the signal no longer than it must", async (t) => {
    const { signal } = new AbortController();
    const add = t.mock.method(signal, "addEventListener");
    const remove = t.mock.method(signal, "removeEventListener");
    const place = new Place(1e9, true);
    await all(place.run(items(2), { signal }));
    const left = place.run(new Endless(), { signal });
    await left.return();
    assert.equal(add.mock.callCount(), 2);
    const removed = new Set(remove.mock.calls.map(({ arguments: [, listener] }) => listener));
    for (const { arguments: given } of add.mock.calls) assert.ok(removed.has(given[1]));
  });

  it("rejects with the signal's own reason though the batch throws another afterwards", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const place = new Place();
    const batch: AsyncIterable<BatchItem> = {
      [Symbol.asyncIterator]: () => ({
        // As a stream does that is aborted with the same signal.
        next: () =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("the batch's own")))),
      }),
    };
    const run = place.run(batch, { signal });
    await calm();
    controller.abort("enough");
    await calm();
    await assert.rejects(run.next(), (reason) => reason === "enough");
  });
});

describe("a batch that throws", () => {
  function* failing(good: number): Generator<BatchItem<number>> {
    yield* items(good);
    throw new SyntaxError("line 5");
  }
  async function* failingLater(good: number): AsyncGenerator<BatchItem<number>> {
    await calm();
    yield* failing(good);
  }

  for (const [name, make] of [
    ["an iterable", failing],
    ["an async iterable", failingLater],
  ] as const) {
    it(`gives the results before it, then its own error: ${name}`, async () => {
      for (const good of [0, 1, 7]) {
        const place = new Place();
        const run = place.run(make(good));
        const list: Settled<number>[] = [];
        const reading = (async () => {
          for await (const settled of run) list.push(settled);
        })();
        const outcome = watch(reading);
        for (let i = 0; i < 3; i++) await calm();
        if (good > 0) assert.equal(outcome.state, "pending");
        while (place.engine.busy) place.engine.end(place.engine.jobs.length - 1);
        await calm();
        assert.deepEqual(ids(list), [0, 1, 2, 3, 4, 5, 6].slice(0, good));
        assert.ok(outcome.reason instanceof SyntaxError);
        assert.equal(outcome.reason.message, "line 5");
        assert.deepEqual(await run.next(), { done: true, value: undefined });
        place.assertEmpty();
      }
    });
  }

  it("keeps its error for a reader who comes later, behind what is ready", async () => {
    const place = new Place(1e9, true);
    const run = place.run(failing(2));
    await calm();
    assert.ok(run.isEnded());
    assert.equal(idOf(await run.next()), 0);
    assert.equal(idOf(await run.next()), 1);
    await assert.rejects(run.next(), SyntaxError);
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    place.assertEmpty();
  });

  it("ends other reads that wait without an error", async () => {
    const place = new Place();
    const run = place.run(failing(0));
    const [first, second] = [watch(run.next()), watch(run.next())];
    await calm();
    assert.ok(first.reason instanceof SyntaxError);
    assert.deepEqual(second.value, { done: true, value: undefined });
  });

  it("leaves the engine and the gate for the next run", async () => {
    const place = new Place(2 * IN_FLIGHT, true);
    await assert.rejects(all(place.run(failing(20))), SyntaxError);
    assert.equal((await all(place.run(items(20)))).length, 20);
    place.assertEmpty();
  });
});

describe("listeners", () => {
  it("are told the progress after every item, which never falls", async () => {
    const place = new Place();
    const told: Progress[] = [];
    const batch = [...items(4, () => pixel(2)), ["bad", 5] as unknown as BatchItem<number>];
    const results = all(place.run(batch, { onProgress: (progress) => told.push(progress) }));
    await calm();
    place.engine.fail(2, PANIC);
    for (const at of [2, 0, 0]) {
      clock += 5;
      place.engine.end(at);
    }
    await results;
    assert.deepEqual(
      told.map(({ done, failed, total, pixels, elapsed }) => [done, failed, total, pixels, elapsed]),
      [
        [1, 1, 5, 0, 0],
        [2, 2, 5, 0, 0],
        [3, 2, 5, 4, 5],
        [4, 2, 5, 8, 10],
        [5, 2, 5, 12, 15],
      ],
    );
    // Each is an object of its own.
    assert.equal(new Set(told).size, 5);
  });

  it("are told no total where a batch does not say it", async () => {
    const place = new Place(1e9, true);
    const told: Progress[] = [];
    await all(place.run(new Set(items(3)), { onProgress: (progress) => told.push(progress) }));
    assert.equal(told.length, 3);
    for (const progress of told) assert.ok(!("total" in progress));
  });

  it("are told each stretch of work, on the page's clock", async () => {
    const place = new Place();
    const told: Span[] = [];
    const results = all(place.run(items(2), { onSpan: (span) => told.push(span) }));
    await calm();
    const { timeOrigin } = performance;
    place.engine.end(1, [
      [0, timeOrigin + 8, timeOrigin + 16],
      [3, timeOrigin + 16, timeOrigin + 32],
    ]);
    place.engine.end(0);
    await results;
    assert.deepEqual(
      told.map(({ thread, index, start, end }) => [thread, index, Math.round(start), Math.round(end)]),
      [
        [0, 1, 8, 16],
        [3, 1, 16, 32],
      ],
    );
  });

  it("that throw cost no result", async (t) => {
    const reports = collectReports(t);
    const place = new Place();
    const fail = () => {
      throw new Error("the listener's own");
    };
    const results = all(place.run(items(3), { onProgress: fail, onSpan: fail }));
    await calm();
    for (let i = 0; i < 3; i++) place.engine.end(0, [[0, 1, 2]]);
    const list = await results;
    assert.deepEqual(ids(list), [0, 1, 2]);
    assert.ok(list.every(({ status }) => status === "fulfilled"));
    assert.equal(reports.length, 6);
    for (const report of reports) assert.ok(report instanceof Error && report.message === "the listener's own");
    place.assertEmpty();
  });
});

describe("a run in its pool", () => {
  it("makes its chain known before its first job, and forgets it once at the end", async () => {
    const place = new Place(1e9, true);
    const run = place.run(items(2));
    assert.deepEqual([...place.engine.opened], [[0, [{ kind: "gaussianBlur" }]]]);
    assert.deepEqual(place.engine.forgotten, []);
    await all(run);
    assert.deepEqual(place.engine.forgotten, [0]);
  });

  it("gives each job a number of its own, and the output that was asked for", async () => {
    const place = new Place(1e9, true);
    await Promise.all([all(place.run(items(3), { output: "imageData" })), all(place.run(items(3)))]);
    assert.deepEqual(place.engine.seen.map(({ job }) => job).sort(), [0, 1, 2, 3, 4, 5]);
    for (const { output } of place.engine.seen) assert.equal(output, "pixels");
  });

  it("copies what is kept and sends what is given away as it is", async () => {
    for (const transfer of [false, true]) {
      const place = new Place(1e9, true);
      const image = pixel();
      await all(place.run([["a", image]], { transfer }));
      const input = place.engine.seen[0]?.input;
      assert.ok(input?.kind === "pixels");
      assert.equal(input.buffer === image.data.buffer, transfer);
    }
  });

  it("is not quiet while something runs or is read, and quiet when all is done", async () => {
    const place = new Place();
    const run = place.run(items(2));
    assert.equal(run.quiet, false);
    await calm();
    assert.equal(run.quiet, false);
    place.engine.end();
    assert.equal(run.isEnded(), false);
    const { changes } = place;
    place.engine.end();
    assert.ok(run.isEnded());
    assert.ok(place.changes > changes);
    // Its results are still there for their reader.
    assert.deepEqual(ids(await all(run)), [0, 1]);
    place.assertEmpty();
  });

  it("is quiet while it waits at the gate for its own reader, and no longer", async () => {
    const place = new Place(2 * UNREAD + IN_FLIGHT - 1, true);
    const batch = new Endless();
    const run = place.run(batch);
    await calm();
    assert.equal(batch.read, 3);
    assert.equal(run.quiet, true);
    place.engine.answers = false;
    await run.next();
    assert.equal(run.quiet, false);
    await calm();
    assert.equal(run.quiet, false);
    await run.return();
    await calm();
    place.assertEmpty();
  });

  it("that is stopped rejects its reader with the reason, and drops what is unread", async () => {
    const place = new Place();
    const [read, unread] = [place.run(items(3)), place.run(items(3), {}, false)];
    const waiting = [watch(read.next()), watch(read.next())] as const;
    await calm();
    place.engine.end(place.engine.jobs.findIndex(({ job }) => job.batch === 1));
    const reason = new Error("closed");
    read.stop(reason);
    unread.stop(reason);
    await calm();
    assert.equal(waiting[0].reason, reason);
    assert.deepEqual(waiting[1].value, { done: true, value: undefined });
    await assert.rejects(unread.next(), (error) => error === reason);
    assert.ok(read.quiet && unread.quiet);
    place.assertEmpty();
  });

  it("may be stopped again", async () => {
    const place = new Place();
    const run = place.run(items(3));
    await calm();
    run.stop("first");
    run.stop("second");
    await assert.rejects(run.next(), (reason) => reason === "first");
    run.stop("third");
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    assert.deepEqual(place.engine.forgotten, [0]);
    await calm();
    place.assertEmpty();
  });
});

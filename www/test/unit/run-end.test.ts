/** How runs end before their time: the reader leaves, a signal is aborted, the batch throws, the pool closes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, Endless, ids, idOf, IN_FLIGHT, items, PANIC, Place, UNREAD, watch } from "./fake-dispatcher.js";
import type { BatchItem, Settled } from "../../src/types.js";
import { calm } from "./random.js";

describe("leaving the loop", () => {
  it("cancels what is in flight, reads no further and closes the batch", async () => {
    const place = new Place();
    const batch = new Endless();
    const run = place.run(batch);
    await calm();
    place.dispatcher.end();
    for await (const { id } of run) {
      assert.equal(id, 0);
      break;
    }
    const { read } = batch;
    await calm();
    assert.equal(batch.read, read);
    assert.ok(batch.closed && run.isEnded() && run.quiet);
    assert.deepEqual(place.dispatcher.forgotten, [0]);
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    place.assertEmpty();
  });

  it("gives back the room of what is ready and unread", async () => {
    const place = new Place(1e9, true);
    const run = place.run(items(10), {}, false);
    await calm();
    assert.equal(place.budget.used, 10 * UNREAD);
    await run.return();
    await calm();
    place.assertEmpty();
  });

  it("gives back the room of what is ready before its turn", async () => {
    const place = new Place();
    const run = place.run(items(4));
    await calm();
    place.dispatcher.end(3);
    place.dispatcher.end(2);
    await run.return();
    await calm();
    place.assertEmpty();
  });

  it("gives back the room of what ends later, and of what waits for memory", async () => {
    const place = new Place(2 * IN_FLIGHT);
    // Already begun on a thread: it ends when it ends.
    place.dispatcher.forget = () => undefined;
    const run = place.run(new Endless(), {}, false);
    await calm();
    await run.return();
    await calm();
    assert.equal(place.budget.used, 2 * IN_FLIGHT);
    place.dispatcher.end();
    place.dispatcher.fail(0, PANIC);
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
    assert.deepEqual(place.dispatcher.forgotten, [0]);
    place.assertEmpty();
  }

  it("rejects with the signal's own reason while everything is in flight", async () => {
    for (const ordered of [true, false]) await abortAt(new Place(), () => Promise.resolve(), ordered);
  });

  it("rejects while items wait for memory", async () => {
    for (const ordered of [true, false]) {
      await abortAt(new Place(2 * IN_FLIGHT), () => Promise.resolve(), ordered);
    }
  });

  it("rejects in the midst of reading", async () => {
    const place = new Place();
    await abortAt(place, async () => {
      for (let i = 0; i < 5; i++) place.dispatcher.end();
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
    assert.equal(place.budget.used, 5 * UNREAD);
    controller.abort("enough");
    await assert.rejects(run.next(), (reason) => reason === "enough");
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    place.assertEmpty();
  });

  it("takes back what is ready before its turn", async () => {
    const place = new Place();
    await abortAt(place, () => {
      place.dispatcher.end(4);
      place.dispatcher.end(2);
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
      place.dispatcher.end(0, [[0, 1, 2]]);
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
        while (place.dispatcher.busy) place.dispatcher.end(place.dispatcher.jobs.length - 1);
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

  it("is forgotten with its error when the loop is left", async () => {
    for (const good of [0, 2]) {
      const place = new Place(1e9, true);
      const run = place.run(failing(good));
      await calm();
      assert.ok(run.isEnded());
      assert.deepEqual(await run.return(), { done: true, value: undefined });
      assert.deepEqual(await run.next(), { done: true, value: undefined });
      place.assertEmpty();
    }
  });

  it("is forgotten with its error when the loop is left before everything has ended", async () => {
    const place = new Place();
    const run = place.run(failing(2));
    await calm();
    assert.equal(run.isEnded(), false);
    await run.return();
    await calm();
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

  it("leaves the dispatcher and the budget for the next run", async () => {
    const place = new Place(2 * IN_FLIGHT, true);
    await assert.rejects(all(place.run(failing(20))), SyntaxError);
    assert.equal((await all(place.run(items(20)))).length, 20);
    place.assertEmpty();
  });
});

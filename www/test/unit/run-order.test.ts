/** Outcomes of a run: their order, what they carry, and what becomes of a bad item. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, ids, items, PANIC, pixel, Place, watch } from "./fake-dispatcher.js";
import type { Batch, BatchItem } from "../../src/types.js";
import { calm, random, SEED } from "./random.js";

describe("results of a run", () => {
  it("come in input order, whatever order the work ends in", async (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const next = random(SEED);
    const place = new Place();
    const results = all(place.run(items(50)));
    await calm();
    assert.equal(place.dispatcher.jobs.length, 50);
    while (place.dispatcher.busy) place.dispatcher.end(next(place.dispatcher.jobs.length));
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
    place.dispatcher.end(1);
    assert.equal(await states(), "pending,pending,pending");
    place.dispatcher.end(0);
    assert.equal(await states(), "resolved,resolved,pending");
    place.dispatcher.end(0);
    assert.equal(await states(), "resolved,resolved,resolved");
    place.assertEmpty();
  });

  it("come as they end where no order is asked for", async () => {
    const place = new Place();
    const results = all(place.run(items(4), {}, false));
    await calm();
    for (const at of [2, 0, 1, 0]) place.dispatcher.end(at);
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
    place.dispatcher.end(0, [
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
    while (place.dispatcher.busy) place.dispatcher.end(next(place.dispatcher.jobs.length));
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
    assert.deepEqual(place.dispatcher.forgotten, [0]);
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
      const { name, code, index, id } = settled.reason;
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
      place.dispatcher.seen.map(({ change }) => change),
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
      assert.equal(settled.reason.code, "invalid-image");
      assert.equal(settled.reason.cause, thrown);
    }
  });

  it("that the dispatcher fails keeps the dispatcher's error", async () => {
    for (const ordered of [true, false]) {
      const place = new Place();
      const results = all(place.run(items(3), {}, ordered));
      await calm();
      place.dispatcher.fail(1, PANIC);
      place.dispatcher.end(0);
      place.dispatcher.end(0);
      const list = await results;
      const failed = list.find(({ id }) => id === 1);
      assert.ok(failed?.status === "rejected");
      const { message, code, filter, index, id } = failed.reason;
      const expected = { message: "it failed", code: "filter-panicked", filter: "invert", index: 1, id: 1 };
      assert.deepEqual({ message, code, filter, index, id }, expected);
      assert.equal(list.filter(({ status }) => status === "fulfilled").length, 2);
      place.assertEmpty();
    }
  });

  it("that is a file that cannot be read keeps the browser's own error as its cause", async () => {
    const cause = new DOMException("no more", "NotFoundError");
    const gone = new File([], "a.png");
    gone.arrayBuffer = () => Promise.reject(cause);
    const [settled] = await all(new Place(1e9, true).run([["gone", gone]]));
    assert.ok(settled?.status === "rejected");
    assert.equal(settled.reason.code, "decode-failed");
    assert.equal(settled.reason.cause, cause);
  });

  it("that cannot have the output that was asked for costs no other its result, and is not sent", async () => {
    const place = new Place(1e9, true);
    const batch: BatchItem<number>[] = [
      [0, pixel()],
      [1, [1, 2, 3]],
      [2, new Uint8Array(3)],
      [3, pixel()],
    ];
    const list = await all(place.run(batch, { output: "bitmap" }));
    assert.deepEqual(
      list.map((each) => (each.status === "rejected" ? each.reason.code : each.status)),
      ["fulfilled", "invalid-option", "invalid-option", "fulfilled"],
    );
    assert.equal(place.dispatcher.seen.length, 2);
    place.assertEmpty();
  });

  it("larger than the memory limit is refused before it is copied", async () => {
    const place = new Place(100, true);
    place.dispatcher.copier.copy = () => assert.fail("it was copied");
    const [settled] = await all(place.run([["large", pixel(3)]]));
    assert.ok(settled?.status === "rejected");
    assert.equal(settled.reason.code, "too-large");
    assert.ok(settled.reason.message.includes("108") && settled.reason.message.includes("100"));
    place.assertEmpty();
  });

  it("whose copy cannot be made gives its room back", async () => {
    const place = new Place(1000, true);
    place.dispatcher.copier.copy = () => {
      throw new RangeError("Array buffer allocation failed");
    };
    const [settled] = await all(place.run(items(1)));
    assert.ok(settled?.status === "rejected");
    assert.equal(settled.reason.message, "Array buffer allocation failed");
    place.assertEmpty();
  });

  it("whose result cannot be made is an outcome too", async () => {
    const place = new Place();
    const results = watch(all(place.run([["odd", new Uint8Array(2)]])));
    await calm();
    const { job, done } = place.dispatcher.jobs.splice(0)[0]!;
    const numbers = new Float64Array(3);
    Object.defineProperty(numbers, "length", {
      get: () => {
        throw new RangeError("Array buffer allocation failed");
      },
    });
    try {
      done({ job: job.job, spans: [], outcome: { kind: "numbers", numbers }, pixels: 3 });
    } catch {
      // It has nothing to do with the dispatcher.
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
      assert.equal(place.dispatcher.opened.size, 0);
    }
  });
});

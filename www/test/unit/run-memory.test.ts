/** How far a run reads ahead, and that everything in flight is given back. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  all,
  clock,
  Endless,
  ids,
  idOf,
  IN_FLIGHT,
  items,
  MOST_ITEMS,
  PANIC,
  pixel,
  Place,
  UNREAD,
  watch,
  until,
} from "./fake-dispatcher.js";
import type { BatchItem } from "../../src/types.js";
import { calm, random, SEED } from "./random.js";

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
        if (!answers) place.dispatcher.end();
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

  it("an image that is kept takes one copy more where copies lie in shared memory", async () => {
    for (const isShared of [false, true]) {
      for (const transfer of [false, true]) {
        const place = new Place();
        place.dispatcher.copier = { ...place.dispatcher.copier, isShared };
        const results = all(place.run(items(3), { transfer }));
        await calm();
        assert.equal(place.budget.used, 3 * (IN_FLIGHT + (isShared && !transfer ? UNREAD : 0)));
        while (place.dispatcher.busy) place.dispatcher.end();
        await results;
        place.assertEmpty();
      }
    }
  });

  it("a batch is read only as far ahead as there is room in memory", async () => {
    const place = new Place(10 * IN_FLIGHT);
    const batch = new Endless();
    const run = place.run(batch);
    await calm();
    // Ten are in flight, one waits for room.
    assert.equal(batch.read, 11);
    assert.equal(place.budget.used, 10 * IN_FLIGHT);
    place.dispatcher.end();
    await calm();
    // Unread, it still takes some.
    assert.equal(batch.read, 11);
    assert.equal(place.budget.used, 9 * IN_FLIGHT + UNREAD);
    assert.equal(idOf(await run.next()), 0);
    await calm();
    assert.equal(batch.read, 12);
    assert.equal(place.budget.used, 10 * IN_FLIGHT);
    await run.return();
    await calm();
    place.assertEmpty();
  });

  for (const [side, threads, ahead] of [
    // Two for each thread and two more, of whatever size.
    [1024, 1, 4],
    [1024, 4, 10],
    [1400, 4, 10],
    // Of smaller ones as many as 16 MiB hold, all three copies counted.
    [512, 1, 6],
    [512, 4, 10],
    [128, 4, 86],
  ] as const) {
    it(`of images of ${side} pixels a side, ${ahead} are in flight for ${threads} threads`, async () => {
      const place = new Place(1e12, false, threads);
      place.dispatcher.copier.copy = () => ({ bytes: new Uint8Array(0) });
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
        place.dispatcher.fail(place.dispatcher.jobs.length - 1, PANIC);
        await calm();
        assert.equal(read, ahead + ended);
        assert.equal(place.dispatcher.jobs.length, ahead);
      }
      await run.return();
      await calm();
      place.assertEmpty();
    });
  }

  it("gives way to other tasks of the page after some milliseconds of copying, and goes on", async () => {
    const place = new Place(1e9, true);
    place.dispatcher.copier.copy = ({ byteLength }) => {
      clock.now += 4;
      return { bytes: new Uint8Array(byteLength) };
    };
    const results = all(place.run(items(50)));
    // Everything that waits for nothing but promises comes before this.
    await calm();
    assert.ok(place.dispatcher.seen.length > 0 && place.dispatcher.seen.length < 50);
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
        assert.ok(place.budget.used <= 2000, `SEED=${seed}`);
        const { jobs } = place.dispatcher;
        if (jobs.length > 0 && next(5) === 0) place.dispatcher.fail(next(jobs.length), PANIC);
        else if (jobs.length > 0) place.dispatcher.end(next(jobs.length));
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
      await until(() => place.dispatcher.busy);
      await calm();
      assert.equal(place.dispatcher.jobs.length, 1);
      assert.ok(place.budget.used > 1000);
      place.dispatcher.fail(0, PANIC);
    }
    await until(() => results.state !== "pending");
    assert.equal(results.state, "resolved");
    place.assertEmpty();
  });

  /** The head of a GIF, which says a size. Its codec holds the file and all pixels, which then lie in the engine. */
  const gif = (width: number, height: number) =>
    new Blob([Uint8Array.from([71, 73, 70, 56, 57, 97, width & 255, width >> 8, height & 255, height >> 8])]);

  it("a file that says its size holds what its pixels take, and no more", async () => {
    const place = new Place(1e9);
    place.dispatcher.decoded = { width: 300, height: 200 };
    const run = place.run([["a", gif(300, 200)]]);
    await until(() => place.dispatcher.busy);
    assert.equal(place.budget.used, 2 * 300 * 200 * 4 + 10);
    place.dispatcher.end();
    assert.equal(place.budget.used, 300 * 200 * UNREAD);
    assert.equal(idOf(await run.next()), "a");
    place.assertEmpty();
  });

  it("a file that says a size beyond the limit is refused before it is decoded", async () => {
    const place = new Place(2 * 300 * 200 * 4 + 10 - 1, true);
    const list = await all(
      place.run([
        ["large", gif(300, 200)],
        ["small", gif(200, 200)],
      ]),
    );
    const [large, small] = list;
    assert.ok(large?.status === "rejected");
    assert.equal(large.reason.code, "too-large");
    assert.match(large.reason.message, /^the file \(image\/gif, 300 × 200 px\) needs \d+ bytes in flight, more than /);
    assert.equal(small?.status, "fulfilled");
    assert.equal(place.dispatcher.seen.length, 1);
    place.assertEmpty();
  });

  it("two runs share the limit and both end", async () => {
    const place = new Place(3 * IN_FLIGHT);
    const results = [watch(all(place.run(items(20)))), watch(all(place.run(items(20))))];
    for (let turn = 0; turn < 100 && results.some(({ state }) => state === "pending"); turn++) {
      await calm();
      if (place.dispatcher.busy) place.dispatcher.end();
    }
    for (const { state, value } of results) {
      assert.equal(state, "resolved");
      assert.equal(value?.length, 20);
    }
    place.assertEmpty();
  });

  it("a run goes on beside one whose reader has stopped while it waits for memory", async () => {
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

/** What a run tells while it goes on, and when it has ended. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  all,
  clock,
  collectReports,
  ids,
  idOf,
  IN_FLIGHT,
  items,
  PANIC,
  pixel,
  Place,
  until,
} from "./fake-dispatcher.js";
import type { Run } from "../../src/run.js";
import type { Batch, BatchItem, RunOptions } from "../../src/types.js";
import type { Progress, RunReport, Span } from "../../src/report-types.js";
import { calm } from "./random.js";

describe("listeners", () => {
  it("are told the progress after every item, which never falls", async () => {
    const place = new Place();
    const told: Progress[] = [];
    const batch = [...items(4, () => pixel(2)), ["bad", 5] as unknown as BatchItem<number>];
    const results = all(place.run(batch, { onProgress: (progress) => told.push(progress) }));
    await calm();
    place.dispatcher.fail(2, PANIC);
    for (const at of [2, 0, 0]) {
      clock.now += 5;
      place.dispatcher.end(at);
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
    place.dispatcher.end(1, [
      [0, timeOrigin + 8, timeOrigin + 16],
      [3, timeOrigin + 16, timeOrigin + 32],
    ]);
    place.dispatcher.end(0);
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
    for (let i = 0; i < 3; i++) place.dispatcher.end(0, [[0, 1, 2]]);
    const list = await results;
    assert.deepEqual(ids(list), [0, 1, 2]);
    assert.ok(list.every(({ status }) => status === "fulfilled"));
    assert.equal(reports.length, 6);
    for (const report of reports) assert.ok(report instanceof Error && report.message === "the listener's own");
    place.assertEmpty();
  });
});

describe("a report", () => {
  /** Starts a run that is listened to. */
  function reported(place: Place, batch: Batch<number>, options: RunOptions = {}, ordered = true) {
    const reports: RunReport[] = [];
    const run = place.run(batch, { ...options, onReport: (report) => reports.push(report) }, ordered);
    return { run, reports };
  }

  const counts = ({ items, failed, dropped }: RunReport) => [items, failed, dropped];

  it("comes once, when the last outcome is with its reader, before the end is", async () => {
    const place = new Place();
    const { run, reports } = reported(place, items(3));
    await calm();
    for (let i = 0; i < 3; i++) place.dispatcher.end();
    for (let i = 0; i < 3; i++) {
      assert.equal(reports.length, 0);
      assert.equal(idOf(await run.next()), i);
    }
    assert.equal(reports.length, 1);
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    await run.return();
    run.stop("late");
    assert.equal(reports.length, 1);
    assert.deepEqual(counts(reports[0]!), [3, 0, 0]);
  });

  it("is there when a loop over the results is over", async () => {
    for (const ordered of [true, false]) {
      const { run, reports } = reported(new Place(1e9, true), items(300), {}, ordered);
      await all(run);
      assert.deepEqual(reports.map(counts), [[300, 0, 0]]);
    }
  });

  it("comes for an empty batch too, and says nothing but zeros", async () => {
    const { run, reports } = reported(new Place(), []);
    await all(run);
    assert.equal(reports.length, 1);
    const { stages, busy, bytes, elapsed, ...rest } = reports[0]!;
    assert.deepEqual(new Set(Object.values(stages)), new Set([0]));
    assert.deepEqual([busy, bytes, elapsed], [[], { in: 0, out: 0, peak: 0, limit: 1e9 }, 0]);
    assert.deepEqual(rest, {
      ...{ mode: "workers", reason: "the test wants it", threads: 2 },
      ...{ items: 0, failed: 0, dropped: 0 },
    });
  });

  it("counts what failed", async () => {
    const place = new Place();
    const { run, reports } = reported(place, [...items(4), ["bad", 5] as unknown as BatchItem<number>]);
    const results = all(run);
    await calm();
    place.dispatcher.fail(2, PANIC);
    while (place.dispatcher.busy) place.dispatcher.end();
    await results;
    assert.deepEqual(reports.map(counts), [[5, 2, 0]]);
  });

  it("counts what was read and has no outcome where the call was ended", async () => {
    const controller = new AbortController();
    for (const end of [
      (run: Run<number>) => void run.return(),
      (run: Run<number>) => run.stop("enough"),
      (run: Run<number>) => run.cut("enough"),
      () => controller.abort("enough"),
    ]) {
      const place = new Place();
      const { run, reports } = reported(place, items(10), { signal: controller.signal });
      await calm();
      place.dispatcher.end(0);
      place.dispatcher.fail(0, PANIC);
      assert.equal(idOf(await run.next()), 0);
      assert.equal(idOf(await run.next()), 1);
      end(run);
      await calm();
      assert.deepEqual(reports.map(counts), [[2, 1, 8]]);
      if (controller.signal.aborted) await assert.rejects(run.next());
      assert.equal(reports.length, 1);
    }
  });

  it("of a run that is cut waits until what was ready is taken", async () => {
    const place = new Place();
    const { run, reports } = reported(place, items(3));
    await calm();
    place.dispatcher.end(0);
    run.cut("closed");
    assert.equal(reports.length, 0);
    await run.next();
    assert.deepEqual(reports.map(counts), [[1, 0, 2]]);
    await assert.rejects(run.next());
    assert.equal(reports.length, 1);
  });

  it("comes at once where the signal was aborted before the call", () => {
    const { reports } = reported(new Place(), items(3), { signal: AbortSignal.abort("never") });
    assert.deepEqual(reports.map(counts), [[0, 0, 0]]);
  });

  it("comes where the batch throws", async () => {
    const batch = function* (): Generator<BatchItem<number>> {
      yield* items(2);
      throw new SyntaxError("line 5");
    };
    const { run, reports } = reported(new Place(1e9, true), batch());
    await assert.rejects(all(run), SyntaxError);
    assert.deepEqual(reports.map(counts), [[2, 0, 0]]);
  });

  it("says where the time went", async () => {
    const place = new Place();
    place.dispatcher.times = [3, 5, 7, 11];
    place.dispatcher.copier.copy = (bytes) => {
      clock.now += 2;
      return { bytes: Uint8Array.from(bytes) };
    };
    const batch = (function* (): Generator<BatchItem<number>> {
      clock.now += 100;
      yield [0, pixel()];
      yield [1, pixel()];
    })();
    const { run, reports } = reported(place, batch);
    await calm();
    clock.now += 200;
    place.dispatcher.end(1, [[1, 5000, 5040]]);
    clock.now += 1000;
    place.dispatcher.end(0, [
      [0, 5000, 5010],
      [1, 5050, 5060],
    ]);
    clock.now += 10_000;
    await all(run);
    const [{ stages, elapsed, busy }] = reports as [RunReport];
    // Between its two stretches the first one has waited for a thread.
    const waiting = 200 + 1200 + 2 - 2 * (3 + 5 + 7 + 11) - 40 - 20;
    assert.deepEqual(stages, {
      ...{ reading: 100, looking: 0, memory: 0, packing: 4, decoding: 6, copyingIn: 10 },
      ...{ filtering: 60, copyingOut: 14, encoding: 22, waiting, ordering: 1000, taking: 20_000 },
    });
    assert.equal(elapsed, 11_304);
    assert.deepEqual(busy, [
      { thread: 0, busy: 10, items: 1, share: 10 / 60 },
      { thread: 1, busy: 50, items: 2, share: 50 / 60 },
    ]);
  });

  it("says the time that items waited for room in memory", async () => {
    const place = new Place(IN_FLIGHT);
    const { run, reports } = reported(place, items(2));
    const results = all(run);
    await calm();
    clock.now += 50;
    place.dispatcher.end();
    await calm();
    place.dispatcher.end();
    await results;
    assert.equal(reports[0]?.stages.memory, 50);
  });

  it("says how many bytes came in and went out, and how many were in flight at most", async () => {
    const place = new Place(1e9);
    const blob = new Blob([Uint8Array.from([71, 73, 70, 56, 57, 97, 2, 0, 3, 0, 0])]);
    place.dispatcher.decoded = { width: 2, height: 3 };
    const batch: BatchItem<number>[] = [
      [0, pixel(10)],
      [1, [1, 2, 3]],
      [2, blob],
    ];
    const { run, reports } = reported(place, batch);
    await until(() => place.dispatcher.jobs.length === 3);
    while (place.dispatcher.busy) place.dispatcher.end();
    await all(run);
    assert.deepEqual(reports[0]?.bytes, {
      in: 400 + 24 + 11,
      out: 400 + 24 + 24,
      // The file's codec holds it and its pixels, which then lie in the engine.
      peak: 3 * (400 + 24) + (2 * 24 + 11),
      limit: 1e9,
    });
  });

  it("costs no result where its listener throws", async (t) => {
    const told = collectReports(t);
    const onReport = () => {
      throw new Error("the listener's own");
    };
    const results = await all(new Place(1e9, true).run(items(2), { onReport }));
    assert.deepEqual(ids(results), [0, 1]);
    assert.equal(told.length, 1);
  });
});

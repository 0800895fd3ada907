/** The sums of a report. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SpanData } from "../../src/protocol.js";
import { Account } from "../../src/report.js";
import type { StageTimes } from "../../src/report-types.js";
import { random, SEED } from "./random.js";

const NOTHING: StageTimes = {
  ...{ reading: 0, looking: 0, memory: 0, packing: 0, decoding: 0, copyingIn: 0 },
  ...{ filtering: 0, copyingOut: 0, encoding: 0, waiting: 0, ordering: 0, taking: 0 },
};

describe("an account", () => {
  it("begins with nothing", () => {
    assert.deepEqual(new Account().sums(), { stages: NOTHING, bytes: { in: 0, out: 0, peak: 0 }, busy: [] });
  });

  it("adds up what is spent, and takes nothing off where a clock goes back", () => {
    const account = new Account();
    for (const milliseconds of [5, 0, -3, 2.5]) account.spent("reading", milliseconds);
    account.spent("taking", 1);
    assert.deepEqual(account.sums().stages, { ...NOTHING, reading: 7.5, taking: 1 });
  });

  it("adds up bytes, and keeps the most that were in flight at a time", () => {
    const account = new Account();
    account.moved("in", 10);
    account.moved("in", 5);
    account.moved("out", 7);
    for (const bytes of [30, 40, -30, 20, -60, 50]) account.holds(bytes);
    assert.deepEqual(account.sums().bytes, { in: 15, out: 7, peak: 70 });
  });

  it("divides the time that an item was away", () => {
    const account = new Account();
    account.worked([[0, 1000, 1020]], [1, 2, 3, 4], 50);
    const known = { decoding: 1, copyingIn: 2, filtering: 20, copyingOut: 3, encoding: 4 };
    assert.deepEqual(account.sums().stages, { ...NOTHING, ...known, waiting: 20 });
  });

  it("counts the work of several threads on one item once as time and for each as work", () => {
    const account = new Account();
    const spans: SpanData[] = [
      [2, 1000, 1010],
      [0, 1005, 1030],
      [2, 1020, 1025],
    ];
    account.worked(spans, [0, 0, 0, 0], 30);
    const { stages, busy } = account.sums();
    assert.deepEqual(stages, { ...NOTHING, filtering: 30 });
    assert.deepEqual(busy, [
      { thread: 0, busy: 25, items: 1, share: 25 / 30 },
      { thread: 2, busy: 15, items: 1, share: 15 / 30 },
    ]);
  });

  it("shares out the time from the first to the last work of all items", () => {
    const account = new Account();
    account.worked([[1, 1050, 1100]], undefined, 0);
    account.worked([[1, 1000, 1025]], undefined, 0);
    account.worked([[0, 1000, 1100]], undefined, 0);
    assert.deepEqual(account.sums().busy, [
      { thread: 0, busy: 100, items: 1, share: 1 },
      { thread: 1, busy: 75, items: 2, share: 0.75 },
    ]);
  });

  it("takes an item that was never worked on for one that only waited", () => {
    const account = new Account();
    account.worked([], undefined, 12);
    assert.deepEqual(account.sums(), {
      stages: { ...NOTHING, waiting: 12 },
      bytes: { in: 0, out: 0, peak: 0 },
      busy: [],
    });
  });

  it("says no share where the work took no time", () => {
    const account = new Account();
    account.worked([[0, 1000, 1000]], [0, 0, 0, 0], 0);
    assert.deepEqual(account.sums().busy, [{ thread: 0, busy: 0, items: 1, share: 0 }]);
  });

  it("gives sums that stay as they are while it goes on", () => {
    const account = new Account();
    account.worked([[0, 1000, 1010]], undefined, 10);
    const before = account.sums();
    const copy = structuredClone(before);
    account.worked([[0, 1010, 1020]], undefined, 10);
    account.moved("in", 5);
    account.spent("reading", 5);
    assert.deepEqual(before, copy);
  });

  it("never has a thread busy for more than the whole time, nor more work than there was", (t) => {
    t.diagnostic(`SEED=${SEED} and the 49 after it`);
    for (let seed = SEED; seed < SEED + 50; seed++) {
      const next = random(seed);
      const account = new Account();
      const now = [1000, 1000, 1000, 1000];
      let work = 0;
      const items = 1 + next(20);
      for (let item = 0; item < items; item++) {
        const spans = Array.from({ length: 1 + next(5) }, (): SpanData => {
          const thread = next(now.length);
          const begin = now[thread]! + next(10);
          now[thread] = begin + next(10);
          work += now[thread] - begin;
          return [thread, begin, now[thread]];
        });
        account.worked(spans, undefined, 1000);
      }
      const { busy } = account.sums();
      const total = busy.reduce((sum, thread) => sum + thread.busy, 0);
      assert.equal(total, work, `SEED=${seed}`);
      assert.deepEqual(
        busy.map(({ thread }) => thread),
        busy.map(({ thread }) => thread).sort(),
      );
      for (const { share, items: own } of busy) {
        assert.ok(share >= 0 && share <= 1 && own >= 1 && own <= items, `SEED=${seed}`);
      }
    }
  });
});

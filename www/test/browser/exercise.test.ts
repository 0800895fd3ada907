/** The exercise that the project descends from, word for word, in every mode. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { Mode } from "../../src/types.js";
import type { Span } from "../../src/report-types.js";
import { launch, modes, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const busy = (spans: readonly Span[]) => spans.reduce((sum, { start, end }) => sum + end - start, 0);

for (const { mode, isolated } of modes) {
  describe(`the exercise, mode ${mode}`, () => {
    it("standard batch: every list is multiplied by its own factor, in order, with its id", async () => {
      await using tab = await openPage(browser, { isolated });
      const result = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode });
        const batch: [number, number[], number][] = [
          [1, [10, 20, 30], 2],
          [2, [40, 50, 60], 3],
          [3, [70, 80, 90], 4],
          [4, [100, 110, 120], 5],
        ];
        const result = await pool.starmap("multiply", batch);
        await pool.close();
        return { result, mode: pool.mode };
      }, mode);
      assert.deepEqual(result.result, [
        [1, [20, 40, 60]],
        [2, [120, 150, 180]],
        [3, [280, 320, 360]],
        [4, [500, 550, 600]],
      ]);
      assert.equal(result.mode, mode);
      assert.deepEqual(tab.complaints, []);
    });

    it("standard batch with the one-second delay: takes the longest item's time, not the sum", async () => {
      await using tab = await openPage(browser, { isolated });
      const { spans, elapsed } = await runDelays(tab.page, mode, 2, [1000, 1000]);
      assert.equal(spans.length, 2);
      const [first, second] = spans as [Span, Span];
      for (const span of spans) assert.ok(span.end - span.start >= 995, `slept ${span.end - span.start} ms`);
      if (mode === "single") {
        assert.equal(first.thread, second.thread);
        assert.ok(second.start >= first.end, "one thread: one after the other");
      } else {
        assert.notEqual(first.thread, second.thread);
        assert.ok(Math.max(first.start, second.start) < Math.min(first.end, second.end), "both slept at the same time");
        assert.ok(elapsed < busy(spans), `took ${elapsed} ms for ${busy(spans)} ms of sleep`);
      }
    });

    it("empty batch: an empty list, from every way of asking", async () => {
      await using tab = await openPage(browser, { isolated });
      const result = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode });
        const generator = async function* (): AsyncGenerator<[number, number[]]> {};
        const fromGenerator = await pool.starmap("multiply", generator());
        const iterated: unknown[] = [];
        for await (const settled of pool.imap("multiply", [])) iterated.push(settled);
        for await (const settled of pool.imapUnordered("multiply", new Set<[number, number[]]>()))
          iterated.push(settled);
        const result = await pool.starmap("multiply", []);
        await pool.close();
        return { result, fromGenerator, iterated };
      }, mode);
      assert.deepEqual(result, { result: [], fromGenerator: [], iterated: [] });
    });

    it("a hundred tuples: an even share for every thread, and none idle while work is queued", async () => {
      await using tab = await openPage(browser, { isolated });
      const threads = mode === "single" ? 1 : 4;
      const milliseconds = 40;
      const { spans, threads: got } = await runDelays(
        tab.page,
        mode,
        threads,
        new Array<number>(100).fill(milliseconds),
      );
      assert.equal(got, threads);
      assert.deepEqual(
        spans.map(({ index }) => index).sort((a, b) => a - b),
        Array.from({ length: 100 }, (_, index) => index),
      );
      const lastStart = Math.max(...spans.map(({ start }) => start));
      const mean = busy(spans) / threads;
      for (let thread = 0; thread < threads; thread++) {
        const own = spans.filter((span) => span.thread === thread).sort((a, b) => a.start - b.start);
        // One item is 4 % of a thread's share; a thread may get one more or less than another.
        const share = busy(own) / mean;
        assert.ok(share > 0.9 && share < 1.1, `thread ${thread} had ${share} of an even share`);
        // The machine may stop any thread for a while; one that is left without work is so after most of its items.
        const pauses = own.map(({ end }, i) => Math.min(own[i + 1]?.start ?? lastStart, lastStart) - end);
        const usual = median(pauses);
        assert.ok(usual < milliseconds / 2, `thread ${thread} mostly idled ${usual} ms while work was queued`);
      }
    });
  });
}

/** Runs a delay of its own for each item, and tells which thread slept when. */
async function runDelays(page: import("playwright-core").Page, mode: Mode, threads: number, delays: number[]) {
  return page.evaluate(
    async ({ mode, threads, delays }) => {
      const pool = await pixelpool.createPool({ mode, threads });
      const spans: Span[] = [];
      const batch = delays.map((delay, id): [number, number[], number] => [id, [id], delay]);
      const start = performance.now();
      const result = await pool.starmap("delay", batch, { onSpan: (span) => spans.push(span) });
      const elapsed = performance.now() - start;
      if (result.some(([id, list]) => id !== list[0])) throw new Error("a delay changed something");
      const got = pool.threads;
      await pool.close();
      return { spans, elapsed, threads: got };
    },
    { mode, threads, delays },
  );
}

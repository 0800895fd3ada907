/** What the pool promises of order, failure, cancellation and its end, in every mode. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { launch, modes, openPage } from "./page.js";

type Details = import("../../src/errors.js").ErrorDetails;

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const { mode, isolated } of modes) {
  describe(`the pool, mode ${mode}`, () => {
    it("keeps the input's order when later items finish first, and gives them early where asked", async () => {
      await using tab = await openPage(browser, { isolated });
      const { ordered, unordered } = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const delays = [300, 10, 10, 10];
        const batch = delays.map((delay, index): [string, number[], number] => [`item ${index}`, [index], delay]);
        const ordered: unknown[] = [];
        for await (const settled of pool.imap("delay", batch)) ordered.push([settled.id, settled.index]);
        const unordered: number[] = [];
        for await (const settled of pool.imapUnordered("delay", batch)) unordered.push(settled.index);
        await pool.close();
        return { ordered, unordered };
      }, mode);
      assert.deepEqual(
        ordered,
        [0, 1, 2, 3].map((index) => [`item ${index}`, index]),
      );
      assert.deepEqual([...unordered].sort(), [0, 1, 2, 3]);
      assert.equal(unordered[0], mode === "single" ? 0 : 1);
    });

    it("one broken file in the middle costs no other image its result, and the pool goes on", async () => {
      await using tab = await openPage(browser, { isolated });
      const result = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const photo = await (await fetch("/www/demo/samples/macaws.jpg")).blob();
        const garbage = new Blob([new Uint8Array(5000).map((_, i) => i * 31)], { type: "image/jpeg" });
        const half = photo.slice(0, 300, "image/jpeg");
        const batch: [string, Blob][] = [
          ["a", photo],
          ["b", garbage],
          ["c", photo],
          ["empty", new Blob([])],
          ["half", half],
          ["d", photo],
        ];
        const failure = await pool
          .starmap(
            "invert",
            batch.map(([id, blob]) => [id, blob, 1]),
          )
          .catch((e: unknown) => e);
        if (!(failure instanceof pixelpool.BatchError)) throw new Error("no BatchError");
        const outcomes = failure.results.map((result) => {
          const id = result.id as string;
          if (result.status === "fulfilled") {
            return { id, width: result.image instanceof ImageData ? result.image.width : 0 };
          }
          const { code, index } = result.reason as Error & Details;
          return { id, code, index };
        });
        const again = await pool.apply("invert", photo, 1);
        await pool.close();
        const { width } = await createImageBitmap(photo);
        return { outcomes, message: failure.message, again: again instanceof ImageData, width };
      }, mode);
      assert.equal(result.again, true);
      assert.match(result.message, /^3 of 6 images failed; the first, at index 1: /);
      const width = result.width;
      assert.ok(width > 100);
      assert.deepEqual(result.outcomes, [
        { id: "a", width },
        { id: "b", code: "decode-failed", index: 1 },
        { id: "c", width },
        { id: "empty", code: "invalid-image", index: 3 },
        { id: "half", code: "decode-failed", index: 4 },
        { id: "d", width },
      ]);
    });

    it("cancel half way: the call rejects at once with the signal's reason, and the pool takes the next batch", async () => {
      await using tab = await openPage(browser, { isolated });
      const result = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const controller = new AbortController();
        const batch = Array.from({ length: 60 }, (_, id): [number, number[], number] => [id, [id], 30]);
        let read = 0;
        const lazily = function* () {
          for (const item of batch) {
            read += 1;
            yield item;
          }
        };
        const got: number[] = [];
        const reason = new Error("the user has changed their mind");
        let caught: unknown;
        const neighbour = pool.starmap("multiply", [["other", [21], 2]]);
        try {
          for await (const settled of pool.imap("delay", lazily(), { signal: controller.signal })) {
            got.push(settled.index);
            if (got.length === 6) controller.abort(reason);
          }
        } catch (error) {
          caught = error;
        }
        const started = performance.now();
        const next = await pool.starmap("multiply", [["next", [1, 2], 3]]);
        const waited = performance.now() - started;
        const aborted = await pool
          .starmap("multiply", [[1, [1], 2]], { signal: AbortSignal.abort(reason) })
          .catch((error: unknown) => error);
        await pool.close();
        return {
          got,
          same: caught === reason && aborted === reason,
          next,
          waited,
          neighbour: await neighbour,
          read,
        };
      }, mode);
      assert.deepEqual(result.got, [0, 1, 2, 3, 4, 5]);
      assert.equal(result.same, true);
      assert.deepEqual(result.next, [["next", [3, 6]]]);
      assert.deepEqual(result.neighbour, [["other", [42]]]);
      assert.ok(result.waited < 54 * 30, `what was cancelled held up the next batch for ${result.waited} ms`);
    });

    it("leaving the loop cancels the rest, and the batch is read no further", async () => {
      await using tab = await openPage(browser, { isolated });
      const result = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        let read = 0;
        let returned = false;
        const endless = function* (): Generator<[number, number[], number]> {
          try {
            for (;;) yield [read++, [1], 1];
          } finally {
            returned = true;
          }
        };
        for await (const settled of pool.imap("delay", endless())) if (settled.index === 3) break;
        const after = await pool.apply("multiply", [5], 2);
        const readThen = read;
        await new Promise((resolve) => setTimeout(resolve, 100));
        await pool.close();
        return { after, more: read - readThen, returned, read };
      }, mode);
      assert.deepEqual(result.after, [10]);
      assert.equal(result.more, 0);
      assert.equal(result.returned, true);
      assert.ok(result.read <= 300, `an endless batch was read ${result.read} items far`);
    });

    it("close and a second pool: takes no more work, finishes what runs, may be called again", async () => {
      await using tab = await openPage(browser, { isolated });
      const result = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const running = pool.starmap(
          "delay",
          [1, 2, 3].map((id) => [id, [id], 50]),
        );
        const closing = pool.close();
        const refused = await pool.starmap("multiply", [[1, [1]]]).catch((error: unknown) => error);
        let thrown: unknown;
        try {
          pool.imap("multiply", []);
        } catch (error) {
          thrown = error;
        }
        await closing;
        await pool.close();
        await pool.terminate();
        const second = await pixelpool.createPool({ mode, threads: 2 });
        const works = await second.apply("multiply", [1, 2], 2);
        const pending = second.starmap("delay", [[1, [1], 60_000]]).catch((error: unknown) => error);
        await new Promise((resolve) => setTimeout(resolve, 50));
        const started = performance.now();
        await second.terminate();
        const stopped = await pending;
        const code = (error: unknown) => (error instanceof pixelpool.PixelpoolError ? error.code : String(error));
        return {
          finished: await running,
          codes: [code(refused), code(thrown), code(stopped)],
          works,
          terminating: performance.now() - started,
        };
      }, mode);
      assert.deepEqual(
        result.finished,
        [1, 2, 3].map((id) => [id, [id]]),
      );
      assert.deepEqual(result.codes, ["closed", "closed", "closed"]);
      assert.deepEqual(result.works, [2, 4]);
      assert.ok(result.terminating < 5000, `terminate waited ${result.terminating} ms`);
    });

    it("close hands over what is finished: a long first item and many behind it, none is lost", async () => {
      await using tab = await openPage(browser, { isolated });
      const { ordered, tiny } = await tab.page.evaluate(async (mode) => {
        const results = async (filter: "delay" | "multiply", batch: [number, number[], number][]) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const running = pool.starmap(filter, batch);
          await pool.close();
          return (await running).length;
        };
        const delays = [200, 5, 5, 5, 5, 5, 5, 5];
        return {
          ordered: await results(
            "delay",
            delays.map((delay, id) => [id, [id], delay]),
          ),
          tiny: await results(
            "multiply",
            Array.from({ length: 200 }, (_, id) => [id, [id], 2]),
          ),
        };
      }, mode);
      assert.deepEqual({ ordered, tiny }, { ordered: 8, tiny: 200 });
    });

    it("a batch that throws: the good results come first, then its own error; the pool stays usable", async () => {
      await using tab = await openPage(browser, { isolated });
      const result = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const faulty = function* (): Generator<[number, number[], number]> {
          for (let id = 0; id < 5; id++) yield [id, [id], 2];
          throw new Error("the disk is gone");
        };
        const got: number[] = [];
        let message = "";
        try {
          for await (const settled of pool.imap("multiply", faulty())) got.push(settled.index);
        } catch (error) {
          message = (error as Error).message;
        }
        const whole = await pool.starmap("multiply", faulty()).catch((error: unknown) => (error as Error).message);
        const after = await pool.apply("multiply", [1], 7);
        await pool.close();
        return { got, message, whole, after };
      }, mode);
      assert.deepEqual(result, {
        got: [0, 1, 2, 3, 4],
        message: "the disk is gone",
        whole: "the disk is gone",
        after: [7],
      });
    });

    it("tells progress that only grows, with the total of a list, and spans of every item", async () => {
      await using tab = await openPage(browser, { isolated });
      const { progress, spans } = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const progress: import("../../src/types.js").Progress[] = [];
        const spans: number[] = [];
        const batch = Array.from({ length: 9 }, (_, id): [number, ImageData] => [id, new ImageData(10, 10)]);
        await pool.starmap("invert", batch, {
          onProgress: (now) => progress.push(now),
          onSpan: ({ index }) => spans.push(index),
        });
        await pool.close();
        return { progress, spans };
      }, mode);
      assert.deepEqual(
        progress.map(({ done }) => done),
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
      );
      assert.deepEqual(
        progress.map(({ pixels }) => pixels),
        progress.map(({ done }) => done * 100),
      );
      assert.ok(progress.every(({ total, failed }) => total === 9 && failed === 0));
      assert.deepEqual([...new Set(spans)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    });
  });
}

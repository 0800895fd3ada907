/** The essentials of the package in the browser that TEST_BROWSER names: all the rest is tested in Chromium, and in the soak. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { browserName, modes, withPage } from "./page.js";

for (const { mode, isolated } of modes) {
  describe(`${browserName}, mode ${mode}`, () => {
    it("runs the exercise that the project descends from, in the mode that the page gets by itself", () =>
      withPage(isolated, async (tab) => {
        const result = await tab.evaluate(async () => {
          const pool = await pixelpool.createPool();
          const batch: [number, number[], number][] = [
            [1, [10, 20, 30], 2],
            [2, [40, 50, 60], 3],
            [3, [70, 80, 90], 4],
            [4, [100, 110, 120], 5],
          ];
          const results = await pool.starmap("multiply", batch);
          const empty = await pool.starmap("multiply", []);
          await pool.close();
          return { mode: pool.mode, results, empty };
        }, undefined);
        assert.deepEqual(result, {
          mode,
          results: [
            [1, [20, 40, 60]],
            [2, [120, 150, 180]],
            [3, [280, 320, 360]],
            [4, [500, 550, 600]],
          ],
          empty: [],
        });
      }));

    it("blurs to the same bytes as one thread alone, and leaves its input as it is", () =>
      withPage(isolated, async (tab) => {
        const result = await tab.evaluate(async (mode) => {
          const image = new ImageData(301, 200);
          for (let at = 0; at < image.data.length; at++) image.data[at] = Math.imul(at, 2654435761) >>> 24;
          const before = image.data.slice();
          const blur = async (mode: "shared" | "workers" | "single") => {
            const pool = await pixelpool.createPool({ mode, threads: 3 });
            const blurred = await pool.apply("gaussianBlur", image, 3);
            await pool.close();
            return blurred.data;
          };
          const [one, other] = [await blur("single"), await blur(mode)];
          const differing = (a: Uint8ClampedArray, b: Uint8ClampedArray) =>
            a.filter((byte, at) => byte !== b[at]).length;
          return {
            ...{ length: other.length, differing: differing(one, other) },
            ...{ blurred: differing(before, other), touched: differing(before, image.data) },
          };
        }, mode);
        assert.equal(result.length, 301 * 200 * 4);
        assert.equal(result.differing, 0);
        assert.equal(result.touched, 0);
        assert.ok(result.blurred > result.length / 2);
      }));

    it("runs filters whose code comes later on every thread, to the same bytes as the whole engine", () =>
      withPage(isolated, async (tab) => {
        const result = await tab.evaluate(async (mode) => {
          const images = Array.from({ length: 12 }, (_, id): [number, ImageData] => {
            const image = new ImageData(120 + id, 90);
            for (let at = 0; at < image.data.length; at++) image.data[at] = Math.imul(at + id, 2654435761) >>> 24;
            return [id, image];
          });
          const chain = ["invert", { kind: "median", radius: 2 }, { kind: "formula", r: "at(1, 0) * luma" }] as const;
          const run = async (wasm?: string) => {
            const pool = await pixelpool.createPool({ mode, threads: 3, ...(wasm !== undefined && { wasm }) });
            await pool.starmap("invert", images);
            const results = await pool.starmap([...chain], images);
            const mistake = await pool
              .apply({ kind: "formula", r: "1 +" }, new ImageData(2, 2))
              .catch((error: unknown) => error);
            await pool.close();
            return { results, mistake: String(mistake) };
          };
          const whole = await run(`/dist/pixelpool-${mode === "shared" ? "threads" : "plain"}.wasm`);
          const parts = await run();
          const differing = whole.results.filter(([id, { data }]) => {
            const other = parts.results[id]?.[1].data;
            return !other || data.some((byte, at) => byte !== other[at]);
          });
          const isSaidAlike = whole.mistake === parts.mistake && whole.mistake.startsWith("TypeError: formula: r ");
          return { results: parts.results.length, differing: differing.length, isSaidAlike };
        }, mode);
        assert.deepEqual(result, { results: 12, differing: 0, isSaidAlike: true });
      }));

    it("is cancelled at once, with the signal's own reason, and goes on", () =>
      withPage(isolated, async (tab) => {
        const result = await tab.evaluate(async (mode) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const controller = new AbortController();
          const reason = new Error("the user has changed their mind");
          const batch = Array.from({ length: 60 }, (_, id): [number, number[], number] => [id, [id], 30]);
          const got: number[] = [];
          let caught: unknown;
          try {
            for await (const settled of pool.imap("delay", batch, { signal: controller.signal })) {
              got.push(settled.index);
              if (got.length === 4) controller.abort(reason);
            }
          } catch (error) {
            caught = error;
          }
          const next = await pool.apply("multiply", [4, 5], 2);
          await pool.close();
          return { got, isReason: caught === reason, next };
        }, mode);
        assert.deepEqual(result, { got: [0, 1, 2, 3], isReason: true, next: [8, 10] });
      }));

    it("decodes pictures, and a broken file among them costs no other its result", () =>
      withPage(isolated, async (tab) => {
        const outcomes = await tab.evaluate(async (mode) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const photo = await (await fetch("/www/demo/samples/macaws.jpg")).blob();
          const drawn = await (await fetch("/www/demo/samples/transparency.png")).blob();
          const garbage = new Blob([new Uint8Array(5000).map((_, at) => at * 31)], { type: "image/jpeg" });
          const batch: [string, Blob][] = [
            ["photo", photo],
            ["garbage", garbage],
            ["empty", new Blob([])],
            ["drawn", drawn],
          ];
          const outcomes: unknown[] = [];
          for await (const settled of pool.imap("invert", batch)) {
            const { id, index } = settled;
            if (settled.status === "fulfilled") {
              const { width, height } = settled.image;
              outcomes.push([id, index, settled.image instanceof ImageData && width > 10 && height > 10]);
            } else {
              outcomes.push([id, index, settled.reason.code]);
            }
          }
          await pool.close();
          return outcomes;
        }, mode);
        assert.deepEqual(outcomes, [
          ["photo", 0, true],
          ["garbage", 1, "decode-failed"],
          ["empty", 2, "invalid-image"],
          ["drawn", 3, true],
        ]);
      }));

    it("leaves no worker and no lock once it is closed or terminated", () =>
      withPage(isolated, async (tab) => {
        const counts = await tab.evaluate(async (mode) => {
          const alive = new Set<Worker>();
          globalThis.Worker = class extends Worker {
            constructor(...given: ConstructorParameters<typeof Worker>) {
              super(...given);
              alive.add(this);
            }
            override terminate() {
              alive.delete(this);
              super.terminate();
            }
          };
          const locks = async () => {
            const { held = [] } = await navigator.locks.query();
            return held.filter(({ name }) => name?.startsWith("pixelpool")).length;
          };
          const counts: { workers: number; locks: number }[] = [];
          for (const end of ["close", "terminate"] as const) {
            const pool = await pixelpool.createPool({ mode, threads: 3 });
            await pool.apply("invert", new ImageData(200, 200));
            counts.push({ workers: alive.size, locks: await locks() });
            await pool[end]();
            counts.push({ workers: alive.size, locks: await locks() });
          }
          return counts;
        }, mode);
        // Over shared memory, there are as many workers beside the threads that move pixels.
        const workers = mode === "shared" ? 6 : 3;
        const gone = { workers: 0, locks: 0 };
        assert.deepEqual(
          counts.map((count) => count.workers),
          [workers, 0, workers, 0],
        );
        assert.ok(counts[0]!.locks > 0 && counts[2]!.locks > 0);
        assert.deepEqual([counts[1], counts[3]], [gone, gone]);
      }));
  });
}

/** The part of the engine that only rare filters need: when it is loaded, that every thread gets it, and what happens where it is missing. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, modes, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const MORE = "**/engine-*-more.js";

/** How often the page has asked for it. */
function countRequests(page: Page): { count: number } {
  const asked = { count: 0 };
  page.on("request", (request) => {
    if (/engine-\w+-more\.js/.test(request.url())) asked.count += 1;
  });
  return asked;
}

for (const { mode, isolated } of modes) {
  describe(`rare filters, mode ${mode}`, () => {
    it("are not loaded for a page that uses common ones alone", async () => {
      await using tab = await openPage(browser, { isolated });
      const asked = countRequests(tab.page);
      const size = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const chain = [{ kind: "resize", width: 40 }, "gaussianBlur", { kind: "brightness", amount: 1.2 }, "flipH"];
        const image = await pool.apply(chain as Parameters<typeof pool.apply>[0], new ImageData(64, 48));
        await pool.apply("multiply", [1, 2], 2);
        await pool.close();
        return [image.width, image.height];
      }, mode);
      assert.deepEqual(size, [40, 30]);
      assert.equal(asked.count, 0);
      assert.deepEqual(tab.complaints, []);
    });

    it("are loaded once, run on every thread beside common ones, and give the bytes of the whole engine", async () => {
      await using tab = await openPage(browser, { isolated });
      const asked = countRequests(tab.page);
      const { threads, wrong, batches } = await tab.page.evaluate(async (mode) => {
        const images = Array.from({ length: 24 }, (_, id) => {
          const image = new ImageData(200 + id, 120);
          for (let at = 0; at < image.data.length; at++) image.data[at] = Math.imul(at + id, 2654435761) >>> 24;
          return [id, image] as [number, ImageData];
        });
        const chain = [
          "gaussianBlur",
          { kind: "median", radius: 2 },
          { kind: "formula", r: "at(1, 0) * luma" },
        ] as const;
        const build = mode === "shared" ? "threads" : "plain";
        const whole = await pixelpool.createPool({ mode, threads: 2, wasm: `/dist/pixelpool-${build}.wasm` });
        const wanted = await whole.starmap([...chain], images);
        await whole.close();
        const pool = await pixelpool.createPool({ mode, threads: 3 });
        // Both at once: common filters do not wait.
        const common = pool.starmap("invert", images);
        const used = new Set<number>();
        const got = await pool.starmap([...chain], images, { onSpan: ({ thread }) => used.add(thread) });
        const again = await pool.starmap([...chain], images);
        const batches = [(await common).length, got.length, again.length];
        await pool.close();
        let wrong = 0;
        for (const [id, { data }] of wanted) {
          for (const results of [got, again]) {
            const other = results[id]?.[1].data;
            if (!other || data.some((byte, at) => byte !== other[at])) wrong += 1;
          }
        }
        return { threads: used.size, wrong, batches };
      }, mode);
      assert.deepEqual(batches, [24, 24, 24]);
      assert.equal(wrong, 0);
      assert.equal(threads, mode === "single" ? 1 : 3);
      assert.equal(asked.count, 1);
      assert.deepEqual(tab.complaints, []);
    });

    it("that cannot be loaded fail alone, with the error of an engine that cannot, and are tried again", async () => {
      await using tab = await openPage(browser, { isolated });
      await tab.page.route(MORE, (route) => route.fulfill({ status: 404 }));
      await tab.page.evaluate(async (mode) => {
        Object.assign(globalThis, { pool: await pixelpool.createPool({ mode, threads: 2 }) });
      }, mode);
      const attempt = () =>
        tab.page.evaluate(async () => {
          const { pool } = globalThis as unknown as { pool: Awaited<ReturnType<typeof pixelpool.createPool>> };
          const outcome = (filter: "median" | "invert") =>
            pool.apply(filter, new ImageData(30, 20)).then(
              ({ width }) => [String(width)],
              (error: unknown) => {
                const { name, code, message } = error as Error & { code: string };
                return [name, code, message];
              },
            );
          const rare = outcome("median");
          return { common: await outcome("invert"), rare: await rare, next: await outcome("invert") };
        });
      const { common, rare, next } = await attempt();
      assert.deepEqual([common, next], [["30"], ["30"]]);
      assert.deepEqual(rare.slice(0, 2), ["PixelpoolError", "unsupported"]);
      assert.match(rare[2] ?? "", /^the WebAssembly could not be loaded: /);
      await tab.page.unroute(MORE);
      assert.deepEqual((await attempt()).rare, ["30"]);
    });

    it("refuse what is wrong with their parameters as ever", async () => {
      await using tab = await openPage(browser, { isolated });
      const told = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const refused = await pool
          .apply({ kind: "formula", r: "1 +" }, new ImageData(9, 9))
          .catch((error: unknown) => error);
        const { data } = await pool.apply({ kind: "formula", r: "1" }, new ImageData(9, 9));
        await pool.close();
        const { name, code, filter, parameter } = refused as Error & Record<string, unknown>;
        return { name, code, filter, parameter, red: data[0] };
      }, mode);
      const wanted = { name: "TypeError", code: "invalid-parameter", filter: "formula", parameter: "r", red: 255 };
      assert.deepEqual(told, wanted);
    });
  });
}

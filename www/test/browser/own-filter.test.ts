/** An engine with filters of its own, examples/own-filter: its filters beside the others in every mode, and engines that do not fit. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { OwnFilterInfo } from "../../src/filter-info.js";
import { launch, modes, openPage } from "./page.js";

interface OwnFilter {
  kind: "posterizeHue" | "edgeGlow";
  [parameter: string]: unknown;
}

const ENGINE = "/examples/own-filter/engine";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** The bytes of each mode, which are the same. */
const bytes = new Map<string, string>();

for (const { mode, isolated } of modes) {
  describe(`filters of an engine's own, mode ${mode}`, () => {
    it("run in chains and batches on every thread, with bytes that are the same in every mode", async () => {
      await using tab = await openPage(browser, { isolated });
      const { hash, threads, formula } = await tab.page.evaluate(
        async ({ mode, engine }) => {
          const { filters } = (await import(`${engine}/filters.js`)) as { filters: OwnFilterInfo<OwnFilter>[] };
          const wasm = { threads: `${engine}/threads.wasm`, plain: new URL(`${engine}/plain.wasm`, location.href) };
          const pool = await pixelpool.createPool({ mode, threads: 3, wasm, filters });
          const noise = (width: number, height: number) => {
            const image = new ImageData(width, height);
            for (let at = 0; at < image.data.length; at++) image.data[at] = Math.imul(at + width, 2654435761) >>> 24;
            return image;
          };
          const images = Array.from({ length: 12 }, (_, id) => [id, noise(90 + id, 700), id + 2] as const);
          const used = new Set<number>();
          const chain = [
            { kind: "posterizeHue", offset: 10 },
            { kind: "formula", r: "g", g: "r", b: "0.5 * (at(1, 0) + b)" },
            { kind: "edgeGlow", radius: 3, border: "wrap" },
            { kind: "resize", width: 64 },
            "median",
          ] as const;
          const results = await pool.starmap(chain, images, { onSpan: ({ thread }) => used.add(thread) });
          // A large image is split over all threads.
          const large = await pool.apply("edgeGlow", noise(2000, 1500), 2.5);
          const of16 = {
            data: new Uint16Array(30 * 20 * 3).map((_, at) => (at * 7919) % 65536),
            width: 30,
            height: 20,
          };
          const deep = await pool.apply(["posterizeHue", { kind: "edgeGlow", glow: "dark" }], of16);
          await pool.close();
          const all = [...results.map(([, { data }]) => data), large.data, deep.data].map((data) => [
            ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
          ]);
          const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(all.flat()));
          return { hash: String(new Uint8Array(digest)), threads: used.size, formula: deep.data.length };
        },
        { mode, engine: ENGINE },
      );
      assert.equal(formula, 30 * 20 * 3);
      assert.equal(threads, mode === "single" ? 1 : 3);
      bytes.set(mode, hash);
      assert.equal(new Set(bytes.values()).size, 1);
      assert.deepEqual(tab.complaints, []);
    });

    it("are refused at once where their parameters are wrong", async () => {
      await using tab = await openPage(browser, { isolated });
      const told = await tab.page.evaluate(
        async ({ mode, engine }) => {
          const { filters } = (await import(`${engine}/filters.js`)) as { filters: OwnFilterInfo<OwnFilter>[] };
          const wasm = { threads: `${engine}/threads.wasm`, plain: `${engine}/plain.wasm` };
          const pool = await pixelpool.createPool({ mode, threads: 2, wasm, filters });
          const wrong = [
            { kind: "posterizeHue", hues: 0 },
            { kind: "edgeGlow", glow: "pink" },
            { kind: "edgeGlow", amout: 1 },
            { kind: "edgGlow" },
          ] as unknown as OwnFilter[];
          const told: string[] = [];
          for (const filter of wrong) {
            const error = await pool.apply(["invert", filter], new ImageData(9, 9)).catch((error: unknown) => error);
            const { name, code, message } = error as Error & { code: string };
            told.push(`${name} ${code} ${message}`);
          }
          // Without its definition a filter is none, though the engine has it.
          const blind = await pixelpool.createPool({ mode, threads: 2, wasm });
          const error = await blind.apply("edgeGlow" as "invert", new ImageData(9, 9)).catch((error: unknown) => error);
          told.push((error as Error & { code: string }).code);
          await pool.close();
          await blind.close();
          return told;
        },
        { mode, engine: ENGINE },
      );
      assert.deepEqual(told, [
        "RangeError invalid-parameter posterizeHue: hues must be a whole number from 1 to 360, got 0",
        'TypeError invalid-parameter edgeGlow: glow must be one of "light", "dark", got "pink"',
        "TypeError invalid-parameter edgeGlow: amout is no parameter of this filter; did you mean amount?",
        'TypeError unknown-filter there is no filter "edgGlow"; did you mean edgeGlow?',
        "unknown-filter",
      ]);
    });

    it("are not loaded from an engine of another version, or from what is no engine", async () => {
      await using tab = await openPage(browser, { isolated });
      const told = await tab.page.evaluate(
        async ({ mode, engine }) => {
          const build = mode === "shared" ? "threads" : "plain";
          const file = new Uint8Array(await (await fetch(`${engine}/${build}.wasm`)).arrayBuffer());
          const other = file.slice();
          other[other.length - 1]! ^= 1;
          const bare = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
          const told: string[][] = [];
          for (const wasm of [other, bare]) {
            const error = await pixelpool.createPool({ mode, threads: 2, wasm }).catch((error: unknown) => error);
            const { name, code, message } = error as Error & { code: string };
            told.push([name, code, message]);
          }
          return told;
        },
        { mode, engine: ENGINE },
      );
      const [other, bare] = told as [string[], string[]];
      assert.deepEqual([other.slice(0, 2), bare.slice(0, 2)], Array(2).fill(["PixelpoolError", "unsupported"]));
      const mark = String.raw`pixelpool \d+\.\d+\.\d+, ${mode === "shared" ? "threads" : "plain"}, .{8}`;
      const said = "^the WebAssembly could not be loaded: it is";
      assert.match(other[2] ?? "", new RegExp(`${said} that of ${mark}; this package runs that of ${mark}$`));
      assert.match(bare[2] ?? "", new RegExp(`${said} no engine of pixelpool; this package runs that of ${mark}$`));
    });
  });
}

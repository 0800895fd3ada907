/** The same bytes in every mode and for every number of threads, small images and such as are split into bands. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { Mode } from "../../src/types.js";
import { launch, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Hashes of the results of every filter, with its defaults or examples, and of a chain, on images of several sizes. */
async function hashes(mode: Mode, threads: number, isolated: boolean): Promise<Record<string, string>> {
  await using tab = await openPage(browser, { isolated });
  const result = await tab.page.evaluate(
    async ({ mode, threads }) => {
      const pool = await pixelpool.createPool({ mode, threads });
      const photo = (width: number, height: number) => {
        const image = new ImageData(width, height);
        let state = width * 31 + height;
        for (let i = 0; i < image.data.length; i++) {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          // Smooth in places and noisy in others, with alpha of all kinds.
          image.data[i] = i % 4 === 3 ? Math.max(state >>> 23, i % 255) : (i >> 6) ^ (state >>> 27);
        }
        return image;
      };
      // The last one is cut into a band for each of five threads.
      const images = [photo(1, 1), photo(37, 29), photo(560, 600)];
      const specs = pixelpool.filters.map((info) => {
        const given = info.parameters.flatMap((parameter) =>
          "required" in parameter && parameter.required
            ? [[parameter.name, parameter.type === "image" ? photo(9, 7) : parameter.example]]
            : [],
        );
        // The smallest image has one pixel, and what is cut out must lie in it; a table of colours is given as a text.
        const cube = info.parameters.find(({ type }) => type === "text");
        const text = cube && "example" in cube ? { [cube.name]: cube.example } : {};
        // Of the sides of a resize one must be given.
        const fitting = info.name === "crop" ? { width: 1, height: 1 } : info.name === "resize" ? { width: 320 } : text;
        return { kind: info.name, ...Object.fromEntries(given), ...fitting } as import("../../src/types.js").FilterSpec;
      });
      // Of those that take the most time, once is enough.
      const slow = ["deconvolve", "nlm", "spinBlur", "tvDenoise", "zoomBlur"];
      const together = specs.filter(({ kind }) => !["delay", "crop", ...slow].includes(kind));
      const chains = [...specs.map((spec) => [spec]), together];
      const hashes: Record<string, string> = {};
      for (const chain of chains) {
        const results = await pool.starmap(
          chain,
          images.map((image, id) => [id, image]),
        );
        for (const [id, image] of results) {
          const digest = await crypto.subtle.digest("SHA-256", image.data);
          const name = chain.length > 1 ? "all of them" : (chain[0]?.kind ?? "");
          hashes[`${name} on image ${id}`] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16)).join("");
        }
      }
      await pool.close();
      return hashes;
    },
    { mode, threads },
  );
  assert.deepEqual(tab.complaints, []);
  return result;
}

describe("the same bytes", () => {
  it("in every mode and for every number of threads", async () => {
    const want = await hashes("single", 1, false);
    assert.ok(Object.keys(want).length > 50);
    for (const threads of [1, 2, 5]) {
      assert.deepEqual(await hashes("shared", threads, true), want, `shared, ${threads} threads`);
    }
    assert.deepEqual(await hashes("workers", 3, false), want, "workers, 3 threads");
  });
});

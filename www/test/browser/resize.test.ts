/** Results that have another size than their images. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { builds, launch, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const { mode, isolated } of builds) {
  describe(`resize, ${mode}`, () => {
    it("gives each result its own size, whatever came and whatever is asked for", async () => {
      await using tab = await openPage(browser, { isolated });
      const sizes = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const image = new ImageData(60, 40);
        image.data.fill(255);
        const plain = { data: new Uint8Array(60 * 40 * 4), width: 60, height: 40 };
        const canvas = new OffscreenCanvas(60, 40);
        canvas.getContext("2d")?.putImageData(image, 0, 0);
        const file = await canvas.convertToBlob();
        const batch = [
          [0, image],
          [1, plain],
          [2, await createImageBitmap(image)],
          [3, file],
          [4, image, { height: 7 }],
          [5, image, { width: 60, height: 40 }],
          [6, image, { width: 300 }],
        ] as [number, ImageData, Record<string, number>][];
        const results = (await pool.starmap({ kind: "resize", width: 30 }, batch)) as [number, ImageData][];
        const [[, blob] = []] = await pool.starmap({ kind: "resize", width: 6 }, [[0, image]], {
          output: { type: "image/png" },
        });
        const decoded = await createImageBitmap(blob as unknown as Blob);
        const chain = await pool.apply([{ kind: "resize", width: 20 }, "invert", { kind: "resize", width: 90 }], image);
        const size = ({ width, height }: { width: number; height: number }) => `${width}x${height}`;
        await pool.close();
        return {
          same: results.map(([, result]) => `${result.constructor.name} ${size(result)}`),
          samples: results.map(([, { data }]) => (data as Uint8ClampedArray | undefined)?.length),
          file: size(decoded),
          chain: size(chain),
          black: chain.data.every((value, i) => value === (i % 4 === 3 ? 255 : 0)),
        };
      }, mode);
      assert.deepEqual(sizes, {
        same: [
          "ImageData 30x20",
          "Object 30x20",
          "ImageBitmap 30x20",
          "ImageData 30x20",
          "ImageData 30x7",
          "ImageData 60x40",
          "ImageData 300x200",
        ],
        samples: [2400, 2400, undefined, 2400, 840, 9600, 240_000],
        file: "6x4",
        chain: "90x59",
        black: true,
      });
      assert.deepEqual(tab.complaints, []);
    });

    it("gives what trim leaves its own size, in chains and files, and tells where it was", async () => {
      await using tab = await openPage(browser, { isolated });
      const found = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        // A picture in one corner, large enough to leave in parts, and one that is nothing but border.
        const large = new ImageData(2400, 2000);
        large.data.fill(255);
        for (let y = 100; y < 2000; y++) large.data.fill(40, 4 * (2400 * y + 50), 4 * (2400 * y + 2300));
        for (let i = 3; i < large.data.length; i += 4) large.data[i] = 255;
        const even = new ImageData(30, 20);
        const batch = [large, even].map((image, i): [number, ImageData] => [i, image]);
        const told: unknown[] = [];
        for await (const one of pool.imap("trim", batch)) {
          if (one.status === "rejected") throw one.reason;
          const { width, height, data } = one.image;
          told.push([width, height, data.length, one.measured]);
        }
        const chain = await pool.apply(["trim", "invert", { kind: "resize", width: 90 }], large);
        const [[, file] = []] = await pool.starmap(["trim"], [[0, large]], { output: { type: "image/png" } });
        const decoded = await createImageBitmap(file as unknown as Blob);
        const crop = { kind: "crop", width: 2350, height: 1900 } as const;
        const refused = await pool.apply(["trim", crop], large).catch((reason: unknown) => reason);
        const { name, filter, parameter } = refused as { name: string; filter?: string; parameter?: string };
        await pool.close();
        return {
          told,
          chain: [chain.width, chain.height, chain.data.every((value, i) => value === (i % 4 === 3 ? 255 : 215))],
          file: [decoded.width, decoded.height],
          refused: [name, filter, parameter],
        };
      }, mode);
      const at = (name: string, value: number) => ({ filter: "trim", name, value });
      assert.deepEqual(found, {
        told: [
          [2250, 1900, 4 * 2250 * 1900, [at("x", 50), at("y", 100)]],
          [30, 20, 2400, [at("x", 0), at("y", 0)]],
        ],
        chain: [90, 76, true],
        file: [2250, 1900],
        refused: ["RangeError", "crop", "width"],
      });
      assert.deepEqual(tab.complaints, []);
    });

    it("counts what an image grows to: too large is told before anything is done", async () => {
      await using tab = await openPage(browser, { isolated });
      const errors = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 1, memoryLimit: 64 << 20 });
        const image = new ImageData(10, 10);
        const settled: unknown[] = [];
        const widths = [5000, 20, 60_000];
        const batch = widths.map((width) => [width, image, { width }] as [number, ImageData, Record<string, number>]);
        for await (const one of pool.imap({ kind: "resize", width: 10 }, batch)) {
          settled.push(one.status === "fulfilled" ? one.image.width : (one.reason as { code?: string }).code);
        }
        await pool.close();
        return settled;
      }, mode);
      assert.deepEqual(errors, ["too-large", 20, "too-large"]);
    });
  });
}

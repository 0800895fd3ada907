/** Pixels of 8, 16 bits and floats with 1 to 4 channels, and images that are parameters. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { PixelImage } from "../../src/types.js";
import { launch, modes, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** The package with one more filter that has an image for a parameter: `scripts/package.mjs --faults` makes it. */
const FAULTS = "/target/faults/dist/index.js";

for (const { mode, isolated } of modes) {
  describe(`pixels of every format, mode ${mode}`, () => {
    it("come back as what they were, and as the filters' definitions say", async () => {
      await using tab = await openPage(browser, { isolated });
      const wrong = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const wrong: string[] = [];
        const [width, height] = [13, 10];
        const formats = [
          { type: Uint8Array, full: 255 },
          { type: Uint8ClampedArray, full: 255 },
          { type: Uint16Array, full: 65535 },
          { type: Float32Array, full: 1 },
        ] as const;
        for (const { type, full } of formats) {
          for (const channels of [1, 2, 3, 4]) {
            const what = `${type.name} of ${channels} channels`;
            const isFloat = type === Float32Array;
            let state = channels * 77 + type.BYTES_PER_ELEMENT;
            const value = () => {
              state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
              return isFloat ? (state >>> 8) / 2 ** 24 : (state >>> 8) % (full + 1);
            };
            const data = type.from(Array.from({ length: width * height * channels }, value));
            const alpha = channels % 2 === 0 ? channels - 1 : -1;
            // Straight colours would be weighted: where they are blurred, everything is opaque.
            const opaque = data.map((number, i) => (i % channels === alpha ? full : number));
            const at = (of: ArrayLike<number>, x: number, y: number, c: number) => {
              const [column, row] = [Math.min(width - 1, Math.max(0, x)), Math.min(height - 1, Math.max(0, y))];
              return of[(row * width + column) * channels + c] ?? NaN;
            };
            const each = (of: ArrayLike<number>, f: (x: number, y: number, c: number) => number) =>
              Array.from(of, (number, i) => {
                const pixel = Math.floor(i / channels);
                if (i % channels === alpha) return number;
                return f(pixel % width, Math.floor(pixel / width), i % channels);
              });
            const check = (
              name: string,
              image: PixelImage,
              wanted: readonly number[],
              off: number,
              [w, h] = [width, height],
            ) => {
              const isSaid = "channels" in image;
              const isRight =
                image.data.constructor === type &&
                [image.width, image.height, image.data.length].join() === [w, h, wanted.length].join() &&
                isSaid === channels < 4 &&
                (!isSaid || image.channels === channels);
              if (!isRight) wrong.push(`${name}, ${what}: ${image.data.constructor.name} ${image.data.length}`);
              const worst = Math.max(...wanted.map((number, i) => Math.abs(number - (image.data[i] ?? NaN))));
              if (!(worst <= off)) wrong.push(`${name}, ${what}: off by ${worst}`);
            };
            const image = { data, width, height };
            const level = isFloat ? 1e-5 : 1;

            check("nothing", await pool.apply([], image), Array.from(data), 0);
            check(
              "invert",
              await pool.apply("invert", image),
              each(data, (x, y, c) => full - at(data, x, y, c)),
              isFloat ? 1e-6 : 0,
            );

            const median = each(data, (x, y, c) => {
              const window = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => at(data, x + dx, y + dy, c)));
              return window.sort((a, b) => a - b)[4] ?? NaN;
            });
            check("median", await pool.apply("median", image), median, 0);

            const weights = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2)));
            const sum = weights.reduce((a, b) => a + b);
            const blurred = each(opaque, (x, y, c) => {
              let value = 0;
              weights.forEach((v, dy) =>
                weights.forEach((h, dx) => (value += v * h * at(opaque, x + dx - 5, y + dy - 5, c))),
              );
              return value / sum ** 2;
            });
            const blur = { kind: "gaussianBlur", sigma: 1.5 } as const;
            check("gaussianBlur", await pool.apply(blur, { ...image, data: opaque }), blurred, level);

            const boxes: number[] = [];
            const [w, h] = [1, 2];
            for (let y = 0; y < h; y++) {
              for (let c = 0; c < channels; c++) {
                let total = 0;
                for (let row = 0; row < 5; row++)
                  for (let x = 0; x < width; x++) total += at(opaque, x, y * 5 + row, c);
                boxes.push(total / (5 * width));
              }
            }
            const resize = { kind: "resize", width: w, height: h, filter: "box" } as const;
            check("resize", await pool.apply(resize, { ...image, data: opaque }), boxes, level, [w, h]);

            // Given away, and said; of a larger buffer, in which others may lie, a part is copied.
            for (const beside of [0, 5]) {
              const whole = new type(data.length + beside);
              const view = whole.subarray(beside, beside + data.length);
              view.set(data);
              const image = { data: view, width, height, channels };
              const given = await pool.apply([], image, undefined, { transfer: true });
              if (given.channels !== channels || String(given.data) !== String(data)) wrong.push(`given away, ${what}`);
              if (whole.length > 0 !== beside > 0) wrong.push(`${beside} beside it, ${whole.length} left, ${what}`);
            }
          }
        }
        await pool.close();
        return wrong;
      }, mode);
      assert.deepEqual(wrong, []);
      assert.deepEqual(tab.complaints, []);
    });

    it("become RGBA bytes where a picture is asked for", async () => {
      await using tab = await openPage(browser, { isolated });
      const results = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const images = [
          { data: Uint8Array.of(10, 200), width: 2, height: 1 },
          { data: Uint16Array.of(65535, 0, 257, 300, 128, 65400), width: 2, height: 1 },
          { data: Float32Array.of(0.5, 1, -1, 0.25), width: 2, height: 1 },
        ];
        const results: number[][] = [];
        for (const image of images) {
          const { data } = await pool.apply([], image, null, { output: "imageData" });
          const file = await pool.apply([], image, null, { output: { type: "image/png" } });
          const again = await pool.apply([], file);
          if (String(again.data) !== String(data)) throw new Error(`the file has ${String(again.data)}`);
          const bitmap = await pool.apply([], image, null, { output: "bitmap" });
          results.push([bitmap.width, bitmap.height], [...data]);
        }
        await pool.close();
        return results;
      }, mode);
      assert.deepEqual(results, [
        [2, 1],
        [10, 10, 10, 255, 200, 200, 200, 255],
        [2, 1],
        [255, 0, 1, 255, 1, 0, 254, 255],
        [2, 1],
        [128, 128, 128, 255, 0, 0, 0, 64],
      ]);
    });

    it("may be large: bands and pieces", async () => {
      await using tab = await openPage(browser, { isolated });
      const isRight = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const data = Uint16Array.from({ length: 1600 * 1200 * 3 }, (_, i) => Math.imul(i, 40503) & 65535);
        const image = { data, width: 1600, height: 1200 };
        const inverted = await pool.apply("invert", image);
        const isInverted = inverted.data.every((value, i) => value === 65535 - (data[i] ?? 0));
        pool.recycle(inverted);
        const [[, again] = []] = await pool.starmap([], [[0, image]]);
        await pool.close();
        return isInverted && again?.data.every((value, i) => value === data[i]);
      }, mode);
      assert.equal(isRight, true);
    });
  });

  describe(`an image that is a parameter, mode ${mode}`, () => {
    it("is there for every item, whatever it came as, and what filters find out is told", async () => {
      await using tab = await openPage(browser, { isolated });
      const results = await tab.page.evaluate(
        async ({ mode, address }) => {
          const { createPool } = (await import(address)) as typeof pixelpool;
          const pool = await createPool({ mode, threads: 2 });
          const canvas = new OffscreenCanvas(2, 2);
          const context = canvas.getContext("2d");
          if (!context) throw new Error("no canvas");
          context.fillStyle = "rgb(30, 2, 3)";
          context.fillRect(0, 0, 2, 2);
          const images: unknown[] = [
            { data: Uint8Array.of(30, 1, 1), width: 1, height: 1 },
            { data: Uint16Array.of(30), width: 1, height: 1 },
            new ImageData(new Uint8ClampedArray([30, 0, 0, 255]), 1, 1),
            await canvas.convertToBlob(),
            await createImageBitmap(canvas),
            canvas,
          ];
          const results: unknown[] = [];
          for (const image of images) {
            const batch = Array.from({ length: 9 }, (_, id): [number, ImageData] => {
              const image = new ImageData(id + 1, 2);
              image.data.fill(id);
              return [id, image];
            });
            const found: unknown[] = [];
            for await (const one of pool.imap({ kind: "stamp", image } as unknown as "invert", batch)) {
              if (one.status === "rejected") throw one.reason;
              found.push([one.image.data.every((value) => value === one.index + 30), one.measured]);
            }
            results.push(found);
          }
          const broken = { kind: "stamp", image: new Blob(["no picture"]) } as unknown as "invert";
          const reason: unknown = await pool.apply(broken, new ImageData(1, 1)).catch((error: unknown) => error);
          const { code, filter, parameter } = reason as Record<string, unknown>;
          const after = await pool.apply("multiply", [5], 2);
          await pool.close();
          return { results, told: [code, filter, parameter], after };
        },
        { mode, address: FAULTS },
      );
      const wanted = Array.from({ length: 9 }, (_, id) => [
        true,
        [{ filter: "stamp", name: "pixels", value: (id + 1) * 2 }],
      ]);
      assert.deepEqual(
        results.results,
        Array.from({ length: 6 }, () => wanted),
      );
      assert.deepEqual(results.told, ["decode-failed", "stamp", "image"]);
      assert.deepEqual(results.after, [10]);
    });

    it("is sent again to a worker that takes the place of a lost one", async () => {
      await using tab = await openPage(browser, { isolated });
      const outcomes = await tab.page.evaluate(
        async ({ mode, address }) => {
          const { createPool } = (await import(address)) as typeof pixelpool;
          const pool = await createPool({ mode, threads: 1 });
          const image = { data: Uint8Array.of(30), width: 1, height: 1 };
          const chain = [{ kind: "fault" }, { kind: "stamp", image }] as unknown as "invert";
          const batch = Array.from({ length: 6 }, (_, id): [number, ImageData, unknown] => [
            id,
            new ImageData(2, 2),
            id === 2 ? { what: "trap", at: 0 } : undefined,
          ]);
          const outcomes: unknown[] = [];
          for await (const one of pool.imap(chain, batch as unknown as [number, ImageData][])) {
            outcomes.push(one.status === "fulfilled" ? one.image.data[0] : one.reason.code);
          }
          await pool.close();
          return outcomes;
        },
        { mode, address: FAULTS },
      );
      assert.deepEqual(outcomes, [30, 30, "worker-lost", 30, 30, 30]);
    });
  });
}

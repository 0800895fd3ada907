/** Encoded pictures in, decoded off the page's thread; pictures of the browser; every shape of output. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { launch, modes, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const { mode, isolated } of modes) {
  describe(`pictures, mode ${mode}`, () => {
    it("a photo comes upright and with the pixels that the browser shows", async () => {
      await using tab = await openPage(browser, { isolated });
      const results = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const results = [];
        for (const name of ["macaws.jpg", "landscape-turned.jpg", "portrait-turned.jpg", "statue.webp"]) {
          const blob = await (await fetch(`/www/demo/samples/${name}`)).blob();
          const bitmap = await createImageBitmap(blob);
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
          if (!context) throw new Error("no canvas");
          context.drawImage(bitmap, 0, 0);
          const shown = context.getImageData(0, 0, bitmap.width, bitmap.height);
          for (const input of [blob, await blob.arrayBuffer(), new Response(blob), bitmap]) {
            const image = await pool.apply([], input, undefined, { output: "imageData" });
            let worst = Math.abs(image.width - shown.width) + Math.abs(image.height - shown.height) === 0 ? 0 : 999;
            for (let i = 0; worst < 999 && i < shown.data.length; i++) {
              worst = Math.max(worst, Math.abs((image.data[i] ?? 999) - (shown.data[i] ?? 0)));
            }
            results.push({ name, kind: input.constructor.name, worst });
          }
        }
        await pool.close();
        return results;
      }, mode);
      assert.equal(results.length, 16);
      for (const { name, kind, worst } of results) assert.ok(worst <= 1, `${name} as ${kind} is ${worst} levels off`);
      assert.deepEqual(tab.complaints, []);
    });

    it("colours under low alpha survive: a PNG's pixels are what was encoded", async () => {
      await using tab = await openPage(browser, { isolated });
      const { same, length } = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const data = Uint8Array.from([200, 100, 50, 255, 200, 100, 50, 3, 10, 250, 130, 1, 7, 8, 9, 0]);
        // A PNG of 2 × 2 RGBA pixels, written by hand: a canvas would premultiply them away.
        const rows = Uint8Array.from([0, ...data.subarray(0, 8), 0, ...data.subarray(8)]);
        const zipped = new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")));
        const table = Array.from({ length: 256 }, (_, n) => {
          let c = n;
          for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
          return c >>> 0;
        });
        const crc = (bytes: Uint8Array) =>
          (bytes.reduce((c, byte) => (table[(c ^ byte) & 255] ?? 0) ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
        const chunk = (type: string, body: Uint8Array) => {
          const out = new Uint8Array(body.length + 12);
          const view = new DataView(out.buffer);
          view.setUint32(0, body.length);
          out.set(new TextEncoder().encode(type), 4);
          out.set(body, 8);
          view.setUint32(body.length + 8, crc(out.subarray(4, body.length + 8)));
          return out;
        };
        const head = Uint8Array.from([0, 0, 0, 2, 0, 0, 0, 2, 8, 6, 0, 0, 0]);
        const png = new Blob([
          Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
          chunk("IHDR", head),
          chunk("IDAT", new Uint8Array(await zipped.arrayBuffer())),
          chunk("IEND", new Uint8Array(0)),
        ]);
        const image = await pool.apply([], png);
        await pool.close();
        return { same: image.data.every((value, i) => value === data[i]), length: image.data.length };
      }, mode);
      assert.deepEqual({ same, length }, { same: true, length: 16 });
    });

    it("results take the shape of the input, or the one that was asked for", async () => {
      await using tab = await openPage(browser, { isolated });
      const kinds = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const blob = await (await fetch("/www/demo/samples/macaws.jpg")).blob();
        const kind = (value: object) => ("data" in value ? `${value.constructor.name} of ` : "") + kindOf(value);
        const kindOf = (value: object): string => {
          const inner = "data" in value ? (value as ImageData).data : value;
          return inner instanceof Blob ? `Blob ${inner.type}` : inner.constructor.name;
        };
        const bytes = () => new Uint8Array(16);
        const canvas = new OffscreenCanvas(3, 3);
        canvas.getContext("2d")?.fillRect(0, 0, 3, 3);
        const kinds = [
          kind(await pool.apply("invert", new ImageData(2, 2))),
          kind(await pool.apply("invert", { data: bytes(), width: 2, height: 2 })),
          kind(await pool.apply("invert", { data: new Uint8ClampedArray(16), width: 2, height: 2 })),
          kind(await pool.apply("invert", blob)),
          kind(await pool.apply("invert", await createImageBitmap(blob))),
          kind(await pool.apply("invert", canvas)),
          kind(await pool.apply("invert", blob, 1, { output: "bitmap" })),
          kind(await pool.apply("invert", new ImageData(2, 2), 1, { output: { type: "image/png" } })),
          kind(await pool.apply("invert", blob, 1, { output: { type: "image/jpeg", quality: 0.5 } })),
          kind(await pool.apply("invert", { data: bytes(), width: 2, height: 2 }, 1, { output: "imageData" })),
          kind(await pool.apply("multiply", [1, 2], 2)),
        ];
        const typed: Record<string, number[]> = {};
        for (const list of [
          new Int8Array([100, -100, 1]),
          new Uint8Array([100, 200, 1]),
          new Uint8ClampedArray([100, 200, 1]),
          new Int16Array([20000, -20000, 1]),
          new Uint16Array([40000, 2, 1]),
          new Int32Array([2e9, -2e9, 1]),
          new Uint32Array([4e9, 2, 1]),
          new Float32Array([1e38, -0.5, 1]),
          new Float64Array([1e38, -0.5, 1]),
        ]) {
          const result = (await pool.apply("multiply", list, 2.5)) as Float64Array;
          if (result.constructor !== list.constructor) throw new Error(`${list.constructor.name} came back as another`);
          typed[list.constructor.name] = Array.from(result);
        }
        await pool.close();
        return { kinds, typed };
      }, mode);
      assert.deepEqual(kinds.kinds, [
        "ImageData of Uint8ClampedArray",
        "Object of Uint8Array",
        "Object of Uint8ClampedArray",
        "ImageData of Uint8ClampedArray",
        "ImageBitmap",
        "ImageBitmap",
        "ImageBitmap",
        "Blob image/png",
        "Blob image/jpeg",
        "ImageData of Uint8ClampedArray",
        "Array",
      ]);
      assert.deepEqual(kinds.typed, {
        Int8Array: [127, -128, 3],
        Uint8Array: [250, 255, 3],
        Uint8ClampedArray: [250, 255, 3],
        Int16Array: [32767, -32768, 3],
        Uint16Array: [65535, 5, 3],
        Int32Array: [2147483647, -2147483648, 3],
        Uint32Array: [4294967295, 5, 3],
        Float32Array: [Math.fround(Math.fround(1e38) * 2.5), -1.25, 2.5],
        Float64Array: [2.5e38, -1.25, 2.5],
      });
    });

    it("inputs stay intact, unless they are given away", async () => {
      await using tab = await openPage(browser, { isolated });
      const result = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const make = () => new ImageData(new Uint8ClampedArray(400 * 300 * 4).fill(100), 400, 300);
        const kept = make();
        const first = await pool.apply("invert", kept);
        const given = make();
        const second = await pool.apply("invert", given, undefined, { transfer: true });
        const results = [first.data[0], second.data[0], kept.data[0], kept.data.length, given.data.length];
        pool.recycle(first, second);
        const third = await pool.apply("brightness", kept, 2);
        results.push(first.data.length, second.data.length, third.data[0], third.data.length);
        await pool.close();
        return results;
      }, mode);
      const bytes = 400 * 300 * 4;
      assert.deepEqual(result, [155, 155, 100, bytes, 0, 0, 0, 200, bytes]);
    });
  });
}

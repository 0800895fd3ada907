/** What Chromium makes of metadata that are put into files. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { displayP3Profile } from "../../src/metadata/display-p3.js";
import { writeMetadata } from "../../src/metadata/metadata.js";
import { launch } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Colours of a file's only row, as they are in a canvas of Display P3. */
type Row = [number, number, number][];
const COLORS: Row = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [10, 200, 120],
  [128, 128, 128],
];
/** Each colour is that wide, so that a JPEG and a lossy WebP have it whole. */
const WIDE = 32;

/** A file of these colours that says nothing of a profile, as a canvas writes it. */
async function fileOf(type: string): Promise<Uint8Array<ArrayBuffer>> {
  const page = await browser.newPage();
  const file = await page.evaluate(
    async ([colors, wide, type]) => {
      const canvas = new OffscreenCanvas(colors.length * wide, wide);
      const context = canvas.getContext("2d")!;
      for (const [at, color] of colors.entries()) {
        context.fillStyle = `rgb(${color.join()})`;
        context.fillRect(at * wide, 0, wide, wide);
      }
      return [...new Uint8Array(await (await canvas.convertToBlob({ type, quality: 1 })).arrayBuffer())];
    },
    [COLORS, WIDE, type] as const,
  );
  await page.close();
  return Uint8Array.from(file);
}

async function shown(file: Uint8Array<ArrayBuffer>, colorSpace: PredefinedColorSpace): Promise<Row> {
  const page = await browser.newPage();
  const row = await page.evaluate(
    async ([bytes, count, wide, colorSpace]) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { colorSpace })!;
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, wide / 2, bitmap.width, 1, { colorSpace });
      return Array.from({ length: count }, (_, color) => [...data.slice((color + 0.5) * wide * 4).slice(0, 3)]);
    },
    [[...file], COLORS.length, WIDE, colorSpace] as const,
  );
  await page.close();
  return row as Row;
}

const furthest = (one: Row, other: Row) =>
  Math.max(...one.flatMap((color, at) => color.map((value, channel) => Math.abs(value - other[at]![channel]!))));

describe("the profile of Display P3", () => {
  for (const type of ["image/png", "image/jpeg", "image/webp"]) {
    it(`in a file of ${type} makes its numbers those of Display P3`, async () => {
      const plain = await fileOf(type);
      const numbers = await shown(plain, "srgb");
      const { parts, lost } = await writeMetadata(plain, type, { profile: displayP3Profile() });
      assert.deepEqual(lost, []);
      const file = new Uint8Array(await new Blob([...parts]).arrayBuffer());
      assert.ok(furthest(await shown(file, "display-p3"), numbers) <= 1);
      // What says nothing is sRGB, whose colours are others in Display P3.
      assert.ok(furthest(await shown(plain, "display-p3"), numbers) > 50);
    });
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { copyUpright, swapsSides } from "../../src/turns.js";

/** What Exif says of each orientation: the stored column and row of the pixel at (x, y) of the upright image. */
function place(orientation: number, x: number, y: number, width: number, height: number): [number, number] {
  const places: Record<number, [number, number]> = {
    2: [width - 1 - x, y],
    3: [width - 1 - x, height - 1 - y],
    4: [x, height - 1 - y],
    5: [y, x],
    6: [y, height - 1 - x],
    7: [width - 1 - y, height - 1 - x],
    8: [width - 1 - y, x],
  };
  return places[orientation] ?? [x, y];
}

test("every pixel comes to its place, whatever the orientation, the bytes of a pixel, and the rows that come at once", () => {
  for (const [width, height] of [
    [1, 1],
    [3, 2],
    [16, 16],
    [17, 40],
    [50, 1],
  ] as const) {
    for (let orientation = 0; orientation <= 9; orientation++) {
      for (const words of [1, 2]) {
        const stored = Uint32Array.from({ length: width * height * words }, (_, at) => at + 1);
        const [outWidth, outHeight] = swapsSides(orientation) ? [height, width] : [width, height];
        for (const rows of [1, 3, 16, height]) {
          const upright = new Uint32Array(new SharedArrayBuffer(stored.byteLength));
          for (let firstRow = 0; firstRow < height; firstRow += rows) {
            const stripe = stored.subarray(firstRow * width * words, (firstRow + rows) * width * words);
            copyUpright({ width, height, words: stripe, firstRow, wordsOfPixel: words }, orientation, upright);
          }
          for (let y = 0; y < outHeight; y++) {
            for (let x = 0; x < outWidth; x++) {
              const [column, row] = place(orientation, x, y, width, height);
              for (let word = 0; word < words; word++) {
                const got = upright[(y * outWidth + x) * words + word];
                const said = `${orientation}: ${x}, ${y} of ${width} × ${height}, ${rows} rows at once`;
                assert.equal(got, stored[(row * width + column) * words + word], said);
              }
            }
          }
        }
      }
    }
  }
});

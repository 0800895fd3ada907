/** Convolution with 3×3 weights, and Sobel's edges: row by row, with three rows kept aside, so that it goes in place. */
import type { Picture } from "../work.js";
import { keptBytes } from "./scratch.js";

/** A row with its first and last pixel once more. */
function padRow(from: Uint8ClampedArray, at: number, width: number, to: Uint8Array): void {
  to.set(from.subarray(at, at + width * 4), 4);
  to.copyWithin(0, 4, 8);
  to.copyWithin((width + 1) * 4, width * 4, (width + 1) * 4);
}

export function convolve(picture: Picture, kernel: readonly number[]): Picture {
  const { data, width, height } = picture;
  let [above, here, below] = [0, 1, 2].map((row) => keptBytes(`convolve ${row}`, (width + 2) * 4)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [a, b, c, d, e, f, g, h, i] = kernel as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  padRow(data, 0, width, above);
  here.set(above);
  for (let y = 0; y < height; y++) {
    padRow(data, Math.min(y + 1, height - 1) * width * 4, width, below);
    // The row is written when all that read it as it was have it aside.
    let to = y * width * 4;
    for (let x = 4; x < (width + 1) * 4; x += 4, to += 4) {
      for (let channel = 0; channel < 3; channel++) {
        const at = x + channel;
        data[to + channel] =
          a * above[at - 4]! +
          b * above[at]! +
          c * above[at + 4]! +
          d * here[at - 4]! +
          e * here[at]! +
          f * here[at + 4]! +
          g * below[at - 4]! +
          h * below[at]! +
          i * below[at + 4]!;
      }
    }
    [above, here, below] = [here, below, above];
  }
  return picture;
}

export function sobel(picture: Picture): Picture {
  const { data, width, height } = picture;
  const stride = width + 2;
  const luma = keptBytes("luma", stride * (height + 2));
  for (let y = 0, from = 0; y < height; y++) {
    const row = (y + 1) * stride;
    for (let x = 1; x <= width; x++, from += 4) {
      luma[row + x] = (19595 * data[from]! + 38470 * data[from + 1]! + 7471 * data[from + 2]! + 32768) >> 16;
    }
    luma[row] = luma[row + 1]!;
    luma[row + width + 1] = luma[row + width]!;
  }
  luma.copyWithin(0, stride, 2 * stride);
  luma.copyWithin((height + 1) * stride, height * stride, (height + 1) * stride);
  const pixels = new Uint32Array(data.buffer);
  for (let y = 0, to = 0; y < height; y++) {
    let at = y * stride + 1;
    for (let x = 0; x < width; x++, at++, to++) {
      const [nw, n, ne] = [luma[at - 1]!, luma[at]!, luma[at + 1]!];
      const [w, e] = [luma[at + stride - 1]!, luma[at + stride + 1]!];
      const [sw, s, se] = [luma[at + 2 * stride - 1]!, luma[at + 2 * stride]!, luma[at + 2 * stride + 1]!];
      const across = ne + 2 * e + se - nw - 2 * w - sw;
      const down = sw + 2 * s + se - nw - 2 * n - ne;
      const length = Math.min(255, (Math.sqrt(across * across + down * down) + 0.5) | 0);
      pixels[to] = (length * 0x010101) | (pixels[to]! & 0xff000000);
    }
  }
  return picture;
}

/** Point operations, in place. */
import type { Picture } from "../work.js";
import { keptFloats } from "./scratch.js";

/** A table, and four bytes at a time. */
export function brightness(picture: Picture, amount: number): Picture {
  const table = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.floor(value * amount + 0.5)));
  const pixels = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < pixels.length; i++) {
    const p = pixels[i]!;
    pixels[i] = table[p & 255]! | (table[(p >>> 8) & 255]! << 8) | (table[(p >>> 16) & 255]! << 16) | (p & 0xff000000);
  }
  return picture;
}

/** Fixed point with 16 bits; alpha is left as it is where its row says so, which is all that is asked here. */
export function colorMatrix(picture: Picture, matrix: readonly number[]): Picture {
  const fixed = Int32Array.from(matrix, (value, index) => Math.round(value * 65536 * (index % 5 === 4 ? 255 : 1)));
  const [rr, rg, rb, ra] = [fixed[0]!, fixed[1]!, fixed[2]!, fixed[3]!];
  const [gr, gg, gb, ga] = [fixed[5]!, fixed[6]!, fixed[7]!, fixed[8]!];
  const [br, bg, bb, ba] = [fixed[10]!, fixed[11]!, fixed[12]!, fixed[13]!];
  const [r0, g0, b0] = [fixed[4]! + 32768, fixed[9]! + 32768, fixed[14]! + 32768];
  const { data } = picture;
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b, a] = [data[i]!, data[i + 1]!, data[i + 2]!, data[i + 3]!];
    data[i] = (rr * r + rg * g + rb * b + ra * a + r0) >> 16;
    data[i + 1] = (gr * r + gg * g + gb * b + ga * a + g0) >> 16;
    data[i + 2] = (br * r + bg * g + bb * b + ba * a + b0) >> 16;
  }
  return picture;
}

/** The formulas of {@link formula}; the sine of each column is worked out once. */
export function formulas({ data, width, height }: Picture): Picture {
  const wave = keptFloats("wave", width);
  for (let x = 0; x < width; x++) wave[x] = 25.5 * Math.sin(x / 20);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
      data[i] = r * 1.2;
      data[i + 1] = 0.7 * g + 0.3 * (0.299 * r + 0.587 * g + 0.114 * b);
      data[i + 2] = b + wave[x]!;
    }
  }
  return { data, width, height };
}

/** Lanczos with three lobes, along the rows first, with the weights of each place computed once. */
import type { Picture } from "../work.js";
import { keptFloats } from "./scratch.js";

interface Taps {
  /** How many weights each place has; those that it does not need are 0. */
  count: number;
  first: Int32Array;
  weights: Float32Array;
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= 3) return 0;
  const angle = Math.PI * x;
  return (3 * Math.sin(angle) * Math.sin(angle / 3)) / (angle * angle);
}

function tapsOf(from: number, to: number): Taps {
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const count = Math.ceil(6 * stretch) + 1;
  const first = new Int32Array(to);
  const weights = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const begin = Math.max(0, Math.floor(centre - 3 * stretch + 0.5));
    const end = Math.min(from, Math.floor(centre + 3 * stretch + 0.5));
    // So far left that all weights lie in the picture, the last of them 0 where they reach too far.
    first[i] = Math.min(begin, from - count);
    let sum = 0;
    for (let j = begin; j < end; j++) sum += lanczos((j + 0.5 - centre) / stretch);
    for (let j = begin; j < end; j++) weights[i * count + j - first[i]!] = lanczos((j + 0.5 - centre) / stretch) / sum;
  }
  return { count, first, weights };
}

export function resize({ data, width, height }: Picture, toWidth: number, toHeight: number): Picture {
  const across = tapsOf(width, toWidth);
  const down = tapsOf(height, toHeight);
  const row = toWidth * 3;
  const between = keptFloats("resized rows", row * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < toWidth; x++, to += 3) {
      let [r, g, b] = [0, 0, 0];
      let from = (y * width + across.first[x]!) * 4;
      for (let tap = x * across.count; tap < (x + 1) * across.count; tap++, from += 4) {
        const weight = across.weights[tap]!;
        r += weight * data[from]!;
        g += weight * data[from + 1]!;
        b += weight * data[from + 2]!;
      }
      between[to] = r;
      between[to + 1] = g;
      between[to + 2] = b;
    }
  }
  const result = new Uint8ClampedArray(toWidth * toHeight * 4);
  const sums = keptFloats("resize sums", row);
  for (let y = 0, to = 0; y < toHeight; y++) {
    sums.fill(0);
    for (let tap = 0; tap < down.count; tap++) {
      const weight = down.weights[y * down.count + tap]!;
      const from = (down.first[y]! + tap) * row;
      for (let x = 0; x < row; x++) sums[x]! += weight * between[from + x]!;
    }
    for (let x = 0; x < row; x += 3, to += 4) {
      result[to] = sums[x]!;
      result[to + 1] = sums[x + 1]!;
      result[to + 2] = sums[x + 2]!;
      result[to + 3] = 255;
    }
  }
  return { data: result, width: toWidth, height: toHeight };
}

/**
 * Non-local means as one writes them for speed: for each offset the squared differences of the picture and itself moved, summed
 * over the patch by running sums, and a table for the weights.
 */
import type { Picture } from "../work.js";
import { keptBytes, keptFloats } from "./scratch.js";

/** Entries of the table of weights for each unit of distance over h². */
const FINE = 256;
/** Beyond, a weight is nothing. */
const FAR = 12;

const weights = Float32Array.from({ length: FINE * FAR + 1 }, (_, i) => Math.exp(-i / FINE));

const mirrored = (at: number, side: number) => {
  if (side === 1) return 0;
  const period = 2 * (side - 1);
  const place = ((at % period) + period) % period;
  return Math.min(place, period - place);
};

export function nlm(picture: Picture, patch: number, search: number, h: number): Picture {
  const { data, width, height } = picture;
  const margin = patch + search;
  const stride = width + 2 * margin;
  const planes = [0, 1, 2].map((channel) => {
    const plane = keptBytes(`nlm ${channel}`, stride * (height + 2 * margin));
    for (let y = -margin, to = 0; y < height + margin; y++) {
      const row = mirrored(y, height) * width;
      for (let x = -margin; x < width + margin; x++, to++) {
        plane[to] = data[(row + mirrored(x, width)) * 4 + channel]!;
      }
    }
    return plane;
  }) as [Uint8Array, Uint8Array, Uint8Array];
  const [red, green, blue] = planes;
  const count = width * height;
  const sums = [0, 1, 2].map((channel) => keptFloats(`nlm sum ${channel}`, count).fill(0)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const total = keptFloats("nlm total", count).fill(0);
  const wide = width + 2 * patch;
  const columns = keptFloats("nlm columns", wide);
  const differences = keptFloats("nlm differences", wide * (height + 2 * patch));
  const side = 2 * patch + 1;
  const scale = FINE / (3 * side * side * h * h);
  for (let dy = -search; dy <= search; dy++) {
    for (let dx = -search; dx <= search; dx++) {
      for (let y = -patch, to = 0; y < height + patch; y++) {
        let here = (y + margin) * stride + search;
        let there = here + dy * stride + dx;
        for (let x = 0; x < wide; x++, here++, there++, to++) {
          const r = red[here]! - red[there]!;
          const g = green[here]! - green[there]!;
          const b = blue[here]! - blue[there]!;
          differences[to] = r * r + g * g + b * b;
        }
      }
      columns.fill(0);
      for (let y = 0; y < side - 1; y++) {
        for (let x = 0, from = y * wide; x < wide; x++, from++) columns[x]! += differences[from]!;
      }
      for (let y = 0, to = 0; y < height; y++) {
        const entering = (y + side - 1) * wide;
        for (let x = 0; x < wide; x++) columns[x]! += differences[entering + x]!;
        let sum = 0;
        for (let x = 0; x < side - 1; x++) sum += columns[x]!;
        let there = (y + margin + dy) * stride + margin + dx;
        for (let x = 0; x < width; x++, to++, there++) {
          sum += columns[x + side - 1]!;
          const distance = sum * scale;
          if (distance < FINE * FAR) {
            const weight = weights[(distance + 0.5) | 0]!;
            total[to]! += weight;
            sums[0][to]! += weight * red[there]!;
            sums[1][to]! += weight * green[there]!;
            sums[2][to]! += weight * blue[there]!;
          }
          sum -= columns[x]!;
        }
        const leaving = y * wide;
        for (let x = 0; x < wide; x++) columns[x]! -= differences[leaving + x]!;
      }
    }
  }
  for (let i = 0, to = 0; i < count; i++, to += 4) {
    const share = 1 / total[i]!;
    data[to] = sums[0][i]! * share;
    data[to + 1] = sums[1][i]! * share;
    data[to + 2] = sums[2][i]! * share;
  }
  return picture;
}

/** Medians: 3×3 by sorted columns, larger ones by Huang's sliding histogram. */
import type { Picture } from "../work.js";
import { keptBytes } from "./scratch.js";

export function median(picture: Picture, radius: number): Picture {
  const { data, width, height } = picture;
  const [w, h] = [width + 2 * radius, height + 2 * radius];
  const plane = keptBytes("plane", w * h);
  for (let channel = 0; channel < 3; channel++) {
    split(data, width, height, channel, radius, plane);
    if (radius === 1) median3(plane, data, width, height, channel);
    else huang(plane, data, width, height, channel, radius);
  }
  return picture;
}

/** One channel as a plane, with its edges drawn out. */
function split(
  data: Uint8ClampedArray,
  width: number,
  height: number,
  channel: number,
  radius: number,
  plane: Uint8Array,
): void {
  const stride = width + 2 * radius;
  for (let y = 0, from = channel; y < height; y++) {
    const row = (y + radius) * stride;
    for (let x = row + radius; x < row + radius + width; x++, from += 4) plane[x] = data[from]!;
    plane.fill(plane[row + radius]!, row, row + radius);
    plane.fill(plane[row + radius + width - 1]!, row + radius + width, row + stride);
  }
  for (let y = 0; y < radius; y++) {
    plane.copyWithin(y * stride, radius * stride, (radius + 1) * stride);
    plane.copyWithin((radius + height + y) * stride, (radius + height - 1) * stride, (radius + height) * stride);
  }
}

/** The middle of nine is that of the largest low, the middle mid and the smallest high of the three sorted columns. */
function median3(plane: Uint8Array, data: Uint8ClampedArray, width: number, height: number, channel: number): void {
  const stride = width + 2;
  const [low, mid, high] = [keptBytes("low", stride), keptBytes("mid", stride), keptBytes("high", stride)];
  for (let y = 0, to = channel; y < height; y++) {
    const row = y * stride;
    for (let x = 0; x < stride; x++) {
      const [a, b, c] = [plane[row + x]!, plane[row + stride + x]!, plane[row + 2 * stride + x]!];
      const smaller = Math.min(a, b);
      const larger = Math.max(a, b);
      low[x] = Math.min(smaller, c);
      mid[x] = Math.max(smaller, Math.min(larger, c));
      high[x] = Math.max(larger, c);
    }
    for (let x = 0; x < width; x++, to += 4) {
      const lows = Math.max(low[x]!, low[x + 1]!, low[x + 2]!);
      const highs = Math.min(high[x]!, high[x + 1]!, high[x + 2]!);
      const [a, b, c] = [mid[x]!, mid[x + 1]!, mid[x + 2]!];
      const mids = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
      data[to] = Math.max(Math.min(lows, mids), Math.min(Math.max(lows, mids), highs));
    }
  }
}

function huang(
  plane: Uint8Array,
  data: Uint8ClampedArray,
  width: number,
  height: number,
  channel: number,
  radius: number,
): void {
  const size = 2 * radius + 1;
  const stride = width + 2 * radius;
  const half = (size * size) >> 1;
  const counts = new Int32Array(256);
  for (let y = 0; y < height; y++) {
    counts.fill(0);
    const top = y * stride;
    for (let row = top; row < top + size * stride; row += stride) {
      for (let x = row; x < row + size; x++) counts[plane[x]!]!++;
    }
    // How many are below the middle one, which moves little from pixel to pixel.
    let middle = 0;
    let below = 0;
    let to = y * width * 4 + channel;
    for (let x = 0; ; x++, to += 4) {
      while (below > half) below -= counts[--middle]!;
      while (below + counts[middle]! <= half) below += counts[middle++]!;
      data[to] = middle;
      if (x === width - 1) break;
      for (let at = top + x, end = at + size * stride; at < end; at += stride) {
        const gone = plane[at]!;
        const come = plane[at + size]!;
        counts[gone]!--;
        counts[come]!++;
        below += (come < middle ? 1 : 0) - (gone < middle ? 1 : 0);
      }
    }
  }
}

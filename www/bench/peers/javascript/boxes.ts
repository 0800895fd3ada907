/** Three boxes whose widths together have the variance of a Gaussian (Wells 1986), by running sums. */
import type { Picture } from "../work.js";
import type { TakeRow } from "./gaussian.js";
import { keptFloats } from "./scratch.js";

function radiiOf(sigma: number): number[] {
  const ideal = Math.sqrt(4 * sigma * sigma + 1);
  const lower = Math.floor((ideal - 1) / 2) * 2 + 1;
  const many = Math.round((12 * sigma * sigma - 3 * lower * lower - 12 * lower - 9) / (-4 * lower - 4));
  return [0, 1, 2].map((index) => ((index < many ? lower : lower + 2) - 1) / 2);
}

export function boxes({ data, width, height }: Picture, sigma: number, take: TakeRow): void {
  const row = width * 3;
  let from = keptFloats("plane a", row * height);
  let to = keptFloats("plane b", row * height);
  let line = keptFloats("line a", row);
  let other = keptFloats("line b", row);
  const radii = radiiOf(sigma);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < row; x += 3, at += 4) {
      line[x] = data[at]!;
      line[x + 1] = data[at + 1]!;
      line[x + 2] = data[at + 2]!;
    }
    for (const radius of radii) {
      alongRow(line, other, width, radius);
      [line, other] = [other, line];
    }
    from.set(line, y * row);
  }
  for (const radius of radii) {
    downColumns(from, to, row, height, radius);
    [from, to] = [to, from];
  }
  for (let y = 0; y < height; y++) take(from.subarray(y * row, (y + 1) * row), y * width * 4);
}

function alongRow(from: Float32Array, to: Float32Array, width: number, radius: number): void {
  const scale = 1 / (2 * radius + 1);
  const last = (width - 1) * 3;
  for (let channel = 0; channel < 3; channel++) {
    const [first, end] = [from[channel]!, from[last + channel]!];
    let sum = first * (radius + 1);
    for (let x = 1; x <= radius; x++) sum += from[Math.min(x * 3, last) + channel]!;
    for (let x = channel, come = channel + (radius + 1) * 3, gone = channel - radius * 3; x <= last + channel;) {
      to[x] = sum * scale;
      sum += (come <= last + 2 ? from[come]! : end) - (gone >= 0 ? from[gone]! : first);
      x += 3;
      come += 3;
      gone += 3;
    }
  }
}

function downColumns(from: Float32Array, to: Float32Array, row: number, height: number, radius: number): void {
  const scale = 1 / (2 * radius + 1);
  const sums = new Float64Array(row);
  for (let y = -radius; y <= radius; y++) {
    const at = Math.max(0, Math.min(height - 1, y)) * row;
    for (let x = 0; x < row; x++) sums[x]! += from[at + x]!;
  }
  for (let y = 0; y < height; y++) {
    const at = y * row;
    const come = Math.min(height - 1, y + radius + 1) * row;
    const gone = Math.max(0, y - radius) * row;
    for (let x = 0; x < row; x++) {
      const sum = sums[x]!;
      to[at + x] = sum * scale;
      sums[x] = sum + from[come + x]! - from[gone + x]!;
    }
  }
}

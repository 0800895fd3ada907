/** Deriche's recursive approximation of a Gaussian, fourth order: a sum of a run from each side ("Recursively implementing the Gaussian", 1993). */
import type { Picture } from "../work.js";
import type { TakeRow } from "./gaussian.js";
import { keptFloats } from "./scratch.js";

interface Recursion {
  /** Weights of the samples as they come, from the left; from the right, of those that have been; of the four results before. */
  left: readonly [number, number, number, number];
  right: readonly [number, number, number, number];
  back: readonly [number, number, number, number];
}

function recursionOf(sigma: number): Recursion {
  const [a0, a1, b0, w0] = [1.68, 3.735, 1.783, 0.6318];
  const [c0, c1, b1, w1] = [-0.6803, -0.2598, 1.723, 1.997];
  const [cos0, sin0, cos1, sin1] = [
    Math.cos(w0 / sigma),
    Math.sin(w0 / sigma),
    Math.cos(w1 / sigma),
    Math.sin(w1 / sigma),
  ];
  const e = (of0: number, of1: number) => Math.exp(-(of0 * b0 + of1 * b1) / sigma);
  const n = [
    a0 + c0,
    e(0, 1) * (c1 * sin1 - (c0 + 2 * a0) * cos1) + e(1, 0) * (a1 * sin0 - (2 * c0 + a0) * cos0),
    2 * e(1, 1) * ((a0 + c0) * cos1 * cos0 - cos1 * a1 * sin0 - cos0 * c1 * sin1) + c0 * e(2, 0) + a0 * e(0, 2),
    e(2, 1) * (c1 * sin1 - c0 * cos1) + e(1, 2) * (a1 * sin0 - a0 * cos0),
  ] as const;
  const d = [
    -2 * e(0, 1) * cos1 - 2 * e(1, 0) * cos0,
    4 * cos1 * cos0 * e(1, 1) + e(0, 2) + e(2, 0),
    -2 * cos0 * e(1, 2) - 2 * cos1 * e(2, 1),
    e(2, 2),
  ] as const;
  const m = [n[1] - d[0] * n[0], n[2] - d[1] * n[0], n[3] - d[2] * n[0], -d[3] * n[0]] as const;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const gain = (sum(n) + sum(m)) / (1 + sum(d));
  const scaled = (values: readonly [number, number, number, number]) =>
    values.map((value) => value / gain) as unknown as readonly [number, number, number, number];
  return { left: scaled(n), right: scaled(m), back: d };
}

export function deriche({ data, width, height }: Picture, sigma: number, take: TakeRow): void {
  const recursion = recursionOf(sigma);
  const row = width * 3;
  const across = keptFloats("plane a", row * height);
  const line = keptFloats("line a", row);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < row; x += 3, at += 4) {
      line[x] = data[at]!;
      line[x + 1] = data[at + 1]!;
      line[x + 2] = data[at + 2]!;
    }
    for (let channel = 0; channel < 3; channel++) alongRow(recursion, line, across, y * row, channel, width);
  }
  downColumns(recursion, across, row, height, (sums, y) => take(sums, y * width * 4));
}

/** Beyond both ends the edge goes on for ever, so that the recursion begins in the state that it has come to there. */
function alongRow(
  { left, right, back }: Recursion,
  line: Float32Array,
  to: Float32Array,
  at: number,
  channel: number,
  width: number,
): void {
  const [n0, n1, n2, n3] = left;
  const [m1, m2, m3, m4] = right;
  const [d1, d2, d3, d4] = back;
  const poles = 1 + d1 + d2 + d3 + d4;
  let x1 = line[channel]!;
  let [x2, x3] = [x1, x1];
  let y1 = (x1 * (n0 + n1 + n2 + n3)) / poles;
  let [y2, y3, y4] = [y1, y1, y1];
  for (let x = channel; x < width * 3; x += 3) {
    const x0 = line[x]!;
    const y0 = n0 * x0 + n1 * x1 + n2 * x2 + n3 * x3 - d1 * y1 - d2 * y2 - d3 * y3 - d4 * y4;
    to[at + x] = y0;
    x3 = x2;
    x2 = x1;
    x1 = x0;
    y4 = y3;
    y3 = y2;
    y2 = y1;
    y1 = y0;
  }
  x1 = line[(width - 1) * 3 + channel]!;
  x2 = x3 = x1;
  let x4 = x1;
  y1 = y2 = y3 = y4 = (x1 * (m1 + m2 + m3 + m4)) / poles;
  for (let x = (width - 1) * 3 + channel; x >= 0; x -= 3) {
    const y0 = m1 * x1 + m2 * x2 + m3 * x3 + m4 * x4 - d1 * y1 - d2 * y2 - d3 * y3 - d4 * y4;
    to[at + x]! += y0;
    x4 = x3;
    x3 = x2;
    x2 = x1;
    x1 = line[x]!;
    y4 = y3;
    y3 = y2;
    y2 = y1;
    y1 = y0;
  }
}

function downColumns(
  { left, right, back }: Recursion,
  from: Float32Array,
  row: number,
  height: number,
  take: TakeRow,
): void {
  const [n0, n1, n2, n3] = left;
  const [m1, m2, m3, m4] = right;
  const [d1, d2, d3, d4] = back;
  const poles = 1 + d1 + d2 + d3 + d4;
  const whole = keptFloats("plane b", row * height);
  const ring = keptFloats("recursion", row * 5);
  const begin = (edge: number, gain: number) => {
    for (let i = 0; i < 5; i++) for (let x = 0; x < row; x++) ring[i * row + x] = from[edge + x]! * gain;
  };
  const rowOf = (y: number) => Math.max(0, Math.min(height - 1, y)) * row;
  const places = (step: number) =>
    [0, 1, 2, 3, 4].map((i) => ((((step - i) % 5) + 5) % 5) * row) as [number, number, number, number, number];
  begin(0, (n0 + n1 + n2 + n3) / poles);
  for (let y = 0; y < height; y++) {
    const [x0, x1, x2, x3] = [rowOf(y), rowOf(y - 1), rowOf(y - 2), rowOf(y - 3)];
    const [y0, y1, y2, y3, y4] = places(y);
    for (let x = 0; x < row; x++) {
      const value =
        n0 * from[x0 + x]! +
        n1 * from[x1 + x]! +
        n2 * from[x2 + x]! +
        n3 * from[x3 + x]! -
        d1 * ring[y1 + x]! -
        d2 * ring[y2 + x]! -
        d3 * ring[y3 + x]! -
        d4 * ring[y4 + x]!;
      ring[y0 + x] = value;
      whole[x0 + x] = value;
    }
  }
  begin((height - 1) * row, (m1 + m2 + m3 + m4) / poles);
  for (let step = 0; step < height; step++) {
    const y = height - 1 - step;
    const [x1, x2, x3, x4] = [rowOf(y + 1), rowOf(y + 2), rowOf(y + 3), rowOf(y + 4)];
    const [y0, y1, y2, y3, y4] = places(step);
    const at = y * row;
    for (let x = 0; x < row; x++) {
      const value =
        m1 * from[x1 + x]! +
        m2 * from[x2 + x]! +
        m3 * from[x3 + x]! +
        m4 * from[x4 + x]! -
        d1 * ring[y1 + x]! -
        d2 * ring[y2 + x]! -
        d3 * ring[y3 + x]! -
        d4 * ring[y4 + x]!;
      ring[y0 + x] = value;
      whole[at + x]! += value;
    }
    take(whole.subarray(at, at + row), y);
  }
}

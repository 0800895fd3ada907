/**
 * Gaussian blur, with rows of three floats a pixel between the passes: small ones by their kernel, large ones by Deriche's
 * recursion of fourth order, whose cost does not grow with sigma, fast ones by three boxes with running sums.
 */
import type { Picture } from "../work.js";
import { boxes } from "./boxes.js";
import { deriche } from "./deriche.js";
import { keptFloats } from "./scratch.js";

/** From where on the recursion is quicker than the kernel. */
const RECURSIVE = 4;

export function gaussianBlur(picture: Picture, sigma: number, fast: boolean): Picture {
  blurred(picture, sigma, fast, (row, at) => {
    const { data } = picture;
    for (let x = 0; x < row.length; x += 3, at += 4) {
      data[at] = row[x]!;
      data[at + 1] = row[x + 1]!;
      data[at + 2] = row[x + 2]!;
    }
  });
  return picture;
}

export function unsharpMask(picture: Picture, sigma: number, amount: number): Picture {
  blurred(picture, sigma, false, (row, at) => {
    const { data } = picture;
    for (let x = 0; x < row.length; x += 3, at += 4) {
      data[at]! += amount * (data[at]! - row[x]!);
      data[at + 1]! += amount * (data[at + 1]! - row[x + 1]!);
      data[at + 2]! += amount * (data[at + 2]! - row[x + 2]!);
    }
  });
  return picture;
}

/** Takes a row that is done, and where the picture's pixels of it begin. */
export type TakeRow = (row: Float32Array, at: number) => void;

function blurred(picture: Picture, sigma: number, fast: boolean, take: TakeRow): void {
  if (fast) boxes(picture, sigma, take);
  else if (sigma < RECURSIVE) byKernel(picture, sigma, take);
  else deriche(picture, sigma, take);
}

/** Pairs of taps that one loop takes, which is three times as fast as one pair. */
const PAIRS = 3;

/** Weights from the middle outwards, with as many zeros behind them as make the pairs come out even. */
function kernelOf(sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const weights = Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0);
  const kernel = new Float32Array(Math.ceil(radius / PAIRS) * PAIRS + 1);
  kernel.set(weights.map((weight) => weight / total));
  return kernel;
}

function byKernel({ data, width, height }: Picture, sigma: number, take: TakeRow): void {
  const kernel = kernelOf(sigma);
  const radius = kernel.length - 1;
  const row = width * 3;
  const size = 2 * radius + 1;
  const begin = 3 * radius;
  const padded = keptFloats("padded row", row + 2 * begin);
  const ring = keptFloats("ring", row * size);
  const sums = keptFloats("sums", row);
  const middle = kernel[0]!;
  const filterRow = (y: number) => {
    const to = (y % size) * row;
    for (let x = begin, from = y * width * 4; x < begin + row; x += 3, from += 4) {
      padded[x] = data[from]!;
      padded[x + 1] = data[from + 1]!;
      padded[x + 2] = data[from + 2]!;
    }
    for (let x = 0; x < begin; x++) {
      padded[x] = padded[begin + (x % 3)]!;
      padded[begin + row + x] = padded[begin + row - 3 + (x % 3)]!;
    }
    for (let x = 0; x < row; x++) ring[to + x] = middle * padded[begin + x]!;
    for (let i = 1; i <= radius; i += PAIRS) {
      const [w1, w2, w3] = [kernel[i]!, kernel[i + 1]!, kernel[i + 2]!];
      const [l1, l2, l3] = [begin - 3 * i, begin - 3 * i - 3, begin - 3 * i - 6];
      const [r1, r2, r3] = [begin + 3 * i, begin + 3 * i + 3, begin + 3 * i + 6];
      for (let x = 0; x < row; x++) {
        ring[to + x]! +=
          w1 * (padded[l1 + x]! + padded[r1 + x]!) +
          w2 * (padded[l2 + x]! + padded[r2 + x]!) +
          w3 * (padded[l3 + x]! + padded[r3 + x]!);
      }
    }
  };
  const placeOf = (y: number) => (Math.max(0, Math.min(height - 1, y)) % size) * row;
  let filtered = 0;
  for (let y = 0; y < height; y++) {
    while (filtered <= Math.min(height - 1, y + radius)) filterRow(filtered++);
    const here = placeOf(y);
    for (let x = 0; x < row; x++) sums[x] = middle * ring[here + x]!;
    for (let i = 1; i <= radius; i += PAIRS) {
      const [w1, w2, w3] = [kernel[i]!, kernel[i + 1]!, kernel[i + 2]!];
      const [a1, a2, a3] = [placeOf(y - i), placeOf(y - i - 1), placeOf(y - i - 2)];
      const [b1, b2, b3] = [placeOf(y + i), placeOf(y + i + 1), placeOf(y + i + 2)];
      for (let x = 0; x < row; x++) {
        sums[x]! +=
          w1 * (ring[a1 + x]! + ring[b1 + x]!) +
          w2 * (ring[a2 + x]! + ring[b2 + x]!) +
          w3 * (ring[a3 + x]! + ring[b3 + x]!);
      }
    }
    take(sums, y * width * 4);
  }
}

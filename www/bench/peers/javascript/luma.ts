/** Equalising by hand: a histogram, a table, and the difference added to the colours. */
import type { Picture } from "../work.js";
import { keptBytes } from "./scratch.js";

export function equalize(picture: Picture): Picture {
  const { data } = picture;
  const count = data.length >> 2;
  const luma = keptBytes("equalize", count);
  const counts = new Uint32Array(256);
  for (let i = 0, from = 0; i < count; i++, from += 4) {
    const value = (19595 * data[from]! + 38470 * data[from + 1]! + 7471 * data[from + 2]! + 32768) >> 16;
    luma[i] = value;
    counts[value]!++;
  }
  const lowest = counts.findIndex((count) => count > 0);
  const above = count - counts[lowest]!;
  const by = new Int16Array(256);
  for (let value = lowest + 1, rank = 0; value < 256; value++) {
    rank += counts[value]!;
    by[value] = Math.floor((510 * rank + above) / (2 * above)) - value;
  }
  if (above > 0) by[lowest] = -lowest;
  for (let i = 0, at = 0; i < count; i++, at += 4) {
    const change = by[luma[i]!]!;
    // The array clamps.
    data[at] = data[at]! + change;
    data[at + 1] = data[at + 1]! + change;
    data[at + 2] = data[at + 2]! + change;
  }
  return picture;
}

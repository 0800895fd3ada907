/** Parts of files: read, or put in the place of others. */
import { bytesOf, cut, joined, type Bytes } from "../headers/bytes.js";
import type { Place } from "../headers/profile.js";
import { MOST_BYTES, type Edit, type Part } from "./types.js";

/** A copy of what lies in a file, in one place or in several; `undefined` where that is nothing, or longer than what is read. */
export async function copyOf(file: Bytes, ...places: readonly Place[]): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const whole = places.reduce((sum, [, length]) => sum + length, 0);
  if (whole === 0 || whole > MOST_BYTES) return undefined;
  const parts: Uint8Array[] = [];
  for (const [position, length] of places) {
    const view = cut(await file.at(position, length), length);
    if (view.byteLength < length) throw new RangeError("the file ends too early");
    parts.push(bytesOf(view));
  }
  return joined(parts);
}

/** The parts of a file that was edited; none of its bytes is copied. */
export function edited(file: Part, edits: readonly Edit[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  const keepUpTo = (end: number) => {
    if (end > at) parts.push("size" in file ? file.slice(at, end) : file.subarray(at, end));
  };
  for (const { from, to, parts: added = [] } of edits) {
    keepUpTo(from);
    parts.push(...added);
    at = to;
  }
  keepUpTo(lengthOf(file));
  return parts;
}

export function lengthOf(part: Part): number {
  return "size" in part ? part.size : part.length;
}

/** Characters of Latin-1 as bytes. */
export function latinBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

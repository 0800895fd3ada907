/** Bytes that parameters take, all copies counted: texts and lists of numbers may be long. Pure. */
import { BYTES_A_CHARACTER, BYTES_A_NUMBER } from "./generated/filters.js";
import type { Change } from "./protocol.js";

/** Bytes of a text or a list, once outside and in so many engines; of anything else, none. */
export function bytesOfParameter(value: unknown, engines: number): number {
  if (typeof value === "string") return value.length * (2 + engines * BYTES_A_CHARACTER);
  if (value instanceof Float64Array) return value.byteLength + value.length * engines * BYTES_A_NUMBER;
  return 0;
}

/** Bytes of what is changed for one item, which one engine gets. */
export function bytesOfChange(change: Change | undefined): number {
  if (typeof change !== "object") return 0;
  return Object.values(change).reduce<number>((sum, value) => sum + bytesOfParameter(value, 1), 0);
}

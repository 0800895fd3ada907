/** Bytes that parameters take, all copies counted: texts and lists of numbers may be long. Pure. */
import { BYTES_A_CHARACTER, BYTES_A_NUMBER } from "./generated/rules.js";
import type { Change } from "./protocol.js";

/** Shorter ones, as most are, do not count: an engine takes more than that for itself. */
const SHORT = 1 << 12;

/** Bytes of a long text or list, once outside and in so many engines; of anything else, none. */
export function bytesOfParameter(value: unknown, engines: number): number {
  const isText = typeof value === "string";
  if (!(isText || value instanceof Float64Array) || value.length < SHORT) return 0;
  return value.length * (isText ? 2 + engines * BYTES_A_CHARACTER : 8 + engines * BYTES_A_NUMBER);
}

/** Bytes of what is changed for one item, which one engine gets. */
export function bytesOfChange(change: Change | undefined): number {
  if (typeof change !== "object") return 0;
  return Object.values(change).reduce<number>((sum, value) => sum + bytesOfParameter(value, 1), 0);
}

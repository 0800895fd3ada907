/** Opens a batch and checks the shape of its items. Knows nothing of how they are run. */
import { mistake } from "./errors.js";
import { typeName } from "./words.js";

/** The iterator of a batch; a batch that is not iterable is a mistake of the call. */
export function openBatch(batch: unknown): Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof batch === "object" && batch !== null) {
    if (Symbol.asyncIterator in batch) return (batch as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    if (Symbol.iterator in batch) return (batch as Iterable<unknown>)[Symbol.iterator]();
  }
  const message = `a batch is an iterable of [id, image, intensity] tuples, got ${typeName(batch)}`;
  throw mistake("TypeError", message, { code: "invalid-batch" });
}

/** The parts of an item. */
export function checkItem(item: unknown): [id: unknown, image: unknown, intensity: unknown] {
  if (Array.isArray(item) && (item.length === 2 || item.length === 3)) return item as [unknown, unknown, unknown];
  const got = Array.isArray(item) ? `a list of ${item.length}` : typeName(item);
  throw mistake("TypeError", `an item is a tuple [id, image] or [id, image, intensity], got ${got}`, {
    code: "invalid-item",
  });
}

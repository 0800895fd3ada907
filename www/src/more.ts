/**
 * The part of the engine's wasm that only rare filters need, in a worker: where its code is, and how it joins the rest, which calls for it
 * in each thread with the first function that is not there (see `scripts/split/split.mjs`).
 */

import { bytesAt } from "./memory.js";

/** What the engine's wasm exports, as far as this file knows it. */
export interface Core {
  memory: WebAssembly.Memory;
  /** Address of two words that all threads over the memory share: where the code of the other part lies, and how long it is. */
  moreAt?: () => number;
}

let given: WebAssembly.Module | undefined;

/** Takes it for this worker. */
export function takeMore(module: WebAssembly.Module): void {
  given = module;
}

/** Leaves its code in the memory, in `room`, for threads that never return to where they could be told of it. */
export function shareMore({ memory, moreAt }: Core, bytes: ArrayBuffer, room: number): void {
  if (!moreAt) return;
  bytesAt(memory, room, bytes.byteLength).set(new Uint8Array(bytes));
  const words = new Int32Array(memory.buffer, moreAt() >>> 0, 2);
  Atomics.store(words, 1, bytes.byteLength);
  Atomics.store(words, 0, room);
}

/** Joins it to an instance of the rest, by filling the table that the rest calls it through. */
export function joinMore(core: Core): void {
  // A worker that others are told through finds it in the memory, too, where it came later.
  given ??= new WebAssembly.Module(sharedCode(core));
  new WebAssembly.Instance(given, { core: core as unknown as WebAssembly.ModuleImports });
}

function sharedCode({ memory, moreAt }: Core): Uint8Array<ArrayBuffer> {
  const words = new Int32Array(memory.buffer, (moreAt?.() ?? 0) >>> 0, 2);
  const start = Atomics.load(words, 0) >>> 0;
  // A copy: code cannot be compiled where other threads could change it.
  return Uint8Array.from(bytesAt(memory, start, Atomics.load(words, 1)));
}

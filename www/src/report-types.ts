/** What a call tells of itself: its progress, who worked on what, and at its end what happened. */
import type { Mode } from "./types.js";

/** What `onProgress` is told after every item. */
export interface Progress {
  /** Items finished, failed ones included. Never falls. */
  done: number;
  /** Items that failed. */
  failed: number;
  /** Items in the batch, where that is known: of a list, not of a generator. */
  total?: number;
  /** Pixels (or numbers) of the finished items. */
  pixels: number;
  /** Milliseconds since the call. */
  elapsed: number;
}

/** One stretch of work of one thread on one item, for timelines. */
export interface Span {
  /** Thread, from 0. */
  thread: number;
  /** The item's position in the batch. */
  index: number;
  /** Start and end in milliseconds on the clock of the page's `performance.now()`. */
  start: number;
  end: number;
}

/**
 * Where time went, in milliseconds, summed over the items of a call. Items are under way side by side: together the sums are
 * more than the time that passed.
 */
export interface StageTimes {
  /** Until the batch gave the item. */
  reading: number;
  /** Until it was known what the image is: promises, bodies of responses, sizes of files. */
  looking: number;
  /** Until there was room under `memoryLimit`. */
  memory: number;
  /** Copying the input on the page's thread; next to nothing where it is given away. */
  packing: number;
  /** Decoding, in a worker. */
  decoding: number;
  /** Copying into the memory of the engine, in a worker. */
  copyingIn: number;
  /** In which some thread was at work on it: filters, and functions of your own. */
  filtering: number;
  /** Copying the result out of the memory of the engine, in a worker. */
  copyingOut: number;
  /** Encoding, or making a bitmap, in a worker. */
  encoding: number;
  /** On the way to workers and back, and in queues there. */
  waiting: number;
  /** Done while an earlier item was not. */
  ordering: number;
  /** Ready until the reader took it. */
  taking: number;
}

/** What one thread did for a call. */
export interface ThreadReport {
  /** Thread, from 0. */
  thread: number;
  /** Milliseconds of work. */
  busy: number;
  /** The same as part of the time from the first to the last work of the call, 0 to 1. */
  share: number;
  /** Items that it worked on; a large image is worked on by several threads. */
  items: number;
}

/** What happened in one call. */
export interface RunReport {
  mode: Mode;
  /** Why this mode, in a sentence. */
  reason: string;
  /** Threads of the pool. */
  threads: number;
  /** Items with an outcome, and how many of them failed. */
  items: number;
  failed: number;
  /** Items that were read and have none, since the call was ended before. */
  dropped: number;
  /** Milliseconds from the call to its end. */
  elapsed: number;
  stages: StageTimes;
  /** Bytes of pixels that came in and went out; most of this call in flight at a time; and the pool's limit for that. */
  bytes: { in: number; out: number; peak: number; limit: number };
  /** The threads that worked for it. */
  busy: readonly ThreadReport[];
}

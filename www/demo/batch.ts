/** Runs one batch on the pool and hands everything it tells to the views. */
import type { FilterInput, Pool, Progress, RunReport, Span } from "pixelpool";
import type { Gallery } from "./gallery.js";
import type { Photo } from "./samples.js";

export interface BatchResult {
  /** The pool's own count and clock at the end. */
  readonly progress: Progress;
  readonly cancelled: boolean;
  /** A mistake in the chain that cost every photo its result. */
  readonly mistake: unknown;
}

export interface BatchViews {
  readonly gallery: Gallery;
  readonly onProgress: (progress: Progress) => void;
  readonly onSpan: (span: Span) => void;
  /** Called once, when the pool is done with the batch, in whatever way. */
  readonly onReport: (report: RunReport) => void;
}

/** Results on their way to a tile; more would only pile up full-size bitmaps. */
const mostPaints = 6;

/**
 * Results come as bitmaps, are shrunk to their tiles and dropped: a batch of any size needs the memory of its tiles.
 * Full sizes, for comparing and saving, are made again on demand from the original file and the same chain.
 */
export async function runBatch(
  pool: Pool,
  chain: FilterInput,
  photos: readonly Photo[],
  signal: AbortSignal,
  views: BatchViews,
): Promise<BatchResult> {
  const items = photos.map(({ name, blob }) => [name, blob] as const);
  let progress: Progress = { done: 0, failed: 0, total: photos.length, pixels: 0, elapsed: 0 };
  const outcomes = pool.imap(chain, items, {
    signal,
    output: "bitmap",
    onProgress(now) {
      progress = now;
      views.onProgress(now);
    },
    onSpan: views.onSpan,
    onReport: views.onReport,
  });
  // Nothing of the page has changed before this line, so a chain that the library refuses leaves it as it was.
  views.gallery.begin();
  const paints = new Set<Promise<void>>();
  let cancelled = false;
  let mistake: unknown;
  try {
    for await (const outcome of outcomes) {
      if (outcome.status === "rejected") {
        views.gallery.fail(outcome.index, outcome.reason.message);
        if (outcome.reason.code === "invalid-parameter") mistake ??= outcome.reason;
        continue;
      }
      const paint: Promise<void> = views.gallery.finish(outcome).finally(() => paints.delete(paint));
      paints.add(paint);
      if (paints.size >= mostPaints) await Promise.race(paints);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    cancelled = true;
  } finally {
    await Promise.all(paints);
    views.gallery.end();
  }
  return { progress, cancelled, mistake: progress.failed === photos.length ? mistake : undefined };
}

/** Runs a batch for its time alone: milliseconds. */
export async function timeBatch(
  pool: Pool,
  chain: FilterInput,
  photos: readonly Photo[],
  signal: AbortSignal,
): Promise<number> {
  const items = photos.map(({ name, blob }) => [name, blob] as const);
  let elapsed = 0;
  const onProgress = (progress: Progress): void => void (elapsed = progress.elapsed);
  for await (const outcome of pool.imap(chain, items, { signal, output: "bitmap", onProgress })) {
    if (outcome.status === "fulfilled" && outcome.image instanceof ImageBitmap) outcome.image.close();
  }
  return elapsed;
}

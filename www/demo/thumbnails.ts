/** The page's side of the thumbnail worker. */
import type { ThumbnailJob, ThumbnailReply } from "./thumbnail-worker.js";

export class Thumbnails {
  readonly #worker = new Worker(new URL("./thumbnail-worker.ts", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, (bitmap: ImageBitmap | undefined) => void>();
  #next = 0;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<ThumbnailReply>) => {
      const settle = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (settle) settle(data.bitmap);
      else data.bitmap?.close();
    });
    this.#worker.addEventListener("error", () => {
      for (const settle of this.#waiting.values()) settle(undefined);
      this.#waiting.clear();
    });
  }

  /** A picture of exactly `width` × `height`; `undefined` where the source cannot be read. Takes a bitmap over. */
  make(source: Blob | ImageBitmap, width: number, height: number): Promise<ImageBitmap | undefined> {
    const job: ThumbnailJob = { id: this.#next++, source, width, height };
    return new Promise((resolve) => {
      this.#waiting.set(job.id, resolve);
      this.#worker.postMessage(job, source instanceof ImageBitmap ? [source] : []);
    });
  }
}

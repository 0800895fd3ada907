/** Makes tile-sized pictures off the page's thread: decoding and scaling full photos there would be felt. */

export interface ThumbnailJob {
  readonly id: number;
  readonly source: Blob | ImageBitmap;
  readonly width: number;
  readonly height: number;
}

export interface ThumbnailReply {
  readonly id: number;
  /** Absent where the source could not be read. */
  readonly bitmap?: ImageBitmap;
}

/** Cuts the middle of the picture to the tile's shape, so that every tile costs the same memory. */
async function thumbnail({ source, width, height }: ThumbnailJob): Promise<ImageBitmap> {
  const full = source instanceof ImageBitmap ? source : await createImageBitmap(source);
  const scale = Math.min(full.width / width, full.height / height);
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const [x, y] = [Math.floor((full.width - w) / 2), Math.floor((full.height - h) / 2)];
  // Drawn, since `createImageBitmap` with a size gives wrong colours under alpha in Firefox.
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new Error("there is no canvas in workers here");
  context.imageSmoothingQuality = "medium";
  context.drawImage(full, x, y, w, h, 0, 0, width, height);
  full.close();
  return context.canvas.transferToImageBitmap();
}

async function answer(job: ThumbnailJob): Promise<void> {
  try {
    const bitmap = await thumbnail(job);
    const reply: ThumbnailReply = { id: job.id, bitmap };
    postMessage(reply, { transfer: [bitmap] });
  } catch {
    postMessage({ id: job.id } satisfies ThumbnailReply);
  }
}

addEventListener("message", ({ data }: MessageEvent<ThumbnailJob>) => void answer(data));

/** Small pictures of what each filter does, made by the page's own pool from the first photo, when they come into sight. */
import type { FilterInfo, Pool } from "pixelpool";
import { nextFrame } from "./frames.js";
import { drawMark } from "./mark.js";
import { candidates, isTelling } from "./telling.js";

/** Plain pixels, however dense the screen is: a blur of two pixels shall look like one. */
export const PICTURE = { width: 120, height: 80 };

interface Sources {
  /** Absent while there is none, or it has something else to do. */
  readonly pool: () => Pool | undefined;
  /** The photo to show filters on. */
  readonly photo: () => Promise<Blob>;
  /** A picture of exactly this size, made off the page's thread. */
  readonly scaled: (photo: Blob, width: number, height: number) => Promise<ImageBitmap | undefined>;
}

export class FilterPictures {
  readonly #sources: Sources;
  readonly #wanted = new Map<HTMLCanvasElement, FilterInfo>();
  /** What each canvas shows. */
  readonly #shown = new Map<HTMLCanvasElement, Blob>();
  readonly #mark = drawMark();
  #source: { photo: Blob; pixels: ImageData } | undefined;
  #working = false;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  want(canvas: HTMLCanvasElement, info: FilterInfo): void {
    this.#wanted.set(canvas, info);
    void this.#work();
  }

  /** The pool has time again: what is still wanted is made now. */
  resume(): void {
    void this.#work();
  }

  /** It is out of sight. */
  leave(canvas: HTMLCanvasElement): void {
    this.#wanted.delete(canvas);
  }

  /** One by one, as long as the pool has nothing else to do. Pictures that fail stay empty: the list is as good without. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      for (const [canvas, info] of this.#wanted) {
        const pool = this.#sources.pool();
        if (!pool) break;
        const source = await this.#pixels();
        if (!source) break;
        if (this.#wanted.delete(canvas) && this.#shown.get(canvas) !== source.photo) {
          draw(canvas, await this.#filtered(pool, info, source.pixels));
          this.#shown.set(canvas, source.photo);
        }
        await nextFrame();
      }
    } catch {
      // The samples cannot be loaded, or the pool was closed for another one: {@link resume} and the next that comes into sight try again.
    } finally {
      this.#working = false;
    }
  }

  async #pixels(): Promise<{ photo: Blob; pixels: ImageData } | undefined> {
    const photo = await this.#sources.photo();
    if (this.#source?.photo === photo) return this.#source;
    const { width, height } = PICTURE;
    const bitmap = await this.#sources.scaled(photo, width, height);
    const context = new OffscreenCanvas(width, height).getContext("2d");
    if (!bitmap || !context) return undefined;
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    return (this.#source = { photo, pixels: context.getImageData(0, 0, width, height) });
  }

  async #filtered(pool: Pool, info: FilterInfo, photo: ImageData): Promise<ImageData> {
    let best = photo;
    for (const chain of candidates(info, photo, this.#mark)) {
      try {
        best = await pool.apply(chain, photo);
      } catch (error) {
        // Not allowed together, or not of a picture of this size; anything else is no matter of parameters.
        if (error instanceof TypeError || error instanceof RangeError) continue;
        throw error;
      }
      if (isTelling(photo, best)) break;
    }
    return best;
  }
}

/** In the middle; what is larger is made smaller. */
function draw(canvas: HTMLCanvasElement, image: ImageData): void {
  const context = canvas.getContext("2d");
  const whole = new OffscreenCanvas(image.width, image.height);
  whole.getContext("2d")?.putImageData(image, 0, 0);
  const scale = Math.min(1, canvas.width / image.width, canvas.height / image.height);
  const [width, height] = [image.width * scale, image.height * scale];
  context?.clearRect(0, 0, canvas.width, canvas.height);
  context?.drawImage(whole, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  canvas.dataset["pictured"] = "";
}

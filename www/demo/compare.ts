/** The before/after dialog. */
import type { FilterInput, Pool } from "pixelpool";
import { find, messageOf } from "./dom.js";
import { duration } from "./format.js";
import type { Photo } from "./samples.js";

export interface CompareSource {
  readonly pool: Pool;
  readonly chain: FilterInput;
  readonly photos: readonly Photo[];
  /** Whether there is a result to show. */
  hasResult(index: number): boolean;
}

export interface CompareActions {
  source(): CompareSource | undefined;
  save(index: number): void;
  /** Called with the photo shown last. */
  closed(index: number): void;
}

export class Compare {
  readonly #dialog = find("#compare", HTMLDialogElement);
  readonly #title = find("#compare-title", HTMLElement);
  readonly #caption = find("#compare-caption", HTMLElement);
  readonly #frame = find("#compare-frame", HTMLElement);
  readonly #before = find("#compare-before", HTMLImageElement);
  readonly #after = find("#compare-after", HTMLCanvasElement);
  readonly #slider = find("#compare-slider", HTMLInputElement);
  readonly #previous = find("#compare-previous", HTMLButtonElement);
  readonly #next = find("#compare-next", HTMLButtonElement);
  readonly #actions: CompareActions;
  #index = 0;
  /** Ends the loading of the photo shown, when another takes its place. */
  #loading: AbortController | undefined;

  constructor(actions: CompareActions) {
    this.#actions = actions;
    this.#slider.addEventListener("input", () => this.#split());
    this.#previous.addEventListener("click", () => this.#step(-1));
    this.#next.addEventListener("click", () => this.#step(1));
    find("#compare-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    find("#compare-save", HTMLButtonElement).addEventListener("click", () => actions.save(this.#index));
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close(); // the backdrop
    });
    this.#dialog.addEventListener("keydown", (event) => {
      // The arrows alone belong to the slider.
      if (event.key === "PageUp") this.#step(-1);
      else if (event.key === "PageDown") this.#step(1);
      else return;
      event.preventDefault();
    });
    this.#dialog.addEventListener("close", () => {
      this.#release();
      this.#actions.closed(this.#index);
    });
  }

  open(index: number): void {
    this.#slider.value = "50";
    this.#split();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#slider.focus();
    void this.#show(index);
  }

  async #show(index: number): Promise<void> {
    const source = this.#actions.source();
    const photo = source?.photos[index];
    if (!source || !photo) return;
    this.#release();
    const loading = (this.#loading = new AbortController());
    this.#index = index;
    this.#title.textContent = photo.name;
    this.#caption.textContent = "Working at full size…";
    this.#frame.dataset["ready"] = "false";
    this.#previous.disabled = this.#neighbour(-1) === undefined;
    this.#next.disabled = this.#neighbour(1) === undefined;
    this.#before.src = URL.createObjectURL(photo.blob);
    try {
      const started = performance.now();
      const options = { output: "bitmap", signal: loading.signal } as const;
      const image = await source.pool.apply(source.chain, photo.blob, undefined, options);
      const ms = performance.now() - started;
      await this.#before.decode();
      if (!(image instanceof ImageBitmap)) return;
      if (loading.signal.aborted) {
        image.close();
        return;
      }
      const size = `${image.width} × ${image.height}`;
      this.#after.width = image.width;
      this.#after.height = image.height;
      // Hands the bitmap over without copying it.
      this.#after.getContext("bitmaprenderer")?.transferFromImageBitmap(image);
      const { naturalWidth, naturalHeight } = this.#before;
      const original = `${naturalWidth} × ${naturalHeight}`;
      this.#caption.textContent = `${original === size ? size : `${original} → ${size}`} pixels · ${duration(ms)}`;
      this.#frame.style.setProperty("--ratio", String(naturalWidth / naturalHeight));
      this.#frame.dataset["ready"] = "true";
    } catch (error) {
      if (!loading.signal.aborted) this.#caption.textContent = messageOf(error);
    }
  }

  #release(): void {
    this.#loading?.abort();
    if (this.#before.src.startsWith("blob:")) URL.revokeObjectURL(this.#before.src);
    this.#before.removeAttribute("src");
    this.#after.getContext("bitmaprenderer")?.transferFromImageBitmap(null);
  }

  #split(): void {
    this.#frame.style.setProperty("--split", `${this.#slider.value}%`);
    this.#slider.setAttribute("aria-valuetext", `${this.#slider.value} % before`);
  }

  #neighbour(by: -1 | 1): number | undefined {
    const source = this.#actions.source();
    if (!source) return undefined;
    let index = this.#index + by;
    while (source.photos[index] && !source.hasResult(index)) index += by;
    return source.photos[index] && index;
  }

  #step(by: -1 | 1): void {
    const index = this.#neighbour(by);
    if (index !== undefined) void this.#show(index);
  }
}

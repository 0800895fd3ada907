/** The grid of photos and results. */
import type { Fulfilled } from "pixelpool";
import { el, icon, iconButton } from "./dom.js";
import { duration } from "./format.js";
import { FrameQueue, nextFrame } from "./frames.js";
import type { Photo } from "./samples.js";
import type { Thumbnails } from "./thumbnails.js";

export type TileState = "queued" | "done" | "failed" | "cancelled";

interface Tile {
  readonly photo: Photo;
  readonly element: HTMLLIElement;
  readonly canvas: HTMLCanvasElement;
  readonly view: HTMLButtonElement;
  readonly note: HTMLElement;
  readonly save: HTMLButtonElement;
  state: TileState;
  pictured: boolean;
}

export interface GalleryActions {
  open(index: number): void;
  save(index: number): void;
}

/** The tile's shape; `style.css` has the same. */
const aspect = 4 / 3;

export class Gallery {
  readonly #list: HTMLElement;
  readonly #thumbnails: Thumbnails;
  readonly #actions: GalleryActions;
  readonly #paints = new FrameQueue();
  readonly #seen: IntersectionObserver;
  #tiles: Tile[] = [];
  #size: readonly [width: number, height: number] = [1, 1];
  /** Tiles in sight that have no picture yet. */
  readonly #wanted = new Set<Tile>();
  #previewing = false;
  #running = false;

  constructor(list: HTMLElement, thumbnails: Thumbnails, actions: GalleryActions) {
    this.#list = list;
    this.#thumbnails = thumbnails;
    this.#actions = actions;
    this.#seen = new IntersectionObserver((entries) => this.#onSight(entries), { rootMargin: "300px" });
  }

  state(index: number): TileState | undefined {
    return this.#tiles[index]?.state;
  }

  /** Replaces the tiles, some each frame. */
  async show(photos: readonly Photo[]): Promise<void> {
    this.#seen.disconnect();
    this.#wanted.clear();
    this.#list.replaceChildren();
    // Very large batches get plain pixels on dense screens, so that the tiles' memory stays modest.
    const density = photos.length > 150 ? 1 : Math.min(2, devicePixelRatio);
    const width = Math.round(240 * density);
    this.#size = [width, Math.round(width / aspect)];
    const tiles = (this.#tiles = photos.map((photo, index) => this.#createTile(photo, index)));
    for (let i = 0; i < tiles.length && this.#tiles === tiles; i += 24) {
      const some = tiles.slice(i, i + 24);
      this.#list.append(...some.map(({ element }) => element));
      for (const { element } of some) this.#seen.observe(element);
      await nextFrame();
    }
  }

  begin(): void {
    this.#running = true;
    for (const tile of this.#tiles) this.#setState(tile, "queued", "");
  }

  /** Shows a result; resolves when it is painted. Takes the bitmap over. */
  async finish({ index, image, ms, thread }: Fulfilled): Promise<void> {
    const tile = this.#tiles[index];
    if (!tile || !(image instanceof ImageBitmap)) return;
    const bitmap = await this.#thumbnails.make(image, ...this.#size);
    await this.#paint(tile, bitmap, () => this.#setState(tile, "done", `${duration(ms)} · thread ${thread + 1}`));
  }

  fail(index: number, message: string): void {
    const tile = this.#tiles[index];
    if (tile) this.#setState(tile, "failed", message);
  }

  /** The run is over; what it did not reach was cancelled. */
  end(): void {
    this.#running = false;
    for (const tile of this.#tiles) if (tile.state === "queued") this.#setState(tile, "cancelled", "Cancelled");
    void this.#preview();
  }

  focus(index: number): void {
    this.#tiles[index]?.view.focus();
  }

  #createTile(photo: Photo, index: number): Tile {
    const canvas = el("canvas", { "aria-hidden": "true", width: 1, height: 1 });
    const view = el("button", { type: "button", class: "tile-view", disabled: true }, canvas, icon("compare"));
    view.setAttribute("aria-label", `${photo.name}: compare before and after`);
    view.addEventListener("click", () => this.#actions.open(index));
    const note = el("span", { class: "tile-note" }, "Waiting");
    const save = iconButton("download", `Download ${photo.name}`, () => this.#actions.save(index));
    save.hidden = true;
    const element = el(
      "li",
      { class: "tile", "data-testid": "tile", "data-index": index, "data-state": "queued" },
      view,
      el("div", { class: "tile-text" }, el("span", { class: "tile-name", title: photo.name }, photo.name), note),
      save,
    );
    return { photo, element, canvas, view, note, save, state: "queued", pictured: false };
  }

  #setState(tile: Tile, state: TileState, note: string): void {
    // Tiles that have waited since they came are as they should be: a hundred of them would be felt.
    if (state === "queued" && tile.state === "queued") return;
    tile.state = state;
    tile.element.dataset["state"] = state;
    tile.note.textContent = note || "Waiting";
    tile.view.disabled = tile.save.hidden = state !== "done";
  }

  #paint(tile: Tile, bitmap: ImageBitmap | undefined, then?: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#paints.push(() => {
        if (bitmap) {
          // Takes the bitmap over; drawing it would be a copy on the page's thread.
          tile.canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(bitmap);
          tile.pictured = true;
          tile.element.dataset["pictured"] = "";
        }
        then?.();
        resolve();
      });
    });
  }

  #onSight(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const tile = this.#tiles[Number((target as HTMLElement).dataset["index"])];
      if (!tile || tile.element !== target) continue;
      if (isIntersecting && !tile.pictured) this.#wanted.add(tile);
      else this.#wanted.delete(tile);
    }
    void this.#preview();
  }

  /** Pictures of the photos as they are, for tiles in sight, one by one; never while the pool needs the cores. */
  async #preview(): Promise<void> {
    if (this.#previewing) return;
    this.#previewing = true;
    // By a run that began while the picture was being made.
    const overtaken = (tile: Tile): boolean => tile.pictured || this.#running;
    for (const tile of this.#wanted) {
      if (this.#running) break;
      this.#wanted.delete(tile);
      if (tile.pictured || tile.state === "failed") continue;
      const bitmap = await this.#thumbnails.make(tile.photo.blob, ...this.#size);
      if (overtaken(tile)) bitmap?.close();
      else await this.#paint(tile, bitmap);
    }
    this.#previewing = false;
  }
}

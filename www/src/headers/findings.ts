/** What is known of a picture while its header is read. */
import type { SourceInfo } from "../source-info.js";

export interface Size {
  width: number;
  height: number;
}

/** What it begins with is what holds where a file says nothing. */
export class Findings {
  orientation = 1;
  depth = 8;
  channels = 3;
  colorSpace: SourceInfo["colorSpace"] = "srgb";
  hasProfile = false;
  frames = 1;
  /**
   * Bytes for each stored pixel that a decoder of the package's own holds at a time, beside what it has given away: none where it gives
   * rows as it reads them. By default, pixels.
   */
  held = 4;
  /** `undefined` as long as it is not known. */
  size: Size | undefined;
  /** Resolves when the size is known, and never where it does not become known. */
  readonly sized: Promise<void>;
  #tellSized: () => void = () => undefined;

  constructor() {
    this.sized = new Promise((resolve) => {
      this.#tellSized = resolve;
    });
  }

  /** Takes a size, unless it is that of no picture. */
  setSize(width: number, height: number): void {
    if (!(width > 0 && height > 0)) return;
    this.size = { width, height };
    this.#tellSized();
  }
}

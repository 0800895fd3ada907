/** JPEG (ISO/IEC 10918-1, B.2): segments, each with its length, up to the first scan. */
import { hasText } from "../formats.js";
import type { Bytes } from "./bytes.js";
import { orientationIn } from "./exif.js";
import type { Findings } from "./findings.js";
import { profileIn, type Place } from "./profile.js";

const [RESTART, START, END, SCAN, EXIF, PROFILE] = [0xd0, 0xd8, 0xd9, 0xda, 0xe1, 0xe2] as const;
/** They lie among the markers of frames and are none: two kinds of tables, and one that is reserved. */
const NO_FRAMES: readonly number[] = [0xc4, 0xc8, 0xcc];

export async function readJpeg(file: Bytes, found: Findings): Promise<void> {
  const profile = new ProfileParts();
  let hasExif = false;
  for (let at = 2; ;) {
    const data = await file.at(at, 18);
    const marker = data.getUint8(1);
    // What is no marker decoders pass over; a marker may have more of its first byte before it.
    if (data.getUint8(0) !== 0xff || marker === 0xff) {
      at += 1;
      continue;
    }
    // Markers that have no segment.
    if (marker < 2 || (marker >= RESTART && marker < START)) {
      at += 2;
      continue;
    }
    const length = data.getUint16(2);
    if (marker === SCAN || marker === END || length < 2) return;
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker)) {
      if (!found.size) readFrame(data, found);
    } else if (marker === EXIF && !hasExif && hasText(data, 4, "Exif\0\0")) {
      hasExif = true;
      found.orientation = await orientationIn(file, at + 4, length - 2);
    } else if (marker === PROFILE && hasText(data, 4, "ICC_PROFILE\0")) {
      await profile.read(file, at + 16, length - 14, found);
    }
    at += 2 + length;
  }
}

function readFrame(data: DataView, found: Findings): void {
  found.depth = data.getUint8(4);
  found.channels = Math.min(data.getUint8(9), 4);
  // Of CMYK, whatever a profile says.
  if (found.channels === 4) found.colorSpace = "other";
  found.setSize(data.getUint16(7), data.getUint16(5));
}

/** A profile, which may be in several segments. Decoders ignore it unless all of them are there, each once. */
class ProfileParts {
  readonly #places: Place[] = [];
  #count: number | undefined;
  #isBroken = false;

  /** Reads a part: first its number and how many there are, one byte each. */
  async read(file: Bytes, position: number, length: number, found: Findings): Promise<void> {
    found.hasProfile = true;
    if (this.#isBroken) return;
    const head = await file.at(position, 2);
    const [number, count] = [head.getUint8(0), head.getUint8(1)];
    this.#count ??= count;
    const fits = length >= 2 && number >= 1 && number <= count && count === this.#count;
    if (!fits || this.#places[number]) this.#isBroken = true;
    this.#places[number] = [position + 2, length - 2];
    // Holes are none of its values.
    const places = Object.values(this.#places);
    const isWhole = !this.#isBroken && places.length === count;
    const space = isWhole ? await profileIn(file, ...places) : "srgb";
    if (found.channels < 4) found.colorSpace = space;
  }
}

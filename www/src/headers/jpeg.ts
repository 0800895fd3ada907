/** JPEG (ISO/IEC 10918-1, B.2): segments, each with its length, up to the first scan. */
import { hasText } from "../views.js";
import type { Bytes } from "./bytes.js";
import { EXIF_NAME, orientationIn } from "./exif.js";
import type { Findings } from "./findings.js";
import { profileIn, type Place } from "./profile.js";

const [RESTART, START, END, SCAN] = [0xd0, 0xd8, 0xd9, 0xda] as const;
/** Markers of data that begin with their name. */
export const [EXIF, PROFILE] = [0xe1, 0xe2] as const;
export const PROFILE_NAME = "ICC_PROFILE\0";
/** So much of each segment is there when it is looked at: its marker, its length, and the longest of the names. */
const HEAD_BYTES = 40;
/** They lie among the markers of frames and are none: two kinds of tables, and one that is reserved. */
const NO_FRAMES: readonly number[] = [0xc4, 0xc8, 0xcc];

/** A marker, and the data behind it. */
export interface Segment {
  marker: number;
  /** The file from the marker on. */
  data: DataView;
  /** Where it begins in the file, where its payload does, and where the next one begins. */
  at: number;
  start: number;
  end: number;
}

/** The segments of a file up to the head of its first scan. Ends with a `RangeError` where the file ends before that. */
export async function* segmentsIn(file: Bytes): AsyncGenerator<Segment> {
  for (let at = 2; ;) {
    const data = await file.at(at, HEAD_BYTES);
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
    if (marker === END || length < 2) return;
    const end = at + 2 + length;
    yield { marker, data, at, start: at + 4, end };
    if (marker === SCAN) return;
    at = end;
  }
}

/** Frames whose rows can be decoded one after another, where they have one scan. */
const SEQUENTIAL: readonly number[] = [0xc0, 0xc1];

export async function readJpeg(file: Bytes, found: Findings): Promise<void> {
  const profile = new ProfileParts();
  let hasExif = false;
  let coefficients = 0;
  for await (const segment of segmentsIn(file)) {
    const { marker, data, start, end } = segment;
    const isNamed = (name: string) => hasText(data, 4, name);
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker)) {
      if (found.size) continue;
      readFrame(data, found);
      coefficients = coefficientBytes(data, found.channels);
      // Of progressive ones all coefficients are kept until the last scan.
      found.held = SEQUENTIAL.includes(marker) ? 0 : coefficients;
    } else if (marker === SCAN) {
      // Where a scan has not all components, others follow, and all coefficients are kept until then.
      if (data.getUint8(4) < found.channels) found.held = coefficients;
    } else if (marker === EXIF && !hasExif && isNamed(EXIF_NAME)) {
      hasExif = true;
      found.orientation = await orientationIn(file, start, end - start);
    } else if (marker === PROFILE && isNamed(PROFILE_NAME)) {
      found.hasProfile = true;
      const places = profile.add(segment);
      const space = places ? await profileIn(file, ...places) : "srgb";
      if (found.channels < 4) found.colorSpace = space;
    }
  }
}

/** Bytes of the coefficients, words of 16 bits, for each pixel: components may have fewer samples than there are pixels. */
function coefficientBytes(data: DataView, channels: number): number {
  const factors = Array.from({ length: channels }, (_, i) => data.getUint8(11 + 3 * i));
  const [across, down] = [factors.map((factor) => factor >> 4), factors.map((factor) => factor & 15)];
  const samples = across.reduce((sum, factor, i) => sum + factor * (down[i] ?? 1), 0);
  return (2 * samples) / Math.max(1, Math.max(...across) * Math.max(...down));
}

function readFrame(data: DataView, found: Findings): void {
  found.depth = data.getUint8(4);
  found.channels = Math.min(data.getUint8(9), 4);
  // Of CMYK, whatever a profile says.
  if (found.channels === 4) found.colorSpace = "other";
  found.setSize(data.getUint16(7), data.getUint16(5));
}

/** A profile, which may be in several segments. Decoders ignore it unless all of them are there, each once. */
export class ProfileParts {
  readonly #places: Place[] = [];
  #count: number | undefined;
  #isBroken = false;

  /** Notes a part, and tells where all of them lie as long as they are whole. */
  add({ data, start, end }: Segment): readonly Place[] | undefined {
    // Behind the name stand its number and how many there are, one byte each.
    const position = start + PROFILE_NAME.length + 2;
    const [number, count] = [data.getUint8(16), data.getUint8(17)];
    this.#count ??= count;
    const fits = position <= end && number >= 1 && number <= count && count === this.#count;
    if (!fits || this.#places[number]) this.#isBroken = true;
    this.#places[number] = [position, end - position];
    // Holes are none of its values.
    const places = Object.values(this.#places);
    return !this.#isBroken && places.length === count ? places : undefined;
  }
}

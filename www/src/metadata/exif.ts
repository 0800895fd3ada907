/** Exif data (CIPA DC-008) for a picture that was changed: a TIFF, of which some numbers are set where they stand. */
import { hasText, viewOf } from "../formats.js";
import { ENTRY_BYTES, EXIF_NAME, ORIENTATION, SHORT } from "../headers/exif.js";
import type { Size } from "../headers/findings.js";
import { isErrorOf } from "../realm.js";

/** Type of a number of four bytes. */
const LONG = 4;
/** The directory with the rest of the Exif data, and both sides of the picture, which stand there and in the first directory. */
const EXIF_DIRECTORY = 0x8769;
const [WIDTH, HEIGHT, EXIF_WIDTH, EXIF_HEIGHT] = [0x0100, 0x0101, 0xa002, 0xa003] as const;
/** Where the bytes of a thumbnail lie and how many there are: of a JPEG, and of strips of pixels. */
const THUMBNAILS = [
  [0x0201, 0x0202],
  [0x0111, 0x0117],
] as const;
/** Directories behind the first one, and strips of each: most data have one of both. */
const [MOST_DIRECTORIES, MOST_STRIPS] = [8, 256] as const;

/** Exif data without the name that some writers put before them; `undefined` where they are no TIFF. */
export function tiffIn(exif: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  const tiff = hasText(viewOf(exif), 0, EXIF_NAME) ? exif.slice(EXIF_NAME.length) : exif;
  return hasText(viewOf(tiff), 0, "II*\0") || hasText(viewOf(tiff), 0, "MM\0*") ? tiff : undefined;
}

/**
 * A copy of Exif data for a picture that is upright and of this size in pixels: the orientation is 1, sides that are told are those,
 * and the thumbnail, which shows the picture as it was, is overwritten with zeros, or cut off where nothing follows it. Every
 * other byte stays, at its place: notes of makers say where in the data their parts lie. `undefined` where the first directory is
 * broken: nobody knows then what readers find in it.
 */
export function exifFor(exif: Uint8Array<ArrayBuffer>, { width, height }: Size): Uint8Array<ArrayBuffer> | undefined {
  const tiff = new Tiff(exif.slice());
  let kept = exif.length;
  attempt(() => (kept = removeThumbnail(tiff)));
  const isWhole = attempt(() => {
    const { entries, next } = tiff.first();
    if (next !== undefined) tiff.setLong(next, 0);
    tiff.set(entries, ORIENTATION, 1);
    tiff.set(entries, WIDTH, width);
    tiff.set(entries, HEIGHT, height);
    for (const at of tiff.numbers(entries, EXIF_DIRECTORY)) {
      attempt(() => {
        const more = tiff.directory(at).entries;
        tiff.set(more, EXIF_WIDTH, width);
        tiff.set(more, EXIF_HEIGHT, height);
      });
    }
  });
  return isWhole ? tiff.bytes.subarray(0, kept) : undefined;
}

/** Whether all of it could be done: reading behind the end of the data ends it. */
function attempt(what: () => unknown): boolean {
  try {
    what();
    return true;
  } catch (error) {
    if (isErrorOf(error, "RangeError")) return false;
    throw error;
  }
}

/** Overwrites thumbnails with zeros. Returns how many bytes of the data come before a thumbnail at their end. */
function removeThumbnail(tiff: Tiff): number {
  let kept = tiff.bytes.length;
  let { next } = tiff.first();
  for (let count = 0; count < MOST_DIRECTORIES && next !== undefined && tiff.long(next) > 0; count++) {
    const directory = tiff.directory(tiff.long(next));
    ({ next } = directory);
    for (const [places, lengths] of THUMBNAILS) {
      const counts = tiff.numbers(directory.entries, lengths);
      for (const [strip, start] of tiff.numbers(directory.entries, places).entries()) {
        const end = start + (counts[strip] ?? 0);
        tiff.bytes.fill(0, start, end);
        // Data may be made longer by a byte, so that their length is even.
        if (end >= kept - 1) kept = Math.min(kept, start);
      }
    }
  }
  return kept;
}

interface Directory {
  /** Where each of its entries stands. */
  entries: readonly number[];
  /** Where it is said where the next directory begins; some writers leave that out at the end of the data. */
  next: number | undefined;
}

/** A TIFF (TIFF 6.0, section 2). Reading or writing behind its end throws a `RangeError`. */
class Tiff {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #isLittle: boolean;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.#view = viewOf(bytes);
    this.#isLittle = hasText(this.#view, 0, "II");
  }

  first(): Directory {
    return this.directory(this.long(4));
  }

  directory(at: number): Directory {
    const count = this.#short(at);
    const end = at + 2 + count * ENTRY_BYTES;
    if (end > this.bytes.length) throw new RangeError("a directory ends too early");
    const entries = Array.from({ length: count }, (_, entry) => at + 2 + entry * ENTRY_BYTES);
    return { entries, next: end + 4 <= this.bytes.length ? end : undefined };
  }

  /** The whole numbers of an entry, by its tag; none where there is no such entry, or it has numbers of another type. */
  numbers(entries: readonly number[], tag: number): number[] {
    const at = entries.find((at) => this.#short(at) === tag);
    if (at === undefined) return [];
    const [type, count] = [this.#short(at + 2), this.long(at + 4)];
    if ((type !== SHORT && type !== LONG) || count > MOST_STRIPS) return [];
    const length = type === SHORT ? 2 : 4;
    // What does not fit into the entry stands somewhere else.
    const start = count * length > 4 ? this.long(at + 8) : at + 8;
    return Array.from({ length: count }, (_, number) =>
      type === SHORT ? this.#short(start + number * length) : this.long(start + number * length),
    );
  }

  /** Gives a number to all entries with a tag. */
  set(entries: readonly number[], tag: number, value: number): void {
    for (const at of entries) {
      if (this.#short(at) !== tag) continue;
      const type = this.#short(at + 2) === LONG || value > 0xffff ? LONG : SHORT;
      this.#view.setUint16(at + 2, type, this.#isLittle);
      this.setLong(at + 4, 1);
      this.setLong(at + 8, 0);
      if (type === LONG) this.setLong(at + 8, value);
      else this.#view.setUint16(at + 8, value, this.#isLittle);
    }
  }

  setLong(at: number, value: number): void {
    this.#view.setUint32(at, value, this.#isLittle);
  }

  long(at: number): number {
    return this.#view.getUint32(at, this.#isLittle);
  }

  #short(at: number): number {
    return this.#view.getUint16(at, this.#isLittle);
  }
}

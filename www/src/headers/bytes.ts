/** The bytes of a file for whoever reads its header: in pieces, each read when it is needed, and never without an end. */
import { readBytes } from "../files.js";
import { viewOf } from "../formats.js";

/** Each piece is twice as long as the one before it: a JPEG needs one or two short ones, a large GIF is read from end to end. */
const FIRST_PIECE_BYTES = 8 << 10;
const LONGEST_PIECE_BYTES = 256 << 10;
/** Together 64 MiB of pieces that follow each other. */
const MOST_PIECES = 260;
/** Enough for animations with ten thousand frames, and few enough that a hostile file does not keep the page from its work. */
const MOST_VIEWS = 1 << 17;

export class Bytes {
  /** Of the whole file. */
  readonly length: number;
  readonly #file: Blob | undefined;
  #piece: Uint8Array;
  /** Where the piece begins in the file. */
  #start = 0;
  #pieces = 0;
  #views = 0;

  /** `first`: the first bytes of a file, or all bytes where there is no file behind them. */
  constructor(first: Uint8Array, file?: Blob) {
    this.#piece = first;
    this.#file = file;
    this.length = file ? file.size : first.length;
  }

  /**
   * The bytes from a position on: at least `length` of them, where the file has so many, and as many more as are there already.
   * Throws a `RangeError`, as a view does that is read behind its end, where more was asked for than any header needs.
   */
  at(position: number, length: number): DataView | Promise<DataView> {
    this.#views += 1;
    if (this.#views > MOST_VIEWS) throw new RangeError("the header has no end");
    const end = Math.min(position + length, this.length);
    const isHere = position >= this.#start && end <= this.#start + this.#piece.length;
    if (!isHere && this.#file) return this.#read(this.#file, position, length);
    return this.#view(position);
  }

  async #read(file: Blob, position: number, length: number): Promise<DataView> {
    if (this.#pieces === MOST_PIECES) throw new RangeError("the header has no end");
    const wanted = Math.min(FIRST_PIECE_BYTES * 2 ** this.#pieces, LONGEST_PIECE_BYTES);
    this.#pieces += 1;
    this.#piece = await readBytes(file, position, position + Math.max(wanted, length));
    this.#start = position;
    return this.#view(position);
  }

  #view(position: number): DataView {
    return viewOf(this.#piece.subarray(Math.max(position - this.#start, 0)));
  }
}

/** The first bytes of a view, at most so many. */
export function cut(view: DataView, length: number): DataView {
  return new DataView(view.buffer, view.byteOffset, Math.min(length, view.byteLength));
}

/** What a view shows. */
export function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The bytes of all parts, one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

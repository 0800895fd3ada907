/**
 * An instance of a codec's module, in a worker: the only file that knows what these modules export. Each has a memory of its own. A
 * file that traps costs this instance, which is then made anew, and no other file.
 */
import { PixelpoolError, inWords, type ErrorCode } from "./errors.js";
import { RGBA16 } from "./pixel-format.js";
import type { Reading } from "./protocol.js";
import type { PixelView } from "./pixel-view.js";
import type { Pixels } from "./read-pixels.js";
import { isErrorOf } from "./realm.js";
import type { Size } from "./result-size.js";
import { copyUpright, swapsSides } from "./turns.js";

/** See `codecs/modules/exports.rs` of the crate. */
interface Exports {
  memory: WebAssembly.Memory;
  input: (length: number) => number;
  decode: (length: number, shrink: number, bits: number, mostBytes: number, inks: number) => number;
  encode: (width: number, height: number, bits: number, quality: number, flags: number, background: number) => number;
  output: () => number;
  width: () => number;
  height: () => number;
  at: () => number;
  what: () => number;
  what_length: () => number;
}

export interface EncodeOptions {
  /** 1 to 100. */
  quality: number;
  /** What shows through transparent pixels: red, green and blue, 0 to 255. */
  background: readonly [red: number, green: number, blue: number];
  chroma?: "4:2:0" | "4:4:4" | undefined;
  progressive?: boolean | undefined;
  /** Takes longer to make the file smaller. */
  optimized?: boolean;
}

/** Flags of `encode`. */
const [PROGRESSIVE, OPTIMIZED, FULL_CHROMA] = [1, 2, 4];

/** Numbers are 32 bits there. */
const MOST_BYTES = 2 ** 32 - 1;
/** A memory never gets smaller: an instance whose memory has grown past this is not kept. */
const MOST_KEPT_BYTES = 64 << 20;

/** The codec does not read this part of its format; perhaps the browser does. */
export class NotRead extends Error {}

export class CodecInstance {
  readonly #module: WebAssembly.Module;
  #exports: Exports | undefined;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /**
   * Decodes a file, upright, to the bytes that `place` gives for an image of this size, which may be shared; inks in place of RGBA
   * where that is asked for. Throws {@link NotRead}, or a `PixelpoolError` without the file's name.
   */
  decode(
    file: Uint8Array,
    { orientation, mostBytes, bits, shrink, hasInks = false }: Reading,
    place: (size: Size, length: number) => Uint8Array,
  ): Omit<Pixels, "buffer"> {
    return this.#use("decode-failed", (exports) => {
      this.#put(exports, file);
      const most = Math.min(mostBytes, MOST_BYTES);
      this.#check(exports, exports.decode(file.byteLength, shrink, bits, most, Number(hasInks)));
      const [width, height] = [exports.width(), exports.height()];
      const wordsOfPixel = bits / 8;
      const words = width * height * wordsOfPixel;
      const size = swapsSides(orientation) ? { width: height, height: width } : { width, height };
      const { buffer, byteOffset } = place(size, words * 4);
      const stored = new Uint32Array(exports.memory.buffer, exports.output() >>> 0, words);
      copyUpright(stored, width, wordsOfPixel, orientation, new Uint32Array(buffer, byteOffset, words));
      return { ...size, ...(bits === 16 && { format: RGBA16 }) };
    });
  }

  /** The file of pixels. */
  encode(
    { width, height, bytes, format }: Omit<PixelView, "buffer" | "ownBuffer">,
    options: EncodeOptions,
  ): Uint8Array<ArrayBuffer> {
    const { quality, background, chroma, progressive, optimized } = options;
    return this.#use("encode-failed", (exports) => {
      this.#put(exports, bytes());
      const full = chroma === "4:4:4" ? FULL_CHROMA : 0;
      const flags = (progressive ? PROGRESSIVE : 0) | full | (optimized ? OPTIMIZED : 0);
      const color = background.reduce((color, level) => (color << 8) | Math.round(level), 0);
      this.#check(exports, exports.encode(width, height, format ? 16 : 8, quality, flags, color));
      return new Uint8Array(exports.memory.buffer, exports.output() >>> 0, exports.width()).slice();
    });
  }

  #use<Result>(code: ErrorCode, work: (exports: Exports) => Result): Result {
    this.#exports ??= new WebAssembly.Instance(this.#module).exports as unknown as Exports;
    const exports = this.#exports;
    try {
      return work(exports);
    } catch (error) {
      if (!isErrorOf(error, "RuntimeError")) throw error;
      this.#exports = undefined;
      throw new PixelpoolError(`the codec has failed: ${inWords(error)}`, { code }, { cause: error });
    } finally {
      if (exports.memory.buffer.byteLength > MOST_KEPT_BYTES) this.#exports = undefined;
    }
  }

  #put(exports: Exports, bytes: Uint8Array): void {
    const address = exports.input(bytes.length) >>> 0;
    if (address === 0) throw noMemory();
    new Uint8Array(exports.memory.buffer, address, bytes.length).set(bytes);
  }

  /** Throws what a call has told as a number. */
  #check(exports: Exports, problem: number): void {
    const at = exports.at() >>> 0;
    const words = () => {
      const bytes = new Uint8Array(exports.memory.buffer, exports.what() >>> 0, exports.what_length());
      return new TextDecoder().decode(bytes);
    };
    switch (problem) {
      case 0:
        return;
      case 1:
        throw new PixelpoolError("it does not begin as one", { code: "decode-failed" });
      case 2:
        throw new NotRead(words());
      case 3:
        throw new PixelpoolError(`byte ${at}: ${words()}`, { code: "decode-failed" });
      case 4:
        throw new PixelpoolError(`it ends at byte ${at}, before it is complete`, { code: "decode-failed" });
      case 5: {
        const message =
          "its pixels, and what it takes to decode them, need more bytes than the pool's memoryLimit leaves";
        throw new PixelpoolError(message, { code: "too-large" });
      }
      default:
        throw noMemory();
    }
  }
}

function noMemory(): PixelpoolError {
  return new PixelpoolError("there is no memory for the picture", { code: "out-of-memory" });
}

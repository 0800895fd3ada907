/**
 * An instance of a codec's module, in a worker: the only file that knows what these modules export. Each has a memory of its own. A
 * file that traps costs this instance, which is then made anew, and no other file.
 */
import { PixelpoolError, inWords, type ErrorCode } from "./errors.js";
import { RGBA16 } from "./pixel-format.js";
import type { Reading } from "./protocol.js";
import type { Pixels } from "./read-pixels.js";
import { isErrorOf } from "./realm.js";
import type { Size } from "./result-size.js";
import { copyUpright, swapsSides } from "./turns.js";

/** See `codecs/modules/imports.rs` of the crate: pixels leave the module and enter it some rows at a time. */
interface Imports {
  size: (width: number, height: number) => void;
  write: (address: number, firstRow: number, bytes: number) => void;
  read: (address: number, at: number, bytes: number) => void;
}

/** See `codecs/modules/exports.rs` of the crate. While a module works, only its memory may be used. */
interface Exports {
  memory: WebAssembly.Memory;
  input: (length: number) => number;
  decode: (length: number, shrink: number, bits: number, mostBytes: number, inks: number) => number;
  encode: (width: number, height: number, bits: number, quality: number, flags: number, background: number) => number;
  output: () => number;
  output_length: () => number;
  at: () => number;
  what: () => number;
  what_length: () => number;
}

/** Pixels to be encoded; their memory may be shared. */
export interface RawPixels extends Pick<Pixels, "width" | "height" | "format"> {
  bytes: Uint8Array;
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
  /** Where pixels go, or come from, while the module works. */
  #imports: Partial<Imports> = {};
  /** What has been thrown there. */
  #thrown: { error: unknown } | undefined;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /**
   * Decodes a file, upright; to inks in place of RGBA where that is asked for. `place` is called once, when the size of what is decoded
   * is known, and says where so many bytes of pixels go. Throws {@link NotRead}, a `PixelpoolError` without the file's name, or what
   * `place` throws.
   */
  decode(
    file: Uint8Array,
    { orientation, mostBytes, bits, shrink, hasInks = false }: Reading,
    place: (size: Size, bytes: number) => Uint32Array,
  ): Omit<Pixels, "buffer"> {
    return this.#use("decode-failed", (exports) => {
      const wordsOfPixel = bits / 8;
      let stored = { width: 0, height: 0 };
      let turned = stored;
      let upright: Uint32Array = new Uint32Array(0);
      const size = (width: number, height: number) => {
        stored = { width, height };
        turned = swapsSides(orientation) ? { width: height, height: width } : stored;
        upright = place(turned, width * height * wordsOfPixel * 4);
      };
      const write = (address: number, firstRow: number, bytes: number) => {
        const words = new Uint32Array(exports.memory.buffer, address, bytes / 4);
        copyUpright({ ...stored, words, firstRow, wordsOfPixel }, orientation, upright);
      };
      this.#put(exports, file);
      this.#imports = { size, write };
      const most = Math.min(mostBytes, MOST_BYTES);
      this.#check(exports, exports.decode(file.byteLength, shrink, bits, most, Number(hasInks)));
      return { ...turned, ...(bits === 16 && { format: RGBA16 }) };
    });
  }

  /** The file of pixels, in the memory of the codec: it is good until the next call. */
  encode({ width, height, bytes, format }: RawPixels, options: EncodeOptions): Uint8Array<ArrayBuffer> {
    const { quality, background, chroma, progressive, optimized } = options;
    return this.#use("encode-failed", (exports) => {
      const read = (address: number, at: number, length: number) => {
        new Uint8Array(exports.memory.buffer, address, length).set(bytes.subarray(at, at + length));
      };
      this.#imports = { read };
      const full = chroma === "4:4:4" ? FULL_CHROMA : 0;
      const flags = (progressive ? PROGRESSIVE : 0) | full | (optimized ? OPTIMIZED : 0);
      const color = background.reduce((color, level) => (color << 8) | Math.round(level), 0);
      this.#check(exports, exports.encode(width, height, format ? 16 : 8, quality, flags, color));
      return new Uint8Array(exports.memory.buffer, exports.output() >>> 0, exports.output_length());
    });
  }

  #use<Result>(code: ErrorCode, work: (exports: Exports) => Result): Result {
    this.#exports ??= this.#instance();
    const exports = this.#exports;
    try {
      return work(exports);
    } catch (error) {
      if (!isErrorOf(error, "RuntimeError")) throw error;
      this.#exports = undefined;
      throw new PixelpoolError(`the codec has failed: ${inWords(error)}`, { code }, { cause: error });
    } finally {
      [this.#imports, this.#thrown] = [{}, undefined];
      if (exports.memory.buffer.byteLength > MOST_KEPT_BYTES) this.#exports = undefined;
    }
  }

  #instance(): Exports {
    // What is thrown must not go through the module, which would be left in the middle of its work. Told of it, it ends that.
    const imported = (name: keyof Imports) => (first: number, second: number, third: number) => {
      try {
        this.#imports[name]?.(first >>> 0, second >>> 0, third >>> 0);
        return 0;
      } catch (error) {
        this.#thrown = { error };
        return 1;
      }
    };
    const pixels = { size: imported("size"), write: imported("write"), read: imported("read") };
    return new WebAssembly.Instance(this.#module, { pixels }).exports as unknown as Exports;
  }

  #put(exports: Exports, bytes: Uint8Array): void {
    const address = exports.input(bytes.length) >>> 0;
    if (address === 0) throw noMemory();
    new Uint8Array(exports.memory.buffer, address, bytes.length).set(bytes);
  }

  /** Throws what a call has told as a number. */
  #check(exports: Exports, problem: number): void {
    if (this.#thrown) throw this.#thrown.error;
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

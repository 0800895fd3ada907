/**
 * An instance of the module that converts colours, in a worker: the only file that knows what it exports. Pixels go through it
 * piece by piece, so that its memory stays small.
 */
import { PixelpoolError } from "./errors.js";
import type { PixelView } from "./pixel-view.js";

/** See `codecs/modules/color.rs` of the crate. */
interface Exports {
  memory: WebAssembly.Memory;
  input: (length: number) => number;
  profile: (length: number) => number;
  convert: (length: number, profileLength: number, bits: number, inks: number) => number;
}

const PIECE_BYTES = 1 << 20;
/** What `convert` tells of a profile that it does not use. */
const IGNORED = 2;

export class ColorInstance {
  readonly #module: WebAssembly.Module;
  #exports: Exports | undefined;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /**
   * Converts pixels in place. A profile that is broken, or is for other pixels, changes nothing; inks become red, green and blue by a
   * plain formula then.
   */
  toSrgb({ bytes: bytesOf, format }: Pick<PixelView, "bytes" | "format">, profile: Uint8Array, hasInks = false): void {
    this.#exports ??= new WebAssembly.Instance(this.#module).exports as unknown as Exports;
    const exports = this.#exports;
    this.#put(exports, exports.profile(profile.length), profile);
    const bytes = bytesOf();
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      const piece = bytes.subarray(start, start + PIECE_BYTES);
      const address = exports.input(piece.length) >>> 0;
      this.#put(exports, address, piece);
      const problem = exports.convert(piece.length, profile.length, format ? 16 : 8, Number(hasInks));
      if (problem === IGNORED && !hasInks) return;
      if (problem !== 0 && problem !== IGNORED) throw noMemory();
      piece.set(new Uint8Array(exports.memory.buffer, address, piece.length));
    }
  }

  #put(exports: Exports, address: number, bytes: Uint8Array): void {
    if (address === 0) throw noMemory();
    new Uint8Array(exports.memory.buffer, address >>> 0, bytes.length).set(bytes);
  }
}

function noMemory(): PixelpoolError {
  return new PixelpoolError("there is no memory to convert colours", { code: "out-of-memory" });
}

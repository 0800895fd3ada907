/** Pixels to be read wherever they lie: in a buffer, or in the memory of an engine, which may be shared. */
import { bytesAt } from "./memory.js";
import type { PixelFormat } from "./pixel-format.js";
import type { Pixels } from "./read-pixels.js";

/** Pixels in the memory of an engine: they stay there until whoever has them lets go of them. */
export interface Placed extends Omit<Pixels, "buffer"> {
  address: number;
}

/** Room for the pixels of one image in the memory of an engine. */
export interface Room {
  address: number;
  width: number;
  height: number;
  format?: PixelFormat;
}

/** Pixels wherever they lie. */
export interface PixelView extends Omit<Pixels, "buffer" | "warning"> {
  /** The bytes themselves, good until the next `await`: a memory that grows takes its views with it. */
  bytes: () => Uint8Array;
  /** The bytes in a buffer that holds nothing else, and is not shared: the pixels' own, or a copy. */
  buffer: () => ArrayBuffer;
  /** That buffer, where there is one already: nobody else needs it. */
  ownBuffer: () => ArrayBuffer | undefined;
}

/** Pixels in a buffer. */
export function viewOfBuffer({ buffer, ...pixels }: Pixels): PixelView {
  return { ...pixels, bytes: () => new Uint8Array(buffer), buffer: () => buffer, ownBuffer: () => buffer };
}

/** The same pixels in a buffer of their own, where they may be changed. */
export function inBuffer({ width, height, format, colorSpace, buffer }: PixelView): PixelView {
  const told = { width, height, ...(format && { format }), ...(colorSpace && { colorSpace }) };
  return viewOfBuffer({ ...told, buffer: buffer() });
}

/** Pixels in a memory; `room` gives a buffer for a copy, of which one is made at most. */
export function viewOfMemory(
  { address, ...pixels }: Placed,
  length: number,
  memory: WebAssembly.Memory,
  room: (length: number) => ArrayBuffer,
): PixelView {
  let copy: ArrayBuffer | undefined;
  const bytes = () => bytesAt(memory, address, length);
  const buffer = () => {
    if (!copy) {
      copy = room(length);
      new Uint8Array(copy).set(bytes());
    }
    return copy;
  };
  return { ...pixels, bytes, buffer, ownBuffer: () => copy };
}

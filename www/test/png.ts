/** Plain PNG files (ISO/IEC 15948), to check files against: a reader of 8 bits without palette and interlace, and a writer. */
import { crc32, deflateSync, inflateSync } from "node:zlib";

export interface DecodedPng {
  width: number;
  height: number;
  /** RGBA, straight. */
  pixels: Uint8Array;
  /** The types of its chunks, in order. */
  chunks: string[];
}

export function readPng(file: Uint8Array): DecodedPng {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: string[] = [];
  const data: Uint8Array[] = [];
  for (let at = 8; at < file.length; at += view.getUint32(at) + 12) {
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    chunks.push(type);
    if (type === "IDAT") data.push(file.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[file[25] ?? 1];
  if (file[24] !== 8 || channels === undefined || file[28] !== 0)
    throw new Error("a kind of PNG that is not known here");
  const rows = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const samples = new Uint8Array(stride * height);
  const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : (samples[y * stride + x] ?? 0));
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const [left, above, corner] = [at(x - channels, y), at(x, y - 1), x < channels ? 0 : at(x - channels, y - 1)];
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
      if (guess === undefined) throw new Error(`row ${y} has the unknown filter ${filter}`);
      samples[y * stride + x] = (rows[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const own = samples.subarray(pixel * channels, (pixel + 1) * channels);
    // Grey stands for all three colours.
    if (channels < 3) pixels.fill(own[0] ?? 0, pixel * 4, pixel * 4 + 3);
    if (channels < 3) pixels.set(own.subarray(1), pixel * 4 + 3);
    else pixels.set(own, pixel * 4);
  }
  return { width, height, pixels, chunks };
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const distances = [left, above, corner].map((value) => Math.abs(guess - value));
  return [left, above, corner][distances.indexOf(Math.min(...distances))] ?? 0;
}

/** A chunk with its length and its sum. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

export interface PngKind {
  /** Bits of a number, 8 or 16; with 16 the bytes of `pixels` are big-endian. */
  depth?: number;
  /** The type of its colours: 0 grey, 2 RGB, 6 RGBA. */
  color?: 0 | 2 | 6;
  /** Chunks before the pixels. */
  before?: readonly Uint8Array[];
}

/** A file without filters: of straight RGBA bytes, unless it is told otherwise. */
export function writePng(
  { width, height, pixels }: Pick<DecodedPng, "width" | "height" | "pixels">,
  { depth = 8, color = 6, before = [] }: PngKind = {},
): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, color], 8);
  const stride = pixels.length / height;
  const rows = Array.from({ length: height }, (_, y) => [
    Uint8Array.of(0),
    pixels.subarray(y * stride, (y + 1) * stride),
  ]);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const data = deflateSync(Buffer.concat(rows.flat()));
  const chunks = [pngChunk("IHDR", head), ...before, pngChunk("IDAT", data), pngChunk("IEND", Buffer.alloc(0))];
  return Uint8Array.from(Buffer.concat([signature, ...chunks]));
}

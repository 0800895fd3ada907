/** A plain reader of PNG files, to check files against: 8 bits, RGB or RGBA, not interlaced (ISO/IEC 15948). */
import { inflateSync } from "node:zlib";

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
  const channels = { 2: 3, 6: 4 }[file[25] ?? 0];
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
    pixels.set(samples.subarray(pixel * channels, (pixel + 1) * channels), pixel * 4);
  }
  return { width, height, pixels, chunks };
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const distances = [left, above, corner].map((value) => Math.abs(guess - value));
  return [left, above, corner][distances.indexOf(Math.min(...distances))] ?? 0;
}

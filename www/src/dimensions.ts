/**
 * The size of an encoded picture, read from the first bytes of its file, before anything is decoded: so that its pixels are
 * counted, and a picture that could never fit is refused, without making them. Knows PNG, JPEG, GIF, WebP, BMP and AVIF; of
 * other files, and of broken ones, it says nothing.
 */
import { readBytes } from "./files.js";
import { hasText, HEAD_BYTES, viewOf } from "./formats.js";
import { isErrorOf } from "./realm.js";

export interface Dimensions {
  width: number;
  height: number;
}

/** A JPEG whose size has not come after so many segments is broken. */
const MOST_SEGMENTS = 200;

/**
 * The size of a picture, where its file says it in a way that is known here. `head`: the file's first bytes, enough for all
 * formats but JPEG, whose size may lie behind a profile or a thumbnail.
 */
export async function dimensionsOf(file: Blob, head: Uint8Array): Promise<Dimensions | undefined> {
  const data = viewOf(head);
  try {
    const found =
      inPng(data) ?? inGif(data) ?? inWebp(data) ?? inBmp(data) ?? inAvif(data) ?? (await inJpeg(file, data));
    return found && found.width > 0 && found.height > 0 ? found : undefined;
  } catch (error) {
    // A file that ends too early; it is damaged, which is told by whoever decodes it.
    if (isErrorOf(error, "RangeError")) return undefined;
    throw error;
  }
}

function inPng(data: DataView): Dimensions | undefined {
  if (!hasText(data, 0, "\x89PNG\r\n\x1a\n")) return undefined;
  return { width: data.getUint32(16), height: data.getUint32(20) };
}

function inGif(data: DataView): Dimensions | undefined {
  if (!hasText(data, 0, "GIF8")) return undefined;
  return { width: data.getUint16(6, true), height: data.getUint16(8, true) };
}

function inBmp(data: DataView): Dimensions | undefined {
  if (!hasText(data, 0, "BM")) return undefined;
  // The short head of OS/2.
  if (data.getUint32(14, true) === 12) return { width: data.getUint16(18, true), height: data.getUint16(20, true) };
  return { width: Math.abs(data.getInt32(18, true)), height: Math.abs(data.getInt32(22, true)) };
}

function inWebp(data: DataView): Dimensions | undefined {
  if (!hasText(data, 0, "RIFF") || !hasText(data, 8, "WEBP")) return undefined;
  if (hasText(data, 12, "VP8X")) {
    const size = (at: number) => (data.getUint16(at, true) | (data.getUint8(at + 2) << 16)) + 1;
    return { width: size(24), height: size(27) };
  }
  if (hasText(data, 12, "VP8L")) {
    const bits = data.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  return { width: data.getUint16(26, true) & 0x3fff, height: data.getUint16(28, true) & 0x3fff };
}

/** Image spatial extents (ISO/IEC 23008-12); of several, tiles and previews among them, the largest. */
function inAvif(data: DataView): Dimensions | undefined {
  if (!hasText(data, 4, "ftyp")) return undefined;
  let largest: Dimensions | undefined;
  for (let at = 8; at + 16 <= data.byteLength; at++) {
    if (!hasText(data, at, "ispe")) continue;
    const found = { width: data.getUint32(at + 8), height: data.getUint32(at + 12) };
    if (!largest || found.width * found.height > largest.width * largest.height) largest = found;
  }
  return largest;
}

/** Goes from segment to segment up to the frame header (ISO/IEC 10918-1, B.2.2). */
async function inJpeg(file: Blob, head: DataView): Promise<Dimensions | undefined> {
  if (head.getUint16(0) !== 0xffd8) return undefined;
  let [data, start, at] = [head, 0, 2];
  for (let segment = 0; segment < MOST_SEGMENTS; segment++) {
    if (at + 9 > data.byteLength) {
      [start, at] = [start + at, 0];
      data = viewOf(await readBytes(file, start, start + HEAD_BYTES));
    }
    if (data.getUint8(at) !== 0xff) return undefined;
    const marker = data.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // C4, C8 and CC lie among the frame headers and are none.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: data.getUint16(at + 7), height: data.getUint16(at + 5) };
    }
    at += 2 + data.getUint16(at + 2);
  }
  return undefined;
}

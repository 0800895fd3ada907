/** How a picture must be turned, by the Exif data in its file. */
import { hasText } from "../formats.js";
import { isErrorOf } from "../realm.js";
import type { Bytes } from "./bytes.js";

/** What it is called in a JPEG. */
export const EXIF_NAME = "Exif\0\0";
export const ORIENTATION = 0x0112;
/** Type of a number of two bytes. */
export const SHORT = 3;
/** Bytes of one entry of a directory: tag, type, count and value. */
export const ENTRY_BYTES = 12;

/**
 * The orientation, 1 to 8, in the first directory of Exif data at a position of a file. They are a TIFF, which some writers put
 * behind the name that it has in a JPEG. Of broken data it is 1: they must not keep a picture from being read.
 */
export async function orientationIn(file: Bytes, position: number, length: number): Promise<number> {
  try {
    const isNamed = hasText(await file.at(position, EXIF_NAME.length), 0, EXIF_NAME);
    const [start, room] = isNamed ? [position + EXIF_NAME.length, length - EXIF_NAME.length] : [position, length];
    return await orientationInTiff(file, start, room);
  } catch (error) {
    if (isErrorOf(error, "RangeError")) return 1;
    throw error;
  }
}

async function orientationInTiff(file: Bytes, start: number, room: number): Promise<number> {
  const head = await file.at(start, 8);
  const isLittle = hasText(head, 0, "II*\0");
  if (!isLittle && !hasText(head, 0, "MM\0*")) return 1;
  const at = head.getUint32(4, isLittle);
  if (at + 2 > room) return 1;
  const length = (await file.at(start + at, 2)).getUint16(0, isLittle) * ENTRY_BYTES;
  if (at + 2 + length > room) return 1;
  const entries = await file.at(start + at + 2, length);
  for (let entry = 0; entry < length; entry += ENTRY_BYTES) {
    if (entries.getUint16(entry, isLittle) !== ORIENTATION) continue;
    const isOneShort = entries.getUint16(entry + 2, isLittle) === SHORT && entries.getUint32(entry + 4, isLittle) === 1;
    const value = entries.getUint16(entry + 8, isLittle);
    return isOneShort && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** The header of a picture's file: what kind of picture there is, told without decoding it. */
import { isErrorOf } from "../realm.js";
import type { SourceInfo } from "../source-info.js";
import { readBmp } from "./bmp.js";
import type { Bytes } from "./bytes.js";
import { Findings, type Size } from "./findings.js";
import { readGif } from "./gif.js";
import { readHeif } from "./heif.js";
import { readIco } from "./ico.js";
import { readJpeg } from "./jpeg.js";
import { readPng } from "./png.js";
import { readWebp } from "./webp.js";

/** Each goes through a file and notes what it finds. It ends with a `RangeError` where the file ends too early. */
const READERS: Readonly<Record<SourceInfo["type"], (file: Bytes, found: Findings) => Promise<void>>> = {
  "image/jpeg": readJpeg,
  "image/png": readPng,
  "image/gif": readGif,
  "image/webp": readWebp,
  "image/bmp": readBmp,
  "image/x-icon": readIco,
  "image/avif": readHeif,
  "image/heic": readHeif,
};

/** Both tell `undefined` where the file does not say it, and reject where the file cannot be read. */
export interface Header {
  /** Resolves as soon as the size is known: before the file is searched for frames and metadata. */
  size: () => Promise<Size | undefined>;
  /** See `Findings`; certain once all is known. */
  held: () => number;
  /** Resolves when all is known that there is to know. */
  info: Promise<SourceInfo | undefined>;
}

/** Begins to read a header. */
export function readHeader(file: Bytes, type: SourceInfo["type"]): Header {
  const found = new Findings();
  const info = readAll(file, type, found);
  return { size: () => Promise.race([found.sized, info]).then(() => found.size), held: () => found.held, info };
}

async function readAll(file: Bytes, type: SourceInfo["type"], found: Findings): Promise<SourceInfo | undefined> {
  try {
    await READERS[type](file, found);
  } catch (error) {
    // A file that is cut off: what came before is true all the same.
    if (!isErrorOf(error, "RangeError")) throw error;
  }
  const { size, orientation, depth, channels, colorSpace, hasProfile, frames } = found;
  // No decoder takes a picture of other pixels.
  if (!size || channels < 1 || depth < 1 || depth > 16) return undefined;
  return { type, bytes: file.length, ...size, orientation, depth, channels, colorSpace, hasProfile, frames };
}

/** ICO: a directory of pictures, each a PNG or the inside of a BMP. Browsers show the largest. */
import { hasText } from "../views.js";
import type { Bytes } from "./bytes.js";
import type { Findings } from "./findings.js";
import { readPng } from "./png.js";

const ENTRY_BYTES = 16;
const MOST_ENTRIES = 256;

export async function readIco(file: Bytes, found: Findings): Promise<void> {
  const count = Math.min((await file.at(4, 2)).getUint16(0, true), MOST_ENTRIES);
  const entries = await file.at(6, count * ENTRY_BYTES);
  let [width, height, position] = [0, 0, 0];
  for (let at = 0; at < count * ENTRY_BYTES; at += ENTRY_BYTES) {
    // 0 stands for 256.
    const [wide, high] = [entries.getUint8(at) || 256, entries.getUint8(at + 1) || 256];
    if (wide * high > width * height) [width, height, position] = [wide, high, entries.getUint32(at + 12, true)];
  }
  if (hasText(await file.at(position, 8), 0, "\x89PNG\r\n\x1a\n")) {
    await readPng(file, found, position);
    return;
  }
  // A mask gives alpha to each picture.
  found.channels = 4;
  found.setSize(width, height);
}

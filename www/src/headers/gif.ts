/** GIF (version 89a): blocks, none of which says where the next but one begins; so it is read from end to end. */
import type { Bytes } from "./bytes.js";
import type { Findings } from "./findings.js";

const [EXTENSION, FRAME, CONTROL] = [0x21, 0x2c, 0xf9] as const;

export async function readGif(file: Bytes, found: Findings): Promise<void> {
  const head = await file.at(6, 7);
  const [width, height] = [head.getUint16(0, true), head.getUint16(2, true)];
  try {
    await readBlocks(file, 13 + tableBytes(head.getUint8(4)), [width, height], found);
  } finally {
    // Of a file that ends before its first frame.
    if (!found.size) found.setSize(width, height);
  }
}

async function readBlocks(
  file: Bytes,
  start: number,
  [width, height]: [number, number],
  found: Findings,
): Promise<void> {
  let frames = 0;
  for (let at = start; ;) {
    const data = await file.at(at, 10);
    const kind = data.getUint8(0);
    if (kind === EXTENSION) {
      // What is transparent in later frames lets the first one show.
      if (data.getUint8(1) === CONTROL && frames === 0 && data.getUint8(3) & 1) found.channels = 4;
      at = await behindData(file, at + 2);
    } else if (kind === FRAME) {
      if (frames === 0) {
        const side = (offset: number) => data.getUint16(offset, true);
        const [x, y, wide, high] = [side(1), side(3), side(5), side(7)];
        // Around the first frame nothing is drawn; and decoders make room for it where there is none.
        if (x > 0 || y > 0 || wide < width || high < height) found.channels = 4;
        found.setSize(Math.max(width, x + wide), Math.max(height, y + high));
      }
      frames += 1;
      found.frames = frames;
      // Behind the colours stands one byte that says how the data are packed.
      at = await behindData(file, at + 10 + tableBytes(data.getUint8(9)) + 1);
    } else {
      return;
    }
  }
}

/** Bytes of the table of colours that follows, by the flags of its head. */
function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** Where the next block begins: data are parts with one byte of length before each, and the last part is empty. */
async function behindData(file: Bytes, position: number): Promise<number> {
  for (let at = position; ;) {
    const data = await file.at(at, 1);
    let part = 0;
    // One part at least: behind the end of the file this throws.
    do {
      const length = data.getUint8(part);
      part += length + 1;
      if (length === 0) return at + part;
    } while (part < data.byteLength);
    at += part;
  }
}

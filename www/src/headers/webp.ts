/** WebP (RFC 9649): chunks, each with its length. */
import { hasText } from "../formats.js";
import type { Bytes } from "./bytes.js";
import { orientationIn } from "./exif.js";
import type { Findings } from "./findings.js";
import { profileIn } from "./profile.js";

/** Flag of the extended head: some pixel may be transparent. */
export const ALPHA = 0x10;

export async function readWebp(file: Bytes, found: Findings): Promise<void> {
  const head = await file.at(12, 18);
  if (hasText(head, 0, "VP8X")) {
    if (head.getUint8(8) & ALPHA) found.channels = 4;
    const side = (at: number) => (head.getUint16(at, true) | (head.getUint8(at + 2) << 16)) + 1;
    found.setSize(side(12), side(15));
    await readChunks(file, found);
  } else if (hasText(head, 0, "VP8L")) {
    const bits = head.getUint32(9, true);
    if (bits & (1 << 28)) found.channels = 4;
    found.setSize((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
  } else if (hasText(head, 0, "VP8 ")) {
    // The upper bits say how it is scaled.
    found.setSize(head.getUint16(14, true) & 0x3fff, head.getUint16(16, true) & 0x3fff);
  }
}

/** Part of a WebP. */
export interface Chunk {
  /** From its name on; then comes its length. */
  data: DataView;
  /** Where it begins in the file, its name and length included, and how long its payload is. */
  at: number;
  length: number;
}

/** The chunks of a file, none of which begins behind the end that it says it has. */
export async function* chunksIn(file: Bytes): AsyncGenerator<Chunk> {
  const end = Math.min((await file.at(4, 4)).getUint32(0, true) + 8, file.length);
  for (let at = 12; at + 8 <= end;) {
    const data = await file.at(at, 8);
    const length = data.getUint32(4, true);
    yield { data, at, length };
    // Each begins at an even place.
    at += 8 + length + (length & 1);
  }
}

/** Metadata may come behind all frames. */
async function readChunks(file: Bytes, found: Findings): Promise<void> {
  let frames = 0;
  let hasExif = false;
  for await (const { data, at, length } of chunksIn(file)) {
    if (hasText(data, 0, "ANMF")) {
      frames += 1;
      found.frames = frames;
    } else if (hasText(data, 0, "ICCP") && !found.hasProfile) {
      found.hasProfile = true;
      found.colorSpace = await profileIn(file, [at + 8, length]);
    } else if (hasText(data, 0, "EXIF") && !hasExif) {
      hasExif = true;
      found.orientation = await orientationIn(file, at + 8, length);
    }
  }
}

/** PNG (ISO/IEC 15948, 3rd edition): chunks, each with its length, up to the first of the image's data. */
import { hasText } from "../views.js";
import type { Bytes } from "./bytes.js";
import { orientationIn } from "./exif.js";
import type { Findings } from "./findings.js";
import { codedSpace, packedProfileIn } from "./profile.js";

const SIGNATURE_BYTES = 8;
/** Numbers of a pixel by the type of colour; those of a palette have red, green and blue. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };
const PALETTE = 3;

export interface Chunk {
  /** From its length on; then come its name and its payload, of which 13 bytes are there at least. */
  data: DataView;
  /** Where it begins in the file, its length and name included, and how long its payload is. */
  at: number;
  length: number;
}

/** The chunks of a PNG that begins at a place of its file. Ends with a `RangeError` where the file does. */
export async function* chunksIn(file: Bytes, start = 0): AsyncGenerator<Chunk> {
  for (let at = start + SIGNATURE_BYTES; ;) {
    const data = await file.at(at, 8 + 13);
    const length = data.getUint32(0);
    yield { data, at, length };
    at += length + 12;
  }
}

/** `start`: where the PNG begins in its file. */
export async function readPng(file: Bytes, found: Findings, start = 0): Promise<void> {
  let hasExif = false;
  let hasCode = false;
  for await (const { data, at, length } of chunksIn(file, start)) {
    const isChunk = (name: string) => hasText(data, 4, name);
    if (!found.size) {
      // Before it comes nothing else.
      if (!isChunk("IHDR") || !readHead(data, found)) return;
    } else if (isChunk("IDAT") || isChunk("IEND")) {
      return;
    } else if (isChunk("tRNS")) {
      // Grey and RGB get alpha; what has it already keeps it.
      if (found.channels % 2 === 1) found.channels += 1;
    } else if (isChunk("acTL")) {
      found.frames = Math.max(data.getUint32(8), 1);
    } else if (isChunk("eXIf") && !hasExif) {
      hasExif = true;
      found.orientation = await orientationIn(file, at + 8, length);
    } else if (isChunk("cICP")) {
      // It counts more than a profile.
      hasCode = true;
      found.colorSpace = codedSpace(data.getUint8(8), data.getUint8(9));
    } else if (isChunk("iCCP") && !found.hasProfile) {
      found.hasProfile = true;
      const space = await readProfile(file, at + 8, length);
      if (!hasCode) found.colorSpace = space;
    }
  }
}

/** Whether it is a head that makes sense. */
function readHead(data: DataView, found: Findings): boolean {
  const [depth, color] = [data.getUint8(16), data.getUint8(17)];
  found.depth = color === PALETTE ? 8 : depth;
  found.channels = CHANNELS[color] ?? 0;
  const isInterlaced = data.getUint8(20) !== 0;
  found.held = isInterlaced ? (depth === 16 ? 8 : 4) : 0;
  if (found.channels > 0) found.setSize(data.getUint32(8), data.getUint32(12));
  return found.size !== undefined;
}

async function readProfile(file: Bytes, position: number, length: number): Promise<Findings["colorSpace"]> {
  const data = await file.at(position, Math.min(length, 81));
  const start = packedStart(data);
  return start < length ? packedProfileIn(file, [position + start, length - start]) : "srgb";
}

/** Where a profile begins: behind a name of at most 79 letters, a zero, and how it is packed, for which there is one way. */
export function packedStart(data: DataView): number {
  let name = 0;
  while (name < 80 && data.getUint8(name) !== 0) name += 1;
  return name + 2;
}

/** PNG (ISO/IEC 15948, 3rd edition): chunks, each with its length, up to the first of the image's data. */
import { hasText } from "../formats.js";
import type { Bytes } from "./bytes.js";
import { orientationIn } from "./exif.js";
import type { Findings } from "./findings.js";
import { codedSpace, packedProfileIn } from "./profile.js";

const SIGNATURE_BYTES = 8;
/** Numbers of a pixel by the type of colour; those of a palette have red, green and blue. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };
const PALETTE = 3;

/** `start`: where the PNG begins in its file. */
export async function readPng(file: Bytes, found: Findings, start = 0): Promise<void> {
  let hasExif = false;
  let hasCode = false;
  for (let at = start + SIGNATURE_BYTES; ;) {
    const data = await file.at(at, 8 + 13);
    const length = data.getUint32(0);
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
    at += length + 12;
  }
}

/** Whether it is a head that makes sense. */
function readHead(data: DataView, found: Findings): boolean {
  const [depth, color] = [data.getUint8(16), data.getUint8(17)];
  found.depth = color === PALETTE ? 8 : depth;
  found.channels = CHANNELS[color] ?? 0;
  if (found.channels > 0) found.setSize(data.getUint32(8), data.getUint32(12));
  return found.size !== undefined;
}

/** The profile begins with a name of at most 79 letters, a zero, and how it is packed, for which there is one way. */
async function readProfile(file: Bytes, position: number, length: number): Promise<Findings["colorSpace"]> {
  const data = await file.at(position, Math.min(length, 81));
  let name = 0;
  while (name < 80 && data.getUint8(name) !== 0) name += 1;
  return name < length - 2 ? packedProfileIn(file, [position + name + 2, length - name - 2]) : "srgb";
}

/** BMP, with the heads of Windows and OS/2. */
import { hasText } from "../views.js";
import type { Bytes } from "./bytes.js";
import type { Findings } from "./findings.js";
import { profileIn } from "./profile.js";

const FILE_HEAD_BYTES = 14;
const [OLD_HEAD_BYTES, HEAD_BYTES, NEWEST_HEAD_BYTES] = [12, 40, 124] as const;
/** How pixels are packed: where bits of each colour lie is said in masks, in some files also where alpha lies. */
const [MASKS, ALPHA_MASKS] = [3, 6] as const;

export async function readBmp(file: Bytes, found: Findings): Promise<void> {
  const head = await file.at(FILE_HEAD_BYTES, NEWEST_HEAD_BYTES);
  const length = head.getUint32(0, true);
  if (length === OLD_HEAD_BYTES) {
    found.setSize(head.getUint16(4, true), head.getUint16(6, true));
    return;
  }
  const [width, height] = [head.getInt32(4, true), head.getInt32(8, true)];
  // Rows from top to bottom have a negative height.
  found.setSize(Math.abs(width), Math.abs(height));
  const [bits, packing] = [head.getUint16(14, true), head.getUint32(16, true)];
  if (packing === MASKS || packing === ALPHA_MASKS) {
    const masks = [0, 4, 8].map((at) => head.getUint32(HEAD_BYTES + at, true));
    found.depth = Math.min(Math.max(...masks.map(countBits), 1), 16);
    const hasAlpha = (length > HEAD_BYTES + 12 || packing === ALPHA_MASKS) && head.getUint32(HEAD_BYTES + 12, true) > 0;
    if (hasAlpha) found.channels = 4;
  } else if (bits === 16) {
    found.depth = 5;
  }
  if (length < NEWEST_HEAD_BYTES || !hasText(head, 56, "DEBM")) return;
  found.hasProfile = true;
  found.colorSpace = await profileIn(file, [FILE_HEAD_BYTES + head.getUint32(112, true), head.getUint32(116, true)]);
}

function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
}

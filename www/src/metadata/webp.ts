/** Metadata of WebP files (RFC 9649): chunks, and an extended head that says which of them there are. */
import type { Bytes } from "../headers/bytes.js";
import { Findings } from "../headers/findings.js";
import { ALPHA, chunksIn, HEAD_BYTES, readHead } from "../headers/webp.js";
import { hasText, latinBytes, viewOf } from "../views.js";
import { copyOf, lengthOf } from "./parts.js";
import { NO_EDITS, type Edit, type Edits, type Metadata } from "./types.js";

/** In the order in which they stand in a file, the first one before the picture and the others behind it. */
const KINDS = ["profile", "exif", "xmp"] as const;
const CHUNKS = { profile: "ICCP", exif: "EXIF", xmp: "XMP " };
const FLAGS = { profile: 0x20, exif: 0x08, xmp: 0x04 };
/** Where the first chunk begins. */
const FIRST = 12;
const EXTENDED = "VP8X";

export async function readWebp(file: Bytes, found: Metadata): Promise<void> {
  // Where there is no extended head, decoders look for none.
  if (!hasText(await file.at(FIRST, 4), 0, EXTENDED)) return;
  for await (const { data, at, length } of chunksIn(file)) {
    const kind = KINDS.find((kind) => hasText(data, 0, CHUNKS[kind]));
    if (kind) found[kind] ??= await copyOf(file, [at + 8, length]);
  }
}

/** A file that has no extended head gets one. */
export async function editsOfWebp(file: Bytes, metadata: Metadata): Promise<Edits> {
  const found = new Findings();
  const start = await file.at(0, FIRST + HEAD_BYTES);
  if (!hasText(start, 0, "RIFF") || !hasText(start, 8, "WEBP")) return NO_EDITS;
  const isExtended = readHead(await file.at(FIRST, HEAD_BYTES), found);
  if (!found.size) return NO_EDITS;
  const written = KINDS.filter((kind) => metadata[kind]);
  let flags = isExtended ? start.getUint8(20) : found.channels === 4 ? ALPHA : 0;
  for (const kind of written) flags |= FLAGS[kind];

  const { profile, exif, xmp } = metadata;
  const head = extendedHead(flags, found.size.width, found.size.height);
  const edits: Edit[] = [{ from: 0, to: FIRST, parts: [head, ...chunkOf("profile", profile)] }];
  let end = FIRST;
  let padding = 0;
  for await (const { data, at, length } of chunksIn(file)) {
    if (at + 8 + length > file.length) throw new RangeError("the file ends too early");
    end = Math.min(at + 8 + length + (length & 1), file.length);
    const isReplaced = hasText(data, 0, EXTENDED) || written.some((kind) => hasText(data, 0, CHUNKS[kind]));
    if (isReplaced) edits.push({ from: at, to: end });
    // Some writers leave out the last byte, which makes the length even.
    padding = isReplaced ? 0 : end & 1;
  }
  const behind = [new Uint8Array(padding), ...chunkOf("exif", exif), ...chunkOf("xmp", xmp)];
  edits.push({ from: end, to: file.length, parts: behind });

  // The head says how many bytes follow its first eight.
  let total = file.length - 8;
  for (const { from, to, parts = [] } of edits) {
    total -= to - from;
    for (const part of parts) total += lengthOf(part);
  }
  viewOf(head).setUint32(4, total, true);
  return { edits, written };
}

/** The head of a file with that of a WebP with more than a picture; how long the file is has yet to be told. */
function extendedHead(flags: number, width: number, height: number): Uint8Array<ArrayBuffer> {
  const head = latinBytes(`RIFF\0\0\0\0WEBP${EXTENDED}\x0a\0\0\0`.padEnd(30, "\0"));
  const view = viewOf(head);
  view.setUint8(20, flags);
  for (const [at, side] of [
    [24, width],
    [27, height],
  ] as const) {
    view.setUint16(at, side - 1, true);
    view.setUint8(at + 2, (side - 1) >> 16);
  }
  return head;
}

function chunkOf(kind: keyof typeof CHUNKS, payload: Uint8Array<ArrayBuffer> | undefined): Uint8Array<ArrayBuffer>[] {
  if (!payload) return [];
  const head = latinBytes(`${CHUNKS[kind]}\0\0\0\0`);
  viewOf(head).setUint32(4, payload.length, true);
  return [head, payload, new Uint8Array(payload.length & 1)];
}

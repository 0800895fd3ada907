/** Metadata of WebP files (RFC 9649): chunks, and an extended head that says which of them there are. */
import { hasText, viewOf } from "../formats.js";
import type { Bytes } from "../headers/bytes.js";
import { Findings } from "../headers/findings.js";
import { ALPHA, chunksIn, readWebp as readHeader } from "../headers/webp.js";
import { copyOf, latinBytes, lengthOf } from "./parts.js";
import { NO_EDITS, type Edit, type Edits, type Metadata } from "./types.js";

/** In the order in which they stand in a file, the first one before the picture and the others behind it. */
const KINDS = ["profile", "exif", "xmp"] as const;
const CHUNKS = { profile: "ICCP", exif: "EXIF", xmp: "XMP " };
const FLAGS = { profile: 0x20, exif: 0x08, xmp: 0x04 };
const EXTENDED = "VP8X";

export async function readWebp(file: Bytes, found: Metadata): Promise<void> {
  // Where there is no extended head, decoders look for none.
  if (!hasText(await file.at(12, 4), 0, EXTENDED)) return;
  for await (const { data, at, length } of chunksIn(file)) {
    const kind = KINDS.find((kind) => hasText(data, 0, CHUNKS[kind]));
    if (kind) found[kind] ??= await copyOf(file, [at + 8, length]);
  }
}

/** A file that has no extended head gets one. */
export async function editsOfWebp(file: Bytes, metadata: Metadata): Promise<Edits> {
  const found = new Findings();
  const start = await file.at(0, 21);
  if (hasText(start, 0, "RIFF") && hasText(start, 8, "WEBP")) await readHeader(file, found);
  const written = KINDS.filter((kind) => metadata[kind]);
  if (!found.size) return NO_EDITS;
  const isExtended = hasText(start, 12, EXTENDED);
  let flags = isExtended ? start.getUint8(20) : found.channels === 4 ? ALPHA : 0;
  for (const kind of written) flags |= FLAGS[kind];

  const { profile, exif, xmp } = metadata;
  const head = extendedHead(flags, found.size.width, found.size.height);
  const edits: Edit[] = [{ from: 0, to: 12, parts: [head, ...chunkOf("profile", profile)] }];
  let end = 12;
  for await (const { data, at, length } of chunksIn(file)) {
    end = at + 8 + length + (length & 1);
    const isReplaced = hasText(data, 0, EXTENDED) || written.some((kind) => hasText(data, 0, CHUNKS[kind]));
    if (isReplaced) edits.push({ from: at, to: end });
  }
  // Some writers leave out the last byte, which makes the length even.
  if (end > file.length + 1) throw new RangeError("the file ends too early");
  const padding = new Uint8Array(Math.max(end - file.length, 0));
  edits.push({
    from: Math.min(end, file.length),
    to: file.length,
    parts: [padding, ...chunkOf("exif", exif), ...chunkOf("xmp", xmp)],
  });

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

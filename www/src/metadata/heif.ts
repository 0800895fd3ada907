/** Metadata of AVIF and HEIC files (ISO/IEC 23008-12): a profile is a property of the picture, what else there is are items. */
import { hasText, viewOf } from "../formats.js";
import type { Bytes } from "../headers/bytes.js";
import { boxesIn, isProfile, propertiesIn, topBoxesIn, type Box } from "../headers/heif.js";
import type { Place } from "../headers/profile.js";
import { copyOf } from "./parts.js";
import type { Metadata } from "./types.js";

const XMP_TYPE = "application/rdf+xml\0";

export async function readHeif(file: Bytes, found: Metadata): Promise<void> {
  for await (const { name, start, content } of topBoxesIn(file)) {
    if (name === "meta") return readMeta(file, await content(), start, found);
  }
}

/** `start`: where the content of the box lies in the file. */
async function readMeta(file: Bytes, meta: DataView, start: number, found: Metadata): Promise<void> {
  const boxes = [...boxesIn(meta, 4)];
  const profile = propertiesIn(meta, boxes)[1].find((box) => isProfile(meta, box));
  if (profile) found.profile = await copyOf(file, [start + profile.start + 4, profile.end - profile.start - 4]);
  const places = placesIn(meta, boxes);
  for (const [item, kind] of itemsIn(meta, boxes)) {
    const place = places.get(item);
    const bytes = place && (await copyOf(file, place));
    // Exif data begin with a number that says how far behind it the TIFF stands.
    if (kind === "exif") found.exif ??= bytes?.slice(4 + viewOf(bytes).getUint32(0));
    else found.xmp ??= bytes;
  }
}

/** The items with metadata, by their numbers. */
function itemsIn(meta: DataView, boxes: readonly Box[]): Map<number, "exif" | "xmp"> {
  const items = new Map<number, "exif" | "xmp">();
  const list = boxes.find(({ name }) => name === "iinf");
  if (!list) return items;
  const isShort = meta.getUint8(list.start) === 0;
  for (const { start } of boxesIn(meta, list.start + (isShort ? 6 : 8), list.end)) {
    const version = meta.getUint8(start);
    if (version < 2) continue;
    const item = version === 2 ? meta.getUint16(start + 4) : meta.getUint32(start + 4);
    // Behind the number and one for protection; then comes the name, which nobody gives to metadata.
    const type = start + (version === 2 ? 8 : 10);
    if (hasText(meta, type, "Exif")) items.set(item, "exif");
    else if (hasText(meta, type, `mime\0${XMP_TYPE}`)) items.set(item, "xmp");
  }
  return items;
}

/** Where the items lie in the file, by their numbers: those that lie there in one part. */
function placesIn(meta: DataView, boxes: readonly Box[]): Map<number, Place> {
  const places = new Map<number, Place>();
  const list = boxes.find(({ name }) => name === "iloc");
  if (!list) return places;
  const version = meta.getUint8(list.start);
  const [offset, length] = lengths(meta.getUint8(list.start + 4));
  const [base, index] = lengths(meta.getUint8(list.start + 5));
  const isLong = version >= 2;
  const extent = (version > 0 ? index : 0) + offset + length;
  let at = list.start + (isLong ? 10 : 8);
  for (let left = isLong ? meta.getUint32(at - 4) : meta.getUint16(at - 2); left > 0; left--) {
    const item = isLong ? meta.getUint32(at) : meta.getUint16(at);
    at += isLong ? 4 : 2;
    // Counted from where: from the beginning of the file, where it is 0.
    const from = version > 0 ? meta.getUint16(at) & 15 : 0;
    // Behind it stands the number of another file, which is none.
    at += version > 0 ? 4 : 2;
    const parts = meta.getUint16(at + base);
    const end = at + base + 2 + parts * extent;
    if (from === 0 && parts === 1) {
      const position = numberOf(meta, at, base) + numberOf(meta, end - length - offset, offset);
      places.set(item, [position, numberOf(meta, end - length, length)]);
    }
    at = end;
  }
  return places;
}

/** How many bytes two numbers have. */
function lengths(byte: number): [number, number] {
  return [byte >> 4, byte & 15];
}

/** A whole number of no, four or eight bytes. */
function numberOf(meta: DataView, at: number, length: number): number {
  if (length === 0) return 0;
  return length === 4 ? meta.getUint32(at) : meta.getUint32(at) * 2 ** 32 + meta.getUint32(at + 4);
}

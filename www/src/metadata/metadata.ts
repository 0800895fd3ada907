/**
 * Metadata of files: read from the bytes of one file, and put into another. Knows containers and no pixels. Whatever is
 * broken is not there: no metadata keep a picture from being read or written.
 */
import { hasText, viewOf } from "../formats.js";
import { Bytes } from "../headers/bytes.js";
import type { Size } from "../headers/findings.js";
import { isErrorOf } from "../realm.js";
import { exifFor, tiffIn } from "./exif.js";
import { readHeif } from "./heif.js";
import { editsOfJpeg, readJpeg } from "./jpeg.js";
import { edited } from "./parts.js";
import { editsOfPng, readPng } from "./png.js";
import type { Edits, Kind, Metadata, Part } from "./types.js";
import { editsOfWebp, readWebp } from "./webp.js";
import { xmpFor } from "./xmp.js";

export type { Kind, Metadata, Part };

const READERS: Readonly<Record<string, (file: Bytes, found: Metadata) => Promise<void>>> = {
  "image/jpeg": readJpeg,
  "image/png": readPng,
  "image/webp": readWebp,
  "image/avif": readHeif,
  "image/heic": readHeif,
};

const EDITORS: Readonly<Record<string, (file: Bytes, metadata: Metadata) => Promise<Edits>>> = {
  "image/jpeg": editsOfJpeg,
  "image/png": editsOfPng,
  "image/webp": editsOfWebp,
};

/**
 * The metadata of a JPEG, PNG, WebP, AVIF or HEIC, as copies; files of other types have none. Of a blob only the parts are read
 * that are needed. Not read are IPTC of files that are no JPEG, XMP of a JPEG that one segment does not hold, and texts of a PNG.
 * Rejects with a `PixelpoolError` where a blob cannot be read any more.
 */
export async function readMetadata(file: Part, type: string): Promise<Metadata> {
  const found: Metadata = {};
  // Of a file that is cut off, what came before.
  await unlessItEnds(READERS[type]?.(bytesIn(file), found));
  found.exif &&= tiffIn(found.exif);
  found.profile &&= isProfile(found.profile) ? found.profile : undefined;
  return found;
}

/** A profile has this mark, and is as long as it says. */
function isProfile(profile: Uint8Array): boolean {
  const view = viewOf(profile);
  return hasText(view, 36, "acsp") && view.getUint32(0) <= profile.length;
}

/**
 * Metadata as they are true of a picture that was made of the one they came with, is upright, and has this size in pixels. See
 * {@link exifFor} and {@link xmpFor}.
 */
export function metadataFor({ exif, xmp, ...others }: Metadata, size: Size): Metadata {
  return { ...others, exif: exif && exifFor(exif, size), xmp: xmp && xmpFor(xmp, size) };
}

/**
 * Puts metadata into a JPEG, PNG or WebP, in the place of its own of the same kinds. Returns the parts of the new file, which are
 * parts of the old one and what lies between them, and which metadata a file of that type cannot hold: IPTC but in a JPEG, where
 * Exif data, XMP and IPTC have at most 64 KiB each, a profile 16 MiB; and all where it is no whole file of that type.
 */
export async function writeMetadata(
  file: Part,
  type: string,
  metadata: Metadata,
): Promise<{ parts: Part[]; lost: Kind[] }> {
  const kinds = (Object.keys(metadata) as Kind[]).filter((kind) => metadata[kind]);
  const edits = kinds.length > 0 ? await unlessItEnds(EDITORS[type]?.(bytesIn(file), metadata)) : undefined;
  if (!edits) return { parts: [file], lost: kinds };
  return { parts: edited(file, edits.edits), lost: kinds.filter((kind) => !edits.written.includes(kind)) };
}

function bytesIn(file: Part): Bytes {
  return "size" in file ? new Bytes(new Uint8Array(0), file) : new Bytes(file);
}

/** What is read from a file; `undefined` where that ends too early. */
async function unlessItEnds<Value>(reading: Promise<Value> | undefined): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isErrorOf(error, "RangeError")) return undefined;
    throw error;
  }
}

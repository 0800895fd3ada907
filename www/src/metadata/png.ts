/** Metadata of PNG files (ISO/IEC 15948, 3rd edition): chunks of their own, of which some are packed. */
import { hasText, latin, viewOf } from "../formats.js";
import { joined, type Bytes } from "../headers/bytes.js";
import { chunksIn, packedStart, type Chunk } from "../headers/png.js";
import { unpack } from "../headers/unpack.js";
import { chunk } from "../png-chunk.js";
import { copyOf, latinBytes } from "./parts.js";
import { MOST_BYTES, NO_EDITS, type Edit, type Edits, type Kind, type Metadata } from "./types.js";

const SIGNATURE = "\x89PNG\r\n\x1a\n";
/** Where the first chunk ends, which says the size of the picture. */
const HEAD_END = 33;
/** XMP is a text with this keyword; then come whether it is packed and how, a language and the keyword in that language. */
const XMP_KEYWORD = "XML:com.adobe.xmp\0";
/** What else says how colours are meant: where there is a profile it says the same, or the wrong. */
const COLOR_CHUNKS = ["iCCP", "cICP", "sRGB", "gAMA", "cHRM"];

export async function readPng(file: Bytes, found: Metadata): Promise<void> {
  for await (const { data, at, length } of chunksIn(file)) {
    const name = latin(data, 4, 8);
    if (name === "IEND") return;
    const payload = () => copyOf(file, [at + 8, length]);
    if (name === "eXIf") found.exif ??= await payload();
    else if (name === "iCCP") found.profile ??= await profileOf(await payload());
    else if (name === "iTXt" && (await isXmp(file, at, length))) found.xmp ??= await xmpOf(await payload());
  }
}

async function profileOf(payload: Uint8Array<ArrayBuffer> | undefined): Promise<Metadata["profile"]> {
  return payload && unpacked(payload.subarray(packedStart(viewOf(payload))));
}

async function isXmp(file: Bytes, at: number, length: number): Promise<boolean> {
  return length >= XMP_KEYWORD.length && hasText(await file.at(at + 8, XMP_KEYWORD.length), 0, XMP_KEYWORD);
}

async function xmpOf(payload: Uint8Array<ArrayBuffer> | undefined): Promise<Metadata["xmp"]> {
  if (!payload) return undefined;
  const flags = XMP_KEYWORD.length;
  // Behind the two zeros that end the language and the keyword in it.
  const start = payload.indexOf(0, payload.indexOf(0, flags + 2) + 1) + 1;
  if (start < flags + 4) return undefined;
  const text = payload.slice(start);
  return payload[flags] === 0 ? text : unpacked(text);
}

async function unpacked(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (typeof DecompressionStream !== "function") return undefined;
  const bytes = await unpack(packed, MOST_BYTES + 1);
  return bytes && bytes.length > 0 && bytes.length <= MOST_BYTES ? bytes : undefined;
}

/** New chunks stand behind the first one. */
export async function editsOfPng(file: Bytes, metadata: Metadata): Promise<Edits> {
  const isPng = hasText(await file.at(0, SIGNATURE.length), 0, SIGNATURE);
  if (!isPng) return NO_EDITS;
  const { profile, exif, xmp } = metadata;
  const written: Kind[] = [];
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  // Not every place can pack.
  if (profile && typeof CompressionStream === "function") {
    chunks.push(...chunk("iCCP", joined([latinBytes("ICC profile\0\0"), await packed(profile)])));
    written.push("profile");
  }
  if (exif) {
    chunks.push(...chunk("eXIf", exif));
    written.push("exif");
  }
  if (xmp) {
    // Not packed, with neither a language nor a keyword in it.
    chunks.push(...chunk("iTXt", joined([latinBytes(`${XMP_KEYWORD}\0\0\0\0`), xmp])));
    written.push("xmp");
  }
  const edits: Edit[] = [{ from: HEAD_END, to: HEAD_END, parts: chunks }];
  for await (const part of chunksIn(file)) {
    if (hasText(part.data, 4, "IEND")) break;
    const kind = await kindOf(file, part);
    if (kind && written.includes(kind)) edits.push({ from: part.at, to: part.at + part.length + 12 });
  }
  return { edits, written };
}

/** Which kind of metadata a chunk belongs to. */
async function kindOf(file: Bytes, { data, at, length }: Chunk): Promise<Kind | undefined> {
  const name = latin(data, 4, 8);
  if (COLOR_CHUNKS.includes(name)) return "profile";
  if (name === "eXIf") return "exif";
  return name === "iTXt" && (await isXmp(file, at, length)) ? "xmp" : undefined;
}

async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { readable, writable } = new CompressionStream("deflate");
  const whole = new Response(readable).arrayBuffer();
  const writer = writable.getWriter();
  await writer.write(bytes);
  await writer.close();
  return new Uint8Array(await whole);
}

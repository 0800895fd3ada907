/**
 * What a file is, told by its first bytes: pictures, and what is often taken for one. Pure: reads no file, decodes nothing.
 */
import { inWords, PixelpoolError } from "./errors.js";
import { isBrowser, thisPlace } from "./place.js";
import type { SourceInfo } from "./source-info.js";
import { hasText, latin, viewOf } from "./views.js";

/** So many bytes of a file tell what it is, and for most formats the picture's size. */
export const HEAD_BYTES = 4096;

export interface Format {
  /** With an article, for messages: `a JPEG`. */
  readonly words: string;
  /**
   * `picture`: one that browsers decode; `rare`: one that few of them decode; `drawing`: one that no browser decodes in a worker;
   * `none`: no picture.
   */
  readonly sort: "picture" | "rare" | "drawing" | "none";
  /** Of those whose header is read. */
  readonly type?: SourceInfo["type"];
  /** Of others that a module of the user's may decode. */
  readonly otherType?: string;
}

interface Known extends Format {
  readonly begins: (head: DataView) => boolean;
  /**
   * Whether bytes that could be mere numbers are such a file: `true` where the beginning alone is too long to come about by
   * accident. Formats without it are never looked for among numbers.
   */
  readonly isSure?: true | ((bytes: DataView) => boolean);
}

const start =
  (...texts: readonly string[]) =>
  (head: DataView) =>
    texts.some((text) => hasText(head, 0, text));
const riff = (kind: string) => (head: DataView) => hasText(head, 0, "RIFF") && hasText(head, 8, kind);
const media = (brands: RegExp) => (head: DataView) => brandsOf(head).some((brand) => brands.test(brand));

const TAGS = ["<html", "<head", "<title", "<body", "<script", "<style", "<meta"];
const VIDEO_BRANDS = /^(iso[m2-9]|mp4[12]|avc1|M4V |dash|MSNV|f4v |3g[p2].)$/;

const KNOWN: readonly Known[] = [
  { words: "a PNG", type: "image/png", sort: "picture", begins: start("\x89PNG\r\n\x1a\n"), isSure: true },
  { words: "a JPEG", type: "image/jpeg", sort: "picture", begins: start("\xff\xd8\xff"), isSure: hasSegment },
  { words: "a GIF", type: "image/gif", sort: "picture", begins: start("GIF87a", "GIF89a"), isSure: true },
  { words: "a WebP", type: "image/webp", sort: "picture", begins: riff("WEBP"), isSure: true },
  { words: "a BMP", type: "image/bmp", sort: "picture", begins: start("BM"), isSure: hasBitmapHead },
  { words: "an ICO", type: "image/x-icon", sort: "picture", begins: start("\0\0\x01\0"), isSure: hasIcon },
  { words: "an AVIF", type: "image/avif", sort: "picture", begins: media(/^avi[fs]$/), isSure: true },
  { words: "a HEIC", type: "image/heic", sort: "rare", begins: media(/^(he[iv][cxms]|mif1|msf1)$/), isSure: true },
  { words: "a camera raw file (CR3)", sort: "rare", begins: media(/^crx $/), isSure: true },
  {
    words: "a TIFF",
    otherType: "image/tiff",
    sort: "rare",
    begins: start("II*\0", "MM\0*", "II+\0", "MM\0+"),
    isSure: hasDirectory,
  },
  { words: "a JPEG XL", otherType: "image/jxl", sort: "rare", begins: start("\0\0\0\x0cJXL \r\n\x87\n"), isSure: true },
  { words: "a JPEG XL", otherType: "image/jxl", sort: "rare", begins: start("\xff\x0a") },
  {
    words: "a JPEG 2000",
    otherType: "image/jp2",
    sort: "rare",
    begins: start("\0\0\0\x0cjP  \r\n\x87\n", "\xffO\xffQ"),
    isSure: true,
  },
  { words: "a Photoshop file (PSD)", sort: "rare", begins: start("8BPS\0\x01", "8BPS\0\x02"), isSure: true },
  { words: "an SVG", sort: "drawing", begins: markup("<svg"), isSure: true },
  { words: "a web page (HTML)", sort: "none", begins: markup("<!doctype html", ...TAGS), isSure: true },
  { words: "a PDF", sort: "none", begins: start("%PDF-"), isSure: true },
  { words: "a video (QuickTime)", sort: "none", begins: media(/^qt {2}$/), isSure: true },
  { words: "a sound (M4A)", sort: "none", begins: media(/^M4[AB] $/), isSure: true },
  { words: "a video (MP4)", sort: "none", begins: media(VIDEO_BRANDS), isSure: true },
  { words: "a video (WebM or Matroska)", sort: "none", begins: start("\x1aE\xdf\xa3") },
  { words: "a video (AVI)", sort: "none", begins: riff("AVI "), isSure: true },
  { words: "a sound (WAV)", sort: "none", begins: riff("WAVE"), isSure: true },
  { words: "a sound (MP3)", sort: "none", begins: start("ID3\x02", "ID3\x03", "ID3\x04") },
  { words: "a sound or a video (Ogg)", sort: "none", begins: start("OggS\0") },
  { words: "a ZIP archive", sort: "none", begins: start("PK\x03\x04") },
  { words: "a gzip archive", sort: "none", begins: start("\x1f\x8b\x08") },
];

/** What a file is, by its first bytes, {@link HEAD_BYTES} of them where it has so many. */
export function looksLike(head: Uint8Array): Format | undefined {
  const view = viewOf(head);
  return KNOWN.find(({ begins }) => begins(view));
}

/** Whether bytes are a file and not mere numbers, all of them given: they begin as no list of numbers would. */
export function isFile(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  return KNOWN.some(({ begins, isSure }) => isSure && begins(view) && (isSure === true || isSure(view)));
}

/** A file that no browser can make a picture of in a worker: why. */
export function whyNoPicture(format: Format | undefined, name: string): PixelpoolError | undefined {
  if (format?.sort === "drawing") {
    const message = `${name} is ${format.words}, which browsers do not decode in workers: show it in an <img> and give that`;
    return new PixelpoolError(message, { code: "unsupported" });
  }
  if (format?.sort !== "none") return undefined;
  return new PixelpoolError(`${name} is ${format.words}, not a picture`, { code: "decode-failed" });
}

/** Types that the package's own codecs read. */
const OWN_TYPES: ReadonlySet<string | undefined> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Why the browser could not decode a file that begins so; `name`: the file in words. */
export function whyNotDecoded(head: Uint8Array, name: string, cause: unknown): PixelpoolError {
  const format = looksLike(head);
  const certain = whyNoPicture(format, name);
  if (certain) return certain;
  const words = inWords(cause);
  const failure = (code: "decode-failed" | "out-of-memory" | "unsupported", message: string) =>
    new PixelpoolError(message, { code }, { cause });
  if (format?.sort === "rare" || (format && !isBrowser && !OWN_TYPES.has(format.type))) {
    return failure("unsupported", `${name} is ${format.words}, which ${thisPlace} cannot decode: ${words}`);
  }
  if (/allocat|memory/i.test(words)) {
    return failure("out-of-memory", `the browser has no memory for the pixels of ${name}: ${words}`);
  }
  if (format) return failure("decode-failed", `${name} is ${format.words} that is damaged or cut off: ${words}`);
  if (isText(head)) return failure("decode-failed", `${name} is text, not a picture`);
  if (head.length === 0) return failure("decode-failed", `${name} is empty: ${words}`);
  const bytes = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return failure("decode-failed", `${name} is not a picture of any known kind: it begins with ${bytes}`);
}

/** The first brand of an ISO media file; where that says only "some pictures", those that it is compatible with before it. */
function brandsOf(head: DataView): string[] {
  if (!hasText(head, 4, "ftyp") || head.byteLength < 12) return [];
  const brand = (at: number) => latin(head, at, at + 4);
  const major = brand(8);
  if (major !== "mif1" && major !== "msf1") return [major];
  const end = Math.min(head.getUint32(0), head.byteLength, HEAD_BYTES);
  for (let at = 16; at + 4 <= end; at += 4) if (/^avi[fs]$/.test(brand(at))) return ["avif"];
  return [major];
}

/** After the start of a JPEG comes a segment, and one more behind it (ISO/IEC 10918-1, B.1.1). */
function hasSegment(bytes: DataView): boolean {
  if (bytes.byteLength < 6) return false;
  const [marker, length] = [bytes.getUint8(3), bytes.getUint16(4)];
  // Markers of tables, frames, application data and comments. 255, as in an opaque pixel, is none.
  const isSegment = (marker >= 0xc0 && marker < 0xd0) || (marker >= 0xda && marker < 0xff);
  if (!isSegment || length < 2) return false;
  return 4 + length >= bytes.byteLength || bytes.getUint8(4 + length) === 0xff;
}

/** Lengths of the head of a BMP, by its version. */
const BITMAP_HEADS = [12, 16, 40, 52, 56, 64, 108, 124];

function hasBitmapHead(bytes: DataView): boolean {
  if (bytes.byteLength < 26) return false;
  // Some writers leave the file's length out.
  const [size, pixels, head] = [2, 10, 14].map((at) => bytes.getUint32(at, true)) as [number, number, number];
  return size <= bytes.byteLength && pixels >= 14 + head && pixels <= bytes.byteLength && BITMAP_HEADS.includes(head);
}

/** An icon's directory says where each of its pictures lies. */
function hasIcon(bytes: DataView): boolean {
  if (bytes.byteLength < 22) return false;
  const [count, length, at] = [bytes.getUint16(4, true), bytes.getUint32(14, true), bytes.getUint32(18, true)];
  return count > 0 && bytes.getUint8(9) === 0 && length > 0 && at >= 6 + count * 16 && at + length <= bytes.byteLength;
}

/** A TIFF says where its first directory lies; one of more than 4 GiB with the length of such words before it. */
function hasDirectory(bytes: DataView): boolean {
  if (bytes.byteLength < 8) return false;
  const isLittle = hasText(bytes, 0, "II");
  if (bytes.getUint16(2, isLittle) === 43) return bytes.getUint16(4, isLittle) === 8 && bytes.getUint16(6) === 0;
  const at = bytes.getUint32(4, isLittle);
  return at >= 8 && at < bytes.byteLength;
}

/** Whether a text begins with one of these tags, after white space, comments, declarations and other document types. */
function markup(...tags: readonly string[]): (head: DataView) => boolean {
  return (head) => {
    let at = hasText(head, 0, "\xef\xbb\xbf") ? 3 : 0;
    const most = Math.min(head.byteLength, HEAD_BYTES);
    while (at < most && head.getUint8(at) <= 0x20 && head.getUint8(at) >= 0x09) at += 1;
    // What is no text at all is told without making one of it.
    if (!hasText(head, at, "<") || at + 1 >= most || !/[!?a-z]/i.test(latin(head, at + 1, at + 2))) return false;
    const text = latin(head, 0, most).toLowerCase();
    for (;;) {
      while (/\s/.test(text.charAt(at))) at += 1;
      const here = at;
      if (tags.some((tag) => text.startsWith(tag, here) && /^$|[\s>/]/.test(text.charAt(here + tag.length))))
        return true;
      const close = text.startsWith("<!--", at) ? "-->" : text.startsWith("<?", at) ? ">" : undefined;
      const end = close === undefined ? endOfDoctype(text, at) : text.indexOf(close, at);
      if (end < 0) return false;
      at = end + (close ?? ">").length;
    }
  };
}

/** Where a document type ends: its `>`, behind what it declares in brackets. */
function endOfDoctype(text: string, at: number): number {
  if (!text.startsWith("<!doctype", at)) return -1;
  const [end, bracket] = [text.indexOf(">", at), text.indexOf("[", at)];
  if (bracket < 0 || bracket > end) return end;
  const closed = text.indexOf("]", bracket);
  return closed < 0 ? -1 : text.indexOf(">", closed);
}

/** Whether bytes are text in UTF-8: no other control characters than those for space. */
function isText(head: Uint8Array): boolean {
  if (head.length === 0 || head.some((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d))) return false;
  try {
    // The last character may be cut.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

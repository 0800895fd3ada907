/** XMP (ISO 16684-1) for a picture that was changed: its text is edited, without reading all of its XML. */
import type { Size } from "../headers/findings.js";

/** The last one says which segments of a JPEG hold more XMP, which is not taken along. */
const NAMES =
  "tiff:Orientation|tiff:ImageWidth|tiff:ImageLength|exif:PixelXDimension|exif:PixelYDimension|xmpNote:HasExtendedXMP";
/** A property may stand in a tag, or be an element. Each pattern passes over the text once, whatever that is. */
const TAG = /<[\w:]+\s[^<>]*>/g;
const ATTRIBUTE = new RegExp(`\\s(${NAMES})\\s*=\\s*("[^"]*"|'[^']*')`, "g");
const ELEMENT = new RegExp(`<(${NAMES})>[^<]*</\\1>`, "g");
/** Elements with pictures of the picture, by the new and the old name of their schema. */
const THUMBNAILS = ["xmp:Thumbnails", "xap:Thumbnails"];

/**
 * A copy of an XMP packet for a picture that is upright and of this size in pixels: the orientation is 1, sides that are told are
 * those, and thumbnails, which show the picture as it was, are left out. `undefined` where it is no text in UTF-8.
 */
export function xmpFor(xmp: Uint8Array, { width, height }: Size): Uint8Array<ArrayBuffer> | undefined {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(xmp);
  } catch {
    return undefined;
  }
  const values: Readonly<Record<string, number>> = {
    "tiff:Orientation": 1,
    "tiff:ImageWidth": width,
    "tiff:ImageLength": height,
    "exif:PixelXDimension": width,
    "exif:PixelYDimension": height,
  };
  const attribute = (_: string, name: string) => (name in values ? ` ${name}="${values[name]}"` : "");
  const element = (_: string, name: string) => (name in values ? `<${name}>${values[name]}</${name}>` : "");
  text = THUMBNAILS.reduce(without, text)
    .replace(TAG, (tag) => tag.replace(ATTRIBUTE, attribute))
    .replace(ELEMENT, element);
  return new TextEncoder().encode(text);
}

/** A text without the elements of a name, up to one that has no end. */
function without(text: string, name: string): string {
  const [open, close] = [`<${name}>`, `</${name}>`];
  let kept = "";
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start < 0 ? -1 : text.indexOf(close, start);
    if (end < 0) return kept + text.slice(at);
    kept += text.slice(at, start);
    at = end + close.length;
  }
}

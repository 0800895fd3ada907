/** What a file of a picture is, without a pool. */
import { invalidImage, PixelpoolError } from "./errors.js";
import { bodyOf, fileName, formatOf, isStream, readHead, streamed } from "./files.js";
import { HEAD_BYTES, whyNotDecoded } from "./formats.js";
import { Bytes } from "./headers/bytes.js";
import { readHeader } from "./headers/headers.js";
import { isA, isTypedArray, typedArrayName } from "./realm.js";
import type { SourceInfo } from "./source-info.js";
import type { EncodedImage } from "./types.js";
import { typeName } from "./words.js";

/**
 * Tells what a file of a picture is from its header: its kind, its size in pixels, how it must be turned, its colours, and how many
 * pictures it has. It decodes nothing, needs no pool, and reads only the parts of a file that it needs; a GIF, which does not say how
 * many pictures it has, is read from end to end. The body of a `Response`, or a stream, is read whole, and cannot be read again.
 *
 * It knows JPEG, PNG, GIF, WebP, BMP, ICO, AVIF and HEIC, whether the browser can decode them or not. A file that is cut off or
 * damaged behind its header is told like a whole one.
 *
 * Rejects with
 * - a `PixelpoolError` with code `decode-failed` where the file is no picture, is damaged, or cannot be read, or where the
 *   `Response` is not ok;
 * - a `PixelpoolError` with code `unsupported` where it is a picture of another kind, such as a TIFF or an SVG;
 * - a `TypeError` or, for an empty file, a `RangeError`, both with code `invalid-image`, where what is given is no file at all.
 */
export async function inspect(image: EncodedImage | Uint8Array | Uint8ClampedArray | DataView): Promise<SourceInfo> {
  const file = await fileOf(image);
  const first = file ? await readHead(file) : bytesOf(image);
  if (!first) {
    const wanted = "a File, Blob, ArrayBuffer, Response, stream or bytes of an encoded picture";
    throw invalidImage(`inspect takes ${wanted}, got ${typeName(image)}`);
  }
  const name = fileName(file);
  const head = first.subarray(0, HEAD_BYTES);
  const format = formatOf(head, name);
  if (!format) throw whyNotDecoded(head, name, undefined);
  if (!format.type) {
    throw new PixelpoolError(`${name} is ${format.words}, which inspect cannot read`, { code: "unsupported" });
  }
  const info = await readHeader(new Bytes(first, file), format.type).info;
  if (info) return info;
  const message = `${name} is ${format.words} that is damaged or cut off: its header ends too early or makes no sense`;
  throw new PixelpoolError(message, { code: "decode-failed" });
}

/** What must be read before its bytes are there. */
async function fileOf(image: unknown): Promise<Blob | undefined> {
  if (isA(image, "Response")) return bodyOf(image);
  if (isStream(image)) return streamed(image);
  return isA(image, "Blob") ? image : undefined;
}

/** The bytes of what lies in memory; none where it has been given away. */
function bytesOf(image: unknown): Uint8Array | undefined {
  if (isA(image, "ArrayBuffer")) return image.byteLength > 0 ? new Uint8Array(image) : new Uint8Array(0);
  const isBytes = isTypedArray(image, "Uint8Array", "Uint8ClampedArray");
  // Views that are no typed arrays are `DataView`s, whatever realm they come from.
  if (!isBytes && !(ArrayBuffer.isView(image) && typedArrayName(image) === undefined)) return undefined;
  const { buffer } = image;
  return buffer.byteLength > 0 ? new Uint8Array(buffer, image.byteOffset, image.byteLength) : new Uint8Array(0);
}

/**
 * Images as callers hold them, and as engines take them: tells the kinds apart, copies or gives away. Runs on the page;
 * touches pixels only to copy them. What comes back of them, `results.ts` makes.
 */
import { inWords, invalidImage, mistake, isOurs, PixelpoolError } from "./errors.js";
import { bodyOf, isStream, streamed, fileName, formatOf, readAll, readHead } from "./files.js";
import { HEAD_BYTES, isFile } from "./formats.js";
import { latin, viewOf } from "./views.js";
import { Bytes } from "./headers/bytes.js";
import { readHeader, type Header } from "./headers/headers.js";
import type { Copier, Loan, Place } from "./copies.js";
import { nextTask } from "./next-task.js";
import type { JobInput, JobOutput, Reading } from "./protocol.js";
import { isA, typedArrayName } from "./realm.js";
import type { Growth } from "./result-size.js";
import { checkPixels, RGBA8, type CheckedPixels } from "./pixel-format.js";
import type { NumberImage } from "./types.js";
import { typeName } from "./words.js";

type NumberArray = Exclude<NumberImage, readonly number[]>;

export interface PixelSource extends CheckedPixels {
  kind: "pixels";
  like: "imageData" | "plain";
  /** To be said of the result. */
  channels?: number;
  /** sRGB where it is left out. */
  colorSpace?: PredefinedColorSpace;
}

/** An image that has been looked at, and nothing more. */
export type Source =
  | PixelSource
  | { kind: "numbers"; list: number[] | NumberArray }
  /** Anything else, for a function of the user's. */
  | { kind: "value"; value: unknown }
  | {
      kind: "encoded";
      blob: Blob;
      /** What it is by its first bytes, where that is known. */
      type?: string;
      /** Of the picture as it is stored, where the file says it. */
      size: { width: number; height: number } | undefined;
      /** Bytes for each stored pixel that the package's own codec holds at a time: certain once `info` has resolved. */
      held: () => number;
      /** What else the file says, which may take longer to find. */
      info: Header["info"];
      /** Of a WebP by its first bytes: it loses nothing; or it is nothing but a whole one that loses something, without alpha and metadata. */
      isLossless?: boolean;
      isSimplyLossy?: boolean;
      /** All of the file, where it is short: given away when it is sent. */
      bytes?: ArrayBuffer;
    }
  /** `owned`: made here, of what the caller has; `isStraight`: its colours are not multiplied with alpha. */
  | { kind: "picture"; picture: ImageBitmap | VideoFrame; owned: boolean; isStraight?: boolean };

/** Tells what an image is. Pictures of the browser become bitmaps, bodies of responses are read. */
export async function look(image: unknown): Promise<Source> {
  if (isA(image, "ImageData")) return pixelSource(image, "imageData");
  if (Array.isArray(image)) return { kind: "numbers", list: numberList(image) };
  if (ArrayBuffer.isView(image)) return await viewSource(image);
  if (typeof image === "object" && image !== null && "data" in image && "width" in image && "height" in image) {
    return pixelSource(image, "plain");
  }
  if (isA(image, "Blob")) return await encoded(image);
  if (isA(image, "ArrayBuffer")) return await encoded(new Blob([image]));
  if (isA(image, "Response")) return await encoded(await bodyOf(image));
  if (isStream(image)) return await encoded(await streamed(image));
  if (isA(image, "ImageBitmap") || isA(image, "VideoFrame")) return pictureSource(image, false);
  if (isA(image, "HTMLImageElement") || isA(image, "HTMLCanvasElement") || isA(image, "OffscreenCanvas")) {
    return pictureSource(await bitmapOf(image), true, isA(image, "HTMLImageElement"));
  }
  throw invalidImage(`an image is pixels, a list of numbers, or an encoded picture, got ${typeName(image)}`);
}

/** The same for a function of the user's: pixels are an image, pictures are decoded, and anything else is what it is. */
export async function lookForFunction(data: unknown): Promise<Source> {
  const value: Source = { kind: "value", value: data };
  if (Array.isArray(data) || typeof data !== "object" || data === null) return value;
  try {
    const source = await look(data);
    const isImage = source.kind === "pixels" || source.kind === "picture" || (source.kind === "encoded" && source.type);
    return isImage ? source : value;
  } catch (error) {
    // A file that cannot be read is no other thing.
    if (isOurs(error) && error.code === "invalid-image") return value;
    throw error;
  }
}

function pictureSource(picture: ImageBitmap | VideoFrame, owned: boolean, isStraight = false): Source {
  const { width, height } = sizeOfPicture(picture);
  if (!(width >= 1 && height >= 1 && Number.isSafeInteger(width * height))) {
    throw invalidImage(`the picture is closed or empty: ${width} × ${height} pixels`);
  }
  return { kind: "picture", picture, owned, ...(isStraight && { isStraight }) };
}

/** Typed arrays are lists of numbers, but for those of bytes that are a file; views of other things are files or nothing. */
async function viewSource(view: ArrayBufferView): Promise<Source> {
  const name = typedArrayName(view);
  const isBytes = name === undefined || name === "Uint8Array" || name === "Uint8ClampedArray";
  if (isBytes && view.byteLength > 0) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    // Blobs are not made of memory that may change or be cut: of a copy then.
    if (isFile(bytes)) return await encoded(new Blob([isFixed(bytes) ? bytes : bytes.slice()]));
  }
  if (name === undefined || name === "BigInt64Array" || name === "BigUint64Array") {
    throw invalidImage(`an image cannot be a ${name ?? "DataView, unless its bytes are a file of a picture"}`);
  }
  return { kind: "numbers", list: view as NumberArray };
}

function isFixed(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return isA(bytes.buffer, "ArrayBuffer") && !(bytes.buffer as { resizable?: boolean }).resizable;
}

async function bitmapOf(picture: HTMLImageElement | HTMLCanvasElement | OffscreenCanvas): Promise<ImageBitmap> {
  try {
    // An <img> has a file's own colours; a canvas has them multiplied with alpha already.
    return isA(picture, "HTMLImageElement")
      ? await createImageBitmap(picture, { premultiplyAlpha: "none" })
      : await createImageBitmap(picture);
  } catch (cause) {
    const name = isA(picture, "HTMLImageElement") ? "the <img>" : "the canvas";
    throw new PixelpoolError(`${name} cannot be read: ${inWords(cause)}`, { code: "decode-failed" }, { cause });
  }
}

/**
 * Files up to this length are read at once, and sent with their bytes: for each piece of a blob that is read, the page's thread waits for
 * the browser (Chromium: a millisecond and more). Longer ones are read by who decodes them.
 */
const MOST_READ_WHOLE = 1 << 20;

/** What is certainly no picture, or cannot be read, is told before it is sent. */
async function encoded(blob: Blob): Promise<Source> {
  const whole = blob.size <= MOST_READ_WHOLE ? await readAll(blob) : undefined;
  const head = whole?.subarray(0, HEAD_BYTES) ?? (await readHead(blob));
  const format = formatOf(head, fileName(blob));
  const nothing = { kind: "encoded", blob, size: undefined, held: () => 0, info: Promise.resolve(undefined) } as const;
  if (!format?.type) return format?.otherType === undefined ? nothing : { ...nothing, type: format.otherType };
  const { type } = format;
  const { size: sized, held, info } = readHeader(new Bytes(whole ?? head, blob), type);
  // The first chunk says it, or is the extended head.
  const chunk = type === "image/webp" ? latin(viewOf(head), 12, 16) : "";
  // WebKit draws what there is of one that is cut off.
  const isSimplyLossy = chunk === "VP8 " && viewOf(head).getUint32(4, true) + 8 <= blob.size;
  const kinds = { ...(chunk === "VP8L" && { isLossless: true }), ...(isSimplyLossy && { isSimplyLossy }) };
  // A GIF may still be searched for its frames when it is sent.
  const sent = whole && type !== "image/gif" && { bytes: whole.buffer };
  const size = await sized();
  return { kind: "encoded", blob, type, size, held, info, ...kinds, ...sent };
}

function numberList(list: unknown[]): number[] {
  const wrong = list.findIndex((value) => typeof value !== "number");
  if (wrong >= 0) throw invalidImage(`a flat list holds numbers, got ${typeName(list[wrong])} at position ${wrong}`);
  return list as number[];
}

function pixelSource(
  image: { data: unknown; width: unknown; height: unknown; channels?: unknown; colorSpace?: unknown },
  like: "imageData" | "plain",
): PixelSource {
  const pixels = checkPixels(image);
  const channels = pixels.format?.channels ?? 4;
  const isSaid = like === "plain" && (channels < 4 || image.channels !== undefined);
  return { kind: "pixels", ...pixels, like, ...(isSaid && { channels }), ...spaceOf(image) };
}

/** The colour space of pixels, where it is said and is not sRGB. */
function spaceOf({ colorSpace }: { colorSpace?: unknown }): { colorSpace?: PredefinedColorSpace } {
  if (colorSpace === undefined || colorSpace === "srgb") return {};
  if (colorSpace === "display-p3") return { colorSpace };
  throw invalidImage(`colorSpace must be "srgb" or "display-p3", got ${inWords(colorSpace)}`);
}

/** Bytes of an encoded picture's pixels where its file does not say them: photos are packed about ten to one. */
const DECODED_BYTES_A_FILE_BYTE = 16;
/**
 * In flight an image lies in a buffer of its own, which takes the result too, in the engine's memory, and there in a second
 * buffer.
 */
const COPIES = 3;
const COPIES_IN_WASM = 2;

/** What is done to an image that has been sent. */
export interface Treatment {
  /** Its buffer is given away. */
  give: boolean;
  /** Its chain may keep bytes of fewer channels as RGBA. */
  keepsRgba: boolean;
  output: JobOutput;
  /** How its file is read, and the size that it is decoded at, where that is known. */
  read?: Reading | undefined;
  size?: { width: number; height: number } | undefined;
  grows: Growth;
}

/** Bytes that an image takes while it is in flight, all copies counted. */
export function bytesInFlight(source: Source, copier: Copier, treatment: Treatment): number {
  const { grows, read, size } = treatment;
  if (source.kind !== "encoded") return Math.ceil(bytesAtMost(source, copier, treatment) * grows.factor);
  const guess = Math.max(source.blob.size * DECODED_BYTES_A_FILE_BYTE, 1 << 20);
  const pixels = size ? size.width * size.height * (read?.bits === 16 ? 8 : 4) : guess;
  // First the file and what its codec holds of it, beside the pixels, which lie in the engine. What others than our codecs decode lies in
  // two places: in the browser and in a buffer, and then in that and in the engine.
  const isOurs = read?.codec !== undefined && size !== undefined;
  const places = isOurs ? 1 : 2;
  const stored = isOurs && source.size ? source.size.width * source.size.height * source.held() : 0;
  const made = pixels * grows.made;
  const working = places * pixels + Math.max(source.blob.size + stored, made);
  // At last the result, and once more in a buffer or in the codec that writes it.
  return Math.ceil(Math.max(working, 2 * made));
}

function bytesAtMost(
  source: Exclude<Source, { kind: "encoded" }>,
  copier: Copier,
  { give, keepsRgba, output }: Treatment,
): number {
  switch (source.kind) {
    case "pixels": {
      const { data, width, height, format = RGBA8 } = source;
      const rgba8 = width * height * 4;
      // A copy in shared memory cannot take the result, and is kept until the end.
      const outside = COPIES - COPIES_IN_WASM + (!isGiven(data, give) && copier.isShared ? 1 : 0);
      const inWasm = keepsRgba && format.sample === 0 ? rgba8 : data.byteLength;
      return data.byteLength * outside + inWasm * COPIES_IN_WASM + (source.format && output !== "pixels" ? rgba8 : 0);
    }
    case "numbers":
      return source.list.length * 8 * COPIES;
    case "value":
      return bytesOfValue(source.value) * COPIES;
    case "picture": {
      const { width, height } = sizeOf(source);
      return width * height * 4 * COPIES;
    }
  }
}

/** Nobody knows how large an object is without walking through it. */
const BYTES_OF_OBJECT = 1024;

/** Bytes of what a function of the user's is given, or gives back, as far as they are known. */
export function bytesOfValue(value: unknown): number {
  if (ArrayBuffer.isView(value) || isA(value, "ArrayBuffer") || isA(value, "SharedArrayBuffer"))
    return value.byteLength;
  if (isA(value, "Blob")) return value.size;
  if (Array.isArray(value) || typeof value === "string") return BYTES_OF_OBJECT + value.length * 8;
  return BYTES_OF_OBJECT;
}

/** Bytes of an input; of one that came encoded, of its file. */
export function bytesIn(source: Source): number {
  if (source.kind === "value") return bytesOfValue(source.value);
  if (source.kind === "numbers") return source.list.length * 8;
  if (source.kind === "encoded") return source.blob.size;
  if (source.kind === "pixels") return source.data.byteLength;
  const { width, height } = sizeOf(source);
  return width * height * 4;
}

/** Width and height, where they are known. */
export function sizeOf(source: Extract<Source, { kind: "pixels" | "picture" }>): { width: number; height: number };
export function sizeOf(source: Source): { width: number; height: number } | undefined;
export function sizeOf(source: Source): { width: number; height: number } | undefined {
  if (source.kind === "numbers" || source.kind === "value") return undefined;
  if (source.kind === "encoded") return source.size;
  return source.kind === "pixels" ? source : sizeOfPicture(source.picture);
}

function sizeOfPicture(picture: ImageBitmap | VideoFrame): { width: number; height: number } {
  return "displayWidth" in picture ? { width: picture.displayWidth, height: picture.displayHeight } : picture;
}

/** Whether the buffer itself is sent: shared memory cannot be given away, and what lies beside an image in its buffer is not ours to give. */
function isGiven({ buffer, byteLength }: ArrayBufferView, give: boolean): boolean {
  return give && isA(buffer, "ArrayBuffer") && byteLength === buffer.byteLength;
}

/** So much is copied without a pause: a task of some milliseconds where memory is slow. */
const PIECE_BYTES = 8 << 20;

/** Copies a large image piece by piece, so that the page's thread never stands still for long. */
async function copyInPieces(bytes: Uint8Array, copier: Copier): Promise<Place> {
  const { byteLength } = bytes;
  const place = copier.place(byteLength);
  for (let start = 0; start < byteLength; start += PIECE_BYTES) {
    if (start > 0) await nextTask();
    if (bytes.byteLength !== byteLength) {
      place.loan?.giveBack();
      throw invalidImage("the image's buffer was given away while it was read");
    }
    place.bytes.set(bytes.subarray(start, start + PIECE_BYTES), start);
  }
  return place;
}

/** How the browser reads a file of which nothing is known. */
const AS_IT_IS: Reading = { orientation: 1, mostBytes: Infinity, bits: 8, shrink: 1, converts: true };

/** An input as it is sent: what must be transferred with it, or the room that it lies in. */
export interface Packed {
  input: JobInput;
  transfer: Transferable[];
  loan?: Loan;
}

/** Makes a source ready to be sent. */
export async function pack(
  source: Source,
  give: boolean,
  copier: Copier,
  read: Reading = AS_IT_IS,
  size?: { width: number; height: number },
): Promise<Packed> {
  switch (source.kind) {
    case "pixels": {
      const { data, width, height, format, colorSpace } = source;
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      const isLarge = bytes.byteLength > PIECE_BYTES;
      const place: Place = isGiven(data, give)
        ? { bytes }
        : isLarge
          ? await copyInPieces(bytes, copier)
          : copier.copy(bytes);
      const told = { width, height, ...(format && { format }), ...(colorSpace && { colorSpace }) };
      const { loan } = place;
      if (loan) return { input: { kind: "lent", room: loan.room, ...told }, transfer: [], loan };
      const { buffer } = place.bytes;
      const transfer = isA(buffer, "ArrayBuffer") ? [buffer] : [];
      return { input: { kind: "pixels", ...told, buffer }, transfer };
    }
    case "numbers": {
      const numbers = new Float64Array(source.list);
      return { input: { kind: "numbers", numbers }, transfer: [numbers.buffer] };
    }
    case "value": {
      const { value } = source;
      const own = ArrayBuffer.isView(value) && isGiven(value, give) ? value : cloned(value, "the data");
      // The copy is nobody else's either.
      const transfer = ArrayBuffer.isView(own) && isA(own.buffer, "ArrayBuffer") ? [own.buffer] : [];
      return { input: { kind: "value", value: own }, transfer };
    }
    case "encoded": {
      const { blob } = source;
      // The browser reads the blob itself.
      const bytes = (read.codec ?? read.module) ? source.bytes : undefined;
      const input: JobInput = { kind: "encoded", blob, read, ...(size && { size }), ...(bytes && { bytes }) };
      return { input, transfer: bytes ? [bytes] : [] };
    }
    case "picture": {
      const picture = give || source.owned ? source.picture : await twin(source.picture);
      const { isStraight } = source;
      return { input: { kind: "picture", picture, ...(isStraight && { isStraight }) }, transfer: [picture] };
    }
  }
}

/** A copy of what a function of the user's is given, as it is now. */
export function cloned(value: unknown, what: "the data" | "the intensity"): unknown {
  if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") return value;
  try {
    return structuredClone(value);
  } catch (cause) {
    const code = what === "the data" ? "invalid-image" : "invalid-item";
    throw mistake("TypeError", `${what} cannot be sent to a worker: ${inWords(cause)}`, { code });
  }
}

/** Sending a picture takes it from the caller, so a twin is sent. */
async function twin(picture: ImageBitmap | VideoFrame): Promise<ImageBitmap | VideoFrame> {
  return "displayWidth" in picture ? picture.clone() : createImageBitmap(picture);
}

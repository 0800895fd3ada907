/** Images as functions are given them, and what they give back. Runs where functions do. */
import { imageDataOf } from "../image-data.js";
import { invalidImage, PixelpoolError } from "../errors.js";
import { reaches } from "../memory.js";
import { bytesOfPixel, checkPixels, RGBA8, toRgba8, type PixelFormat } from "../pixel-format.js";
import { isA } from "../realm.js";
import type { FunctionImage } from "../function-types.js";
import type { Samples } from "../types.js";
import type { CallInput, CallOutcome } from "./messages.js";

const CLASSES = [Uint8ClampedArray, Uint16Array, Float32Array] as const;

type PixelInput = Exclude<CallInput, { kind: "value" }>;

/** The image that a function is given: its numbers where they lie. */
export class CallImage implements FunctionImage {
  readonly #given: Samples;
  readonly data: Samples;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly colorSpace: "srgb" | "display-p3";

  constructor(input: PixelInput) {
    const { width, height, format = RGBA8, colorSpace = "srgb" } = input;
    const { buffer, offset } = placeOf(input);
    const make = CLASSES[format.sample];
    this.data = this.#given = new make(buffer as ArrayBuffer, offset, width * height * format.channels);
    this.width = width;
    this.height = height;
    this.channels = format.channels;
    this.colorSpace = colorSpace;
  }

  /** A function has put other pixels in the place of those that it was given, which makes it a new image. */
  get isReplaced(): boolean {
    return this.data !== this.#given;
  }

  toImageData(): ImageData {
    if (typeof ImageData !== "function") {
      throw new PixelpoolError("there is no class ImageData here: data has the pixels", { code: "unsupported" });
    }
    const { width, height, channels, colorSpace } = this;
    const copy = this.data.slice().buffer;
    const format = { sample: sampleOf(this.data), channels };
    const bytes = isUsual(format) ? copy : toRgba8(copy, format);
    return imageDataOf(bytes, width, height, colorSpace === "srgb" ? undefined : colorSpace);
  }
}

const bytesIn = ({ width, height, format }: PixelInput) => width * height * bytesOfPixel(format);

/**
 * Where the pixels of an image begin. Without a view of bytes on the way: in V8 a loop over one view of a buffer is a tenth slower
 * where there has been another of another class.
 */
function placeOf(input: PixelInput): { buffer: ArrayBufferLike; offset: number } {
  if (input.kind === "pixels") return { buffer: input.buffer, offset: 0 };
  const { memory, address } = input;
  reaches(memory, address + bytesIn(input));
  return { buffer: memory.buffer, offset: address };
}

const sampleOf = (data: Samples): PixelFormat["sample"] =>
  data.BYTES_PER_ELEMENT === 1 ? 0 : data.BYTES_PER_ELEMENT === 2 ? 1 : 2;

const isUsual = ({ sample, channels }: PixelFormat) => sample === 0 && channels === 4;

/** What a call has given, and what of it is given away when it is sent. */
export interface Sent {
  outcome: CallOutcome;
  transfer: ArrayBuffer[];
}

/** What a function has given back, which may be nothing at all: then it has written in place. */
export function outcomeOf(
  returned: unknown,
  image: CallImage | undefined,
  input: CallInput,
  into: ArrayBuffer | undefined,
): Sent {
  const given = returned === undefined && image?.isReplaced ? image : returned;
  const isSame = given === undefined || (given === image && !image.isReplaced);
  if (input.kind !== "value" && image && (isSame || isImageOf(given, image))) return inPlace(input, into);
  const canvas = isA(given, "OffscreenCanvas") ? pixelsOfCanvas(given) : given;
  // Of data that are no image nobody knows what is one.
  if (input.kind === "value" || !isImageLike(canvas))
    return { outcome: { kind: "value", value: canvas }, transfer: [] };
  const { data, width, height, format } = checkPixels(canvas);
  const { buffer, byteOffset, byteLength } = data;
  const isOwn = isA(buffer, "ArrayBuffer") && byteLength === buffer.byteLength;
  // Parts of a larger buffer, and what lies in shared memory, are copied.
  const own = isOwn ? buffer : new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
  const colorSpace = spaceOf(canvas.colorSpace ?? image?.colorSpace);
  const told = { width, height, ...(format && { format }), ...(colorSpace && { colorSpace }) };
  return { outcome: { kind: "pixels", ...told, buffer: own }, transfer: [own] };
}

/** The pixels that it was given, as they are now. */
function inPlace(input: PixelInput, into: ArrayBuffer | undefined): Sent {
  const { width, height, format, colorSpace } = input;
  const told = { width, height, ...(format && { format }), ...(colorSpace && { colorSpace }) };
  if (input.kind === "pixels" && isA(input.buffer, "ArrayBuffer")) {
    if (input.buffer.byteLength !== bytesIn(input)) {
      throw invalidImage("the image's pixels are gone: what was done with them has transferred their buffer");
    }
    return { outcome: { kind: "pixels", ...told, buffer: input.buffer }, transfer: [input.buffer] };
  }
  if (input.kind === "shared" && input.stays) return { outcome: { kind: "inPlace" }, transfer: [] };
  const length = bytesIn(input);
  const place = placeOf(input);
  const buffer = into?.byteLength === length ? into : new ArrayBuffer(length);
  new Uint8Array(buffer).set(new Uint8Array(place.buffer, place.offset, length));
  return { outcome: { kind: "pixels", ...told, buffer }, transfer: [buffer] };
}

interface ImageLike {
  data: unknown;
  width: unknown;
  height: unknown;
  channels?: unknown;
  colorSpace?: unknown;
}

function isImageLike(value: unknown): value is ImageLike {
  return (
    typeof value === "object" &&
    value !== null &&
    "width" in value &&
    "height" in value &&
    "data" in value &&
    ArrayBuffer.isView(value.data)
  );
}

/** Another object with the very numbers that the function was given. */
function isImageOf(value: unknown, image: CallImage): boolean {
  const { data, width, height, channels, colorSpace } = image;
  return (
    isImageLike(value) &&
    !image.isReplaced &&
    value.data === data &&
    value.width === width &&
    value.height === height &&
    (value.channels ?? channels) === channels &&
    (value.colorSpace ?? colorSpace) === colorSpace
  );
}

function pixelsOfCanvas(canvas: OffscreenCanvas): ImageData {
  const context = canvas.getContext("2d");
  if (!context)
    throw invalidImage("a canvas that a function gives back must be one that is drawn on in two dimensions");
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function spaceOf(colorSpace: unknown): PredefinedColorSpace | undefined {
  return colorSpace === "display-p3" ? colorSpace : undefined;
}

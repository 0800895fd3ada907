/**
 * Results as callers hold them: of the caller's own kind, or of the one that was asked for. Runs on the page; touches pixels only where
 * lists of numbers are rounded.
 */
import { imageDataOf } from "./image-data.js";
import { outputName } from "./output-name.js";
import { bytesOfValue, type Source } from "./pixels.js";
import { RGBA8 } from "./pixel-format.js";
import type { JobOutcome } from "./protocol.js";
import { isA, isTypedArray, typedArrayClass, typedArrayName } from "./realm.js";
import type { ImageOutput, NumberImage, Output, PixelImage, Samples } from "./types.js";

type NumberArray = Exclude<NumberImage, readonly number[]>;

/** What there is of an item that has not failed. */
type Result = Exclude<JobOutcome, { kind: "failed" | "kept" }>;

/** Bytes of a result; of one that was encoded, of its file. */
export function bytesOut(outcome: Result, pixels: number): number {
  if (outcome.kind === "value") return bytesOfValue(outcome.value);
  if (outcome.kind === "blob") return outcome.blob.size;
  if (outcome.kind === "bitmap") return pixels * 4;
  return outcome.kind === "numbers" ? outcome.numbers.byteLength : outcome.buffer.byteLength;
}

/** Makes the caller's result. */
export function unpack(outcome: Result, source: Source, output: Output): ImageOutput {
  switch (outcome.kind) {
    case "value":
      return outcome.value as ImageOutput;
    case "bitmap":
      return outcome.bitmap;
    case "blob":
      return asFile(outcome.blob, source);
    case "numbers":
      return likeList(outcome.numbers, source);
    case "pixels": {
      const { width, height, buffer, colorSpace, format } = outcome;
      if (outcome.isMade && output !== "imageData" && (format || (source.kind === "pixels" && source.like === "plain")))
        return madePixels(outcome, source);
      const isPlain = (output === "same" || output === "pixels") && source.kind === "pixels" && source.like === "plain";
      if (!isPlain && output !== "pixels" && typeof ImageData === "function")
        return imageDataOf(buffer, width, height, colorSpace);
      const make = isPlain
        ? typedArrayClass<Samples>(source.data)
        : format?.sample === 1
          ? Uint16Array
          : Uint8ClampedArray;
      const data = new make(buffer);
      const channels = isPlain && source.channels !== undefined && { channels: source.channels };
      return { data, width, height, ...channels, ...(colorSpace && { colorSpace }) };
    }
  }
}

/** Plain pixels after a function of the user's, which may have given them another format than it had. */
function madePixels(
  { width, height, buffer, colorSpace, format = RGBA8 }: Result & { kind: "pixels" },
  source: Source,
): PixelImage {
  const of = source.kind === "pixels" && source.like === "plain" ? source : undefined;
  const isSame = of && (of.format?.sample ?? 0) === format.sample;
  const make = isSame
    ? typedArrayClass<Samples>(of.data)
    : ([Uint8ClampedArray, Uint16Array, Float32Array] as const)[format.sample];
  const isSaid = format.channels < 4 || of?.channels !== undefined;
  const { channels } = format;
  return { data: new make(buffer), width, height, ...(isSaid && { channels }), ...(colorSpace && { colorSpace }) };
}

/** A file with a name where the image came as one. */
function asFile(blob: Blob, source: Source): Blob {
  const file = source.kind === "encoded" && isA(source.blob, "File") ? source.blob : undefined;
  if (!file || typeof File !== "function") return blob;
  return new File([blob], outputName(file.name, blob.type), { type: blob.type, lastModified: file.lastModified });
}

/** Numbers as the kind of list they came as: clamped and rounded half up where its type needs it. */
export function likeList(numbers: Float64Array, source: Source): number[] | NumberArray {
  const list = source.kind === "numbers" ? source.list : source.kind === "value" ? source.value : [];
  const name = typedArrayName(list);
  if (!name || name.startsWith("Big")) return Array.from(numbers);
  const make = typedArrayClass(list as NumberArray);
  if (isTypedArray(list, "Float64Array")) return new make(numbers.buffer);
  const result = new make(numbers.length);
  if (isTypedArray(result, "Float16Array", "Float32Array")) {
    result.set(numbers);
    return result;
  }
  const bits = result.BYTES_PER_ELEMENT * 8;
  const signed = isTypedArray(result, "Int8Array", "Int16Array", "Int32Array");
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  for (let i = 0; i < numbers.length; i++) {
    result[i] = Math.min(high, Math.max(low, Math.floor((numbers[i] ?? 0) + 0.5)));
  }
  return result;
}

/** The buffers of a result, for {@link Pool.recycle}. */
export function buffersOf(image: ImageOutput): ArrayBuffer[] {
  const data: unknown = "data" in image ? image.data : image;
  return ArrayBuffer.isView(data) && isA(data.buffer, "ArrayBuffer") ? [data.buffer] : [];
}

/**
 * What pixels are stored as: the types of their numbers and how many of them make a pixel; and RGBA bytes of any. Pure: knows
 * no wasm, no worker, no DOM.
 */
import { invalidImage, mistake } from "./errors.js";
import { isTypedArray, typedArrayName } from "./realm.js";
import type { Samples } from "./types.js";
import { typeName } from "./words.js";

/** Anything but RGBA bytes. */
export interface PixelFormat {
  /** Bytes, 16 bits, or floats. As the engine counts them. */
  sample: 0 | 1 | 2;
  /** 1 to 4: grey, grey and alpha, RGB, RGBA. */
  channels: number;
}

export const RGBA8: PixelFormat = { sample: 0, channels: 4 };
export const RGBA16: PixelFormat = { sample: 1, channels: 4 };

const SAMPLE_BYTES = [1, 2, 4] as const;

/** Bytes of a pixel; without a format, of an RGBA one. */
export function bytesOfPixel({ sample, channels }: PixelFormat = RGBA8): number {
  return SAMPLE_BYTES[sample] * channels;
}

/** A format as the engine is told of it: see `prepare_pixels` in `src/wasm.rs`. */
export function formatNumber({ sample, channels }: PixelFormat = RGBA8): number {
  return 16 * sample + channels;
}

/** Plain pixels that are right. */
export interface CheckedPixels {
  data: Samples;
  width: number;
  height: number;
  /** Absent for RGBA bytes. */
  format?: PixelFormat;
}

/** Checks sides, type and length of plain pixels, and tells what they are. */
export function checkPixels(image: {
  data: unknown;
  width: unknown;
  height: unknown;
  channels?: unknown;
}): CheckedPixels {
  const { data, channels: said } = image;
  const [width, height] = [checkCount("width", image.width), checkCount("height", image.height)];
  if (!isTypedArray(data, "Uint8Array", "Uint8ClampedArray", "Uint16Array", "Float32Array")) {
    const code = isTypedArray(data, "Float16Array") ? "unsupported" : "invalid-image";
    const got = typedArrayName(data) ?? typeName(data);
    const message = `data must be a Uint8Array, Uint8ClampedArray, Uint16Array or Float32Array, got ${got}`;
    throw mistake("TypeError", message, { code });
  }
  if (said !== undefined) checkCount("channels", said, 4);
  const pixels = width * height;
  const channels = (said as number | undefined) ?? data.length / pixels;
  if (!(Number.isInteger(channels) && channels >= 1 && channels <= 4) || data.length !== pixels * channels) {
    const wanted =
      said === undefined
        ? `pixels need ${[1, 2, 3].map((count) => pixels * count).join(", ")} or ${pixels * 4} numbers (1 to 4 channels)`
        : `pixels of ${channels} channels need ${pixels * channels} numbers`;
    const got = data.length > 0 ? data.length : "0: the buffer is empty, or has been given away";
    throw invalidImage(`${width} × ${height} ${wanted}, got ${got}`, "RangeError");
  }
  const sample = isTypedArray(data, "Float32Array") ? 2 : isTypedArray(data, "Uint16Array") ? 1 : 0;
  const isUsual = sample === 0 && channels === 4;
  return { data, width, height, ...(!isUsual && { format: { sample, channels } }) };
}

function checkCount(name: string, count: unknown, most = Infinity): number {
  if (typeof count !== "number") throw invalidImage(`${name} must be a number, got ${typeName(count)}`);
  if (!Number.isInteger(count) || count < 1 || count > most) {
    const range = most < Infinity ? `from 1 to ${most}` : "of at least 1";
    throw invalidImage(`${name} must be a whole number ${range}, got ${count}`, "RangeError");
  }
  return count;
}

/** RGBA of 16 bits, of pixels of 16 bits with whatever channels: grey in all three colours, opaque. */
export function toRgba16(buffer: ArrayBuffer, { channels }: PixelFormat): ArrayBuffer {
  if (channels === 4) return buffer;
  const values = new Uint16Array(buffer);
  const samples = new Uint16Array((values.length / channels) * 4).fill(0xffff);
  const colors = channels < 3 ? 1 : 3;
  for (let from = 0, to = 0; from < values.length; from += channels, to += 4) {
    for (let color = 0; color < 3; color++) samples[to + color] = values[from + (colors === 3 ? color : 0)] as number;
    if (channels > colors) samples[to + 3] = values[from + colors] as number;
  }
  return samples.buffer;
}

/** RGBA bytes of pixels of another format: rounded to the nearest of 256 levels, grey in all three colours, opaque. */
export function toRgba8(buffer: ArrayBuffer, { sample, channels }: PixelFormat): ArrayBuffer {
  const values =
    sample === 2 ? new Float32Array(buffer) : sample === 1 ? new Uint16Array(buffer) : new Uint8Array(buffer);
  // Assigning to it clamps; what is no number becomes 0.
  const bytes = new Uint8ClampedArray((values.length / channels) * 4).fill(255);
  const scale = ([1, 1 / 257, 255] as const)[sample];
  const colors = channels < 3 ? 1 : 3;
  for (let from = 0, to = 0; from < values.length; from += channels, to += 4) {
    for (let color = 0; color < 3; color++) {
      bytes[to + color] = Math.floor((values[from + (colors === 3 ? color : 0)] as number) * scale + 0.5);
    }
    if (channels > colors) bytes[to + 3] = Math.floor((values[from + colors] as number) * scale + 0.5);
  }
  return bytes.buffer;
}

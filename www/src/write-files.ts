/**
 * Encodes pixels as files, in a worker. The browser's canvas writes what is opaque, once it has written a small picture right of
 * that type: some browsers write blank ones, some write another type than was asked for. PNGs that a canvas cannot write exactly
 * are written without it.
 */
import { PixelpoolError } from "./errors.js";
import type { FileShape } from "./protocol.js";
import { canvasContext, isOpaque, readPicture, type Pixels } from "./read-pixels.js";
import { colorChunksOf, writePng } from "./write-png.js";

/** Sides that these formats can hold. What is larger, Chromium cuts off without a word. */
const LONGEST_SIDES: Readonly<Record<string, number>> = { "image/webp": 16_383, "image/jpeg": 65_500 };

/** Encodes pixels; of transparent ones in a type without alpha, the buffer is changed. */
export async function writeFile(pixels: Pixels, { type, quality, background }: FileShape): Promise<Blob> {
  const { width, height, buffer, colorSpace = "srgb" } = pixels;
  const longest = LONGEST_SIDES[type] ?? Infinity;
  if (Math.max(width, height) > longest) {
    const message = `${type} holds sides of at most ${longest} px, the image has ${width} × ${height}`;
    throw new PixelpoolError(message, { code: "encode-failed" });
  }
  let opaque = isOpaque(new Uint32Array(buffer));
  if (type === "image/jpeg" && !opaque) {
    flatten(new Uint8Array(buffer), background ?? WHITE);
    opaque = true;
  }
  const isExact = type !== "image/png" || opaque;
  if (isExact && (await canWrite(type))) return writeByCanvas(pixels, type, quality);
  if (type === "image/png") {
    const image = { width, height, bytes: new Uint8Array(buffer), isOpaque: opaque };
    return writePng(image, colorSpace === "srgb" ? [] : await colorChunks(colorSpace));
  }
  throw new PixelpoolError(`this browser cannot encode ${type}`, { code: "unsupported" });
}

const WHITE = [255, 255, 255] as const;

/** Composes straight pixels onto a colour, which makes them opaque. */
function flatten(bytes: Uint8Array, background: readonly [number, number, number]): void {
  for (let at = 0; at < bytes.length; at += 4) {
    const alpha = bytes[at + 3] as number;
    if (alpha === 255) continue;
    for (let channel = 0; channel < 3; channel++) {
      const value = (bytes[at + channel] as number) * alpha + (background[channel] as number) * (255 - alpha);
      bytes[at + channel] = Math.floor((value + 127) / 255);
    }
    bytes[at + 3] = 255;
  }
}

async function writeByCanvas(pixels: Pixels, type: string, quality: number | undefined): Promise<Blob> {
  const { width, height, buffer, colorSpace = "srgb" } = pixels;
  const context = takeCanvas(width, height, colorSpace);
  context.putImageData(new ImageData(new Uint8ClampedArray(buffer), width, height, { colorSpace }), 0, 0);
  const blob = await context.canvas.convertToBlob(quality === undefined ? { type } : { type, quality });
  keepCanvas(context, colorSpace);
  if (blob.type !== type) throw new PixelpoolError(`this browser cannot encode ${type}`, { code: "unsupported" });
  return blob;
}

/** How long a canvas is kept for the next image of its size. */
const KEPT_MS = 1000;
let kept: { context: OffscreenCanvasRenderingContext2D; colorSpace: PredefinedColorSpace } | undefined;
let forgetKept: ReturnType<typeof setTimeout> | undefined;

/** A fresh canvas for every image makes encoding a third slower: the browser must clear its pages first. */
function takeCanvas(
  width: number,
  height: number,
  colorSpace: PredefinedColorSpace,
): OffscreenCanvasRenderingContext2D {
  const last = kept;
  kept = undefined;
  const isFit =
    last?.colorSpace === colorSpace && last.context.canvas.width === width && last.context.canvas.height === height;
  return isFit ? last.context : canvasContext(width, height, colorSpace);
}

function keepCanvas(context: OffscreenCanvasRenderingContext2D, colorSpace: PredefinedColorSpace): void {
  kept = { context, colorSpace };
  clearTimeout(forgetKept);
  forgetKept = setTimeout(() => (kept = undefined), KEPT_MS);
}

const writable = new Map<string, Promise<boolean>>();

/** Whether the browser writes files of this type right, tried once in the life of this worker. */
function canWrite(type: string): Promise<boolean> {
  const known = writable.get(type);
  if (known) return known;
  const trial = tryOut(type).catch(() => false);
  writable.set(type, trial);
  return trial;
}

/** Four even squares, each as large as what JPEG and WebP compress together. */
const SQUARE = 16;
const TRIAL_COLORS = [
  [230, 30, 20],
  [20, 200, 40],
  [10, 40, 220],
  [200, 100, 50],
] as const;
/** Levels that an even square may be off: JPEG and WebP round colours. */
const TRIAL_LEVELS = 12;

async function tryOut(type: string): Promise<boolean> {
  const side = 2 * SQUARE;
  const bytes = new Uint8Array(side * side * 4).fill(255);
  const colorAt = (x: number, y: number) => TRIAL_COLORS[(y < SQUARE ? 0 : 2) + (x < SQUARE ? 0 : 1)] ?? WHITE;
  for (let pixel = 0; pixel < side * side; pixel++) {
    bytes.set(colorAt(pixel % side, Math.floor(pixel / side)), pixel * 4);
  }
  const file = await writeByCanvas({ width: side, height: side, buffer: bytes.buffer }, type, 0.95);
  const written = await readPicture(await createImageBitmap(file, { premultiplyAlpha: "none" }));
  const read = new Uint8Array(written.buffer);
  return [4, 20].every((y) =>
    [4, 20].every((x) =>
      colorAt(x, y).every((level, channel) => {
        const got = read[(y * side + x) * 4 + channel] ?? -255;
        return Math.abs(got - level) <= (type === "image/png" ? 0 : TRIAL_LEVELS);
      }),
    ),
  );
}

/** How the browser itself says in a PNG that colours are of this space. */
async function colorChunks(colorSpace: PredefinedColorSpace): Promise<Uint8Array<ArrayBuffer>[]> {
  const file = await canvasContext(1, 1, colorSpace).canvas.convertToBlob({ type: "image/png" });
  return colorChunksOf(new Uint8Array(await file.arrayBuffer()));
}

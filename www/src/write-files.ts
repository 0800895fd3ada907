/**
 * Encodes pixels as files, in a worker. The browser's canvas writes what is opaque, once it has written a small picture right of
 * that type: some browsers write blank ones, some write another type than was asked for. PNGs that a canvas cannot write exactly
 * are written without it.
 */
import type { CodecInstance } from "./codec-instance.js";
import { PixelpoolError } from "./errors.js";
import { imageDataOf } from "./image-data.js";
import type { FileShape } from "./protocol.js";
import { Trials } from "./trials.js";
import { canvasContext, isOpaque, readPicture, type Pixels } from "./read-pixels.js";
import { colorChunksOf, writePng } from "./write-png.js";

/** Sides that these formats can hold. What is larger, Chromium cuts off without a word. */
const LONGEST_SIDES: Readonly<Record<string, number>> = { "image/webp": 16_383, "image/jpeg": 65_500 };

interface Written {
  blob: Blob;
  /** What was lost on the way, as a sentence. */
  warning?: string;
}

const LOW_ALPHA_LOST = "colours under low alpha are not exact in a WebP: browsers write them multiplied with alpha";

/** Encodes pixels; of transparent ones in a type without alpha, the buffer is changed. */
export async function writeFile(
  pixels: Pixels,
  { type, quality = 1, background = WHITE, chroma, progressive }: FileShape,
  jpeg?: CodecInstance,
): Promise<Written> {
  const { width, height, buffer, colorSpace } = pixels;
  const longest = LONGEST_SIDES[type] ?? Infinity;
  if (Math.max(width, height) > longest) {
    const message = `${type} holds sides of at most ${longest} px, the image has ${width} × ${height}`;
    throw new PixelpoolError(message, { code: "encode-failed" });
  }
  // A profile is what a canvas writes.
  if (type === "image/jpeg" && jpeg && !colorSpace) {
    return { blob: new Blob([jpeg.encode(pixels, { quality, background, chroma, progressive })], { type }) };
  }
  if (chroma !== undefined || progressive !== undefined) {
    const why = colorSpace ? `of ${colorSpace} colours` : "where the package's own codec could not be loaded";
    throw new PixelpoolError(`chroma and progressive cannot be chosen for a JPEG ${why}`, { code: "unsupported" });
  }
  let opaque = isOpaque(buffer);
  if (type === "image/jpeg" && !opaque) {
    flatten(new Uint8Array(buffer), background);
    opaque = true;
  }
  if (type === "image/png") {
    // A canvas multiplies colours with alpha; and where there is none, or one that is not right, PNGs are written all the same.
    if (opaque && (await canWrite.of(type).catch(() => false)))
      return { blob: await writeByCanvas(pixels, type, quality) };
    const image = { width, height, bytes: new Uint8Array(buffer), isOpaque: opaque };
    return { blob: await writePng(image, colorSpace ? await colorChunks(colorSpace) : []) };
  }
  if (!(await canWrite.of(type))) throw cannotEncode(type);
  const blob = await writeByCanvas(pixels, type, quality);
  return opaque ? { blob } : { blob, warning: LOW_ALPHA_LOST };
}

function cannotEncode(type: string): PixelpoolError {
  return new PixelpoolError(`this browser cannot encode ${type}`, { code: "unsupported" });
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
  const { width, height, buffer, colorSpace } = pixels;
  const context = takeCanvas(width, height, colorSpace);
  context.putImageData(imageDataOf(buffer, width, height, colorSpace), 0, 0);
  const blob = await context.canvas.convertToBlob(quality === undefined ? { type } : { type, quality });
  keepCanvas(context, colorSpace);
  if (blob.type !== type) throw cannotEncode(type);
  return blob;
}

/** How long a canvas is kept for the next image of its size, and how large one is at most, in bytes. */
const KEPT_MS = 1000;
const MOST_KEPT = 16 << 20;
let kept: { context: OffscreenCanvasRenderingContext2D; colorSpace: PredefinedColorSpace | undefined } | undefined;
let forgetKept: ReturnType<typeof setTimeout> | undefined;

/** A fresh canvas for every image makes encoding a third slower: the browser must clear its pages first. */
function takeCanvas(
  width: number,
  height: number,
  colorSpace: PredefinedColorSpace | undefined,
): OffscreenCanvasRenderingContext2D {
  const last = kept;
  kept = undefined;
  const isFit = last?.context.canvas.width === width && last.context.canvas.height === height;
  return isFit && last.colorSpace === colorSpace ? last.context : canvasContext(width, height, colorSpace);
}

function keepCanvas(context: OffscreenCanvasRenderingContext2D, colorSpace: PredefinedColorSpace | undefined): void {
  const { width, height } = context.canvas;
  if (width * height * 4 > MOST_KEPT) return;
  kept = { context, colorSpace };
  clearTimeout(forgetKept);
  forgetKept = setTimeout(() => (kept = undefined), KEPT_MS);
}

/** Whether the browser writes files of a type right. */
const canWrite = new Trials(tryOut);

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

/**
 * Encodes pixels as files, in a worker: PNG, JPEG and lossless WebP by the package's own codecs, other WebP by the browser's canvas,
 * once it has written a small picture right: some browsers write blank ones, some write another type than was asked for; and other
 * types by modules of the user's.
 */
import type { CodecInstance } from "./codec-instance.js";
import type { CodecName } from "./codec-modules.js";
import type { ColorInstance } from "./color-instance.js";
import { PixelpoolError } from "./errors.js";
import { checkSidesOf } from "./file-limits.js";
import { imageDataOf } from "./image-data.js";
import { displayP3Profile } from "./metadata/display-p3.js";
import { metadataFor, readMetadata, writeMetadata, type Kind, type Metadata } from "./metadata/metadata.js";
import { inBuffer, type PixelView } from "./pixel-view.js";
import { ANY_TYPE, type FileShape, type Reading } from "./protocol.js";
import { hasCanvas, thisPlace } from "./place.js";
import { canvasContext, isOpaque, readPicture } from "./read-pixels.js";
import { Trials } from "./trials.js";
import { hasText, viewOf } from "./views.js";
import { encodeByUser } from "./user-codec.js";

export type Codecs = Map<Exclude<CodecName, "color">, CodecInstance>;

/** What files are written with. */
export interface Tools {
  codecs: Codecs;
  colors: ColorInstance | undefined;
  /** To compare with the file that the image came as. */
  decode: (file: Blob, read: Reading) => Promise<PixelView>;
}

interface Written {
  blob: Blob;
  /** What was lost on the way, as a sentence. */
  warning?: string;
}

const LOW_ALPHA_LOST = "colours under low alpha are not exact in a WebP: browsers write them multiplied with alpha";

const WHITE = [255, 255, 255] as const;
/** Chromium's own default for JPEG is ten times the file that came in. */
const [JPEG_QUALITY, OTHER_QUALITY] = [0.85, 0.8];

/** Encodes pixels. Those in a buffer may be changed; where they lie in the engine's memory, they may be asked for again. */
export async function writeFile(given: PixelView, shape: FileShape, tools: Tools): Promise<Written> {
  const becomesSrgb = shape.metadata === "none" && (shape.hasSourceColors === true || given.colorSpace !== undefined);
  const pixels = becomesSrgb ? inBuffer(given) : given;
  // Asked of few kinds of files: it takes a tenth of the time that encoding takes.
  const hasAlpha = () => pixels.format !== undefined || !isOpaque(pixels.bytes());
  const type = await certainType(shape, hasAlpha);
  checkSidesOf(type, pixels);
  const metadata = await metadataOf(pixels, shape, tools);
  let lost: Kind[] = [];
  const finish = async (file: Blob) => {
    if (Object.keys(metadata).length === 0) return file;
    const written = await writeMetadata(file, type, metadata);
    lost = written.lost;
    return new Blob(written.parts, { type });
  };
  const encode = encoderOf(pixels, { ...shape, type }, tools.codecs);
  const blob = await fitting(async (quality) => finish(await encode(quality)), shape, type);
  const isLossy = type === "image/webp" && !shape.lossless && shape.module === undefined;
  const source = await sourceInstead(blob, pixels, shape, type, tools);
  if (source) return { blob: source };
  const warnings = [
    ...(isLossy && hasAlpha() ? [LOW_ALPHA_LOST] : []),
    ...(lost.length > 0 ? [`${type} cannot hold all metadata of the file: ${lost.join(", ")} are left out`] : []),
  ];
  return { blob, ...(warnings.length > 0 && { warning: warnings.join("; ") }) };
}

async function certainType({ type, orAny, lossless, module }: FileShape, hasAlpha: () => boolean) {
  if (type !== ANY_TYPE) {
    const isOurs = type !== "image/webp" || lossless || module !== undefined;
    if (isOurs || !orAny || (await canvasWrites(type).catch(() => false))) return type;
  }
  return hasAlpha() ? "image/png" : "image/jpeg";
}

/** Writes a file of some quality, 0 to 1. */
type Encoder = (quality: number) => Promise<Blob>;

function encoderOf(pixels: PixelView, shape: FileShape, codecs: Codecs): Encoder {
  const { type, module, lossless, background = WHITE, chroma, progressive } = shape;
  const percent = (quality: number) => Math.min(Math.max(Math.round(quality * 100), 1), 100);
  if (module !== undefined) {
    return async (quality) => {
      const options = lossless ? { lossless } : { quality: percent(quality) };
      return new Blob([await encodeByUser(module, pixels, options)], { type });
    };
  }
  if (type === "image/webp" && !lossless) {
    return async (quality) => {
      if (!(await canvasWrites(type))) throw cannotEncode(type);
      return writeByCanvas(pixels, type, quality);
    };
  }
  const name = type === "image/jpeg" ? "jpeg" : type === "image/png" ? "png" : "webp";
  return (quality) => {
    const codec = codecs.get(name);
    if (!codec) throw cannotEncode(type);
    const { width, height, bytes, format } = pixels;
    const raw = { width, height, bytes: bytes(), ...(format && { format }) };
    const file = codec.encode(raw, { quality: percent(quality), background, chroma, progressive });
    // At once: the bytes are the codec's.
    return Promise.resolve(new Blob([file], { type }));
  };
}

function cannotEncode(type: string): PixelpoolError {
  const words =
    type === "image/webp"
      ? "image/webp that loses something: lossless: true can be had, or a module of yours in the pool's codecs"
      : type;
  return new PixelpoolError(`${thisPlace} cannot encode ${words}`, { code: "unsupported" });
}

/** The best quality that fits is looked for by halves, in percent. */
async function fitting(
  write: Encoder,
  { maxBytes = Infinity, quality, lossless = false }: FileShape,
  type: string,
): Promise<Blob> {
  const wanted = quality ?? (type === "image/jpeg" ? JPEG_QUALITY : OTHER_QUALITY);
  const first = await write(wanted);
  if (first.size <= maxBytes) return first;
  const hasQuality = type !== "image/png" && !lossless;
  let best: Blob | undefined;
  let smallest = first.size;
  for (let low = 1, high = Math.round(wanted * 100) - 1; hasQuality && low <= high;) {
    const percent = (low + high) >> 1;
    const file = await write(percent / 100);
    smallest = Math.min(smallest, file.size);
    if (file.size <= maxBytes) [best, low] = [file, percent + 1];
    else high = percent - 1;
  }
  if (best) return best;
  const least = hasQuality ? "at the lowest quality it has" : "it has";
  const message = `the result does not fit into the ${maxBytes} bytes of output.maxBytes: ${least} ${smallest}`;
  throw new PixelpoolError(message, { code: "encode-failed", parameter: "output.maxBytes" });
}

/** What is put into the file beside the pixels. Without metadata, colours become sRGB. */
async function metadataOf(pixels: PixelView, shape: FileShape, { colors }: Tools): Promise<Metadata> {
  const { metadata, source, hasSourceColors } = shape;
  const needsSource = source && (hasSourceColors || metadata === "keep");
  const found = needsSource ? metadataFor(await readMetadata(source.blob, source.type), pixels) : {};
  // Inks have become red, green and blue, and a profile of grey is none for colours.
  const own =
    hasSourceColors && found.profile && hasText(viewOf(found.profile), 16, "RGB ") ? found.profile : undefined;
  const profile = own ?? (pixels.colorSpace ? displayP3Profile() : undefined);
  if (metadata !== "none") {
    return { ...(metadata === "keep" && found), profile };
  }
  if (profile && colors) colors.toSrgb(pixels, profile);
  return {};
}

/** The file that the image came as, where it is wanted instead of a longer one. */
async function sourceInstead(
  blob: Blob,
  { width, height, bytes, format }: PixelView,
  { notLarger, source }: FileShape,
  type: string,
  { decode }: Tools,
): Promise<Blob | undefined> {
  if (!notLarger || !source || source.type !== type || source.blob.size >= blob.size) return undefined;
  const before = await decode(source.blob, notLarger);
  const isSame =
    before.width === width &&
    before.height === height &&
    before.format?.sample === format?.sample &&
    isEqual(before.bytes(), bytes());
  return isSame ? source.blob.slice(0, source.blob.size, type) : undefined;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** Of whatever colours: the numbers are written as they are. */
async function writeByCanvas(
  { width, height, buffer }: Pick<PixelView, "width" | "height" | "buffer">,
  type: string,
  quality: number,
): Promise<Blob> {
  const context = takeCanvas(width, height);
  context.putImageData(imageDataOf(buffer(), width, height), 0, 0);
  const blob = await context.canvas.convertToBlob({ type, quality });
  keepCanvas(context);
  if (blob.type !== type) throw cannotEncode(type);
  return blob;
}

/** How long a canvas is kept for the next image of its size, and how large one is at most, in bytes. */
const KEPT_MS = 1000;
const MOST_KEPT = 16 << 20;
let kept: OffscreenCanvasRenderingContext2D | undefined;
let forgetKept: ReturnType<typeof setTimeout> | undefined;

/** A fresh canvas for every image makes encoding a third slower: the browser must clear its pages first. */
function takeCanvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const last = kept;
  kept = undefined;
  return last?.canvas.width === width && last.canvas.height === height ? last : canvasContext(width, height);
}

function keepCanvas(context: OffscreenCanvasRenderingContext2D): void {
  const { width, height } = context.canvas;
  if (width * height * 4 > MOST_KEPT) return;
  kept = context;
  clearTimeout(forgetKept);
  forgetKept = setTimeout(() => (kept = undefined), KEPT_MS);
}

/** Whether there is a canvas, and it writes files of a type right. */
async function canvasWrites(type: string): Promise<boolean> {
  return typeof OffscreenCanvas === "function" && canWrite.of(type);
}

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
  if (!hasCanvas()) return false;
  const side = 2 * SQUARE;
  const bytes = new Uint8Array(side * side * 4).fill(255);
  const colorAt = (x: number, y: number) =>
    TRIAL_COLORS[(y < SQUARE ? 0 : 2) + (x < SQUARE ? 0 : 1)] ?? [255, 255, 255];
  for (let pixel = 0; pixel < side * side; pixel++) {
    bytes.set(colorAt(pixel % side, Math.floor(pixel / side)), pixel * 4);
  }
  const file = await writeByCanvas({ width: side, height: side, buffer: () => bytes.buffer }, type, 0.95);
  const written = await readPicture(await createImageBitmap(file, { premultiplyAlpha: "none" }));
  const read = new Uint8Array(written.buffer);
  return [4, 20].every((y) =>
    [4, 20].every((x) =>
      colorAt(x, y).every((level, channel) => {
        const got = read[(y * side + x) * 4 + channel] ?? -255;
        return Math.abs(got - level) <= TRIAL_LEVELS;
      }),
    ),
  );
}

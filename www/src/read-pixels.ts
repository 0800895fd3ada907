/**
 * Reads the pixels of pictures that the browser has decoded, in a worker. Browsers differ in what their ways of reading give:
 * some exchange red and blue, some lose colours under low alpha, some add noise. So a way is believed only after it has read two
 * small pictures right whose pixels are known; where it fails, the next way is taken. Frames are the fastest; a texture is the
 * only way that keeps colours under low alpha; canvas is the last.
 */
import { PixelpoolError } from "./errors.js";
import { Trials } from "./trials.js";
import type { PixelFormat } from "./pixel-format.js";
import { opaqueProbe, translucentProbe, type ProbePicture } from "./probe-pictures.js";

/** Straight RGBA. */
export interface Pixels {
  width: number;
  height: number;
  buffer: ArrayBuffer;
  /** 8 bits where it is left out; else it is {@link RGBA16}. */
  format?: PixelFormat;
  /** sRGB where it is left out. */
  colorSpace?: PredefinedColorSpace;
  /** What was lost on the way, as a sentence. */
  warning?: string;
}

type Picture = ImageBitmap | VideoFrame;

interface ReadOptions {
  /** The picture is a bitmap whose colours are not premultiplied with alpha. */
  isStraight?: boolean;
  /** The picture is the caller's, from another thread; its pixels keep their colour space. */
  isForeign?: boolean;
  /** Where buffers for the pixels come from. */
  room?: Room;
}

/** Pixels, and whether every alpha is 255. */
interface Read extends Pixels {
  isOpaque: boolean;
}

/** Gives nothing where it is missing here, or cannot read this picture. Colours are of `space`, sRGB where it is left out. */
type Way = (picture: Picture, room: Room, space?: PredefinedColorSpace) => Promise<Read | undefined>;

/**
 * What a way gives: every byte right; right where alpha is 255, and near where it is at least a half; right in opaque pictures
 * only; or wrong.
 */
type Fidelity = "exact" | "near" | "opaque" | "wrong";

/** Colours of half transparent pixels lose so many levels when they are premultiplied and divided again. */
const NEAR_LEVELS = 2;

const LOW_ALPHA_LOST = "colours under low alpha are not exact: this browser gives no exact way to read them";

/** The pixels of a picture. Closes it. */
export async function readPicture(
  given: Picture,
  { isStraight = false, isForeign = false, room = fresh }: ReadOptions = {},
): Promise<Pixels> {
  const picture = isForeign ? await madeHere(given) : given;
  let space: PredefinedColorSpace | undefined;
  const inSpace = (pixels: Read): Pixels => (space ? { ...pixels, colorSpace: space } : pixels);
  let failure: Error | undefined;
  /** Reads in one way, where its pictures are that right. */
  const read = async (way: Way, fit: readonly Fidelity[]): Promise<Read | undefined> => {
    try {
      return fit.includes(await fidelities.of(way)) ? await way(picture, room, space) : undefined;
    } catch (error) {
      failure = error as Error;
      return undefined;
    }
  };
  try {
    if (isForeign) space = spaceOf(picture);
    const framed = await read(readByFrame, ["opaque", "near", "exact"]);
    // Frames of bitmaps pass through premultiplied bytes, which an opaque picture does not notice.
    if (framed && (framed.isOpaque || isFrame(picture))) return inSpace(framed);
    const textured = isStraight ? await read(readByTexture, ["exact"]) : undefined;
    if (textured) return textured;
    const drawn = await read(readByCanvas, ["opaque", "near", "exact"]);
    if (drawn?.isOpaque) return inSpace(drawn);
    if (drawn && (await fidelities.of(readByCanvas)) !== "opaque") {
      return isStraight ? { ...drawn, warning: LOW_ALPHA_LOST } : inSpace(drawn);
    }
  } finally {
    picture.close();
  }
  if (failure) throw failure;
  const message = "this browser alters the pixels of pictures that are read, as some do to protect from fingerprinting";
  throw new PixelpoolError(message, { code: "unsupported" });
}

/** The colour space of a picture, where the browser says that it is another than sRGB. */
function spaceOf(picture: Picture): PredefinedColorSpace | undefined {
  if (typeof VideoFrame !== "function") return undefined;
  let frame;
  try {
    frame = isFrame(picture) ? picture.clone() : new VideoFrame(picture, { timestamp: 0 });
  } catch {
    // Browsers make none of pictures with very long sides.
    return undefined;
  }
  const { primaries, transfer } = frame.colorSpace;
  frame.close();
  return primaries === ("smpte432" as string) && transfer === "iec61966-2-1" ? "display-p3" : undefined;
}

/**
 * WebKit (2.50, which is one of those that give their own order of bytes) crashes where a frame is made of a bitmap that came from
 * another thread; of a twin that was made on this one it does not.
 */
async function madeHere(picture: Picture): Promise<Picture> {
  await fidelities.of(readByFrame).catch(() => undefined);
  if (isFrame(picture) || framesKnowFormat) return picture;
  try {
    return await createImageBitmap(picture);
  } finally {
    picture.close();
  }
}

const fidelities = new Trials(tryOut);

async function tryOut(way: Way): Promise<Fidelity> {
  const [plain, clear] = await Promise.all([readProbe(way, opaqueProbe), readProbe(way, translucentProbe)]);
  if (!plain || !clear) return "wrong";
  const isSame = (a: Uint8Array, b: readonly number[]) =>
    a.length === b.length && a.every((byte, at) => byte === b[at]);
  const keepsAlpha = clear.every((byte, at) => at % 4 < 3 || byte === translucentProbe.pixels[at]);
  if (!isSame(plain, opaqueProbe.pixels) || !keepsAlpha) return "wrong";
  if (isSame(clear, translucentProbe.pixels)) return "exact";
  const isNear = clear.every((byte, at) => {
    const alpha = translucentProbe.pixels[at | 3] ?? 0;
    return alpha < 128 || Math.abs(byte - (translucentProbe.pixels[at] ?? 0)) <= (alpha === 255 ? 0 : NEAR_LEVELS);
  });
  return isNear ? "near" : "opaque";
}

async function readProbe(way: Way, { file }: ProbePicture): Promise<Uint8Array | undefined> {
  const bitmap = await createImageBitmap(file(), { premultiplyAlpha: "none" });
  try {
    const pixels = await way(bitmap, fresh);
    return pixels && new Uint8Array(pixels.buffer);
  } finally {
    bitmap.close();
  }
}

const isFrame = (picture: Picture): picture is VideoFrame => "displayWidth" in picture;

/** A buffer of that length. */
type Room = (length: number) => ArrayBuffer;

const fresh: Room = (length) => new ArrayBuffer(length);

/** Safari, and Chromium before 127, never look at the `format` that is asked for and give the frame's own order of bytes. */
let framesKnowFormat = true;

async function readByFrame(picture: Picture, room: Room, space?: PredefinedColorSpace): Promise<Read | undefined> {
  if (typeof VideoFrame !== "function") return undefined;
  const frame = isFrame(picture) ? picture.clone() : new VideoFrame(picture, { timestamp: 0 });
  try {
    // A frame of a turned photo keeps the pixels as they are stored; only drawing it turns them.
    const { rotation = 0, flip = false } = frame as { rotation?: number; flip?: boolean };
    if (rotation !== 0 || flip) return undefined;
    const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
    const buffer = room(width * height * 4);
    const asked = { format: false };
    const options: VideoFrameCopyToOptions = {
      get format() {
        asked.format = true;
        return "RGBA" as const;
      },
      layout: [{ offset: 0, stride: width * 4 }],
      ...(space && { colorSpace: space }),
    };
    const { format } = frame;
    await frame.copyTo(buffer, options);
    const words = new Int32Array(buffer);
    const hasNoAlpha = format === "RGBX" || format === "BGRX";
    framesKnowFormat = asked.format;
    if (!asked.format) {
      if (format === "BGRA" || format === "BGRX") exchangeRedAndBlue(words);
      else if (format !== "RGBA" && format !== "RGBX") return undefined;
      if (hasNoAlpha) makeOpaque(words);
    }
    return { width, height, buffer, isOpaque: hasNoAlpha || isOpaque(new Uint8Array(buffer)) };
  } catch {
    // Browsers that have frames but not this conversion.
    return undefined;
  } finally {
    frame.close();
  }
}

// One function rather than an async one, so that a picture is read before anybody can close it.
function readByCanvas(picture: Picture, _room: Room, space?: PredefinedColorSpace): Promise<Read | undefined> {
  const [width, height] = isFrame(picture)
    ? [picture.displayWidth, picture.displayHeight]
    : [picture.width, picture.height];
  const context = canvasContext(width, height, space);
  context.drawImage(picture, 0, 0);
  const { buffer } = context.getImageData(0, 0, width, height, space && { colorSpace: space }).data;
  return Promise.resolve({ width, height, buffer, isOpaque: isOpaque(new Uint8Array(buffer)) });
}

/** A canvas whose pixels lie in memory, and not on a graphics card. */
export function canvasContext(
  width: number,
  height: number,
  colorSpace?: PredefinedColorSpace,
): OffscreenCanvasRenderingContext2D {
  const context =
    typeof OffscreenCanvas === "function"
      ? new OffscreenCanvas(width, height).getContext("2d", {
          willReadFrequently: true,
          ...(colorSpace && { colorSpace }),
        })
      : null;
  if (!context) {
    throw new PixelpoolError("there is no canvas in workers here to read or write pictures with", {
      code: "unsupported",
    });
  }
  return context;
}

/** One context for this worker's life: browsers allow few of them. */
let textures: WebGL2RenderingContext | null | undefined;

/** The only way to straight alpha: a texture takes a bitmap's bytes as they are. For bitmaps that are not premultiplied. */
function readByTexture(picture: Picture, room: Room): Promise<Read | undefined> {
  if (isFrame(picture) || typeof OffscreenCanvas !== "function") return Promise.resolve(undefined);
  textures ??= new OffscreenCanvas(1, 1).getContext("webgl2");
  const gl = textures;
  const { width, height } = picture;
  if (!gl || gl.isContextLost() || Math.max(width, height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) {
    return Promise.resolve(undefined);
  }
  const texture = gl.createTexture();
  const framebuffer = gl.createFramebuffer();
  try {
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    const buffer = room(width * height * 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(buffer));
    if (gl.getError() !== gl.NO_ERROR) return Promise.resolve(undefined);
    return Promise.resolve({ width, height, buffer, isOpaque: isOpaque(new Uint8Array(buffer)) });
  } finally {
    gl.deleteFramebuffer(framebuffer);
    gl.deleteTexture(texture);
  }
}

// Bytes are R, G, B, A in memory: alpha is the highest of a little-endian word, as wasm's machines have it.
const ALPHA = 0xff << 24;
/** So many pixels are looked at before the scan may end early. */
const SCANNED_AT_ONCE = 4096;

/** Whether every alpha is 255. Of signed words, since unsigned ones are floating-point numbers to Firefox: four times as slow. */
export function isOpaque({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  const words = new Int32Array(buffer, byteOffset, byteLength / 4);
  for (let start = 0; start < words.length; start += SCANNED_AT_ONCE) {
    const end = Math.min(start + SCANNED_AT_ONCE, words.length);
    let all = ALPHA;
    // A loop without calls: `every` takes fifteen times as long in Chromium.
    for (let at = start; at < end; at++) all &= words[at] as number;
    if (all >>> 24 !== 255) return false;
  }
  return true;
}

function exchangeRedAndBlue(words: Int32Array): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as number;
    words[at] = (word & 0xff00ff00) | ((word & 0xff) << 16) | ((word >>> 16) & 0xff);
  }
}

function makeOpaque(words: Int32Array): void {
  for (let at = 0; at < words.length; at++) words[at] = (words[at] as number) | ALPHA;
}

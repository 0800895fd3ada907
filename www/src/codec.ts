/**
 * Encoded pictures to straight RGBA and back, by the browser, in a worker. Of the ways to read pixels back, frames are the fastest;
 * a texture is the only one that keeps colours under low alpha; canvas is the last resort, since some browsers add noise to
 * what is read from it.
 */
import { PixelpoolError, type ErrorCode } from "./errors.js";
import type { JobInput, JobOutcome, JobOutput } from "./protocol.js";

export interface Pixels {
  width: number;
  height: number;
  buffer: ArrayBuffer;
}

/** Inputs that are not pixels yet. */
export type Undecoded = Extract<JobInput, { kind: "encoded" | "picture" }>;
/** Outputs that are more than pixels. */
export type Shape = Exclude<JobOutput, "pixels">;
export type Shaped = Extract<JobOutcome, { kind: "bitmap" | "blob" }>;

/** Who turns inputs into pixels and pixels into outputs. */
export interface Codec {
  decode(input: Undecoded): Promise<Pixels>;
  shape(pixels: Pixels, shape: Shape): Promise<Shaped>;
}

/** This worker itself. */
export const ownCodec: Codec = {
  decode: (input) => (input.kind === "encoded" ? decode(input.blob) : readPicture(input.picture)),
  shape: async ({ width, height, buffer }, shape) => {
    const image = new ImageData(new Uint8ClampedArray(buffer), width, height);
    if (shape === "bitmap") return { kind: "bitmap", bitmap: await createImageBitmap(image) };
    return { kind: "blob", blob: await encode(image, shape.type, shape.quality) };
  },
};

/** Decodes a file: upright, sRGB, straight alpha. */
async function decode(blob: Blob): Promise<Pixels> {
  return guarded("decode-failed", "the file is not a picture that this browser can decode", async () => {
    const bitmap = await createImageBitmap(blob, { premultiplyAlpha: "none" });
    return readPicture(bitmap, () => readByTexture(bitmap));
  });
}

/** The pixels of a picture that the browser has decoded. Closes it. `exactly` reads one whose alpha is straight. */
async function readPicture(
  picture: ImageBitmap | VideoFrame,
  exactly: () => Pixels | undefined = () => undefined,
): Promise<Pixels> {
  try {
    const pixels = await readByFrame(picture);
    // Frames of bitmaps pass through premultiplied bytes, which an opaque picture does not notice.
    if (pixels && ("displayWidth" in picture || isOpaque(pixels))) return pixels;
    return exactly() ?? readByCanvas(picture);
  } finally {
    picture.close();
  }
}

/** The fast way, where the browser has it. */
async function readByFrame(picture: ImageBitmap | VideoFrame): Promise<Pixels | undefined> {
  if (typeof VideoFrame !== "function") return undefined;
  const frame = "displayWidth" in picture ? picture.clone() : new VideoFrame(picture, { timestamp: 0 });
  try {
    // A frame of a turned photo keeps the pixels as they are stored; only drawing it turns them.
    const { rotation = 0, flip = false } = frame as { rotation?: number; flip?: boolean };
    if (rotation !== 0 || flip) return undefined;
    const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
    const buffer = new ArrayBuffer(width * height * 4);
    await frame.copyTo(buffer, { format: "RGBA", layout: [{ offset: 0, stride: width * 4 }] });
    return { width, height, buffer };
  } catch {
    // Browsers that have frames but not this conversion.
    return undefined;
  } finally {
    frame.close();
  }
}

function readByCanvas(picture: ImageBitmap | VideoFrame): Pixels {
  const isFrame = "displayWidth" in picture;
  const width = isFrame ? picture.displayWidth : picture.width;
  const height = isFrame ? picture.displayHeight : picture.height;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new PixelpoolError("this browser has no canvas in workers", { code: "unsupported" });
  context.drawImage(picture, 0, 0);
  return { width, height, buffer: context.getImageData(0, 0, width, height).data.buffer };
}

/** One context for this worker's life: browsers allow few of them. */
let textures: WebGL2RenderingContext | null | undefined;

/** The only way to straight alpha: a texture takes a bitmap's bytes as they are. For bitmaps that are not premultiplied. */
function readByTexture(picture: ImageBitmap): Pixels | undefined {
  textures ??= new OffscreenCanvas(1, 1).getContext("webgl2");
  const gl = textures;
  const { width, height } = picture;
  if (!gl || gl.isContextLost() || Math.max(width, height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) return undefined;
  const texture = gl.createTexture();
  const framebuffer = gl.createFramebuffer();
  try {
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    const buffer = new ArrayBuffer(width * height * 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(buffer));
    return gl.getError() === gl.NO_ERROR ? { width, height, buffer } : undefined;
  } finally {
    gl.deleteFramebuffer(framebuffer);
    gl.deleteTexture(texture);
  }
}

function isOpaque({ buffer }: Pixels): boolean {
  const words = new Uint32Array(buffer);
  // Bytes are R, G, B, A in memory: alpha is the highest of a little-endian word, as wasm's machines have it.
  return words.every((word) => word >>> 24 === 255);
}

/** Sides that these formats can hold. What is larger, Chromium cuts off without a word. */
const LONGEST_SIDES: Readonly<Record<string, number>> = { "image/webp": 16_383, "image/jpeg": 65_500 };

/** Encodes pixels as a file. */
async function encode(image: ImageData, type: string, quality: number | undefined): Promise<Blob> {
  return guarded("encode-failed", `the image could not be encoded as ${type}`, async () => {
    const longest = LONGEST_SIDES[type] ?? Infinity;
    if (Math.max(image.width, image.height) > longest) {
      const message = `${type} holds sides of at most ${longest} px, the image has ${image.width} × ${image.height}`;
      throw new PixelpoolError(message, { code: "encode-failed" });
    }
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    if (!context) throw new PixelpoolError("this browser has no canvas in workers", { code: "unsupported" });
    context.putImageData(image, 0, 0);
    const blob = await canvas.convertToBlob(quality === undefined ? { type } : { type, quality });
    if (blob.type !== type) throw new PixelpoolError(`this browser cannot encode ${type}`, { code: "unsupported" });
    return blob;
  });
}

async function guarded<T>(code: ErrorCode, message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PixelpoolError) throw cause;
    throw new PixelpoolError(
      `${message}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { code },
      { cause },
    );
  }
}

/**
 * Encoded pictures to straight RGBA and back, by the browser, in a worker. Canvas is the last resort: it keeps premultiplied
 * bytes, so colours under low alpha are lost, and some browsers add noise to what is read from it.
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
    const type = await sniff(blob);
    // Only `createImageBitmap` turns a JPEG upright; a JPEG has no alpha to lose.
    if (type !== "image/jpeg" && typeof ImageDecoder === "function" && (await ImageDecoder.isTypeSupported(type))) {
      const options = { type, data: await blob.arrayBuffer(), premultiplyAlpha: "none" };
      const decoder = new ImageDecoder(options);
      try {
        const { image } = await decoder.decode();
        return await readPicture(image);
      } finally {
        decoder.close();
      }
    }
    return readPicture(await createImageBitmap(blob, { premultiplyAlpha: "none" }));
  });
}

/** The pixels of a picture that the browser has decoded. Closes it. */
async function readPicture(picture: ImageBitmap | VideoFrame): Promise<Pixels> {
  try {
    if (typeof VideoFrame !== "function") return readByCanvas(picture);
    const frame = "displayWidth" in picture ? picture : new VideoFrame(picture, { timestamp: 0 });
    try {
      // A frame of a turned photo keeps the pixels as they are stored; only drawing it turns them.
      if (isTurned(frame)) return readByCanvas(picture);
      const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
      const buffer = new ArrayBuffer(width * height * 4);
      await frame.copyTo(buffer, { format: "RGBA", layout: [{ offset: 0, stride: width * 4 }] });
      return { width, height, buffer };
    } catch {
      // Browsers that have frames but not this conversion.
      return readByCanvas(picture);
    } finally {
      frame.close();
    }
  } finally {
    picture.close();
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

function isTurned(frame: VideoFrame): boolean {
  const { rotation = 0, flip = false } = frame as { rotation?: number; flip?: boolean };
  return rotation !== 0 || flip;
}

/** Encodes pixels as a file. */
async function encode(image: ImageData, type: string, quality: number | undefined): Promise<Blob> {
  return guarded("encode-failed", `the image could not be encoded as ${type}`, async () => {
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
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

const SIGNATURES: readonly [type: string, offset: number, bytes: string][] = [
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
  ["image/avif", 4, "ftypavif"],
  ["image/bmp", 0, "BM"],
];

/** The type of a file from its first bytes; names and declared types are often wrong. */
async function sniff(blob: Blob): Promise<string> {
  const head = String.fromCharCode(...new Uint8Array(await blob.slice(0, 16).arrayBuffer()));
  return SIGNATURES.find(([, offset, bytes]) => head.startsWith(bytes, offset))?.[0] ?? blob.type;
}

/** Encoded pictures to pixels and back, by the browser, in a worker: upright, sRGB, straight alpha. */
import { CodecInstance, NotRead } from "./codec-instance.js";
import type { CodecName } from "./codec-modules.js";
import { inWords, PixelpoolError, type ErrorCode } from "./errors.js";
import { imageDataOf } from "./image-data.js";
import type { Decoder, JobInput, JobOutcome, JobOutput } from "./protocol.js";
import { readPicture, type Pixels } from "./read-pixels.js";
import type { BufferShelf } from "./buffer-shelf.js";
import { writeFile } from "./write-files.js";

export type { Pixels };

/** Inputs that are not pixels yet. */
export type Undecoded = Extract<JobInput, { kind: "encoded" | "picture" }>;
/** Outputs that are more than pixels. */
export type Shape = Exclude<JobOutput, "pixels" | "rgba8">;
/** What was made of pixels. */
export interface Shaped {
  outcome: Extract<JobOutcome, { kind: "bitmap" | "blob" }>;
  /** What was lost on the way, as a sentence. */
  warning?: string;
}

/** Who turns inputs into pixels and pixels into outputs. */
export interface Codec {
  decode(input: Undecoded): Promise<Pixels>;
  /** From now on files may be read and written by this codec. */
  use(name: CodecName, module: WebAssembly.Module): void;
  /** The buffer of the pixels is given away. */
  shape(pixels: Pixels, shape: Shape): Promise<Shaped>;
}

/** This worker itself. Buffers of pixels that were shaped take the next ones that are decoded. */
export class OwnCodec implements Codec {
  readonly #free: BufferShelf;
  readonly #codecs = new Map<CodecName, CodecInstance>();
  readonly #room = (length: number): ArrayBuffer => this.#free.take(length) ?? new ArrayBuffer(length);

  constructor(free: BufferShelf) {
    this.#free = free;
  }

  use(name: CodecName, module: WebAssembly.Module): void {
    this.#codecs.set(name, new CodecInstance(module));
  }

  async decode(input: Undecoded): Promise<Pixels> {
    const room = this.#room;
    const own = input.kind === "encoded" && input.by && (await this.#decodeBy(input.by, input.blob));
    if (own) return own;
    const failure = "the browser could not give the pixels of the picture";
    if (input.kind === "picture") {
      const { picture, isStraight = false } = input;
      return guarded("unsupported", failure, () => readPicture(picture, { isForeign: true, isStraight, room }));
    }
    const bitmap = await decodeFile(input.blob);
    return guarded("unsupported", failure, () => readPicture(bitmap, { isStraight: true, room }));
  }

  /** Decodes a file by a codec of the package's own, where that reads such files. */
  async #decodeBy({ codec, ...options }: Decoder, blob: Blob): Promise<Pixels | undefined> {
    const instance = this.#codecs.get(codec);
    if (!instance) return undefined;
    const file = await blob.arrayBuffer();
    try {
      return instance.decode(file, options, this.#room);
    } catch (error) {
      if (error instanceof NotRead) return undefined;
      throw error;
    }
  }

  async shape(pixels: Pixels, shape: Shape): Promise<Shaped> {
    const shaped = await shapePixels(pixels, shape, this.#codecs.get("jpeg"));
    this.#free.put(pixels.buffer);
    return shaped;
  }
}

async function shapePixels(pixels: Pixels, shape: Shape, jpeg: CodecInstance | undefined): Promise<Shaped> {
  if (shape === "bitmap") return { outcome: { kind: "bitmap", bitmap: await makeBitmap(pixels) } };
  const failure = `the image could not be encoded as ${shape.type}`;
  const { blob, ...told } = await guarded("encode-failed", failure, () => writeFile(pixels, shape, jpeg));
  return { outcome: { kind: "blob", blob }, ...told };
}

/** Decodes a file: upright, sRGB, straight alpha. */
async function decodeFile(blob: Blob): Promise<ImageBitmap> {
  if (typeof createImageBitmap !== "function") {
    const message = "encoded pictures cannot be decoded here: there is no createImageBitmap. Give their pixels";
    throw new PixelpoolError(message, { code: "unsupported" });
  }
  try {
    return await createImageBitmap(blob, { premultiplyAlpha: "none" });
  } catch (cause) {
    // The page says the rest: it knows the file's name, and what its first bytes tell.
    throw new PixelpoolError(inWords(cause), { code: "decode-failed" }, { cause });
  }
}

function makeBitmap({ width, height, buffer, colorSpace }: Pixels): Promise<ImageBitmap> {
  if (typeof createImageBitmap !== "function") {
    const message = 'output "bitmap" cannot be had here: there is no createImageBitmap';
    return Promise.reject(new PixelpoolError(message, { code: "unsupported" }));
  }
  return createImageBitmap(imageDataOf(buffer, width, height, colorSpace));
}

async function guarded<T>(code: ErrorCode, message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PixelpoolError) throw cause;
    throw new PixelpoolError(`${message}: ${inWords(cause)}`, { code }, { cause });
  }
}

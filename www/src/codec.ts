/**
 * Encoded pictures to pixels and back, in a worker: by the package's own codecs, the user's, or the browser's. Pixels are upright and
 * have straight alpha.
 */
import { CodecInstance, NotRead } from "./codec-instance.js";
import { ColorInstance } from "./color-instance.js";
import type { CodecName } from "./codec-modules.js";
import { inWords, PixelpoolError, type ErrorCode } from "./errors.js";
import { imageDataOf } from "./image-data.js";
import { displayP3Profile } from "./metadata/display-p3.js";
import { readMetadata } from "./metadata/metadata.js";
import type { JobInput, JobOutcome, JobOutput, Reading } from "./protocol.js";
import { readPicture, type Pixels } from "./read-pixels.js";
import type { BufferShelf } from "./buffer-shelf.js";
import { decodeByUser, lacks } from "./user-codec.js";
import { writeFile, type Codecs } from "./write-files.js";

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
  readonly #codecs: Codecs = new Map();
  #colors: ColorInstance | undefined;
  readonly #room = (length: number): ArrayBuffer => this.#free.take(length) ?? new ArrayBuffer(length);

  constructor(free: BufferShelf) {
    this.#free = free;
  }

  use(name: CodecName, module: WebAssembly.Module): void {
    if (name === "color") this.#colors = new ColorInstance(module);
    else this.#codecs.set(name, new CodecInstance(module));
  }

  async decode(input: Undecoded): Promise<Pixels> {
    if (input.kind === "encoded") return this.#decodeFile(input.blob, input.read);
    const room = this.#room;
    const { picture, isStraight = false } = input;
    return guarded("unsupported", NO_PIXELS, () => readPicture(picture, { isForeign: true, isStraight, room }));
  }

  async #decodeFile(blob: Blob, read: Reading): Promise<Pixels> {
    const { module, codec, converts } = read;
    const room = this.#room;
    const byUser = module === undefined ? undefined : await decodeByUser(module, await blob.arrayBuffer());
    if (byUser) return byUser;
    const instance = codec && codec !== "color" ? this.#codecs.get(codec) : undefined;
    let notRead: NotRead | undefined;
    if (instance) {
      const file = new Uint8Array(await blob.arrayBuffer());
      try {
        return await this.#decodeBy(instance, file, read);
      } catch (error) {
        if (!(error instanceof NotRead)) throw error;
        notRead = error;
      }
    }
    const bitmap = await decodeByBrowser(blob, converts).catch((cause: unknown) => {
      if (notRead) throw nobodyReads(`a ${codec?.toUpperCase()} with ${notRead.message}`, cause);
      throw module === undefined ? cause : lacks(module, "decode", cause);
    });
    return guarded("unsupported", NO_PIXELS, () => readPicture(bitmap, { isStraight: true, room }));
  }

  /** Decodes a file: in sRGB, or with the name of the space that its numbers are of. */
  async #decodeBy(instance: CodecInstance, file: Uint8Array<ArrayBuffer>, read: Reading): Promise<Pixels> {
    const pixels = instance.decode(file, read, this.#room);
    const { codec, converts, colorSpace, hasInks, hasOtherColors, isDisplayP3 } = read;
    if (!converts) return colorSpace ? { ...pixels, colorSpace } : pixels;
    // Whether another file has brought the module that converts must not matter.
    if (!hasOtherColors || !this.#colors) return pixels;
    const { profile } = isDisplayP3 ? { profile: displayP3Profile() } : await readMetadata(file, `image/${codec}`);
    // Inks become colours in any case.
    if (profile ?? hasInks) this.#colors.toSrgb(pixels, profile ?? new Uint8Array(0), hasInks);
    return pixels;
  }

  async shape(pixels: Pixels, shape: Shape): Promise<Shaped> {
    const shaped = await this.#shape(pixels, shape);
    this.#free.put(pixels.buffer);
    return shaped;
  }

  async #shape(pixels: Pixels, shape: Shape): Promise<Shaped> {
    if (shape === "bitmap") return { outcome: { kind: "bitmap", bitmap: await makeBitmap(pixels) } };
    const failure = `the image could not be encoded as ${shape.type}`;
    const decode = (file: Blob, read: Reading) => this.#decodeFile(file, read);
    const tools = { codecs: this.#codecs, colors: this.#colors, decode };
    const { blob, ...told } = await guarded("encode-failed", failure, () => writeFile(pixels, shape, tools));
    return { outcome: { kind: "blob", blob }, ...told };
  }
}

/** A part of a format that its codec does not read has been left to the browser in vain. */
function nobodyReads(what: string, cause: unknown): PixelpoolError {
  const message = `${what} is decoded neither by the package nor by this browser: ${inWords(cause)}`;
  return new PixelpoolError(message, { code: "unsupported" }, { cause });
}

const NO_PIXELS = "the browser could not give the pixels of the picture";

/** Decodes a file: upright, straight alpha, sRGB where colours are converted. */
async function decodeByBrowser(blob: Blob, converts: boolean): Promise<ImageBitmap> {
  if (typeof createImageBitmap !== "function") {
    const message = "encoded pictures cannot be decoded here: there is no createImageBitmap. Give their pixels";
    throw new PixelpoolError(message, { code: "unsupported" });
  }
  try {
    return await createImageBitmap(blob, {
      premultiplyAlpha: "none",
      ...(!converts && { colorSpaceConversion: "none" as const }),
    });
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

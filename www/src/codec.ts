/**
 * Encoded pictures to pixels and back, in a worker: by the package's own codecs, the user's, or the browser's. Pixels are upright and
 * have straight alpha.
 */
import { bytesAt, reaches } from "./memory.js";
import { CodecInstance, NotRead } from "./codec-instance.js";
import { ColorInstance } from "./color-instance.js";
import type { CodecName } from "./codec-modules.js";
import { inWords, PixelpoolError, type ErrorCode } from "./errors.js";
import { imageDataOf } from "./image-data.js";
import { displayP3Profile } from "./metadata/display-p3.js";
import { readMetadata } from "./metadata/metadata.js";
import { bytesOfPixel } from "./pixel-format.js";
import { readsPictures, thisPlace } from "./place.js";
import { viewOfBuffer, viewOfMemory, type Placed, type PixelView, type Room } from "./pixel-view.js";
import type { JobInput, JobOutcome, JobOutput, Reading } from "./protocol.js";
import { readPicture, type Pixels } from "./read-pixels.js";
import type { Size } from "./result-size.js";
import type { BufferShelf } from "./buffer-shelf.js";
import { decodeByUser, lacks } from "./user-codec.js";
import { writeFile, type Codecs } from "./write-files.js";

export type { Pixels };

/** Inputs that are not pixels yet. */
export type Undecoded = Extract<JobInput, { kind: "encoded" | "picture" }>;
/** Outputs that are more than pixels. */
export type Shape = Exclude<JobOutput, "pixels" | "rgba8" | "kept">;
/** What was made of pixels. */
export interface Shaped {
  outcome: Extract<JobOutcome, { kind: "bitmap" | "blob" }>;
  /** What was lost on the way, as a sentence. */
  warning?: string;
}

/** Pixels in the memory of the engine, or in a buffer. */
export type AnyPixels = Pixels | Placed;

/** Who turns inputs into pixels and pixels into outputs. */
export interface Codec {
  /** Where a room is given and what is decoded fits it, the pixels are put there. */
  decode(input: Undecoded, batch: number, room?: Room): Promise<AnyPixels>;
  /** Files will come. */
  expect(): void;
  /** From now on files may be read and written by this codec. */
  use(name: CodecName, module: WebAssembly.Module): void;
  /** The buffer of pixels is given away; those in the engine's memory must stay there until this has resolved. */
  shape(pixels: AnyPixels, batch: number, shape: Shape): Promise<Shaped>;
  /** Nobody wants the results of a batch any more. */
  forget(batch: number): void;
}

/** This worker itself. Buffers of pixels that were shaped take the next ones that are decoded. */
export class OwnCodec implements Codec {
  readonly #free: BufferShelf;
  /** Where rooms are; without it there are none. */
  readonly #memory: WebAssembly.Memory | undefined;
  readonly #codecs: Codecs = new Map();
  #colors: ColorInstance | undefined;
  readonly #buffer = (length: number): ArrayBuffer => this.#free.take(length) ?? new ArrayBuffer(length);

  constructor(free: BufferShelf, memory?: WebAssembly.Memory) {
    this.#free = free;
    this.#memory = memory;
  }

  use(name: CodecName, module: WebAssembly.Module): void {
    if (name === "color") this.#colors = new ColorInstance(module);
    else this.#codecs.set(name, new CodecInstance(module));
  }

  async decode(input: Undecoded, _batch: number, room?: Room): Promise<AnyPixels> {
    if (input.kind === "encoded") return this.#decodeFile(input.blob, input.read, room, input.bytes);
    const { picture, isStraight = false } = input;
    const buffer = this.#buffer;
    return guarded("unsupported", NO_PIXELS, () => readPicture(picture, { isForeign: true, isStraight, room: buffer }));
  }

  /** This worker is there already. */
  expect(): void {}

  /** Nothing can be stopped here: the page replaces the whole worker where its work is in vain. */
  forget(): void {}

  async #decodeFile(blob: Blob, read: Reading, room?: Room, bytes?: ArrayBuffer): Promise<AnyPixels> {
    const { module, codec, converts } = read;
    const buffer = this.#buffer;
    const byUser = module === undefined ? undefined : await decodeByUser(module, bytes ?? (await blob.arrayBuffer()));
    if (byUser) return byUser;
    const instance = codec && codec !== "color" ? this.#codecs.get(codec) : undefined;
    let notRead: NotRead | undefined;
    if (instance) {
      const file = new Uint8Array(bytes ?? (await blob.arrayBuffer()));
      try {
        return await this.#decodeBy(instance, file, read, room);
      } catch (error) {
        if (!(error instanceof NotRead)) throw error;
        notRead = error;
      }
    }
    const bitmap = await decodeByBrowser(blob, converts).catch((cause: unknown) => {
      if (notRead) throw nobodyReads(`a ${codec?.toUpperCase()} with ${notRead.message}`, cause);
      throw module === undefined ? cause : lacks(module, "decode", cause);
    });
    return guarded("unsupported", NO_PIXELS, () => readPicture(bitmap, { isStraight: true, room: buffer }));
  }

  /** Decodes a file: in sRGB, or with the name of the space that its numbers are of. */
  async #decodeBy(
    instance: CodecInstance,
    file: Uint8Array<ArrayBuffer>,
    read: Reading,
    room?: Room,
  ): Promise<AnyPixels> {
    let buffer: ArrayBuffer | undefined;
    const told = instance.decode(file, read, (size, length) => {
      const bytes = this.#bytesOf(room, size, length);
      if (bytes) return new Uint32Array(bytes.buffer, bytes.byteOffset, length / 4);
      buffer = this.#buffer(length);
      return new Uint32Array(buffer);
    });
    const pixels = buffer || !room ? { ...told, buffer: buffer as ArrayBuffer } : { ...told, address: room.address };
    const { codec, converts, colorSpace, hasInks, hasOtherColors, isDisplayP3 } = read;
    if (!converts) return colorSpace ? { ...pixels, colorSpace } : pixels;
    // Whether another file has brought the module that converts must not matter.
    if (!hasOtherColors || !this.#colors) return pixels;
    const { profile } = isDisplayP3 ? { profile: displayP3Profile() } : await readMetadata(file, `image/${codec}`);
    // Inks become colours in any case.
    if (profile ?? hasInks) this.#colors.toSrgb(this.#view(pixels), profile ?? new Uint8Array(0), hasInks);
    return pixels;
  }

  /** The bytes of a room, where pixels of this size fit it, and this worker sees it. */
  #bytesOf(room: Room | undefined, { width, height }: Size, length: number): Uint8Array | undefined {
    const memory = this.#memory;
    const fits = room && room.width === width && room.height === height && lengthOf(room) === length;
    if (!memory || !fits || !reaches(memory, room.address + length)) return undefined;
    return bytesAt(memory, room.address, length);
  }

  #view(pixels: AnyPixels): PixelView {
    if ("buffer" in pixels) return viewOfBuffer(pixels);
    if (!this.#memory) throw new Error("there is no memory that pixels can lie in");
    return viewOfMemory(pixels, lengthOf(pixels), this.#memory, this.#buffer);
  }

  async shape(pixels: AnyPixels, _batch: number, shape: Shape): Promise<Shaped> {
    const view = this.#view(pixels);
    const shaped = await this.#shape(view, shape);
    const buffer = view.ownBuffer();
    if (buffer) this.#free.put(buffer);
    return shaped;
  }

  async #shape(pixels: PixelView, shape: Shape): Promise<Shaped> {
    if (shape === "bitmap") return { outcome: { kind: "bitmap", bitmap: await makeBitmap(pixels) } };
    const failure = `the image could not be encoded as ${shape.type}`;
    const decode = async (file: Blob, read: Reading) => this.#view(await this.#decodeFile(file, read));
    const tools = { codecs: this.#codecs, colors: this.#colors, decode };
    const { blob, ...told } = await guarded("encode-failed", failure, () => writeFile(pixels, shape, tools));
    return { outcome: { kind: "blob", blob }, ...told };
  }
}

/** A part of a format that its codec does not read has been left to the browser in vain. */
function nobodyReads(what: string, cause: unknown): PixelpoolError {
  const message = `${what} is decoded neither by the package nor by ${thisPlace}: ${inWords(cause)}`;
  return new PixelpoolError(message, { code: "unsupported" }, { cause });
}

/** Bytes of pixels. */
function lengthOf({ width, height, format }: Room | Placed): number {
  return width * height * bytesOfPixel(format);
}

const NO_PIXELS = "the browser could not give the pixels of the picture";

/** Decodes a file: upright, straight alpha, sRGB where colours are converted. */
async function decodeByBrowser(blob: Blob, converts: boolean): Promise<ImageBitmap> {
  if (!readsPictures()) {
    throw new PixelpoolError("nothing but the package's own codecs decodes pictures here", { code: "decode-failed" });
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

function makeBitmap({ width, height, buffer, colorSpace }: PixelView): Promise<ImageBitmap> {
  if (typeof createImageBitmap !== "function") {
    const message = 'output "bitmap" cannot be had here: there is no createImageBitmap';
    return Promise.reject(new PixelpoolError(message, { code: "unsupported" }));
  }
  return createImageBitmap(imageDataOf(buffer(), width, height, colorSpace));
}

async function guarded<T>(code: ErrorCode, message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PixelpoolError) throw cause;
    throw new PixelpoolError(`${message}: ${inWords(cause)}`, { code }, { cause });
  }
}

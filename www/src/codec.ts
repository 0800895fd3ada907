/** Encoded pictures to pixels and back, by the browser, in a worker: upright, sRGB, straight alpha. */
import { inWords, PixelpoolError, type ErrorCode } from "./errors.js";
import { imageDataOf } from "./image-data.js";
import type { JobInput, JobOutcome, JobOutput } from "./protocol.js";
import { readPicture, type Pixels } from "./read-pixels.js";
import { writeFile } from "./write-files.js";

export type { Pixels };

/** Inputs that are not pixels yet. */
export type Undecoded = Extract<JobInput, { kind: "encoded" | "picture" }>;
/** Outputs that are more than pixels. */
export type Shape = Exclude<JobOutput, "pixels">;
/** What was made of pixels, and their buffer, which is free again. */
export interface Shaped {
  outcome: Extract<JobOutcome, { kind: "bitmap" | "blob" }>;
  spare: ArrayBuffer;
  /** What was lost on the way, as a sentence. */
  warning?: string;
}

/** Who turns inputs into pixels and pixels into outputs. */
export interface Codec {
  /** `spare` is given away: it takes the pixels, where its length fits. */
  decode(input: Undecoded, spare?: ArrayBuffer): Promise<Pixels>;
  /** The buffer of the pixels is given away. */
  shape(pixels: Pixels, shape: Shape): Promise<Shaped>;
}

/** This worker itself. */
export const ownCodec: Codec = {
  decode: (input, spare) => {
    if (input.kind === "encoded") return decode(input.blob, spare);
    const { picture, isStraight = false } = input;
    return guarded("unsupported", "the browser could not give the pixels of the picture", () =>
      readPicture(picture, { isForeign: true, isStraight, spare }),
    );
  },
  shape: async (pixels, shape) => {
    const spare = pixels.buffer;
    if (shape === "bitmap") return { outcome: { kind: "bitmap", bitmap: await makeBitmap(pixels) }, spare };
    const failure = `the image could not be encoded as ${shape.type}`;
    const { blob, ...told } = await guarded("encode-failed", failure, () => writeFile(pixels, shape));
    return { outcome: { kind: "blob", blob }, spare, ...told };
  },
};

/** Decodes a file: upright, sRGB, straight alpha. */
async function decode(blob: Blob, spare: ArrayBuffer | undefined): Promise<Pixels> {
  if (typeof createImageBitmap !== "function") {
    const message = "encoded pictures cannot be decoded here: there is no createImageBitmap. Give their pixels";
    throw new PixelpoolError(message, { code: "unsupported" });
  }
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, { premultiplyAlpha: "none" });
  } catch (cause) {
    // The page says the rest: it knows the file's name, and what its first bytes tell.
    throw new PixelpoolError(inWords(cause), { code: "decode-failed" }, { cause });
  }
  return guarded("unsupported", "the browser could not give the pixels of the picture", () =>
    readPicture(bitmap, { isStraight: true, spare }),
  );
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

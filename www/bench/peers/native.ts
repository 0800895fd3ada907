/** sharp: libvips itself in Node, with raw pixels in and out. What the machine can do; it does not count among the browser's. */
import { createRequire } from "node:module";
import { saturation, type Picture, type Step } from "./work.js";

interface Sharp {
  ensureAlpha(): Sharp;
  linear(factors: readonly number[], offsets: readonly number[]): Sharp;
  recomb(matrix: readonly (readonly number[])[]): Sharp;
  blur(options: { sigma: number; minAmplitude: number }): Sharp;
  convolve(kernel: { width: number; height: number; kernel: readonly number[] }): Sharp;
  median(size: number): Sharp;
  resize(width: number, height: number, options: { kernel: string; fit: string }): Sharp;
  raw(): Sharp;
  jpeg(options: { quality: number; chromaSubsampling: "4:2:0" }): Sharp;
  png(): Sharp;
  metadata(): Promise<{ format: string }>;
  toFile(file: string): Promise<unknown>;
  toBuffer(options: {
    resolveWithObject: true;
  }): Promise<{ data: Buffer<ArrayBuffer>; info: { width: number; height: number } }>;
}

type Raw = { raw: { width: number; height: number; channels: 4 } };
type Make = ((input: string | Uint8Array | Uint8ClampedArray, options?: Raw) => Sharp) & {
  concurrency: (threads: number) => void;
  cache: (on: boolean) => void;
};

const sharp = createRequire(import.meta.url)("sharp") as Make;
// One thread each for as many pictures as Node works on at a time (UV_THREADPOOL_SIZE): quicker than all threads for one.
sharp.concurrency(1);
sharp.cache(false);

/** A file, by its name or its bytes. */
export async function decode(file: string | Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength),
    width: info.width,
    height: info.height,
  };
}

/** The type of a file, by its bytes. */
export const typeOf = async (file: Uint8Array): Promise<string> => `image/${(await sharp(file).metadata()).format}`;

/** Writes a file: a JPEG as most photos are, or a PNG. */
export async function encode({ data, width, height }: Picture, type: string, file: string): Promise<void> {
  const pixels = sharp(data, { raw: { width, height, channels: 4 } });
  const made = type === "image/png" ? pixels.png() : pixels.jpeg({ quality: 85, chromaSubsampling: "4:2:0" });
  await made.toFile(file);
}

/** sharp has an order of its own for what it does in one go: a chain whose steps are in that order goes through at once. */
const known: readonly Step["kind"][] = [
  "brightness",
  "saturate",
  "colorMatrix",
  "gaussianBlur",
  "convolve",
  "median",
  "resize",
];

export const supports = (steps: readonly Step[]): boolean =>
  steps.every((step) => known.includes(step.kind) && !(step.kind === "gaussianBlur" && step.quality));

export async function run(steps: readonly Step[], pictures: readonly Picture[]): Promise<Picture[]> {
  return Promise.all(
    pictures.map(async ({ data, width, height }) => {
      const given = sharp(data, { raw: { width, height, channels: 4 } });
      const made = await steps.reduce(apply, given).raw().toBuffer({ resolveWithObject: true });
      const bytes = made.data;
      return {
        data: new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        width: made.info.width,
        height: made.info.height,
      };
    }),
  );
}

function apply(image: Sharp, step: Step): Sharp {
  switch (step.kind) {
    case "brightness":
      return image.linear([step.amount, step.amount, step.amount, 1], [0.5, 0.5, 0.5, 0]);
    case "saturate": {
      const m = saturation(step.amount);
      return image.recomb([m.slice(0, 3), m.slice(3, 6), m.slice(6, 9)]);
    }
    case "colorMatrix": {
      const rows = [0, 1, 2, 3].map((row) => step.m.slice(row * 5, row * 5 + 5));
      return image.recomb(rows.map((row) => row.slice(0, 4))).linear(
        [1, 1, 1, 1],
        // Casting cuts the fraction off.
        rows.map((row) => row[4]! * 255 + 0.5),
      );
    }
    case "gaussianBlur":
      return image.blur({ sigma: step.sigma, minAmplitude: Math.exp(-4.5) });
    case "convolve":
      return image.convolve({ width: step.width, height: step.height, kernel: step.kernel });
    case "median":
      return image.median(step.radius * 2 + 1);
    case "resize":
      return image.resize(step.width, step.height, { kernel: "lanczos3", fit: "fill" });
    default:
      throw new Error(`sharp has no ${step.kind}`);
  }
}

/** wasm-vips: libvips in WebAssembly with SIMD and threads of its own. */
import { packageFile, type Rival } from "./contestant.js";
import { saturation, type Picture, type Step } from "./work.js";

export interface Image {
  linear(a: readonly number[], b: readonly number[], options: { uchar: boolean }): Image;
  maplut(table: Image): Image;
  recomb(matrix: Image): Image;
  gaussblur(sigma: number, options: { min_ampl: number; precision: string }): Image;
  conv(mask: Image, options: { precision: string }): Image;
  add(other: Image): Image;
  subtract(other: Image): Image;
  multiply(other: Image): Image;
  cast(format: string): Image;
  sqrt(): Image;
  pow(exponent: number): Image;
  rank(width: number, height: number, index: number): Image;
  resize(scale: number, options: { vscale: number; kernel: string; gap: number }): Image;
  extractBand(band: number, options?: { n: number }): Image;
  bandjoin(others: readonly (Image | number)[]): Image;
  writeToMemory(): Uint8Array<ArrayBuffer>;
  writeToBuffer(suffix: string, options?: { Q: number }): Uint8Array<ArrayBuffer>;
  delete(): void;
  readonly width: number;
  readonly height: number;
}

export interface Vips {
  Image: {
    newFromBuffer(file: Uint8Array, options: string, settings: { access: string }): Image;
    thumbnailBuffer(file: Uint8Array, width: number, settings: { height: number; size: string }): Image;
    newFromMemory(data: Uint8ClampedArray, width: number, height: number, bands: number, format: string): Image;
    newFromArray(array: readonly (readonly number[])[], scale?: number, offset?: number): Image;
    newMatrix(width: number, height: number, array: readonly number[]): Image;
  };
  Cache: { max(count: number): void };
  concurrency(threads: number): void;
  deletionQueue?: { delete(): void }[];
}

/** The definition's kernel ends at three standard deviations; the default ends at 1.8, and is several levels off. */
const SMALLEST = Math.exp(-4.5);

export const vips: Rival = {
  name: "wasm-vips",
  ways: (steps, threads) =>
    steps.some(({ kind }) => kind === "bilateral" || kind === "formula")
      ? []
      : [
          { name: `in a worker, ${threads} threads of its own`, workers: 1, threads },
          { name: `in ${threads} workers with one thread each`, workers: threads, threads: 1 },
        ],
  open: async ({ threads }) => {
    const vips = await load(threads);
    return (steps, picture) => {
      const made: Image[] = [];
      const keep = (image: Image) => {
        made.push(image);
        return image;
      };
      const input = keep(vips.Image.newFromMemory(picture.data, picture.width, picture.height, 4, "uchar"));
      const output = steps.reduce((image, step) => apply(vips, keep, image, step, picture), input);
      const bytes = output.writeToMemory();
      const { width, height } = output;
      for (const image of made) image.delete();
      return { data: new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.byteLength), width, height };
    };
  },
};

/** An instance with so many threads. */
export async function load(threads: number): Promise<Vips> {
  const address = packageFile("wasm-vips/lib/vips-es6.js");
  const { default: make } = (await import(address)) as { default: (options: object) => Promise<Vips> };
  const vips = await make({ dynamicLibraries: [] });
  vips.concurrency(threads);
  // No result of an earlier round may serve for a later one.
  vips.Cache.max(0);
  return vips;
}

function apply(vips: Vips, keep: (image: Image) => Image, image: Image, step: Step, { width }: Picture): Image {
  const matrix = (columns: number, values: readonly number[]) =>
    keep(vips.Image.newMatrix(columns, values.length / columns, values));
  // Casting cuts the fraction off: half a level more rounds it.
  const toBytes = (image: Image, offsets: readonly number[]) =>
    keep(image.linear([1, 1, 1, 1], offsets, { uchar: true }));
  switch (step.kind) {
    case "brightness":
      return keep(image.linear([step.amount, step.amount, step.amount, 1], [0.5, 0.5, 0.5, 0.5], { uchar: true }));
    case "saturate": {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = saturation(step.amount);
      const mixed = keep(image.recomb(matrix(4, [a, b, c, 0, d, e, f, 0, g, h, i, 0, 0, 0, 0, 1])));
      return toBytes(mixed, [0.5, 0.5, 0.5, 0.5]);
    }
    case "colorMatrix": {
      const rows = [0, 1, 2, 3].map((row) => step.m.slice(row * 5, row * 5 + 5));
      const mixed = keep(
        image.recomb(
          matrix(
            4,
            rows.flatMap((row) => row.slice(0, 4)),
          ),
        ),
      );
      return toBytes(
        mixed,
        rows.map((row) => (row[4] ?? 0) * 255 + 0.5),
      );
    }
    case "gaussianBlur":
      return keep(image.gaussblur(step.sigma, { min_ampl: SMALLEST, precision: "integer" }));
    case "convolve":
      return keep(image.conv(matrix(step.width, step.kernel), { precision: "integer" }));
    case "unsharpMask": {
      const blurred = keep(image.gaussblur(step.sigma, { min_ampl: SMALLEST, precision: "integer" }));
      // With an amount of 1 whole numbers do.
      return keep(keep(keep(image.subtract(blurred)).add(image)).cast("uchar"));
    }
    case "sobel": {
      const luma = keep(image.recomb(matrix(4, [0.299, 0.587, 0.114, 0])));
      const grey = keep(keep(luma.linear([1], [0.5], { uchar: true })).cast("short"));
      const across = keep(grey.conv(matrix(3, [-1, 0, 1, -2, 0, 2, -1, 0, 1]), { precision: "integer" }));
      const down = keep(grey.conv(matrix(3, [-1, -2, -1, 0, 0, 0, 1, 2, 1]), { precision: "integer" }));
      const squares = keep(keep(across.multiply(across)).add(keep(down.multiply(down))));
      const edges = keep(keep(squares.pow(0.5)).linear([1], [0.5], { uchar: true }));
      return keep(edges.bandjoin([edges, edges, keep(image.extractBand(3))]));
    }
    case "median": {
      // `median` takes another rank than the middle one, and is 100 levels off.
      const size = step.radius * 2 + 1;
      return keep(image.rank(size, size, (size * size) >> 1));
    }
    case "bilateral":
    case "formula":
      throw new Error("libvips has none");
    case "resize":
      return keep(
        image.resize(step.width / width, {
          vscale: step.width / width,
          kernel: "lanczos3",
          gap: 0,
        }),
      );
  }
}

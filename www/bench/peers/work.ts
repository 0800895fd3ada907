/** The work that everyone is given, told once: as our own chain, which each rival reads in its own terms. */

/** One filter, by our names and parameters (the filters' definitions are those of the package). */
export type Step =
  | { kind: "brightness"; amount: number }
  | { kind: "saturate"; amount: number }
  | { kind: "colorMatrix"; m: readonly number[] }
  | { kind: "gaussianBlur"; sigma: number; quality?: "fast" }
  | { kind: "convolve"; width: 3; height: 3; kernel: readonly number[] }
  | { kind: "unsharpMask"; sigma: number; amount: number }
  | { kind: "sobel" }
  | { kind: "median"; radius: number }
  | { kind: "bilateral"; radius: number; sigmaSpace: number; sigmaColor: number }
  | { kind: "resize"; width: number; height: number }
  /** Only {@link formula}: the others have these formulas in their own language. */
  | typeof formula;

/** A formula for each colour: of itself, of the pixel, and of the place. */
export const formula = {
  kind: "formula",
  r: "r * 1.2",
  g: "mix(g, luma, 0.3)",
  b: "b + 0.1 * sin(x / 20)",
} as const;

/** RGBA bytes, rows from top to bottom. */
export interface Picture {
  data: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
}

export interface Line {
  name: string;
  steps: readonly Step[];
  /** How many pictures of which size. */
  count: number;
  size: readonly [width: number, height: number];
  /** How many times faster than the fastest other one in a browser we want to be. */
  mark: number;
  /** The one that the mark is against, where it is not the fastest. */
  against?: string;
  /** Who is further from the definition than that, in levels of 255, has done other work and does not count. */
  limit: { largest: number; mean: number };
}

const photos = { count: 16, size: [1920, 1080] } as const;
/** Rounding in another direction, or once more. */
const rounding = { largest: 1, mean: 0.5 };
/** Bytes between the passes, and kernels of whole numbers. */
const bytes = { largest: 3, mean: 0.75 };

/** Warmer, more contrast, channels mixed. */
const matrix = [1.25, -0.15, 0.05, 0, 0.02, -0.1, 1.2, 0, 0, 0.01, 0.05, -0.2, 1.1, 0, -0.03, 0, 0, 0, 1, 0];
const sharpen = { kind: "convolve", width: 3, height: 3, kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0] } as const;

export const lines: readonly Line[] = [
  { name: "brightness ×1.5", steps: [{ kind: "brightness", amount: 1.5 }], mark: 4, limit: rounding, ...photos },
  { name: "4×5 colour matrix", steps: [{ kind: "colorMatrix", m: matrix }], mark: 3, limit: rounding, ...photos },
  { name: "Gaussian σ 2", steps: [{ kind: "gaussianBlur", sigma: 2 }], mark: 2.5, limit: bytes, ...photos },
  { name: "Gaussian σ 8", steps: [{ kind: "gaussianBlur", sigma: 8 }], mark: 2, limit: bytes, ...photos },
  {
    name: "Gaussian σ 30",
    steps: [{ kind: "gaussianBlur", sigma: 30 }],
    mark: 1,
    against: "wasm-vips",
    limit: bytes,
    ...photos,
  },
  {
    name: "Gaussian σ 30, fast",
    steps: [{ kind: "gaussianBlur", sigma: 30, quality: "fast" }],
    mark: 4,
    against: "canvas",
    limit: { largest: 12, mean: 1 },
    ...photos,
  },
  { name: "sharpen 3×3", steps: [sharpen], mark: 2.5, limit: rounding, ...photos },
  {
    name: "unsharp mask σ 2",
    steps: [{ kind: "unsharpMask", sigma: 2, amount: 1 }],
    mark: 3,
    limit: bytes,
    ...photos,
  },
  // Luma that is off by one makes a gradient that is off by four.
  { name: "Sobel", steps: [{ kind: "sobel" }], mark: 3, limit: { largest: 6, mean: 0.5 }, ...photos },
  { name: "median 3×3", steps: [{ kind: "median", radius: 1 }], mark: 10, limit: rounding, ...photos },
  { name: "median 9×9", steps: [{ kind: "median", radius: 4 }], mark: 4, limit: rounding, ...photos },
  {
    name: "bilateral, radius 4",
    steps: [{ kind: "bilateral", radius: 4, sigmaSpace: 3, sigmaColor: 30 }],
    mark: 3,
    limit: rounding,
    ...photos,
    count: 8,
  },
  {
    name: "blur σ 2, saturate, sharpen",
    steps: [{ kind: "gaussianBlur", sigma: 2 }, { kind: "saturate", amount: 1.5 }, sharpen],
    mark: 3,
    // What a blur may be off by, four times: saturating and sharpening make so much of it.
    limit: { largest: 20, mean: 3 },
    ...photos,
  },
  { name: "a formula for each colour", steps: [formula], mark: 3, limit: rounding, ...photos },
  {
    name: "resize to 1200×900, Lanczos",
    steps: [{ kind: "resize", width: 1200, height: 900 }],
    mark: 2,
    limit: { largest: 10, mean: 1 },
    count: 4,
    size: [4000, 3000],
  },
];

/** `saturate` as a matrix on red, green and blue: that of CSS Filter Effects. */
export function saturation(amount: number): number[] {
  const [r, g, b] = [0.213, 0.715, 0.072].map((weight) => weight * (1 - amount)) as [number, number, number];
  return [r + amount, g, b, r, g + amount, b, r, g, b + amount];
}

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
  | { kind: "equalize" }
  | { kind: "clahe"; clipLimit: number; tilesX: number; tilesY: number }
  | { kind: "nlm"; patchRadius: number; searchRadius: number; h: number }
  | { kind: "morphology"; op: "dilate"; shape: "square" | "disk"; radius: number }
  | { kind: "canny"; low: number; high: number }
  | { kind: "rotate"; degrees: number; expand: false }
  | { kind: "warp"; matrix: readonly number[]; width: number; height: number }
  | { kind: "lut3d"; size: number; table: readonly number[]; interp: "tetrahedral" }
  | { kind: "crop"; x: number; y: number; width: number; height: number }
  | { kind: "flipH" | "flipV" | "rotate90" | "rotate180" }
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

/** Weights between pixels in fewer bits, of a browser's canvas or an old processor's. */
const placed = { largest: 8, mean: 0.75 };

/** Warmer, more contrast, channels mixed. */
const matrix = [1.25, -0.15, 0.05, 0, 0.02, -0.1, 1.2, 0, 0, 0.01, 0.05, -0.2, 1.1, 0, -0.03, 0, 0, 0, 1, 0];
const sharpen = { kind: "convolve", width: 3, height: 3, kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0] } as const;

/** 33 entries a side, bent and mixed, as a table of a film's look is. */
const LOOK = 33;
const look = Array.from({ length: LOOK ** 3 }, (_, i) => {
  const [r, g, b] = [i % LOOK, Math.floor(i / LOOK) % LOOK, Math.floor(i / LOOK ** 2)].map(
    (place) => place / (LOOK - 1),
  ) as [number, number, number];
  return [0.9 * r ** 0.8 + 0.1 * g, 0.8 * g ** 1.1 + 0.15 * b, 0.85 * b ** 1.3 + 0.05 + 0.1 * r * g].map(
    (value) => Math.round(value * 1e6) / 1e6,
  );
}).flat();

/** Beside a plain copy: at most 1.5 times its cost. The copy's result is another one, of course. */
const copied = { mark: 0.67, against: "a plain copy", limit: rounding, ...photos };

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
  { name: "equalize", steps: [{ kind: "equalize" }], mark: 2.5, limit: rounding, ...photos },
  {
    name: "CLAHE 8×8",
    steps: [{ kind: "clahe", clipLimit: 2, tilesX: 8, tilesY: 8 }],
    mark: 3,
    // Its way through YCrCb rounds colours, and cuts off what luma would move beyond white.
    limit: { largest: 64, mean: 1.5 },
    ...photos,
  },
  {
    name: "non-local means 7×7 in 21×21",
    steps: [{ kind: "nlm", patchRadius: 3, searchRadius: 10, h: 12 }],
    mark: 10,
    limit: rounding,
    count: 2,
    size: [960, 540],
  },
  {
    name: "dilate, square, radius 5",
    steps: [{ kind: "morphology", op: "dilate", shape: "square", radius: 5 }],
    mark: 4,
    limit: rounding,
    ...photos,
  },
  {
    name: "dilate, disk, radius 5",
    steps: [{ kind: "morphology", op: "dilate", shape: "disk", radius: 5 }],
    mark: 4,
    limit: rounding,
    ...photos,
  },
  {
    name: "Canny",
    steps: [{ kind: "canny", low: 100, high: 200 }],
    mark: 2,
    // Luma that is off by one decides here and there about a pixel.
    limit: { largest: 255, mean: 0.5 },
    ...photos,
  },
  { name: "rotate 30°", steps: [{ kind: "rotate", degrees: 30, expand: false }], mark: 3, limit: placed, ...photos },
  {
    name: "warp, bilinear",
    steps: [{ kind: "warp", matrix: [0.9, 0.2, -40, -0.15, 1.1, 60, 0, 0, 1], width: 1920, height: 1080 }],
    mark: 3,
    limit: placed,
    ...photos,
  },
  {
    name: "table of colours 33³, tetrahedral",
    steps: [{ kind: "lut3d", size: LOOK, table: look, interp: "tetrahedral" }],
    mark: 5,
    limit: rounding,
    ...photos,
  },
  { name: "crop to 1600×900", steps: [{ kind: "crop", x: 160, y: 90, width: 1600, height: 900 }], ...copied },
  { name: "flip horizontally", steps: [{ kind: "flipH" }], ...copied },
  { name: "flip vertically", steps: [{ kind: "flipV" }], ...copied },
  { name: "rotate 90°", steps: [{ kind: "rotate90" }], ...copied },
  { name: "rotate 180°", steps: [{ kind: "rotate180" }], ...copied },
];

/** What a chain makes of a size. */
export function sizeAfter(steps: readonly Step[], [width, height]: readonly [number, number]): [number, number] {
  return steps.reduce<[number, number]>(
    ([width, height], step) => {
      if (step.kind === "rotate90") return [height, width];
      return step.kind === "resize" || step.kind === "crop" || step.kind === "warp"
        ? [step.width, step.height]
        : [width, height];
    },
    [width, height],
  );
}

type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];
type Moved = Extract<Step, { kind: "rotate" | "warp" }>;

/** From places of the picture to those of the result: `x' = a·x + b·y + c`, `y' = d·x + e·y + f`. */
export function forwardOf(step: Moved, { width, height }: { width: number; height: number }): Affine {
  if (step.kind === "warp") return step.matrix.slice(0, 6) as unknown as Affine;
  const [c, s] = [Math.cos((step.degrees * Math.PI) / 180), Math.sin((step.degrees * Math.PI) / 180)];
  const [x, y] = [width / 2, height / 2];
  return [c, -s, x - c * x + s * y, s, c, y - s * x - c * y];
}

/** And back. */
export function inverseOf(step: Moved, size: { width: number; height: number }): Affine {
  const [a, b, c, d, e, f] = forwardOf(step, size);
  const determinant = a * e - b * d;
  const [A, B, D, E] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [A, B, -(A * c + B * f), D, E, -(D * c + E * f)];
}

/** A square or a disk as rows of 0 and 1. */
export function shapeOf({ shape, radius }: { shape: "square" | "disk"; radius: number }): number[][] {
  const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  return offsets.map((dy) => offsets.map((dx) => (shape === "square" || dx * dx + dy * dy <= radius * radius ? 1 : 0)));
}

/** `saturate` as a matrix on red, green and blue: that of CSS Filter Effects. */
export function saturation(amount: number): number[] {
  const [r, g, b] = [0.213, 0.715, 0.072].map((weight) => weight * (1 - amount)) as [number, number, number];
  return [r + amount, g, b, r, g + amount, b, r, g, b + amount];
}

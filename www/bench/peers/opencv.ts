/** OpenCV.js as its package is: WebAssembly without SIMD and threads. */
import { onPageOrInWorkers, packageFile, type Rival } from "./contestant.js";
import { COPIED } from "./copy.js";
import { forwardOf, saturation, shapeOf, type Step } from "./work.js";

interface Mat {
  data: Uint8Array;
  cols: number;
  rows: number;
  convertTo(to: Mat, type: number, scale?: number, offset?: number): void;
  delete(): void;
}

interface Vector {
  get(index: number): Mat;
  set(index: number, mat: Mat): void;
  delete(): void;
}

interface OpenCv {
  Mat: new (rows?: number, columns?: number, type?: number) => Mat;
  MatVector: new () => Vector;
  CLAHE: new (limit: number, tiles: object) => { apply(from: Mat, to: Mat): void; delete(): void };
  split(from: Mat, to: Vector): void;
  merge(from: Vector, to: Mat): void;
  dilate(from: Mat, to: Mat, kernel: Mat): void;
  Canny(from: Mat, to: Mat, low: number, high: number, size: number, l2: boolean): void;
  warpAffine(from: Mat, to: Mat, matrix: Mat, size: object, how: number, border: number, ground: object): void;
  Scalar: new (...values: readonly number[]) => object;
  Size: new (width: number, height: number) => object;
  matFromArray(rows: number, columns: number, type: number, values: readonly number[]): Mat;
  LUT(from: Mat, table: Mat, to: Mat): void;
  transform(from: Mat, to: Mat, matrix: Mat): void;
  stackBlur(from: Mat, to: Mat, size: object): void;
  sepFilter2D(from: Mat, to: Mat, depth: number, x: Mat, y: Mat, anchor: object, delta: number, border: number): void;
  filter2D(from: Mat, to: Mat, depth: number, kernel: Mat, anchor: object, delta: number, border: number): void;
  addWeighted(a: Mat, alpha: number, b: Mat, beta: number, gamma: number, to: Mat): void;
  cvtColor(from: Mat, to: Mat, code: number): void;
  Sobel(
    from: Mat,
    to: Mat,
    depth: number,
    x: number,
    y: number,
    size: number,
    scale: number,
    delta: number,
    border: number,
  ): void;
  magnitude(x: Mat, y: Mat, to: Mat): void;
  medianBlur(from: Mat, to: Mat, size: number): void;
  bilateralFilter(from: Mat, to: Mat, size: number, color: number, space: number, border: number): void;
  resize(from: Mat, to: Mat, size: object, x: number, y: number, how: number): void;
  Point: new (x: number, y: number) => object;
  onRuntimeInitialized?: () => void;
  readonly CV_8UC4: number;
  readonly CV_8U: number;
  readonly CV_32F: number;
  readonly BORDER_REPLICATE: number;
  readonly COLOR_RGBA2GRAY: number;
  readonly COLOR_RGBA2RGB: number;
  readonly COLOR_RGB2RGBA: number;
  readonly COLOR_GRAY2RGBA: number;
  readonly COLOR_RGB2YCrCb: number;
  readonly COLOR_YCrCb2RGB: number;
  readonly CV_64F: number;
  readonly INTER_LINEAR: number;
  readonly BORDER_CONSTANT: number;
  readonly INTER_AREA: number;
}

export const opencv: Rival = {
  name: "OpenCV.js",
  ways: (steps, threads) =>
    steps.some(
      ({ kind }) =>
        kind === "equalize" || kind === "nlm" || kind === "lut3d" || kind === "formula" || COPIED.includes(kind),
    )
      ? []
      : onPageOrInWorkers(threads),
  open: async () => {
    const { cv } = await load();
    // Matrices are kept from picture to picture: making them anew is slower, and leaks where one is forgotten.
    const kept = new Map<string, Mat>();
    const mat = (name: string) => {
      const mat = kept.get(name) ?? new cv.Mat();
      kept.set(name, mat);
      return mat;
    };
    return (steps, { data, width, height }) => {
      let from = mat("input");
      if (from.cols !== width || from.rows !== height) {
        from.delete();
        from = new cv.Mat(height, width, cv.CV_8UC4);
        kept.set("input", from);
      }
      from.data.set(data);
      steps.forEach((step, index) => {
        const to = mat(`output ${index}`);
        apply(cv, mat, from, to, step);
        from = to;
      });
      return { data: new Uint8ClampedArray(from.data), width: from.cols, height: from.rows };
    };
  },
};

/** In an object, since the module has a `then` that resolves to the module again, for ever. */
export async function load(): Promise<{ cv: OpenCv }> {
  const scope = globalThis as typeof globalThis & {
    cv?: OpenCv | Promise<OpenCv>;
    importScripts?: (url: string) => void;
  };
  const address = packageFile("@techstark/opencv-js/dist/opencv.js");
  if (scope.importScripts) scope.importScripts(address);
  else {
    await new Promise<void>((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error("OpenCV.js does not load"));
      document.head.append(script);
    });
  }
  // Since version 5 it is a promise.
  const cv = scope.cv instanceof Promise ? await scope.cv : scope.cv;
  if (!cv) throw new Error("OpenCV.js gives no cv");
  const isReady = (cv as Partial<OpenCv>).Mat !== undefined;
  if (!isReady) await new Promise<void>((resolve) => (cv.onRuntimeInitialized = resolve));
  return { cv };
}

function apply(cv: OpenCv, mat: (name: string) => Mat, from: Mat, to: Mat, step: Step): void {
  const centre = new cv.Point(-1, -1);
  const withMatrix = (rows: number, values: readonly number[], use: (matrix: Mat) => void) => {
    const matrix = cv.matFromArray(rows, values.length / rows, cv.CV_32F, values);
    use(matrix);
    matrix.delete();
  };
  // More than twice as fast here as `GaussianBlur`, which rounds as on every other machine.
  const blur = (sigma: number, to: Mat) => {
    const radius = Math.ceil(3 * sigma);
    const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
      Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const values = weights.map((weight) => weight / total);
    withMatrix(1, values, (kernel) => cv.sepFilter2D(from, to, -1, kernel, kernel, centre, 0, cv.BORDER_REPLICATE));
  };
  switch (step.kind) {
    case "brightness": {
      // Alpha too, but that is at its end already.
      const values = Array.from({ length: 256 }, (_, value) => Math.min(255, Math.floor(value * step.amount + 0.5)));
      const table = cv.matFromArray(1, 256, cv.CV_8U, values);
      cv.LUT(from, table, to);
      table.delete();
      break;
    }
    case "saturate": {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = saturation(step.amount);
      const values = [a, b, c, 0, d, e, f, 0, g, h, i, 0, 0, 0, 0, 1];
      withMatrix(4, values, (matrix) => cv.transform(from, to, matrix));
      break;
    }
    case "colorMatrix": {
      const values = step.m.map((value, index) => (index % 5 === 4 ? value * 255 : value));
      withMatrix(4, values, (matrix) => cv.transform(from, to, matrix));
      break;
    }
    case "gaussianBlur":
      if (step.quality === "fast") {
        // A pyramid of this radius has the variance wanted.
        const radius = Math.round(Math.sqrt(6 * step.sigma ** 2 + 1) - 1);
        cv.stackBlur(from, to, new cv.Size(2 * radius + 1, 2 * radius + 1));
      } else blur(step.sigma, to);
      break;
    case "convolve":
      withMatrix(3, step.kernel, (kernel) => cv.filter2D(from, to, -1, kernel, centre, 0, cv.BORDER_REPLICATE));
      break;
    case "unsharpMask":
      blur(step.sigma, mat("blurred"));
      cv.addWeighted(from, 1 + step.amount, mat("blurred"), -step.amount, 0, to);
      break;
    case "sobel":
      cv.cvtColor(from, mat("grey"), cv.COLOR_RGBA2GRAY);
      cv.Sobel(mat("grey"), mat("across"), cv.CV_32F, 1, 0, 3, 1, 0, cv.BORDER_REPLICATE);
      cv.Sobel(mat("grey"), mat("down"), cv.CV_32F, 0, 1, 3, 1, 0, cv.BORDER_REPLICATE);
      cv.magnitude(mat("across"), mat("down"), mat("length"));
      mat("length").convertTo(mat("edges"), cv.CV_8U);
      cv.cvtColor(mat("edges"), to, cv.COLOR_GRAY2RGBA);
      break;
    case "median":
      cv.medianBlur(from, to, step.radius * 2 + 1);
      break;
    case "formula":
      throw new Error("OpenCV has none");
    case "bilateral": {
      const { radius, sigmaColor, sigmaSpace } = step;
      cv.cvtColor(from, mat("colours"), cv.COLOR_RGBA2RGB);
      cv.bilateralFilter(mat("colours"), mat("smooth"), 2 * radius + 1, sigmaColor, sigmaSpace, cv.BORDER_REPLICATE);
      cv.cvtColor(mat("smooth"), to, cv.COLOR_RGB2RGBA);
      break;
    }
    case "resize":
      // Its Lanczos does not reach further where it makes smaller: the mean of areas is what it has for that.
      cv.resize(from, to, new cv.Size(step.width, step.height), 0, 0, cv.INTER_AREA);
      break;
    case "clahe": {
      cv.cvtColor(from, mat("colours"), cv.COLOR_RGBA2RGB);
      cv.cvtColor(mat("colours"), mat("converted"), cv.COLOR_RGB2YCrCb);
      const planes = new cv.MatVector();
      cv.split(mat("converted"), planes);
      const luma = planes.get(0);
      const clahe = new cv.CLAHE(step.clipLimit, new cv.Size(step.tilesX, step.tilesY));
      clahe.apply(luma, luma);
      planes.set(0, luma);
      cv.merge(planes, mat("converted"));
      cv.cvtColor(mat("converted"), mat("colours"), cv.COLOR_YCrCb2RGB);
      cv.cvtColor(mat("colours"), to, cv.COLOR_RGB2RGBA);
      for (const one of [luma, planes, clahe]) one.delete();
      break;
    }
    case "morphology": {
      const rows = shapeOf(step);
      const kernel = cv.matFromArray(rows.length, rows.length, cv.CV_8U, rows.flat());
      cv.dilate(from, to, kernel);
      kernel.delete();
      break;
    }
    case "canny":
      cv.cvtColor(from, mat("grey"), cv.COLOR_RGBA2GRAY);
      cv.Canny(mat("grey"), mat("edges"), step.low, step.high, 3, false);
      cv.cvtColor(mat("edges"), to, cv.COLOR_GRAY2RGBA);
      break;
    case "rotate":
    case "warp": {
      const [a, b, c, d, e, f] = forwardOf(step, { width: from.cols, height: from.rows });
      // Its pixels lie at whole numbers.
      const matrix = [a, b, c + (a + b - 1) / 2, d, e, f + (d + e - 1) / 2];
      const moved = cv.matFromArray(2, 3, cv.CV_64F, matrix);
      const size = new cv.Size(from.cols, from.rows);
      cv.warpAffine(from, to, moved, size, cv.INTER_LINEAR, cv.BORDER_CONSTANT, new cv.Scalar(0, 0, 0, 0));
      moved.delete();
      break;
    }
    default:
      throw new Error(`OpenCV.js has no such ${step.kind}`);
  }
}

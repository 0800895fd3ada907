/** OpenCV.js, on bytes. What is only a table or a sum of the caller's own is left out. */
import { load } from "../../peers/opencv.ts";
import { GRADIENTS, matrixOf, shapeOf } from "./terms.mjs";

const BORDERS = {
  clamp: "BORDER_REPLICATE",
  reflect: "BORDER_REFLECT",
  reflect101: "BORDER_REFLECT_101",
  wrap: "BORDER_WRAP",
  transparent: "BORDER_CONSTANT",
};
const INTERPOLATIONS = {
  nearest: "INTER_NEAREST",
  bilinear: "INTER_LINEAR",
  bicubic: "INTER_CUBIC",
  lanczos3: "INTER_LANCZOS4",
  box: "INTER_AREA",
};
const MORPHOLOGY = {
  erode: "MORPH_ERODE",
  dilate: "MORPH_DILATE",
  open: "MORPH_OPEN",
  close: "MORPH_CLOSE",
  gradient: "MORPH_GRADIENT",
  tophat: "MORPH_TOPHAT",
  blackhat: "MORPH_BLACKHAT",
};

/** One call: every matrix of it is deleted at its end. */
function run(cv, op, p, picture) {
  const made = [];
  const keep = (mat) => {
    made.push(mat);
    return mat;
  };
  const mat = () => keep(new cv.Mat());
  const into = (make, from) => {
    const to = mat();
    make(from, to);
    return to;
  };
  const matrix = (rows, type = cv.CV_32F) => keep(cv.matFromArray(rows.length, rows[0].length, type, rows.flat()));
  const source = keep(new cv.Mat(picture.height, picture.width, cv.CV_8UC4));
  source.data.set(picture.data);
  const centre = new cv.Point(-1, -1);
  const border = BORDERS[p.border] && cv[BORDERS[p.border]];
  /** Of the colours alone; alpha is put back. */
  const ofColours = (make) => {
    const colours = into((from, to) => cv.cvtColor(from, to, cv.COLOR_RGBA2RGB), source);
    const result = into((from, to) => cv.cvtColor(from, to, cv.COLOR_RGB2RGBA), make(colours));
    return withAlpha(result);
  };
  const withAlpha = (result) => {
    for (let i = 3; i < result.data.length; i += 4) result.data[i] = source.data[i];
    return result;
  };
  const grey = () => into((from, to) => cv.cvtColor(from, to, cv.COLOR_RGBA2GRAY), source);
  const ofGrey = (result) => withAlpha(into((from, to) => cv.cvtColor(from, to, cv.COLOR_GRAY2RGBA), result));
  const rounded = (from) => into((from, to) => from.convertTo(to, cv.CV_8U), from);
  /** Luma is replaced; colours are moved by as much, as OpenCV's own YCrCb does. */
  const ofLuma = (make) =>
    ofColours((colours) => {
      const converted = into((from, to) => cv.cvtColor(from, to, cv.COLOR_RGB2YCrCb), colours);
      const planes = keep(new cv.MatVector());
      cv.split(converted, planes);
      const luma = keep(planes.get(0));
      planes.set(0, into(make, luma));
      const merged = into((from, to) => cv.merge(from, to), planes);
      return into((from, to) => cv.cvtColor(from, to, cv.COLOR_YCrCb2RGB), merged);
    });
  const warped = (matrix, width, height, interp) => {
    const to = mat();
    const [r, g, b, a] = p.background;
    const size = new cv.Size(width, height);
    const ground = new cv.Scalar(r, g, b, a);
    cv.warpPerspective(source, to, matrix, size, cv[INTERPOLATIONS[interp]], cv.BORDER_CONSTANT, ground);
    return to;
  };

  const apply = () => {
    // Its filters end with an error, after which the module is of no use.
    if (p.border === "wrap") return undefined;
    switch (op) {
      case "brightness":
      case "multiply":
        return ofColours((from) => into((from, to) => from.convertTo(to, -1, p.amount ?? p.factor, 0), from));
      case "contrast":
        return ofColours((from) => into((from, to) => from.convertTo(to, -1, p.amount, (1 - p.amount) * 127.5), from));
      case "saturate":
      case "hueRotate":
      case "grayscale":
      case "sepia":
      case "channelMixer": {
        const rows = matrixOf(op, p).map((row) => row.slice(0, 3));
        return ofColours((from) => into((from, to) => cv.transform(from, to, matrix(rows)), from));
      }
      case "colorMatrix": {
        const rows = matrixOf(op, p).map((row) => [...row.slice(0, 4), row[4] * 255]);
        return into((from, to) => cv.transform(from, to, matrix(rows)), source);
      }
      case "invert":
        return p.amount < 1 ? undefined : ofColours((from) => into((from, to) => cv.bitwise_not(from, to), from));
      case "gray":
        return ofGrey(grey());
      case "threshold":
        return ofGrey(into((from, to) => cv.threshold(from, to, p.t, 255, cv.THRESH_BINARY), grey()));
      case "otsu":
        return ofGrey(into((from, to) => cv.threshold(from, to, 0, 255, cv.THRESH_BINARY + cv.THRESH_OTSU), grey()));
      case "adaptiveThreshold": {
        const how = p.method === "mean" ? cv.ADAPTIVE_THRESH_MEAN_C : cv.ADAPTIVE_THRESH_GAUSSIAN_C;
        return ofGrey(
          into((from, to) => cv.adaptiveThreshold(from, to, 255, how, cv.THRESH_BINARY, 2 * p.radius + 1, p.c), grey()),
        );
      }
      case "equalize":
        if (p.mode === "luma") return ofLuma((from, to) => cv.equalizeHist(from, to));
        return ofColours((colours) => {
          const planes = keep(new cv.MatVector());
          cv.split(colours, planes);
          for (let i = 0; i < 3; i++)
            planes.set(
              i,
              into((from, to) => cv.equalizeHist(from, to), keep(planes.get(i))),
            );
          return into((from, to) => cv.merge(from, to), planes);
        });
      case "clahe": {
        const clahe = keep(new cv.CLAHE(p.clipLimit, new cv.Size(p.tilesX, p.tilesY)));
        return ofLuma((from, to) => clahe.apply(from, to));
      }
      case "gaussianBlur": {
        if (p.space === "linear") return undefined;
        const side = 2 * Math.ceil(3 * p.sigma) + 1;
        return into((from, to) => cv.GaussianBlur(from, to, new cv.Size(side, side), p.sigma, p.sigma, border), source);
      }
      case "boxBlur": {
        const side = 2 * p.radius + 1;
        return into((from, to) => cv.blur(from, to, new cv.Size(side, side), centre, border), source);
      }
      case "median":
        if (p.border !== "clamp") return undefined;
        return ofColours((from) => into((from, to) => cv.medianBlur(from, to, 2 * p.radius + 1), from));
      case "bilateral":
        return ofColours((from) =>
          into((from, to) => cv.bilateralFilter(from, to, 2 * p.radius + 1, p.sigmaColor, p.sigmaSpace, border), from),
        );
      case "morphology": {
        const shape = matrix(shapeOf(p), cv.CV_8U);
        return ofColours((from) => into((from, to) => cv.morphologyEx(from, to, cv[MORPHOLOGY[p.op]], shape), from));
      }
      case "convolve": {
        const total = [...p.kernel].reduce((sum, weight) => sum + weight, 0);
        const divisor = p.divisor ?? (Math.abs(total) < 1e-9 ? 1 : total);
        const rows = Array.from({ length: p.height }, (_, y) =>
          [...p.kernel].slice(y * p.width, (y + 1) * p.width).map((weight) => weight / divisor),
        );
        const filter = (from) =>
          into((from, to) => cv.filter2D(from, to, -1, matrix(rows), centre, p.bias, border), from);
        return p.preserveAlpha ? ofColours(filter) : filter(source);
      }
      case "unsharpMask": {
        if (p.threshold > 0) return undefined;
        const side = 2 * Math.ceil(3 * p.sigma) + 1;
        return ofColours((from) => {
          const size = new cv.Size(side, side);
          const blurred = into((from, to) => cv.GaussianBlur(from, to, size, p.sigma, p.sigma, border), from);
          return into((from, to) => cv.addWeighted(from, 1 + p.amount, blurred, -p.amount, 0, to), from);
        });
      }
      case "sobel":
      case "scharr":
      case "prewitt": {
        const smooth = GRADIENTS[op];
        const along = (x) =>
          into(
            (from, to) =>
              cv.sepFilter2D(
                from,
                to,
                cv.CV_32F,
                matrix([x ? [-1, 0, 1] : smooth]),
                matrix([x ? smooth : [-1, 0, 1]]),
                centre,
                0,
                border,
              ),
            grey(),
          );
        const scaled = (from) => into((from, to) => cv.convertScaleAbs(from, to, p.scale, 0), from);
        if (p.mode === "x" || p.mode === "y") return ofGrey(scaled(along(p.mode === "x")));
        if (p.mode === "l1") {
          const [x, y] = [true, false].map((x) => {
            const gradient = along(x);
            gradient.data32F.forEach((value, i) => (gradient.data32F[i] = Math.abs(value)));
            return gradient;
          });
          return ofGrey(rounded(into((from, to) => cv.addWeighted(x, p.scale, y, p.scale, 0, to), x)));
        }
        return ofGrey(scaled(into((from, to) => cv.magnitude(along(true), along(false), to), source)));
      }
      case "laplacian": {
        if (p.neighbours !== 4) return undefined;
        const found = into((from, to) => cv.Laplacian(from, to, cv.CV_32F, 1, p.scale, 0, border), grey());
        return ofGrey(into((from, to) => cv.convertScaleAbs(from, to, 1, 0), found));
      }
      case "canny":
        if (p.sigma > 0) return undefined;
        return ofGrey(into((from, to) => cv.Canny(from, to, p.low, p.high, 3, p.l2), grey()));
      case "resize": {
        if (p.space === "linear") return undefined;
        const size = new cv.Size(p.width, p.height);
        return into((from, to) => cv.resize(from, to, size, 0, 0, cv[INTERPOLATIONS[p.filter]]), source);
      }
      case "crop":
        return into((from, to) => from.copyTo(to), keep(source.roi(new cv.Rect(p.x, p.y, p.width, p.height))));
      case "pad": {
        const [r, g, b, a] = p.background;
        return into(
          (from, to) =>
            cv.copyMakeBorder(
              from,
              to,
              p.top,
              p.bottom,
              p.left,
              p.right,
              cv.BORDER_CONSTANT,
              new cv.Scalar(r, g, b, a),
            ),
          source,
        );
      }
      case "flipH":
        return into((from, to) => cv.flip(from, to, 1), source);
      case "flipV":
        return into((from, to) => cv.flip(from, to, 0), source);
      case "transpose":
        return into((from, to) => cv.transpose(from, to), source);
      case "rotate90":
        return into((from, to) => cv.rotate(from, to, cv.ROTATE_90_CLOCKWISE), source);
      case "rotate180":
        return into((from, to) => cv.rotate(from, to, cv.ROTATE_180), source);
      case "rotate270":
        return into((from, to) => cv.rotate(from, to, cv.ROTATE_90_COUNTERCLOCKWISE), source);
      case "rotate": {
        if (p.expand) return undefined;
        const [w, h] = [picture.width, picture.height];
        const [c, s] = [Math.cos((p.degrees * Math.PI) / 180), Math.sin((p.degrees * Math.PI) / 180)];
        // Its pixels lie at whole numbers.
        const [x, y] = [(w - 1) / 2, (h - 1) / 2];
        const turned = matrix(
          [
            [c, -s, x - c * x + s * y],
            [s, c, y - s * x - c * y],
            [0, 0, 1],
          ],
          cv.CV_64F,
        );
        return warped(turned, w, h, p.interp);
      }
      case "warp": {
        const [a, b, c, d, e, f, g, h, i] = p.matrix;
        // From corners of pixels to their middles.
        const half = (m) => {
          const [a, b, c, d, e, f, g, h, i] = m;
          const right = [a, b, c + (a + b) / 2, d, e, f + (d + e) / 2, g, h, i + (g + h) / 2];
          const [A, B, C, D, E, F, G, H, I] = right;
          return [
            [A - G / 2, B - H / 2, C - I / 2],
            [D - G / 2, E - H / 2, F - I / 2],
            [G, H, I],
          ];
        };
        return warped(matrix(half([a, b, c, d, e, f, g, h, i]), cv.CV_64F), p.width, p.height, p.interp);
      }
      default:
        return undefined;
    }
  };

  try {
    const result = apply();
    return result && { data: new Uint8ClampedArray(result.data), width: result.cols, height: result.rows };
  } finally {
    for (const one of made) one.delete();
  }
}

export const opencv = {
  name: "OpenCV.js",
  package: "@techstark/opencv-js",
  text: "`convertTo`, `transform`, `cvtColor` (YCrCb around `equalizeHist` and `CLAHE`), `GaussianBlur`, `blur`, `medianBlur`, `bilateralFilter`, `filter2D`, `morphologyEx`, `Sobel`'s kernels by `sepFilter2D`, `Laplacian`, `Canny`, `threshold`, `resize` with the `INTER_…` of the same name, `warpPerspective`, `copyMakeBorder`. Borders are its own of the same rule (it has no `wrap`), kernels reach as far as the definition's. It knows no alpha: where a definition copies alpha it is given the colours alone, else all four channels as they are.",
  async open() {
    const { cv } = await load();
    return async (op, p, picture) => {
      try {
        return await run(cv, op, p, picture);
      } catch (error) {
        throw typeof error === "number" ? new Error(cv.exceptionFromPtr(error).msg) : error;
      }
    };
  },
};

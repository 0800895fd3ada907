/** image-js, in plain JavaScript. */
import * as IJS from "../../peers/node_modules/image-js/lib/index.js";
import { GRADIENTS, shapeOf } from "./terms.mjs";

const BORDERS = {
  clamp: "replicate",
  reflect: "reflect",
  reflect101: "reflect101",
  wrap: "wrap",
  transparent: "constant",
};
const INTERPOLATIONS = { nearest: "nearest", bilinear: "bilinear", bicubic: "bicubic" };
const MORPHOLOGY = {
  erode: "erode",
  dilate: "dilate",
  open: "open",
  close: "close",
  gradient: "morphologicalGradient",
  tophat: "topHat",
  blackhat: "bottomHat",
};

function rows(values, width) {
  return Array.from({ length: values.length / width }, (_, y) => values.slice(y * width, (y + 1) * width));
}

function run(op, p, { data, width, height }) {
  const source = new IJS.Image(width, height, { data: new Uint8Array(data.buffer), colorModel: "RGBA" });
  const done = (image) => ({
    data: new Uint8ClampedArray(image.getRawImage().data),
    width: image.width,
    height: image.height,
  });
  const borderType = BORDERS[p.border];
  const borderValue = 0;
  /** Grey, and alpha as it was. */
  const drawn = (image) => {
    const made = data.slice();
    for (let i = 0; i < made.length; i++) if (i % 4 !== 3) made[i] = image.getValueByIndex(i >> 2, 0);
    return { data: made, width, height };
  };
  const ofMask = (mask) => drawn({ getValueByIndex: (i) => (mask.getBitByIndex(i) ? 255 : 0) });
  /** Where alpha is copied, the colours alone. */
  const ofColours = (make) => {
    const result = done(make(source.convertColor("RGB")).convertColor("RGBA"));
    for (let i = 3; i < data.length; i += 4) result.data[i] = data[i];
    return result;
  };
  const grey = () => source.grey({ algorithm: "luma601", keepAlpha: false, mergeAlpha: false });
  switch (op) {
    case "invert":
      return p.amount >= 1 ? done(source.invert()) : undefined;
    case "levels":
      return ofColours((image) =>
        image.level({
          inputMin: p.inBlack,
          inputMax: p.inWhite,
          outputMin: p.outBlack,
          outputMax: p.outWhite,
          gamma: p.gamma,
        }),
      );
    case "gray":
      return drawn(grey());
    case "threshold":
      return ofMask(grey().threshold({ threshold: p.t / 255 }));
    case "otsu":
      return ofMask(grey().threshold({ algorithm: "otsu" }));
    case "gaussianBlur": {
      if (p.space === "linear" || p.sigma === 0) return undefined;
      const size = 2 * Math.ceil(3 * p.sigma) + 1;
      return done(source.gaussianBlur({ sigma: p.sigma, size, borderType }));
    }
    case "boxBlur": {
      const side = 2 * p.radius + 1;
      return done(source.blur({ width: side, height: side, borderType, borderValue }));
    }
    case "median":
      return ofColours((image) => image.medianFilter({ cellSize: 2 * p.radius + 1, borderType }));
    case "convolve": {
      const kernel = rows([...p.kernel], p.width);
      const total = p.kernel.reduce((sum, weight) => sum + weight, 0);
      const divisor = p.divisor ?? (Math.abs(total) < 1e-9 ? 1 : total);
      if (p.bias !== 0) return undefined;
      const divided = kernel.map((row) => row.map((weight) => weight / divisor));
      const filter = (image) => image.directConvolution(divided, { borderType, borderValue });
      return p.preserveAlpha ? ofColours(filter) : done(filter(source));
    }
    case "sobel":
    case "scharr":
    case "prewitt": {
      if (p.mode !== "l2" || p.scale !== 1) return undefined;
      const [a, b] = GRADIENTS[op];
      const kernelX = rows([-a, 0, a, -b, 0, b, -a, 0, a], 3);
      const kernelY = rows([-a, -b, -a, 0, 0, 0, a, b, a], 3);
      return drawn(grey().gradientFilter({ kernelX, kernelY, borderType, borderValue }));
    }
    case "canny":
      return undefined;
    case "morphology": {
      const kernel = shapeOf(p);
      if (p.radius === 0) return undefined;
      const planes = source.convertColor("RGB").split();
      const changed = planes.map((plane) => plane[MORPHOLOGY[p.op]]({ kernel }));
      const made = data.slice();
      for (let i = 0; i < made.length; i++) if (i % 4 !== 3) made[i] = changed[i % 4].getValueByIndex(i >> 2, 0);
      return { data: made, width, height };
    }
    case "pixelate":
      return p.size > 1 ? done(source.pixelate({ cellSize: p.size, algorithm: "mean" })) : undefined;
    case "resize": {
      const interpolationType = INTERPOLATIONS[p.filter];
      if (!interpolationType || p.space === "linear") return undefined;
      return done(source.resize({ width: p.width, height: p.height, interpolationType, preserveAspectRatio: false }));
    }
    case "crop":
      return done(source.crop({ origin: { column: p.x, row: p.y }, width: p.width, height: p.height }));
    case "flipH":
      return done(source.flip({ axis: "horizontal" }));
    case "flipV":
      return done(source.flip({ axis: "vertical" }));
    case "rotate90":
      return done(source.rotate(90));
    case "rotate180":
      return done(source.rotate(180));
    case "rotate270":
      return done(source.rotate(270));
    case "rotate": {
      if (p.expand) return undefined;
      const interpolationType = INTERPOLATIONS[p.interp];
      const borderValue = [...p.background];
      return done(source.transformRotate(-p.degrees, { interpolationType, borderType: "constant", borderValue }));
    }
    case "warp": {
      const [a, b, c, d, e, f, g, h, i] = p.matrix;
      const interpolationType = INTERPOLATIONS[p.interp];
      const [C, F, I] = [c + (a + b) / 2, f + (d + e) / 2, i + (g + h) / 2];
      // From corners of pixels to their middles.
      const matrix = [
        [a - g / 2, b - h / 2, C - I / 2],
        [d - g / 2, e - h / 2, F - I / 2],
        [g, h, I],
      ];
      const size = { width: p.width, height: p.height };
      const borderValue = [...p.background];
      return done(source.transform(matrix, { ...size, interpolationType, borderType: "constant", borderValue }));
    }
    default:
      return undefined;
  }
}

export const imageJs = {
  name: "image-js",
  text: "`invert`, `level`, `grey`, `threshold`, `gaussianBlur` with the definition's `size`, `blur`, `medianFilter`, `directConvolution`, `gradientFilter`, `erode`, `dilate` and so on of one channel after another, `pixelate`, `resize`, `crop`, `flip`, `rotate`, `transformRotate`, `transform`, with the `borderType` of the same rule. Where a definition copies alpha it is given the colours alone.",
  open: () => Promise.resolve((op, p, picture) => Promise.resolve(run(op, p, picture))),
};

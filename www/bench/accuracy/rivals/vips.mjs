/** wasm-vips. It sees edges repeated, and nothing else: it is asked for that border alone. */
import { load } from "../../peers/vips.ts";
import { GRADIENTS, matrixOf } from "./terms.mjs";

/** The default ends kernels at 1.8 standard deviations; the definition does at 3. */
const SMALLEST = Math.exp(-4.5);
const KERNELS = { nearest: "nearest", bilinear: "linear", bicubic: "cubic", lanczos3: "lanczos3" };
const MODES = {
  normal: "over",
  "color-dodge": "colour-dodge",
  "color-burn": "colour-burn",
};
const UNKNOWN_MODES = ["hue", "saturation", "color", "luminosity"];

function run(vips, op, p, { data, width, height }) {
  const made = new Set();
  const keep = (image) => {
    made.add(image);
    return image;
  };
  const memory = (data, width, height) =>
    keep(keep(vips.Image.newFromMemory(data, width, height, 4, "uchar")).copy({ interpretation: "srgb" }));
  const source = memory(data, width, height);
  const matrix = (columns, values, divisor = 1) =>
    keep(
      vips.Image.newMatrix(
        columns,
        values.length / columns,
        values.map((value) => value / divisor),
      ),
    );
  // A cast cuts the fraction off: half a level more rounds it.
  const bytes = (image) =>
    keep(image.linear(new Array(image.bands).fill(1), new Array(image.bands).fill(0.5), { uchar: true }));
  const alpha = keep(source.extractBand(3));
  const colours = keep(source.extractBand(0, { n: 3 }));
  const withAlpha = (colours) => keep(colours.bandjoin([alpha]));
  const grey = (band) => withAlpha(keep(band.bandjoin([band, band])));
  const luma = () => bytes(keep(colours.recomb(matrix(3, [0.299, 0.587, 0.114]))));
  /** What mixes pixels, with colours weighted by alpha, as its documentation says. */
  const weighted = (make) => bytes(keep(keep(make(keep(keep(source.premultiply()).cast("float")))).unpremultiply()));
  const isClamped = p.border === undefined || p.border === "clamp";
  const interpolate = () => vips.Interpolate.newFromName(p.interp);

  const apply = () => {
    if (!isClamped) return undefined;
    switch (op) {
      case "brightness":
      case "multiply": {
        const factor = p.amount ?? p.factor;
        return withAlpha(keep(colours.linear(new Array(3).fill(factor), [0.5, 0.5, 0.5], { uchar: true })));
      }
      case "contrast": {
        const offset = (1 - p.amount) * 127.5 + 0.5;
        return withAlpha(keep(colours.linear(new Array(3).fill(p.amount), new Array(3).fill(offset), { uchar: true })));
      }
      case "invert":
        return p.amount >= 1 ? withAlpha(keep(colours.invert())) : undefined;
      case "gamma":
        return withAlpha(keep(colours.gamma({ exponent: p.gamma })));
      case "saturate":
      case "hueRotate":
      case "grayscale":
      case "sepia":
      case "channelMixer": {
        const rows = matrixOf(op, p).flatMap((row) => row.slice(0, 3));
        return withAlpha(bytes(keep(colours.recomb(matrix(3, rows)))));
      }
      case "colorMatrix": {
        const rows = matrixOf(op, p);
        const mixed = keep(
          source.recomb(
            matrix(
              4,
              rows.flatMap((row) => row.slice(0, 4)),
            ),
          ),
        );
        return keep(
          mixed.linear(
            [1, 1, 1, 1],
            rows.map((row) => row[4] * 255 + 0.5),
            { uchar: true },
          ),
        );
      }
      case "gray":
        return grey(luma());
      case "threshold":
        return grey(keep(keep(luma().more([p.t])).cast("uchar")));
      case "equalize":
        return p.mode === "rgb" ? withAlpha(keep(colours.histEqual({}))) : undefined;
      case "gaussianBlur":
        if (p.space === "linear" || p.sigma === 0) return undefined;
        return weighted((image) => keep(image.gaussblur(p.sigma, { min_ampl: SMALLEST, precision: "float" })));
      case "boxBlur": {
        const side = 2 * p.radius + 1;
        const ones = new Array(side * side).fill(1);
        return weighted((image) => keep(image.conv(matrix(side, ones, side * side), { precision: "float" })));
      }
      case "median": {
        const side = 2 * p.radius + 1;
        if (width < side || height < side) return undefined;
        return withAlpha(keep(colours.rank(side, side, (side * side) >> 1)));
      }
      case "morphology": {
        const side = 2 * p.radius + 1;
        const index = { erode: 0, dilate: side * side - 1 }[p.op];
        if (p.shape !== "square" || index === undefined || width < side || height < side) return undefined;
        return withAlpha(keep(colours.rank(side, side, index)));
      }
      case "convolve": {
        if (p.width > width || p.height > height) return undefined;
        const kernel = [...p.kernel];
        const total = kernel.reduce((sum, weight) => sum + weight, 0);
        const divisor = p.divisor ?? (Math.abs(total) < 1e-9 ? 1 : total);
        const filter = (image) => keep(image.conv(matrix(p.width, kernel, divisor), { precision: "float" }));
        if (!p.preserveAlpha) return p.bias === 0 ? weighted(filter) : undefined;
        return withAlpha(keep(filter(colours).linear([1, 1, 1], new Array(3).fill(p.bias + 0.5), { uchar: true })));
      }
      case "sobel":
      case "scharr":
      case "prewitt": {
        if (p.scale !== 1) return undefined;
        const [a, b] = GRADIENTS[op];
        const floats = keep(luma().cast("float"));
        const conv = (values) => keep(floats.conv(matrix(3, values), { precision: "float" }));
        const x = conv([-a, 0, a, -b, 0, b, -a, 0, a]);
        const y = conv([-a, -b, -a, 0, 0, 0, a, b, a]);
        const length = {
          x: () => keep(x.abs()),
          y: () => keep(y.abs()),
          l1: () => keep(keep(x.abs()).add(keep(y.abs()))),
          l2: () => keep(keep(keep(x.multiply(x)).add(keep(y.multiply(y)))).pow(0.5)),
        }[p.mode]();
        return grey(bytes(length));
      }
      case "resize": {
        const kernel = KERNELS[p.filter];
        if (!kernel || p.space === "linear") return undefined;
        return weighted((image) => keep(image.resize(p.width / width, { vscale: p.height / height, kernel, gap: 0 })));
      }
      case "crop":
        return keep(source.crop(p.x, p.y, p.width, p.height));
      case "pad":
        return keep(
          source.embed(p.left, p.top, width + p.left + p.right, height + p.top + p.bottom, {
            extend: "background",
            background: [...p.background],
          }),
        );
      case "flatten":
        return keep(keep(source.flatten({ background: [...p.background] })).bandjoin([255]));
      case "flipH":
        return keep(source.flip("horizontal"));
      case "flipV":
        return keep(source.flip("vertical"));
      case "rotate90":
        return keep(source.rot("d90"));
      case "rotate180":
        return keep(source.rot("d180"));
      case "rotate270":
        return keep(source.rot("d270"));
      case "rotate":
        if (!p.expand) return undefined;
        return bytes(keep(source.rotate(p.degrees, { interpolate: interpolate(), background: [...p.background] })));
      case "warp": {
        const [a, b, c, d, e, f, g, h, i] = p.matrix;
        if (g !== 0 || h !== 0 || i !== 1) return undefined;
        return keep(
          source.affine([a, b, d, e], {
            odx: c + (a + b) / 2 - 0.5,
            ody: f + (d + e) / 2 - 0.5,
            oarea: [0, 0, p.width, p.height],
            interpolate: interpolate(),
            background: [...p.background],
            extend: "background",
          }),
        );
      }
      case "lut1d": {
        const channels = [p.r, p.g, p.b, p.a];
        if (channels.some((table) => table === undefined)) return undefined;
        const table = new Uint8Array(1024).map((_, i) => channels[i % 4][i >> 2]);
        return keep(source.maplut(keep(vips.Image.newFromMemory(table, 256, 1, 4, "uchar"))));
      }
      case "blend": {
        if (UNKNOWN_MODES.includes(p.mode) || p.opacity !== 1) return undefined;
        const over = memory(p.image.data, p.image.width, p.image.height);
        return bytes(keep(source.composite2(over, MODES[p.mode] ?? p.mode, { x: p.x, y: p.y })));
      }
      default:
        return undefined;
    }
  };

  try {
    const result = apply();
    return (
      result && { data: new Uint8ClampedArray(result.writeToMemory()), width: result.width, height: result.height }
    );
  } finally {
    for (const image of made) image.delete();
  }
}

export const vips = {
  name: "wasm-vips",
  text: '`linear`, `recomb`, `gamma`, `invert`, `histEqual`, `gaussblur` (`min_ampl` so low that the kernel ends where the definition\'s does, `precision: "float"`; with its defaults it is up to nine levels off), `conv` in floats, `rank` (its `median` takes another rank than the middle one), `resize` with `gap: 0`, `rotate`, `affine`, `embed`, `flatten`, `composite2`. What mixes pixels stands between `premultiply` and `unpremultiply`, as its documentation says, and half a level is added where a cast would cut the fraction off.',
  async open() {
    const vips = await load(1);
    return (op, p, picture) => Promise.resolve(run(vips, op, p, picture));
  },
};

/** The browser's own: `ctx.filter` with CSS functions and SVG, compositing, and what a canvas draws turned and scaled. */
import { matrixOf, turnOf } from "./terms.mjs";

const CSS = ["brightness", "contrast", "saturate", "grayscale", "sepia", "invert", "opacity"];

function context(width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  return canvas.getContext("2d", { willReadFrequently: true });
}

function drawn({ data, width, height }) {
  const made = context(width, height);
  made.putImageData(new ImageData(data, width, height), 0, 0);
  return made.canvas;
}

const read = (made) => made.getImageData(0, 0, made.canvas.width, made.canvas.height);

function filtered(picture, filter) {
  const made = context(picture.width, picture.height);
  made.filter = filter;
  made.drawImage(drawn(picture), 0, 0);
  return read(made);
}

function svg(picture, primitives) {
  const holder = document.createElement("div");
  holder.innerHTML = `<svg width="0" height="0"><filter id="accuracy" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">${primitives}</filter></svg>`;
  document.body.append(holder);
  const result = filtered(picture, "url(#accuracy)");
  holder.remove();
  return result;
}

const tables = (picture, values) => {
  const text = [...values].map((value) => value / 255).join(" ");
  const of = (channel) => `<feFunc${channel} type="discrete" tableValues="${text}"/>`;
  return svg(picture, `<feComponentTransfer>${of("R")}${of("G")}${of("B")}</feComponentTransfer>`);
};

const EDGES = { clamp: "duplicate", wrap: "wrap", transparent: "none" };

function placed(picture, [width, height], draw) {
  const made = context(width, height);
  draw(made, drawn(picture));
  return read(made);
}

const colorOf = ([r, g, b, a = 255]) => `rgb(${r} ${g} ${b} / ${a / 255})`;

function apply(op, p, picture) {
  const { width, height } = picture;
  if (CSS.includes(op)) return filtered(picture, `${op}(${p.amount})`);
  const turn = turnOf(op, picture);
  if (turn) {
    const size = turn[0] === 0 ? [height, width] : [width, height];
    return placed(picture, size, (made, source) => {
      made.setTransform(...turn);
      made.drawImage(source, 0, 0);
    });
  }
  switch (op) {
    case "multiply":
      return p.factor < 0 ? undefined : filtered(picture, `brightness(${p.factor})`);
    case "hueRotate":
      return filtered(picture, `hue-rotate(${p.degrees}deg)`);
    case "colorMatrix":
    case "channelMixer": {
      const rows = [...matrixOf(op, p), [0, 0, 0, 1, 0]].slice(0, 4);
      return svg(picture, `<feColorMatrix type="matrix" values="${rows.flat().join(" ")}"/>`);
    }
    case "gamma": {
      const of = (channel) => `<feFunc${channel} type="gamma" exponent="${1 / p.gamma}"/>`;
      return svg(picture, `<feComponentTransfer>${of("R")}${of("G")}${of("B")}</feComponentTransfer>`);
    }
    case "posterize":
      return tables(
        picture,
        Array.from({ length: p.levels }, (_, i) => (255 * i) / (p.levels - 1)),
      );
    case "gaussianBlur":
      return p.border === "transparent" && p.space !== "linear" ? filtered(picture, `blur(${p.sigma}px)`) : undefined;
    case "convolve": {
      const edge = EDGES[p.border];
      if (!edge) return undefined;
      // A convolution reads its kernel from the end.
      const kernel = [...p.kernel].reverse();
      const total = kernel.reduce((sum, weight) => sum + weight, 0);
      const divisor = p.divisor ?? (Math.abs(total) < 1e-9 ? 1 : total);
      return svg(
        picture,
        `<feConvolveMatrix order="${p.width} ${p.height}" kernelMatrix="${kernel.join(" ")}" divisor="${divisor}" bias="${p.bias / 255}" edgeMode="${edge}" preserveAlpha="${p.preserveAlpha}"/>`,
      );
    }
    case "morphology":
      if (p.shape !== "square" || !["erode", "dilate"].includes(p.op)) return undefined;
      return svg(picture, `<feMorphology operator="${p.op}" radius="${p.radius}"/>`);
    case "resize": {
      if (!["nearest", "bilinear", "lanczos3"].includes(p.filter) || p.space === "linear") return undefined;
      return placed(picture, [p.width, p.height], (made, source) => {
        made.imageSmoothingEnabled = p.filter !== "nearest";
        made.imageSmoothingQuality = p.filter === "lanczos3" ? "high" : "low";
        made.drawImage(source, 0, 0, p.width, p.height);
      });
    }
    case "crop":
      return drawn(picture).getContext("2d").getImageData(p.x, p.y, p.width, p.height);
    case "pad": {
      const size = [width + p.left + p.right, height + p.top + p.bottom];
      return placed(picture, size, (made, source) => {
        made.fillStyle = colorOf(p.background);
        made.fillRect(0, 0, ...size);
        made.clearRect(p.left, p.top, width, height);
        made.drawImage(source, p.left, p.top);
      });
    }
    case "flatten":
      return placed(picture, [width, height], (made, source) => {
        made.fillStyle = colorOf(p.background);
        made.fillRect(0, 0, width, height);
        made.drawImage(source, 0, 0);
      });
    case "rotate":
      if (p.interp === "bicubic" || p.expand || p.background[3] !== 0) return undefined;
      return placed(picture, [width, height], (made, source) => {
        made.imageSmoothingEnabled = p.interp !== "nearest";
        made.translate(width / 2, height / 2);
        made.rotate((p.degrees * Math.PI) / 180);
        made.drawImage(source, -width / 2, -height / 2);
      });
    case "warp": {
      const [a, b, c, d, e, f, g, h, i] = p.matrix;
      if (p.interp === "bicubic" || p.background[3] !== 0 || g !== 0 || h !== 0) return undefined;
      return placed(picture, [p.width, p.height], (made, source) => {
        made.imageSmoothingEnabled = p.interp !== "nearest";
        made.setTransform(a / i, d / i, b / i, e / i, c / i, f / i);
        made.drawImage(source, 0, 0);
      });
    }
    case "blend":
      return placed(picture, [width, height], (made, source) => {
        made.drawImage(source, 0, 0);
        made.globalCompositeOperation = p.mode === "normal" ? "source-over" : p.mode;
        made.globalAlpha = p.opacity;
        made.drawImage(drawn(p.image), p.x, p.y);
      });
    default:
      return undefined;
  }
}

export const canvas = {
  name: "canvas",
  text: "`drawImage` with `ctx.filter` and its CSS functions, SVG filters where those do not reach (`feColorMatrix`, `feComponentTransfer`, `feConvolveMatrix`, `feMorphology`), `setTransform`, `imageSmoothingQuality` and `globalCompositeOperation`. Its store is premultiplied, and its blur sees nothing but transparency beyond the edge: so it is asked only for that border.",
  open: () => Promise.resolve((op, p, picture) => Promise.resolve(apply(op, p, picture))),
};

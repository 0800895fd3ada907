/** The browser's own filters: `ctx.filter` of a 2D canvas, with CSS functions, and with SVG where those do not reach. */
import type { Rival, Way } from "./contestant.js";
import type { Step } from "./work.js";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

const READ = "willReadFrequently";

export const canvas: Rival = {
  name: "canvas",
  ways: (steps, threads) => {
    if (!steps.every(({ kind }) => !["sobel", "median", "bilateral", "formula"].includes(kind))) return [];
    const onPage: Way[] = [
      { name: "on the page, willReadFrequently", workers: 0, threads: 1, setting: READ },
      { name: "on the page", workers: 0, threads: 1 },
    ];
    // A worker has no document for the SVG to be in.
    if (!steps.every((step) => step.kind === "resize" || cssOf(step) !== undefined)) return onPage;
    return [
      { name: `in ${threads} workers, willReadFrequently`, workers: threads, threads: 1, setting: READ },
      ...onPage,
    ];
  },
  open: ({ setting }) => {
    const settings = { willReadFrequently: setting === READ };
    // SVG filters are found only from a canvas of the document.
    const make = (): Context => {
      const canvas = typeof document === "undefined" ? new OffscreenCanvas(1, 1) : document.createElement("canvas");
      const context = canvas.getContext("2d", settings) as Context | null;
      if (!context) throw new Error("the canvas has no context");
      return context;
    };
    const [from, to] = [make(), make()];
    return Promise.resolve((steps, { data, width, height }) => {
      const resize = steps.find((step) => step.kind === "resize");
      const [toWidth, toHeight] = resize ? [resize.width, resize.height] : [width, height];
      fit(from.canvas, width, height);
      fit(to.canvas, toWidth, toHeight);
      from.putImageData(new ImageData(data, width, height), 0, 0);
      to.globalCompositeOperation = "copy";
      to.imageSmoothingQuality = "high";
      to.filter = resize ? "none" : steps.map((step) => cssOf(step) ?? svgOf(step)).join(" ");
      to.drawImage(from.canvas, 0, 0, toWidth, toHeight);
      const result = to.getImageData(0, 0, toWidth, toHeight);
      return { data: result.data, width: toWidth, height: toHeight };
    });
  },
};

function fit(canvas: { width: number; height: number }, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

function cssOf(step: Step): string | undefined {
  if (step.kind === "brightness" || step.kind === "saturate") return `${step.kind}(${step.amount})`;
  return step.kind === "gaussianBlur" ? `blur(${step.sigma}px)` : undefined;
}

const written = new Set<string>();

/** The name of a filter that is written into the document once. */
function svgOf(step: Step): string {
  const id = `peers-${step.kind}`;
  if (!written.has(id)) {
    written.add(id);
    const svg = document.createElement("div");
    svg.innerHTML = `<svg width="0" height="0"><filter id="${id}" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">${primitives(step)}</filter></svg>`;
    document.body.append(svg);
  }
  return `url(#${id})`;
}

function primitives(step: Step): string {
  switch (step.kind) {
    case "colorMatrix":
      return `<feColorMatrix type="matrix" values="${step.m.join(" ")}"/>`;
    case "convolve":
      return `<feConvolveMatrix order="3" kernelMatrix="${step.kernel.join(" ")}" divisor="1" edgeMode="duplicate" preserveAlpha="true"/>`;
    case "unsharpMask":
      return `<feGaussianBlur stdDeviation="${step.sigma}" result="blurred"/><feComposite operator="arithmetic" in="SourceGraphic" in2="blurred" k1="0" k2="${1 + step.amount}" k3="${-step.amount}" k4="0"/>`;
    default:
      throw new Error(`a canvas has no ${step.kind}`);
  }
}

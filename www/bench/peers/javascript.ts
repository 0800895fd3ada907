/** What an expert writes by hand: two workers, typed arrays, tables and running sums, in the picture's own buffer where that goes. */
import type { Rival } from "./contestant.js";
import { gaussianBlur, unsharpMask } from "./javascript/gaussian.js";
import { median } from "./javascript/median.js";
import { equalize } from "./javascript/luma.js";
import { nlm } from "./javascript/nlm.js";
import { convolve, sobel } from "./javascript/neighbours.js";
import { brightness, colorMatrix, formulas } from "./javascript/points.js";
import { resize } from "./javascript/resize.js";
import { lookedUp } from "./javascript/table.js";
import { saturation, type Picture, type Step } from "./work.js";

export const javascript: Rival = {
  name: "JavaScript",
  ways: (steps, threads) =>
    steps.some(({ kind }) => UNWRITTEN.includes(kind))
      ? []
      : [{ name: `in ${threads} workers`, workers: threads, threads: 1 }],
  open: () => Promise.resolve((steps, picture) => steps.reduce(apply, picture)),
};

const UNWRITTEN: readonly Step["kind"][] = [
  "bilateral",
  "clahe",
  "morphology",
  "canny",
  "rotate",
  "warp",
  "crop",
  "flipH",
  "flipV",
  "rotate90",
  "rotate180",
];

function apply(picture: Picture, step: Step): Picture {
  switch (step.kind) {
    case "brightness":
      return brightness(picture, step.amount);
    case "saturate": {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = saturation(step.amount);
      return colorMatrix(picture, [a, b, c, 0, 0, d, e, f, 0, 0, g, h, i, 0, 0, 0, 0, 0, 1, 0]);
    }
    case "colorMatrix":
      return colorMatrix(picture, step.m);
    case "gaussianBlur":
      return gaussianBlur(picture, step.sigma, step.quality === "fast");
    case "convolve":
      return convolve(picture, step.kernel);
    case "unsharpMask":
      return unsharpMask(picture, step.sigma, step.amount);
    case "sobel":
      return sobel(picture);
    case "median":
      return median(picture, step.radius);
    case "resize":
      return resize(picture, step.width, step.height);
    case "equalize":
      return equalize(picture);
    case "nlm":
      return nlm(picture, step.patchRadius, step.searchRadius, step.h);
    case "lut3d":
      return lookedUp(picture, step.size, step.table);
    case "formula":
      return formulas(picture);
    default:
      throw new Error("nobody has written it by hand");
  }
}

/** What is measured with more and more threads: from hardly any work a pixel to a lot of it. */
import type { FilterSpec } from "../../src/types.js";

/** A step without a picture among its parameters: it must travel into the page. */
export type Step = Exclude<FilterSpec, { image: unknown }>;

export interface Operation {
  name: string;
  filter: readonly Step[];
}

const blur2: Operation = { name: "Gaussian blur, sigma 2", filter: [{ kind: "gaussianBlur", sigma: 2 }] };
const blur8: Operation = { name: "Gaussian blur, sigma 8", filter: [{ kind: "gaussianBlur", sigma: 8 }] };
const brightness: Operation = { name: "brightness", filter: [{ kind: "brightness", amount: 1.5 }] };
const median: Operation = { name: "median, radius 4", filter: [{ kind: "median", radius: 4 }] };

/** Of a batch of photos. */
export const OPERATIONS: readonly Operation[] = [
  brightness,
  blur2,
  blur8,
  { name: "unsharp mask", filter: [{ kind: "unsharpMask", sigma: 2, amount: 1 }] },
  median,
  {
    name: "blur, saturate, sharpen",
    filter: [
      { kind: "gaussianBlur", sigma: 2 },
      { kind: "saturate", amount: 1.4 },
      { kind: "convolve", width: 3, height: 3, kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0] },
    ],
  },
  { name: "resize to 640 × 360", filter: [{ kind: "resize", width: 640, height: 360 }] },
];

/** Of one large image, which the threads work on together. */
export const LARGE_OPERATIONS: readonly Operation[] = [blur2, blur8, median];

/** Whose CPU time is read: little work beside the copies, and much. Both take as long whatever they see. */
export const CPU_OPERATIONS: readonly Operation[] = [brightness, blur2];

/**
 * Work for the threads and for nobody else, to find out who they are: seconds of it a megapixel, so a small image costs whoever
 * hands it over next to nothing.
 */
export const HEAVY: readonly Step[] = [{ kind: "bilateral", radius: 30, sigmaSpace: 15 }];

/** The work with files that everyone is given: a batch of photos as files, one filter, and files again. */
import type { Step } from "../work.js";

export interface Job {
  name: string;
  /** How many files, of which type, and of which size. */
  count: number;
  source: "image/jpeg" | "image/png";
  size: readonly [width: number, height: number];
  step: Extract<Step, { kind: "gaussianBlur" | "resize" }>;
  output: { type: "image/jpeg"; quality: number } | { type: "image/png" };
  /** How many times faster we want to be, in each of our ways: than the canvas, or than the fastest other one. */
  marks: Readonly<Partial<Record<Column, number>>>;
  against: "canvas" | "the fastest";
  /** Whose mean distance from the definition is larger, in levels of 255, has done other work and does not count. */
  limit: number;
}

/** Our own ways: every pixel is decoded, or what the filter needs of them (`input: { shrink: "fast" }`). */
export type Column = "exact" | "fast";

export const jobs: readonly Job[] = [
  {
    name: "16 JPEG of 1920 × 1080, Gaussian σ 2, JPEG",
    count: 16,
    source: "image/jpeg",
    size: [1920, 1080],
    step: { kind: "gaussianBlur", sigma: 2 },
    output: { type: "image/jpeg", quality: 0.85 },
    marks: { exact: 1.6 },
    against: "the fastest",
    limit: 1.5,
  },
  {
    name: "12 JPEG of 4000 × 3000, to 1600 × 1200, JPEG",
    count: 12,
    source: "image/jpeg",
    size: [4000, 3000],
    step: { kind: "resize", width: 1600, height: 1200 },
    output: { type: "image/jpeg", quality: 0.85 },
    marks: { exact: 1.1, fast: 1.8 },
    against: "canvas",
    limit: 4,
  },
  {
    name: "16 PNG with alpha of 1920 × 1080, to 960 × 540, PNG",
    count: 16,
    source: "image/png",
    size: [1920, 1080],
    step: { kind: "resize", width: 960, height: 540 },
    output: { type: "image/png" },
    marks: { exact: 2 },
    against: "canvas",
    limit: 1,
  },
];

/** Where the script puts a job's files and the page finds them. */
export const addressOf = (job: number, index: number): string =>
  `target/peers/files/${job}-${index}.${jobs[job]?.source === "image/png" ? "png" : "jpg"}`;

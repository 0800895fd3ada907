/** What a contestant is to those who measure, and what a library's file has to say so as to become one. */
import type { Picture, Step } from "./work.js";

/** Our own two columns: inputs kept and results fresh, or inputs given away and results recycled. */
export type Column = "kept" | "given";

/** Pictures of a trial: one for each worker. */
export const TRIAL = 2;

/** A way to do the same work with the same library; all are tried and the fastest counts. */
export interface Way {
  /** How it was called, in a few words. */
  name: string;
  /** On the page's own thread, or in workers that get their own copies of the pictures. */
  workers: number;
  /** Threads of the library's own, in each. */
  threads: number;
  /** Anything else that the library's own file wants to be told. */
  setting?: string;
}

/** Does all steps to one picture. What it gives back lies in a buffer of its own, or in the picture's where that was given to it. */
export type Kernel = (steps: readonly Step[], picture: Picture) => Picture | Promise<Picture>;

export interface Rival {
  name: string;
  /** Every way that suits these steps; none where the library has no such filter. */
  ways: (steps: readonly Step[], threads: number) => readonly Way[];
  /** Loads the library, here on the page or in a worker. */
  open: (way: Way) => Promise<Kernel>;
}

/** The two ways that every library without threads has. */
export const onPageOrInWorkers = (workers: number): readonly Way[] => [
  { name: "on the page", workers: 0, threads: 1 },
  { name: `in ${workers} workers`, workers, threads: 1 },
];

/** The address of a rival's file. */
export const packageFile = (file: string): string =>
  new URL(`/www/bench/peers/node_modules/${file}`, location.origin).href;

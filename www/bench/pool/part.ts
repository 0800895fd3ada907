/** What the parts of the pool's measurements share. */
export type { Context, Findings, Part } from "../parts.js";

/** Threads of the pools that are measured: what can be shared out unevenly, and is had everywhere. */
export const THREADS = 2;
/** Photos of 12 megapixels, as phones take them. */
export const [WIDTH, HEIGHT] = [4000, 3000];

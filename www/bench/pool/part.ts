/** What each part of the pool's measurements is to the command that runs them. */
import type { Browser } from "playwright-core";

export interface Context {
  browser: Browser;
  /** Small counts, to try it out. */
  quick: boolean;
  /** Says what is being done. */
  say: (line: string) => void;
}

/** What a part has to show. */
export interface Findings {
  /** Markdown. */
  text: string;
  /** SVG, by file name. */
  pictures?: Record<string, string>;
}

export interface Part {
  title: string;
  measure: (context: Context) => Promise<Findings>;
}

/** Threads of the pools that are measured: what can be shared out unevenly, and is had everywhere. */
export const THREADS = 2;
/** Photos of 12 megapixels, as phones take them. */
export const [WIDTH, HEIGHT] = [4000, 3000];

/** How long a fresh page takes from its address to the first picture: with the package and a filter, and with the browser alone. */
import path from "node:path";
import type { Browser } from "playwright-core";
import { serve } from "../../../test/serve.js";
import { median } from "../../statistics.js";

/** Milliseconds, one after another: until the page's script runs, the package is there, a pool, and the picture is drawn. */
export interface Marks {
  page: number;
  package?: number;
  pool?: number;
  picture: number;
}

interface First {
  marks: Marks;
  width: number;
  height: number;
  pixel: number[];
}

const ROOT = path.resolve(import.meta.dirname, "../../../..");
const WAYS = ["package", "browser"] as const;
/** What first.html does by the package, and what decoders and rounding may differ by after that. */
const [BRIGHTNESS, TOLERANCE] = [1.5, 3];
export type FirstResults = Record<(typeof WAYS)[number], Marks>;

/** Medians of so many fresh pages of each. */
export async function firstResults(browser: Browser, rounds: number, size: readonly number[]): Promise<FirstResults> {
  const { url, close } = await serve(ROOT, { isolated: true });
  const all: Record<(typeof WAYS)[number], Marks[]> = { package: [], browser: [] };
  const pixels: Record<(typeof WAYS)[number], number[]> = { package: [], browser: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const way of round % 2 === 0 ? WAYS : WAYS.toReversed()) {
        // Of a profile of its own: nothing is in a cache.
        const page = await browser.newPage();
        await page.goto(`${url}/www/bench/peers/first.html?${way}`);
        await page.waitForFunction(() => "first" in globalThis);
        const first = await page.evaluate(() => (globalThis as unknown as { first: First }).first);
        await page.close();
        if (first.width !== size[0] || first.height !== size[1]) {
          throw new Error(`a picture of ${first.width} × ${first.height} was drawn`);
        }
        all[way].push(first.marks);
        pixels[way] = first.pixel;
      }
    }
  } finally {
    await close();
  }
  const wanted = pixels.browser.map((level) => Math.min(255, level * BRIGHTNESS));
  if (wanted.some((level, channel) => Math.abs(level - (pixels.package[channel] ?? NaN)) > TOLERANCE)) {
    throw new Error(`the package drew ${pixels.package.join(", ")}, where ${wanted.join(", ")} was expected`);
  }
  const medians = (marks: readonly Marks[]) => {
    const names = Object.keys(marks[0] ?? {}) as (keyof Marks)[];
    return Object.fromEntries(names.map((name) => [name, median(marks.map((one) => one[name] ?? NaN))]));
  };
  return { package: medians(all.package), browser: medians(all.browser) } as unknown as FirstResults;
}

export const totalOf = (marks: Marks): number =>
  Object.values(marks as unknown as Record<string, number>).reduce((sum, time) => sum + time, 0);

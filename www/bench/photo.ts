/** Pictures to measure with, made in the page. */
import type { Page } from "playwright-core";

/** What {@link definePhoto} makes known to the functions that run in the page. */
export interface PhotoMaker {
  photo: (width: number, height: number) => ImageData;
}

/** Defines `globalThis.photo`, which makes one: slopes with grain, opaque, as photos are; no two are the same. */
export async function definePhoto(page: Page): Promise<void> {
  await page.evaluate(() => {
    let seed = 1;
    const photo = (width: number, height: number): ImageData => {
      const image = new ImageData(width, height);
      for (let i = 0; i < image.data.length; i++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        image.data[i] = i % 4 === 3 ? 255 : ((i / 997) & 255) * 0.8 + (seed >>> 28);
      }
      return image;
    };
    Object.assign(globalThis, { photo });
  });
}

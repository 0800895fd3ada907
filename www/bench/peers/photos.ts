/** The pictures to work on: parts of the demo's photos at their own size, so that each pixel is one of a photo. */
import type { Picture } from "./work.js";

const TILE = { width: 640, height: 360 };

/** Opaque, and of any size: tiles from other places of the photos in each of them, every second one mirrored. */
export function collage(photos: readonly Picture[], width: number, height: number, seed: number): Picture {
  const data = new Uint8ClampedArray(width * height * 4);
  let state = seed + 1;
  const random = (end: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
  let tile = seed;
  for (let top = 0; top < height; top += TILE.height) {
    for (let left = 0; left < width; left += TILE.width) {
      const photo = photos[tile++ % photos.length]!;
      const [fromLeft, fromTop] = [random(photo.width - TILE.width + 1), random(photo.height - TILE.height + 1)];
      const mirrored = tile % 2 === 0;
      for (let y = 0; y < Math.min(TILE.height, height - top); y++) {
        for (let x = 0; x < Math.min(TILE.width, width - left); x++) {
          const column = fromLeft + (mirrored ? TILE.width - 1 - x : x);
          const from = ((fromTop + y) * photo.width + column) * 4;
          const to = ((top + y) * width + left + x) * 4;
          data[to] = photo.data[from]!;
          data[to + 1] = photo.data[from + 1]!;
          data[to + 2] = photo.data[from + 2]!;
          data[to + 3] = 255;
        }
      }
    }
  }
  return { data, width, height };
}

export const isLargeEnough = ({ width, height }: { width: number; height: number }): boolean =>
  width >= TILE.width && height >= TILE.height;

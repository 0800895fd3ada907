/** Turns pixels as the Exif orientation of their file says (Exif 2.32, tag 0x0112). */

/** Pixels in a block that is turned at once: its rows and its columns stay in the cache. */
const SIDE = 16;

/** Whether width and height change places. */
export function swapsSides(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/**
 * Copies a stored image of `width` upright. `orientation` is 1 to 8; 1, and whatever is none, changes nothing. Both images are words,
 * so many for each pixel.
 */
export function copyUpright(
  stored: Uint32Array,
  width: number,
  wordsOfPixel: number,
  orientation: number,
  upright: Uint32Array,
): void {
  const line = width * wordsOfPixel;
  const height = stored.length / line;
  const [outWidth, outHeight] = swapsSides(orientation) ? [height, width] : [width, height];
  // Where the pixel at the top left lies in the stored image, and how far it is to the one on the right and the one below.
  const [right, down] = [line - wordsOfPixel, (height - 1) * line];
  const ways: Readonly<Record<number, readonly [first: number, step: number, next: number]>> = {
    2: [right, -wordsOfPixel, line],
    3: [right + down, -wordsOfPixel, -line],
    4: [down, wordsOfPixel, -line],
    5: [0, line, wordsOfPixel],
    6: [down, -line, wordsOfPixel],
    7: [right + down, -line, -wordsOfPixel],
    8: [right, line, -wordsOfPixel],
  };
  const way = ways[orientation];
  if (!way) {
    upright.set(stored);
    return;
  }
  const [first, step, next] = way;
  for (let top = 0; top < outHeight; top += SIDE) {
    const bottom = Math.min(top + SIDE, outHeight);
    for (let left = 0; left < outWidth; left += SIDE) {
      const end = Math.min(left + SIDE, outWidth);
      for (let y = top; y < bottom; y++) {
        let from = first + y * next + left * step;
        let to = (y * outWidth + left) * wordsOfPixel;
        for (let x = left; x < end; x++, from += step) {
          for (let word = 0; word < wordsOfPixel; word++) upright[to++] = stored[from + word] as number;
        }
      }
    }
  }
}

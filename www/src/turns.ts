/** Turns pixels as the Exif orientation of their file says (Exif 2.32, tag 0x0112). */

/** Pixels in a block that is turned at once: its rows and its columns stay in the cache. */
const SIDE = 16;

/** Whether width and height change places. */
export function swapsSides(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/** Some rows of a stored image. */
export interface Stripe {
  /** In pixels, of the whole image. */
  width: number;
  height: number;
  /** The rows, so many words for each pixel. */
  words: Uint32Array;
  /** Which of the image's rows is the first one. */
  firstRow: number;
  wordsOfPixel: number;
}

/**
 * Copies some rows of a stored image to their place in the upright one. `orientation` is 1 to 8; 1, and whatever is none, changes
 * nothing.
 */
export function copyUpright(stripe: Stripe, orientation: number, upright: Uint32Array): void {
  const { width, height, words, firstRow, wordsOfPixel } = stripe;
  const line = width * wordsOfPixel;
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
    upright.set(words, firstRow * line);
    return;
  }
  const [topLeft, step, next] = way;
  const first = topLeft - firstRow * line;
  // Of the upright image these are rows or, where sides are swapped, columns; from its end where the last stored row comes first.
  const rows = words.length / line;
  const start = [3, 4, 6, 7].includes(orientation) ? height - firstRow - rows : firstRow;
  const swaps = swapsSides(orientation);
  const outWidth = swaps ? height : width;
  const [startX, endX, startY, endY] = swaps ? [start, start + rows, 0, width] : [0, width, start, start + rows];
  for (let top = startY; top < endY; top += SIDE) {
    const bottom = Math.min(top + SIDE, endY);
    for (let left = startX; left < endX; left += SIDE) {
      const end = Math.min(left + SIDE, endX);
      for (let y = top; y < bottom; y++) {
        let at = first + y * next + left * step;
        let to = (y * outWidth + left) * wordsOfPixel;
        for (let x = left; x < end; x++, at += step) {
          for (let word = 0; word < wordsOfPixel; word++) upright[to++] = words[at + word] as number;
        }
      }
    }
  }
}

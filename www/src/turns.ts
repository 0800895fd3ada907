/** Turns pixels as the Exif orientation of their file says (Exif 2.32, tag 0x0112). */

/** Rows that become columns at once: they stay in the cache, and such a part of a row is a line of it. */
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
 * Where the pixel at the top left lies in the stored image, and how far it is to the one on the right and the one below: in words, of
 * which a row, the image and a pixel have so many. Nothing where the image is upright.
 */
function wayOf(orientation: number, line: number, all: number, pixel: number) {
  const [right, down] = [line - pixel, all - line];
  switch (orientation) {
    case 2:
      return [right, -pixel, line] as const;
    case 3:
      return [right + down, -pixel, -line] as const;
    case 4:
      return [down, pixel, -line] as const;
    case 5:
      return [0, line, pixel] as const;
    case 6:
      return [down, -line, pixel] as const;
    case 7:
      return [right + down, -line, -pixel] as const;
    case 8:
      return [right, line, -pixel] as const;
    default:
      return undefined;
  }
}

/**
 * Copies some rows of a stored image to their place in the upright one. `orientation` is 1 to 8; 1, and whatever is none, changes
 * nothing.
 */
export function copyUpright(stripe: Stripe, orientation: number, upright: Uint32Array): void {
  const { width, height, words, firstRow, wordsOfPixel } = stripe;
  const line = width * wordsOfPixel;
  const way = wayOf(orientation, line, line * height, wordsOfPixel);
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
  const [outWidth, most] = swaps ? [height, SIDE] : [width, width];
  const [startX, endX, startY, endY] = swaps ? [start, start + rows, 0, width] : [0, width, start, start + rows];
  for (let left = startX; left < endX; left += most) {
    const end = Math.min(left + most, endX);
    for (let y = startY; y < endY; y++) {
      for (let word = 0; word < wordsOfPixel; word++) {
        let at = first + y * next + left * step + word;
        let to = (y * outWidth + left) * wordsOfPixel + word;
        for (let x = left; x < end; x++, at += step, to += wordsOfPixel) upright[to] = words[at] as number;
      }
    }
  }
}

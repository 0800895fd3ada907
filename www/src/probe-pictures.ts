/** Two small pictures whose pixels are known, to try ways of reading with: 2 × 2 pixels each, no two alike, as PNG files. */
import { writePng } from "./write-png.js";

export interface ProbePicture {
  /** RGBA, straight, rows from top to bottom. */
  pixels: readonly number[];
  file: () => Promise<Blob>;
}

const SIDE = 2;

function probePicture(pixels: readonly number[], isOpaque: boolean): ProbePicture {
  const file = () => writePng({ width: SIDE, height: SIDE, bytes: Uint8Array.from(pixels), isOpaque });
  return { pixels, file };
}

/** Red, green and blue apart, and a colour that has all three. */
export const opaqueProbe = probePicture(
  [230, 30, 20, 255, 20, 200, 40, 255, 10, 40, 220, 255, 200, 100, 50, 255],
  true,
);

/** Beside an opaque pixel one at half alpha, and two whose colours are lost where they are premultiplied with alpha. */
export const translucentProbe = probePicture(
  [230, 30, 20, 255, 200, 100, 50, 3, 10, 250, 130, 128, 20, 40, 220, 1],
  false,
);

/** Two small pictures whose pixels are known, to try ways of reading with: 2 × 2 pixels each, no two alike, as PNG files. */

export interface ProbePicture {
  /** RGBA, straight, rows from top to bottom. */
  pixels: readonly number[];
  file: () => Blob;
}

function probePicture(pixels: readonly number[], file: string): ProbePicture {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  return { pixels, file: () => new Blob([bytes], { type: "image/png" }) };
}

/** Red, green and blue apart, and a colour that has all three. */
export const opaqueProbe = probePicture(
  [230, 30, 20, 255, 20, 200, 40, 255, 10, 40, 220, 255, 200, 100, 50, 255],
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGN5Jieit0qERYXrxL45YQAerASzlFOfRQAAAABJRU5ErkJggg==",
);

/** Beside an opaque pixel one at half alpha, and two whose colours are lost where they are premultiplied with alpha. */
export const translucentProbe = probePicture(
  [230, 30, 20, 255, 200, 100, 50, 3, 10, 250, 130, 128, 20, 40, 220, 1],
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAGklEQVR4nGN5Jify/5GbHAuLyp28Ri69qH8AP5cG6e0ytHcAAAAASUVORK5CYII=",
);

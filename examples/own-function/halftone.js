/** A function of one's own: paints an image as dots, `intensity` pixels apart, larger where it is darker. Writes in place. */
export function halftone({ data, width, height }, intensity) {
  const step = Math.max(2, Math.round(intensity));
  const luma = (at) => 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
  for (let top = 0; top < height; top += step) {
    for (let left = 0; left < width; left += step) {
      const right = Math.min(left + step, width);
      const bottom = Math.min(top + step, height);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += luma(4 * (y * width + x));
      const darkness = 1 - sum / (255 * (right - left) * (bottom - top));
      // A circle of that share of the square; a full one reaches into its corners.
      const radius = Math.sqrt((darkness * step * step) / Math.PI);
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          const isInside = Math.hypot(x + 0.5 - left - step / 2, y + 0.5 - top - step / 2) < radius;
          if (!isInside) data.fill(255, 4 * (y * width + x), 4 * (y * width + x) + 3);
        }
      }
    }
  }
}

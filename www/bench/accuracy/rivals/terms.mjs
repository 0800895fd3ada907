/** What several of them need to be told in other terms. */

/** The colour matrices of Filter Effects Module Level 1: three rows of red, green, blue, alpha and offset. */
export function matrixOf(op, p) {
  const rows = (m) => [0, 1, 2].map((row) => [...m.slice(row * 3, row * 3 + 3), 0, 0]);
  switch (op) {
    case "saturate": {
      const s = p.amount;
      return rows(
        [0.213, 0.715, 0.072, 0.213, 0.715, 0.072, 0.213, 0.715, 0.072].map(
          (weight, i) => weight * (1 - s) + (i % 4 === 0 ? s : 0),
        ),
      );
    }
    case "hueRotate": {
      const [c, s] = [Math.cos((p.degrees * Math.PI) / 180), Math.sin((p.degrees * Math.PI) / 180)];
      const luma = [0.213, 0.715, 0.072];
      const sine = [-0.213, -0.715, 0.928, 0.143, 0.14, -0.283, -0.787, 0.715, 0.072];
      return rows(sine.map((weight, i) => luma[i % 3] * (1 - c) + (i % 4 === 0 ? c : 0) + weight * s));
    }
    case "grayscale": {
      const s = Math.min(1, p.amount);
      return rows(
        [0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722].map(
          (weight, i) => weight * s + (i % 4 === 0 ? 1 - s : 0),
        ),
      );
    }
    case "sepia": {
      const s = Math.min(1, p.amount);
      return rows(
        [0.393, 0.769, 0.189, 0.349, 0.686, 0.168, 0.272, 0.534, 0.131].map(
          (weight, i) => weight * s + (i % 4 === 0 ? 1 - s : 0),
        ),
      );
    }
    case "channelMixer":
      return [p.red, p.green, p.blue].map((row) => [...row, 0, 0]);
    case "colorMatrix":
      return [0, 1, 2, 3].map((row) => [...p.m].slice(row * 5, row * 5 + 5));
    default:
      return undefined;
  }
}

/** A square, a cross or a disk as rows of 0 and 1. */
export function shapeOf({ shape, radius }) {
  const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
  const is = {
    square: () => true,
    cross: (dx, dy) => dx === 0 || dy === 0,
    disk: (dx, dy) => dx * dx + dy * dy <= radius * radius,
  }[shape];
  return offsets.map((dy) => offsets.map((dx) => (is(dx, dy) ? 1 : 0)));
}

/** What turns of quarters and mirrors do to places: `[a, b, c, d, e, f]` of a canvas, for a picture of this size. */
export function turnOf(op, { width: w, height: h }) {
  return {
    flipH: [-1, 0, 0, 1, w, 0],
    flipV: [1, 0, 0, -1, 0, h],
    rotate90: [0, 1, -1, 0, h, 0],
    rotate180: [-1, 0, 0, -1, w, h],
    rotate270: [0, -1, 1, 0, 0, w],
    transpose: [0, 1, 1, 0, 0, 0],
  }[op];
}

/** Kernels and reaches of gradients. */
export const GRADIENTS = { sobel: [1, 2, 1], scharr: [3, 10, 3], prewitt: [1, 1, 1] };

/**
 * The definitions of the filters in double precision, as plainly as they can be written, for one part of a picture. Slow, and
 * shared with nobody: what everyone's results are held against.
 */
import { wholly } from "./whole.js";
import { saturation, shapeOf, type Picture, type Step } from "./work.js";

export interface Part {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** How far each filter reaches. */
function reach(step: Step): number {
  switch (step.kind) {
    case "gaussianBlur":
    case "unsharpMask":
      return Math.ceil(3 * step.sigma);
    case "convolve":
    case "sobel":
      return 1;
    case "median":
    case "bilateral":
    case "morphology":
      return step.radius;
    case "nlm":
      return step.patchRadius + step.searchRadius;
    default:
      return 0;
  }
}

/** A part of what the steps make of a picture; it must lie so far inside that borders do not matter. */
export function expected(steps: readonly Step[], picture: Picture, part: Part): Picture {
  const [first] = steps;
  if (first?.kind === "resize") return resized(picture, first.width, first.height, part);
  const whole = first && wholly(first, picture, part);
  if (whole) return whole;
  const margin = steps.reduce((sum, step) => sum + reach(step), 0);
  const wide = {
    left: part.left - margin,
    top: part.top - margin,
    width: part.width + 2 * margin,
    height: part.height + 2 * margin,
  };
  const result = steps.reduce((result, step) => apply(result, step, wide.left), cut(picture, wide));
  return cut(result, { left: margin, top: margin, width: part.width, height: part.height });
}

export function cut({ data, width, height }: Picture, part: Part): Picture {
  if (part.left < 0 || part.top < 0 || part.left + part.width > width || part.top + part.height > height) {
    throw new RangeError("the part is not in the picture");
  }
  const result = new Uint8ClampedArray(part.width * part.height * 4);
  for (let y = 0; y < part.height; y++) {
    const from = ((part.top + y) * width + part.left) * 4;
    result.set(data.subarray(from, from + part.width * 4), y * part.width * 4);
  }
  return { data: result, width: part.width, height: part.height };
}

/** Rounded half up, once. */
const round = (value: number) => Math.max(0, Math.min(255, Math.floor(value + 0.5)));

/** Reads a channel of a pixel near another one. */
type Read = (dx: number, dy: number, channel: number) => number;

/** A new picture from what is told for the red, green and blue of each pixel; alpha is copied. */
function map(picture: Picture, colours: (read: Read, x: number) => readonly [number, number, number]): Picture {
  const { data, width, height } = picture;
  const result = data.slice();
  const clamp = (value: number, end: number) => Math.max(0, Math.min(end - 1, value));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const read: Read = (dx, dy, channel) =>
        data[(clamp(y + dy, height) * width + clamp(x + dx, width)) * 4 + channel]!;
      colours(read, x).forEach((value, channel) => (result[(y * width + x) * 4 + channel] = round(value)));
    }
  }
  return { data: result, width, height };
}

const each = (of: (channel: number) => number) => [of(0), of(1), of(2)] as const;
const offsets = (radius: number) => Array.from({ length: 2 * radius + 1 }, (_, index) => index - radius);

/** `left`: the column of the whole picture that this one begins with. */
function apply(picture: Picture, step: Step, left: number): Picture {
  switch (step.kind) {
    case "brightness":
      return map(picture, (read) => each((channel) => step.amount * read(0, 0, channel)));
    case "saturate": {
      const m = saturation(step.amount);
      return map(picture, (read) =>
        each((row) => m[row * 3]! * read(0, 0, 0) + m[row * 3 + 1]! * read(0, 0, 1) + m[row * 3 + 2]! * read(0, 0, 2)),
      );
    }
    case "colorMatrix": {
      const row = (read: Read, [r, g, b, a, offset]: readonly number[]) =>
        r! * read(0, 0, 0) + g! * read(0, 0, 1) + b! * read(0, 0, 2) + a! * read(0, 0, 3) + offset! * 255;
      return map(picture, (read) => each((channel) => row(read, step.m.slice(channel * 5, channel * 5 + 5))));
    }
    case "gaussianBlur": {
      const blurred = blur(picture, step.sigma);
      let at = 0;
      return map(picture, () => each(() => blurred[at++]!));
    }
    case "unsharpMask": {
      const blurred = blur(picture, step.sigma);
      let at = 0;
      return map(picture, (read) =>
        each((channel) => {
          const value = read(0, 0, channel);
          return value + step.amount * (value - blurred[at++]!);
        }),
      );
    }
    case "formula":
      return map(picture, (read, x) => {
        const [r, g, b] = each((channel) => read(0, 0, channel));
        const luma = (19595 * r + 38470 * g + 7471 * b) / 65536;
        return [1.2 * r, 0.7 * g + 0.3 * luma, b + 25.5 * Math.sin((left + x) / 20)];
      });
    case "convolve":
      return map(picture, (read) =>
        each((channel) =>
          step.kernel.reduce((sum, weight, i) => sum + weight * read((i % 3) - 1, Math.floor(i / 3) - 1, channel), 0),
        ),
      );
    case "sobel":
      return map(picture, (read) => {
        const luma = (dx: number, dy: number) =>
          (19595 * read(dx, dy, 0) + 38470 * read(dx, dy, 1) + 7471 * read(dx, dy, 2) + 32768) >> 16;
        const side = (dx: number) => luma(dx, -1) + 2 * luma(dx, 0) + luma(dx, 1);
        const line = (dy: number) => luma(-1, dy) + 2 * luma(0, dy) + luma(1, dy);
        const length = Math.hypot(side(1) - side(-1), line(1) - line(-1));
        return each(() => length);
      });
    case "median": {
      const around = offsets(step.radius).flatMap((dy) => offsets(step.radius).map((dx) => [dx, dy] as const));
      return map(picture, (read) =>
        each((channel) => {
          const values = Uint8Array.from(around, ([dx, dy]) => read(dx, dy, channel)).sort();
          return values[values.length >> 1]!;
        }),
      );
    }
    case "bilateral": {
      const { radius, sigmaSpace, sigmaColor } = step;
      const disk = offsets(radius).flatMap((dy) => offsets(radius).map((dx) => [dx, dy] as const));
      const around = disk.filter(([dx, dy]) => dx * dx + dy * dy <= radius * radius);
      return map(picture, (read) => {
        const sums = [0, 0, 0];
        let total = 0;
        for (const [dx, dy] of around) {
          const colours = each((channel) => read(dx, dy, channel));
          const off = colours.reduce((sum, colour, channel) => sum + Math.abs(colour - read(0, 0, channel)), 0);
          const space = (dx * dx + dy * dy) / (2 * sigmaSpace ** 2);
          const weight = Math.exp(-space - off ** 2 / (2 * sigmaColor ** 2));
          total += weight;
          colours.forEach((colour, channel) => (sums[channel]! += weight * colour));
        }
        return each((channel) => sums[channel]! / total);
      });
    }
    case "morphology": {
      const rows = shapeOf(step);
      const around = offsets(step.radius).flatMap((dy, y) =>
        offsets(step.radius).flatMap((dx, x) => (rows[y]![x] ? [[dx, dy] as const] : [])),
      );
      return map(picture, (read) => each((channel) => Math.max(...around.map(([dx, dy]) => read(dx, dy, channel)))));
    }
    case "nlm": {
      const patch = offsets(step.patchRadius).flatMap((dy) => offsets(step.patchRadius).map((dx) => [dx, dy] as const));
      const search = offsets(step.searchRadius).flatMap((dy) =>
        offsets(step.searchRadius).map((dx) => [dx, dy] as const),
      );
      return map(picture, (read) => {
        const sums = [0, 0, 0];
        let total = 0;
        for (const [dx, dy] of search) {
          let distance = 0;
          for (const [u, v] of patch) {
            for (let channel = 0; channel < 3; channel++) {
              distance += (read(u, v, channel) - read(dx + u, dy + v, channel)) ** 2;
            }
          }
          const weight = Math.exp(-distance / (3 * patch.length) / step.h ** 2);
          total += weight;
          for (let channel = 0; channel < 3; channel++) sums[channel]! += weight * read(dx, dy, channel);
        }
        return each((channel) => sums[channel]! / total);
      });
    }
    case "lut3d": {
      const { size, table } = step;
      return map(picture, (read) => {
        const places = each((channel) => (read(0, 0, channel) / 255) * (size - 1));
        const below = places.map((place) => Math.min(Math.floor(place), size - 2));
        const rests = places.map((place, i) => place - below[i]!);
        const order = [0, 1, 2].sort((a, b) => rests[b]! - rests[a]!);
        const up = [0, 0, 0];
        const corner = (channel: number) =>
          Math.max(
            0,
            Math.min(
              1,
              table[3 * (below[0]! + up[0]! + size * (below[1]! + up[1]! + size * (below[2]! + up[2]!))) + channel]!,
            ),
          );
        let sums = [0, 0, 0];
        let before = 1;
        for (const axis of [...order, -1]) {
          const rest = axis < 0 ? 0 : rests[axis]!;
          sums = sums.map((sum, channel) => sum + (before - rest) * corner(channel));
          if (axis >= 0) up[axis] = 1;
          before = rest;
        }
        return each((channel) => 255 * sums[channel]!);
      });
    }
    default:
      throw new Error(`${step.kind} stands alone`);
  }
}

/** Three numbers a pixel, not rounded. */
function blur({ data, width, height }: Picture, sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const weights = offsets(radius).map((i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const clamp = (value: number, end: number) => Math.max(0, Math.min(end - 1, value));
  const across = new Float64Array(width * height * 3);
  const both = new Float64Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++, to++) {
        for (let i = -radius; i <= radius; i++) {
          across[to]! += (weights[i + radius]! / total) * data[(y * width + clamp(x + i, width)) * 4 + channel]!;
        }
      }
    }
  }
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width * 3; x++, to++) {
      for (let i = -radius; i <= radius; i++) {
        both[to]! += (weights[i + radius]! / total) * across[clamp(y + i, height) * width * 3 + x]!;
      }
    }
  }
  return both;
}

function lanczos(x: number): number {
  const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  return Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
}

/** The inputs of one output along an axis, with their weights. */
function tapsOf(output: number, from: number, to: number): readonly (readonly [input: number, weight: number])[] {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const centre = (output + 0.5) * scale;
  const first = Math.max(0, Math.floor(centre - 3 * stretch + 0.5));
  const end = Math.min(from, Math.floor(centre + 3 * stretch + 0.5));
  const taps = Array.from(
    { length: end - first },
    (_, i) => [first + i, lanczos((first + i + 0.5 - centre) / stretch)] as const,
  );
  const total = taps.reduce((sum, [, weight]) => sum + weight, 0);
  return taps.map(([input, weight]) => [input, weight / total] as const);
}

/** Colours count by their alpha, as all that filters pixels together must have it. */
function resized({ data, width, height }: Picture, toWidth: number, toHeight: number, part: Part): Picture {
  const result = new Uint8ClampedArray(part.width * part.height * 4);
  const columns = Array.from({ length: part.width }, (_, x) => tapsOf(part.left + x, width, toWidth));
  for (let y = 0; y < part.height; y++) {
    const rows = tapsOf(part.top + y, height, toHeight);
    columns.forEach((column, x) => {
      const sums = [0, 0, 0];
      let alpha = 0;
      for (const [row, down] of rows) {
        for (const [at, across] of column) {
          const from = (row * width + at) * 4;
          const weight = down * across * data[from + 3]!;
          alpha += weight;
          for (let channel = 0; channel < 3; channel++) sums[channel]! += weight * data[from + channel]!;
        }
      }
      const to = (y * part.width + x) * 4;
      sums.forEach((sum, channel) => (result[to + channel] = alpha > 0 ? round(sum / alpha) : 0));
      result[to + 3] = round(alpha);
    });
  }
  return { data: result, width: part.width, height: part.height };
}

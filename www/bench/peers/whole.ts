/**
 * Definitions in double precision of what must see the whole picture, or takes pixels from elsewhere in it, for one part of the
 * result; see reference.ts.
 */
import type { Part } from "./reference.js";
import { inverseOf, type Picture, type Step } from "./work.js";

type Rgb = readonly [number, number, number];
/** What becomes of a place of the result. */
type Make = (x: number, y: number) => Rgb;

const round = (value: number) => Math.max(0, Math.min(255, Math.floor(value + 0.5)));
const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

function lumas({ data, width, height }: Picture): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [r, g, b] = [data[i * 4]!, data[i * 4 + 1]!, data[i * 4 + 2]!];
    return (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
  });
}

const colours = ({ data, width }: Picture, x: number, y: number): Rgb => {
  const at = (y * width + x) * 4;
  return [data[at]!, data[at + 1]!, data[at + 2]!];
};

/** A part of the result; `undefined` where the step needs no more than what is around a pixel. */
export function wholly(step: Step, picture: Picture, part: Part): Picture | undefined {
  const make = makerOf(step, picture);
  if (!make) return undefined;
  const data = new Uint8ClampedArray(part.width * part.height * 4).fill(255);
  for (let y = 0, to = 0; y < part.height; y++) {
    for (let x = 0; x < part.width; x++, to += 4) {
      make(part.left + x, part.top + y).forEach((value, channel) => (data[to + channel] = round(value)));
    }
  }
  return { data, width: part.width, height: part.height };
}

function makerOf(step: Step, picture: Picture): Make | undefined {
  const { width: w, height: h } = picture;
  switch (step.kind) {
    case "equalize":
      return equalized(picture);
    case "clahe":
      return locally(picture, step.clipLimit, step.tilesX, step.tilesY);
    case "canny":
      return canny(picture, step.low, step.high);
    case "rotate":
    case "warp": {
      const [a, b, c, d, e, f] = inverseOf(step, picture);
      return (x, y) => bilinear(picture, a * (x + 0.5) + b * (y + 0.5) + c, d * (x + 0.5) + e * (y + 0.5) + f);
    }
    case "crop":
      return (x, y) => colours(picture, step.x + x, step.y + y);
    case "flipH":
      return (x, y) => colours(picture, w - 1 - x, y);
    case "flipV":
      return (x, y) => colours(picture, x, h - 1 - y);
    case "rotate90":
      return (x, y) => colours(picture, y, h - 1 - x);
    case "rotate180":
      return (x, y) => colours(picture, w - 1 - x, h - 1 - y);
    default:
      return undefined;
  }
}

function equalized(picture: Picture): Make {
  const luma = lumas(picture);
  const counts = new Float64Array(256);
  luma.forEach((value) => counts[value]!++);
  const lowest = counts.findIndex((count) => count > 0);
  const above = luma.length - counts[lowest]!;
  let rank = 0;
  const table = counts.map((count, value) => {
    if (value > lowest) rank += count;
    return above === 0 ? value : Math.floor((2 * 255 * rank + above) / (2 * above));
  });
  return (x, y) => {
    const here = luma[y * picture.width + x]!;
    const [r, g, b] = colours(picture, x, y);
    const by = table[here]! - here;
    return [r + by, g + by, b + by];
  };
}

function locally(picture: Picture, clipLimit: number, tilesX: number, tilesY: number): Make {
  const { width, height } = picture;
  if (width % tilesX !== 0 || height % tilesY !== 0) throw new RangeError("this reference knows even tiles alone");
  const [tileWidth, tileHeight] = [width / tilesX, height / tilesY];
  const luma = lumas(picture);
  const area = tileWidth * tileHeight;
  const tables = Array.from({ length: tilesX * tilesY }, (_, tile) => {
    const [left, top] = [(tile % tilesX) * tileWidth, Math.floor(tile / tilesX) * tileHeight];
    const counts = new Float64Array(256);
    for (let y = top; y < top + tileHeight; y++) {
      for (let x = left; x < left + tileWidth; x++) counts[luma[y * width + x]!]!++;
    }
    const limit = Math.max(1, Math.floor((clipLimit * area) / 256));
    const cut = counts.reduce((sum, count) => sum + Math.max(0, count - limit), 0);
    const rest = cut % 256;
    const step = Math.max(1, Math.floor(256 / rest));
    let sum = 0;
    return counts.map((count, value) => {
      const one = rest > 0 && value % step === 0 && value / step < rest ? 1 : 0;
      sum += Math.min(count, limit) + Math.floor(cut / 256) + one;
      return Math.floor((255 * sum) / area + 0.5);
    });
  });
  return (x, y) => {
    const here = luma[y * width + x]!;
    const [u, v] = [x / tileWidth - 0.5, y / tileHeight - 0.5];
    const [column, row] = [Math.floor(u), Math.floor(v)];
    const at = (dx: number, dy: number) =>
      tables[clamp(row + dy, 0, tilesY - 1) * tilesX + clamp(column + dx, 0, tilesX - 1)]![here]!;
    const line = (dy: number) => (1 - u + column) * at(0, dy) + (u - column) * at(1, dy);
    const by = (1 - v + row) * line(0) + (v - row) * line(1) - here;
    const [r, g, b] = colours(picture, x, y);
    return [r + by, g + by, b + by];
  };
}

function canny(picture: Picture, low: number, high: number): Make {
  const { width, height } = picture;
  const luma = lumas(picture);
  const at = (x: number, y: number) => luma[clamp(y, 0, height - 1) * width + clamp(x, 0, width - 1)]!;
  const across = new Int32Array(width * height);
  const down = new Int32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const side = (dx: number) => at(x + dx, y - 1) + 2 * at(x + dx, y) + at(x + dx, y + 1);
      const line = (dy: number) => at(x - 1, y + dy) + 2 * at(x, y + dy) + at(x + 1, y + dy);
      across[i] = side(1) - side(-1);
      down[i] = line(1) - line(-1);
    }
  }
  const length = (x: number, y: number) => {
    const i = y * width + x;
    return x < 0 || y < 0 || x >= width || y >= height ? 0 : Math.abs(across[i]!) + Math.abs(down[i]!);
  };
  const candidates = new Uint8Array(width * height);
  const lines = new Uint8Array(width * height);
  const open: number[] = [];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const here = length(x, y);
      if (here <= low) continue;
      const [gx, gy] = [Math.abs(across[i]!), Math.abs(down[i]!) * 32768];
      const s = (across[i]! ^ down[i]!) < 0 ? -1 : 1;
      const isTop =
        gy < gx * 13573
          ? here > length(x - 1, y) && here >= length(x + 1, y)
          : gy > gx * (13573 + 65536)
            ? here > length(x, y - 1) && here >= length(x, y + 1)
            : here > length(x - s, y - 1) && here > length(x + s, y + 1);
      if (!isTop) continue;
      candidates[i] = 1;
      if (here > high) {
        lines[i] = 1;
        open.push(i);
      }
    }
  }
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const j = v * width + u;
        if (candidates[j] && !lines[j]) {
          lines[j] = 1;
          open.push(j);
        }
      }
    }
  }
  return (x, y) => {
    const value = lines[y * width + x]! * 255;
    return [value, value, value];
  };
}

/** At a place in pixels, the middle of the first of which is at a half. */
function bilinear(picture: Picture, u: number, v: number): Rgb {
  const [x, y] = [Math.floor(u - 0.5), Math.floor(v - 0.5)];
  const [fx, fy] = [u - 0.5 - x, v - 0.5 - y];
  const corners = [colours(picture, x, y), colours(picture, x + 1, y)] as const;
  const below = [colours(picture, x, y + 1), colours(picture, x + 1, y + 1)] as const;
  const mix = (i: 0 | 1 | 2) =>
    (1 - fy) * ((1 - fx) * corners[0][i] + fx * corners[1][i]) + fy * ((1 - fx) * below[0][i] + fx * below[1][i]);
  return [mix(0), mix(1), mix(2)];
}

/** A table of colours by hand, in tetrahedra: tables for the place and the rest of a byte, and six ways through a cube. */
import type { Picture } from "../work.js";

let prepared: { of: readonly number[]; values: Float32Array } | undefined;

export function lookedUp(picture: Picture, side: number, table: readonly number[]): Picture {
  // In levels, so that nothing is left to multiply.
  if (prepared?.of.length !== table.length) {
    prepared = { of: table, values: Float32Array.from(table, (value) => Math.max(0, Math.min(1, value)) * 255) };
  }
  const { values } = prepared;
  const places = new Int32Array(256);
  const rests = new Float32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const at = (byte / 255) * (side - 1);
    places[byte] = Math.min(Math.floor(at), side - 2);
    rests[byte] = at - places[byte]!;
  }
  const [stepR, stepG, stepB] = [3, 3 * side, 3 * side * side];
  const { data } = picture;
  for (let i = 0; i < data.length; i += 4) {
    const r = data[i]!;
    const g = data[i + 1]!;
    const b = data[i + 2]!;
    const fr = rests[r]!;
    const fg = rests[g]!;
    const fb = rests[b]!;
    const first = places[r]! * stepR + places[g]! * stepG + places[b]! * stepB;
    // From the largest rest to the smallest: the steps of the first two, and all three numbers.
    let high = fr;
    let low = fb;
    let a = stepR;
    let c = stepG;
    if (fr >= fg) {
      if (fb > fg) {
        low = fg;
        if (fb > fr) {
          high = fb;
          a = stepB;
          c = stepR;
        } else c = stepB;
      }
    } else {
      a = stepG;
      high = fg;
      if (fr >= fb) c = stepR;
      else {
        low = fr;
        c = stepB;
        if (fb > fg) {
          high = fb;
          a = stepB;
          c = stepG;
        }
      }
    }
    const middle = fr + fg + fb - high - low;
    const second = first + a;
    const third = second + c;
    const last = first + stepR + stepG + stepB;
    const u = 1 - high;
    const v = high - middle;
    const w = middle - low;
    data[i] = u * values[first]! + v * values[second]! + w * values[third]! + low * values[last]!;
    data[i + 1] = u * values[first + 1]! + v * values[second + 1]! + w * values[third + 1]! + low * values[last + 1]!;
    data[i + 2] = u * values[first + 2]! + v * values[second + 2]! + w * values[third + 2]! + low * values[last + 2]!;
  }
  return picture;
}

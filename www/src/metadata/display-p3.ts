/** The ICC profile of Display P3 (ISO 15076-1:2010), made of the numbers that define the colour space. */
import { viewOf } from "../formats.js";
import { joined } from "../headers/bytes.js";
import { latinBytes } from "./parts.js";

type Vector = readonly [number, number, number];
/** In rows. */
type Matrix = readonly [Vector, Vector, Vector];

/** The primaries of DCI-P3 (SMPTE EG 432-1) and the white of sRGB, D65, as x and y. */
const PRIMARIES: Matrix = [xyz(0.68, 0.32), xyz(0.265, 0.69), xyz(0.15, 0.06)];
const WHITE = xyz(0.3127, 0.329);
/** The white of profiles, D50, as X, Y and Z (ISO 15076-1, 7.2.16). */
const PROFILE_WHITE: Vector = [0.9642, 1, 0.8249];
/** What the three kinds of cones in the eye see of X, Y and Z, by Bradford (ISO 15076-1, annex E). */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
/** The curve of sRGB (IEC 61966-2-1): (a x + b) ^ g from d on, and c x below it. */
const CURVE = { g: 2.4, a: 1 / 1.055, b: 0.055 / 1.055, c: 1 / 12.92, d: 0.04045 };
/** Type of curves with these five numbers (ISO 15076-1, 10.18). */
const CURVE_TYPE = 3;
const HEAD_BYTES = 128;
const IDENTITY: Matrix = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** A profile of version 4.3, the same whenever it is made. */
export function displayP3Profile(): Uint8Array<ArrayBuffer> {
  // As much of each primary as makes white together.
  const shares = solution(PRIMARIES, WHITE);
  const [red, green, blue] = PRIMARIES.map((primary, color) => {
    const light = map(primary, (value) => value * (shares[color] ?? 0));
    return numbers("XYZ ", adapted(light));
  }) as [Tag, Tag, Tag];
  const columns = IDENTITY.map(adapted) as unknown as Matrix;
  const { g, a, b, c, d } = CURVE;
  // The type is a whole number of two bytes, before two empty ones.
  const curve = numbers("para", [CURVE_TYPE, g, a, b, c, d]);
  return profileOf({
    desc: words("Display P3"),
    cprt: words("No copyright"),
    wtpt: numbers("XYZ ", PROFILE_WHITE),
    chad: numbers("sf32", transposed(columns).flat()),
    ...{ rXYZ: red, gXYZ: green, bXYZ: blue },
    ...{ rTRC: curve, gTRC: curve, bTRC: curve },
  });
}

/** X, Y and Z of a colour with brightness 1. */
function xyz(x: number, y: number): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

/** Light as it looks the same to an eye that has adapted from the white of Display P3 to that of profiles. */
function adapted(light: Vector): Vector {
  const [from, to] = [times(BRADFORD, WHITE), times(BRADFORD, PROFILE_WHITE)];
  const cones = map(times(BRADFORD, light), (value, cone) => (value * (to[cone] ?? 0)) / (from[cone] ?? 1));
  return solution(transposed(BRADFORD), cones);
}

function map(vector: Vector, change: (value: number, index: number) => number): Vector {
  return vector.map(change) as unknown as Vector;
}

function times(rows: Matrix, vector: Vector): Vector {
  return rows.map((row) => dot(row, vector)) as unknown as Vector;
}

/** How much of each column makes a vector together (Cramer's rule). */
function solution([a, b, c]: Matrix, vector: Vector): Vector {
  const whole = dot(a, cross(b, c));
  return [dot(vector, cross(b, c)) / whole, dot(a, cross(vector, c)) / whole, dot(a, cross(b, vector)) / whole];
}

function transposed([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  return [
    [a, d, g],
    [b, e, h],
    [c, f, i],
  ];
}

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

type Tag = Uint8Array<ArrayBuffer>;

/** Numbers with 16 bits behind the point. */
function numbers(type: string, values: readonly number[]): Tag {
  const tag = latinBytes(`${type}\0\0\0\0`.padEnd(8 + values.length * 4, "\0"));
  for (const [index, value] of values.entries()) viewOf(tag).setInt32(8 + index * 4, Math.round(value * 65536));
  return tag;
}

/** A text in English, of two bytes a letter. Its letters are an even number: tags begin at multiples of four. */
function words(text: string): Tag {
  const letters = text.replace(/./g, "\0$&");
  const tag = latinBytes(`mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\0\0\0\0\x1c${letters}`);
  viewOf(tag).setUint32(20, letters.length);
  return tag;
}

/** A profile with tags, of which each is written once, however many names it has. */
function profileOf(tags: Readonly<Record<string, Tag>>): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tags);
  const table = new Uint8Array(4 + names.length * 12);
  viewOf(table).setUint32(0, names.length);
  const places = new Map<Tag, number>();
  let end = HEAD_BYTES + table.length;
  for (const [index, [name, tag]] of Object.entries(tags).entries()) {
    const at = 4 + index * 12;
    const place = places.get(tag) ?? end;
    if (place === end) end += tag.length;
    places.set(tag, place);
    table.set(latinBytes(name), at);
    viewOf(table).setUint32(at + 4, place);
    viewOf(table).setUint32(at + 8, tag.length);
  }
  const head = new Uint8Array(HEAD_BYTES);
  for (const [at, text] of [
    [8, "\x04\x30"],
    [12, "mntrRGB XYZ "],
    [36, "acsp"],
  ] as const) {
    head.set(latinBytes(text), at);
  }
  viewOf(head).setUint32(0, end);
  head.set(numbers("XYZ ", PROFILE_WHITE).subarray(8), 68);
  return joined([head, table, ...places.keys()]);
}

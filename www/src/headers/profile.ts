/** Which colour space a picture's colours are of, by the ICC profile (ISO 15076-1) or the code (ITU-T H.273) in its file. */
import { hasText, latin, viewOf } from "../formats.js";
import { isErrorOf } from "../realm.js";
import type { SourceInfo } from "../source-info.js";
import { bytesOf, cut, type Bytes } from "./bytes.js";
import { unpack } from "./unpack.js";

type ColorSpace = SourceInfo["colorSpace"];

/** So much of a profile is looked at. What follows in longer ones are tables for printers. */
const MOST_BYTES = 64 << 10;
/** A packed profile that is longer than this is not unpacked. */
const MOST_PACKED_BYTES = 1 << 20;
const MOST_TAGS = 100;

/** Red, green and blue as X, Y and Z, adapted to the white of profiles (D50). */
const PRIMARIES: readonly (readonly [ColorSpace, readonly number[]])[] = [
  ["srgb", [0.4361, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141]],
  ["display-p3", [0.5151, 0.2412, -0.0011, 0.292, 0.6922, 0.0419, 0.1572, 0.0666, 0.7841]],
];
/** Profiles of the same space differ by a little less than this; other spaces differ by much more. */
const TOLERANCE = 0.005;
/** Light at half of the scale of sRGB, and how far from it gamma 2.2 and coarse tables may lie. */
const HALF_LIGHT = 0.214;
const HALF_TOLERANCE = 0.02;

/** Where a part of a profile lies in its file. */
export type Place = readonly [position: number, length: number];

/** The colour space by a profile that lies in a file, in one part or in several. */
export async function profileIn(file: Bytes, ...places: readonly Place[]): Promise<ColorSpace> {
  const whole = places.reduce((sum, [, length]) => sum + length, 0);
  const bytes = new Uint8Array(Math.min(whole, MOST_BYTES));
  let filled = 0;
  for (const [position, length] of places) {
    const wanted = Math.min(length, bytes.length - filled);
    const part = bytesOf(cut(await file.at(position, wanted), wanted));
    bytes.set(part, filled);
    filled += part.length;
  }
  return colorSpaceOf(bytes.subarray(0, filled), filled < bytes.length ? filled : whole);
}

/** The colour space by a profile that is packed with zlib. */
export async function packedProfileIn(file: Bytes, [position, length]: Place): Promise<ColorSpace> {
  // Not every place can unpack; what the profile says is not known then.
  if (typeof DecompressionStream !== "function" || length > MOST_PACKED_BYTES) return "other";
  // A copy: what is shared cannot be unpacked.
  const profile = await unpack(bytesOf(cut(await file.at(position, length), length)).slice(), MOST_BYTES);
  return profile ? colorSpaceOf(profile, profile.length < MOST_BYTES ? profile.length : Infinity) : "srgb";
}

/** `length`: of the whole profile, of which these are the first bytes. A broken one says nothing, and then it is sRGB. */
function colorSpaceOf(bytes: Uint8Array, length: number): ColorSpace {
  const profile = viewOf(bytes);
  if (!hasText(profile, 36, "acsp") || profile.getUint32(0) > length) return "srgb";
  if (!hasText(profile, 16, "RGB ")) return "other";
  try {
    return byTags(profile);
  } catch (error) {
    if (isErrorOf(error, "RangeError")) return "srgb";
    throw error;
  }
}

function byTags(profile: DataView): ColorSpace {
  const primaries = ["rXYZ", "gXYZ", "bXYZ"].flatMap((name) => {
    const tag = tagOf(profile, name);
    return tag ? [8, 12, 16].map((at) => numberAt(tag, at)) : [];
  });
  // Profiles without primaries have tables, whose name must do.
  if (primaries.length < 9) return byName(tagOf(profile, "desc"));
  const curve = tagOf(profile, "rTRC");
  if (!curve || Math.abs(halfLight(curve) - HALF_LIGHT) > HALF_TOLERANCE) return "other";
  const isNear = (value: number, index: number) => Math.abs(value - (primaries[index] ?? NaN)) < TOLERANCE;
  return PRIMARIES.find(([, numbers]) => numbers.every(isNear))?.[0] ?? "other";
}

/** A part of a profile by its name, where it is whole among the profile's first bytes. */
function tagOf(profile: DataView, name: string): DataView | undefined {
  const end = 132 + Math.min(profile.getUint32(128), MOST_TAGS) * 12;
  for (let at = 132; at < end; at += 12) {
    const [start, length] = [profile.getUint32(at + 4), profile.getUint32(at + 8)];
    const isIt = hasText(profile, at, name) && start + length <= profile.byteLength;
    if (isIt) return new DataView(profile.buffer, profile.byteOffset + start, length);
  }
  return undefined;
}

/** A number with 16 bits behind the point. */
function numberAt(view: DataView, at: number): number {
  return view.getInt32(at) / 65536;
}

/** How much light a curve gives for half of the scale: of all there is, 0 to 1. */
function halfLight(curve: DataView): number {
  if (hasText(curve, 0, "curv")) {
    const count = curve.getUint32(8);
    if (count < 2) return 0.5 ** (count && curve.getUint16(12) / 256);
    const [low, high] = [Math.floor, Math.ceil].map((round) => curve.getUint16(12 + 2 * round((count - 1) / 2)));
    return ((low ?? 0) + (high ?? 0)) / 2 / 65535;
  }
  const gamma = numberAt(curve, 12);
  return curve.getUint16(8) === 0 ? 0.5 ** gamma : (numberAt(curve, 16) / 2 + numberAt(curve, 20)) ** gamma;
}

/** The name may have one or two bytes a letter. */
function byName(description: DataView | undefined): ColorSpace {
  const name = description ? latin(description, 0, Math.min(description.byteLength, 400)).replaceAll("\0", "") : "";
  if (name.includes("Display P3")) return "display-p3";
  return name.includes("sRGB") && !/linear/i.test(name) ? "srgb" : "other";
}

/** The colour space by its code of primaries and that of its curve; 2 stands for "not said", 1 and 6 are those of video. */
export function codedSpace(primaries: number, curve: number): ColorSpace {
  if (![1, 2, 6, 13].includes(curve)) return "other";
  if (primaries === 12) return "display-p3";
  return primaries === 1 || primaries === 2 ? "srgb" : "other";
}

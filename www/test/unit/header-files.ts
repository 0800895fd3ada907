/** Writers of small files of pictures: headers and metadata, as tests want them, and no pixels. */
import { deflateSync } from "node:zlib";
import { Bytes } from "../../src/headers/bytes.js";
import { readHeader } from "../../src/headers/headers.js";
import { readHead } from "../../src/files.js";
import { looksLike } from "../../src/formats.js";
import type { SourceInfo } from "../../src/source-info.js";

export const SIZE = { width: 300, height: 200 };

/** Bytes of a file. */
export type Content = number[];
/** Words of a TIFF may have their first byte first or last. */
export type Order = "II" | "MM";

export const text = (characters: string): Content => Array.from(characters, (character) => character.charCodeAt(0));
export const big16 = (value: number): Content => [(value >> 8) & 255, value & 255];
export const big32 = (value: number): Content => [...big16(value >>> 16), ...big16(value)];
export const small16 = (value: number): Content => big16(value).reverse();
export const small24 = (value: number): Content => big32(value).reverse().slice(0, 3);
export const small32 = (value: number): Content => big32(value).reverse();
export const zeros = (length: number): Content => Array.from({ length }, () => 0);

// PNG

export function chunk(name: string, payload: Content = []): Content {
  // Nobody looks at the sum behind it.
  return [...big32(payload.length), ...text(name), ...payload, ...zeros(4)];
}

export function png({ width, height } = SIZE, { depth = 8, color = 6, before = [] as Content } = {}): Content {
  const head = chunk("IHDR", [...big32(width), ...big32(height), depth, color, 0, 0, 0]);
  return [0x89, ...text("PNG\r\n\x1a\n"), ...head, ...before, ...chunk("IDAT", zeros(20)), ...chunk("IEND")];
}

export const packedProfile = (profile: Content, name = "a profile") =>
  chunk("iCCP", [...text(name), 0, 0, ...deflateSync(Uint8Array.from(profile))]);

// GIF

export interface GifFrame {
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  isTransparent?: boolean;
  /** Colours of a table of its own. */
  colors?: number;
  data?: Content;
}

/** Blocks of data with their lengths. */
export function parts(data: Content): Content {
  const result: Content = [];
  for (let at = 0; at < data.length; at += 255)
    result.push(Math.min(255, data.length - at), ...data.slice(at, at + 255));
  return [...result, 0];
}

export function gifFrame(frame: GifFrame = {}): Content {
  const { x = 0, y = 0, width = SIZE.width, height = SIZE.height, isTransparent = false, colors = 0 } = frame;
  const control = [0x21, 0xf9, ...parts([isTransparent ? 1 : 0, 5, 0, 0])];
  const table = zeros(colors * 3);
  const flags = colors > 0 ? 0x80 | (Math.log2(colors) - 1) : 0;
  const sides = [x, y, width, height].flatMap(small16);
  return [...control, 0x2c, ...sides, flags, ...table, 2, ...parts(frame.data ?? zeros(40))];
}

export function gif(
  { width, height } = SIZE,
  { version = "89a", frames = [gifFrame({ width, height })], colors = 4, before = [] as Content } = {},
): Content {
  const flags = colors > 0 ? 0x80 | (Math.log2(colors) - 1) : 0;
  const head = [...text(`GIF${version}`), ...small16(width), ...small16(height), flags, 0, 0];
  return [...head, ...zeros(colors * 3), ...before, ...frames.flat(), 0x3b];
}

/** How often an animation is repeated, as most of them say it. */
export const LOOP = [0x21, 0xff, 11, ...text("NETSCAPE2.0"), ...parts([1, 0, 0])];

// BMP and ICO

/** With rows from bottom to top, as most are, or from top to bottom: then the height is negative. */
export function bmp(
  { width, height } = SIZE,
  { bits = 24, packing = 0, masks = [] as number[], head = 40, profile = [] as Content } = {},
): Content {
  const file = [...text("BM"), ...small32(0), ...zeros(4), ...small32(14 + head)];
  const body = [...small32(head), ...small32(width), ...small32(height), 1, 0, ...small16(bits), ...small32(packing)];
  const rest = [...body, ...zeros(20), ...masks.flatMap(small32)];
  if (profile.length === 0) return [...file, ...rest, ...zeros(Math.max(head - rest.length, 0)), ...zeros(8)];
  const space = [...rest, ...zeros(56 - rest.length), ...text("DEBM"), ...zeros(52)];
  return [...file, ...space, ...small32(head), ...small32(profile.length), ...zeros(4), ...profile];
}

/** With the older and shorter head of OS/2, whose sides have 16 bits. */
export function oldBmp({ width, height } = SIZE): Content {
  const head = [...text("BM"), ...small32(0), ...zeros(4), ...small32(26)];
  return [...head, ...small32(12), ...small16(width), ...small16(height), 1, 0, 24, 0];
}

/** Sides of 256 are stored as 0. */
export function ico(...pictures: { width: number; height: number; content: Content }[]): Content {
  let at = 6 + 16 * pictures.length;
  const entries = pictures.flatMap(({ width, height, content }) => {
    const entry = [width & 255, height & 255, 0, 0, 1, 0, 32, 0, ...small32(content.length), ...small32(at)];
    at += content.length;
    return entry;
  });
  return [0, 0, 1, 0, ...small16(pictures.length), ...entries, ...pictures.flatMap(({ content }) => content)];
}

// WebP

export function riff(name: string, payload: Content): Content {
  return [...text(name), ...small32(payload.length), ...payload, ...zeros(payload.length & 1)];
}

function webp(chunks: Content): Content {
  return [...text("RIFF"), ...small32(chunks.length + 4), ...text("WEBP"), ...chunks];
}

/** The upper two bits of each side say how it is scaled. */
export function lossyWebp({ width, height } = SIZE, scaling = 0): Content {
  const sides = [...small16(width | (scaling << 14)), ...small16(height | (scaling << 14))];
  return webp(riff("VP8 ", [0xb0, 0x8f, 0x03, 0x9d, 0x01, 0x2a, ...sides]));
}

export function losslessWebp({ width, height } = SIZE, hasAlpha = false): Content {
  const bits = width - 1 + (height - 1) * 2 ** 14 + (hasAlpha ? 2 ** 28 : 0);
  return webp(riff("VP8L", [0x2f, ...small32(bits)]));
}

export function extendedWebp({ width, height } = SIZE, { flags = 0, chunks = [] as Content } = {}): Content {
  const head = riff("VP8X", [flags, 0, 0, 0, ...small24(width - 1), ...small24(height - 1)]);
  return webp([...head, ...chunks]);
}

export const webpFrame = (bytes = 40) => riff("ANMF", zeros(bytes));

// AVIF and HEIC

export function box(name: string, ...payload: Content[]): Content {
  const content = payload.flat();
  return [...big32(content.length + 8), ...text(name), ...content];
}

const VERSION_0 = zeros(4);
export const ispe = ({ width, height } = SIZE) => box("ispe", VERSION_0, big32(width), big32(height));
export const pixi = (...depths: number[]) => box("pixi", VERSION_0, [depths.length, ...depths]);
export const irot = (turns: number) => box("irot", [turns]);
export const imir = (axis: number) => box("imir", [axis]);
export const nclx = (primaries: number, curve: number) =>
  box("colr", text("nclx"), big16(primaries), big16(curve), big16(6), [0x80]);
export const colr = (kind: "prof" | "rICC", profile: Content) => box("colr", text(kind), profile);
export const auxC = (urn: string) => box("auxC", VERSION_0, text(`${urn}\0`));

/** Which properties an item has, by numbers that begin with 1. */
export function ipma(items: ReadonlyMap<number, readonly number[]>, { isWide = false, isLong = false } = {}): Content {
  const entries = [...items].flatMap(([item, numbers]) => [
    ...(isLong ? big32(item) : big16(item)),
    numbers.length,
    // The uppermost bit says that the property must be understood.
    ...numbers.flatMap((number) => (isWide ? big16(number | 0x8000) : [number | 0x80])),
  ]);
  return box("ipma", [isLong ? 1 : 0, 0, 0, isWide ? 1 : 0], big32(items.size), entries);
}

export interface Heif {
  brand?: string;
  properties: Content[];
  /** The item of the picture, and which properties each item has. Left out: neither is said. */
  primary?: number;
  items?: ReadonlyMap<number, readonly number[]>;
  isWide?: boolean;
  isLong?: boolean;
  /** Boxes between the first one and what is said of the picture. */
  before?: Content;
  /** Boxes behind it. */
  after?: Content;
}

export function heif({
  brand = "avif",
  properties,
  primary,
  items,
  before = [],
  after = [],
  ...widths
}: Heif): Content {
  const { isLong = false } = widths;
  const which =
    primary === undefined ? [] : box("pitm", [isLong ? 1 : 0, 0, 0, 0], isLong ? big32(primary) : big16(primary));
  const associations = items ? ipma(items, widths) : [];
  const meta = box("meta", VERSION_0, which, box("iprp", box("ipco", ...properties), associations));
  return [...box("ftyp", text(`${brand}\0\0\0\0mif1`)), ...before, ...meta, ...after, ...box("mdat", zeros(30))];
}

/** The tracks of an animation, of which the first has so many samples. */
export function moov(samples: number): Content {
  const sizes = box("stsz", VERSION_0, zeros(4), big32(samples));
  const track = (content: Content) =>
    box("trak", box("tkhd", zeros(20)), box("mdia", box("minf", box("stbl", content))));
  return box("moov", box("mvhd", zeros(20)), track(sizes), track([]));
}

// JPEG

export const segment = (marker: number, payload: Content): Content => [
  0xff,
  marker,
  ...big16(payload.length + 2),
  ...payload,
];

/** `marker`: of the frame's header: C0 baseline, C2 progressive. */
export function jpeg(
  before: Content = [],
  { marker = 0xc0, size = SIZE, depth = 8, channels = 3, after = [] as Content } = {},
): Content {
  const { width, height } = size;
  const frame = segment(marker, [depth, ...big16(height), ...big16(width), channels, ...zeros(channels * 3)]);
  const start = [0xff, 0xd8, ...segment(0xe0, text("JFIF\0\x01\x01"))];
  return [...start, ...before, ...frame, ...after, ...segment(0xda, zeros(10)), ...zeros(20)];
}

export const exifSegment = (tiff: Content) => segment(0xe1, [...text("Exif\0\0"), ...tiff]);

/** A profile in segments of so many bytes. */
export function profileSegments(profile: Content, bytes = 65519): Content[] {
  const count = Math.ceil(profile.length / bytes);
  return Array.from({ length: count }, (_, part) =>
    profilePart(profile.slice(part * bytes, (part + 1) * bytes), part + 1, count),
  );
}

export const profilePart = (payload: Content, part: number, count: number) =>
  segment(0xe2, [...text("ICC_PROFILE\0"), part, count, ...payload]);

// Exif

export interface Entry {
  tag: number;
  type?: number;
  count?: number;
  value: number;
}

/** Exif data: a TIFF with one directory, at a place of its own. */
export function exif(
  entries: readonly Entry[],
  { order = "MM", at = 8, next = 0 }: { order?: Order; at?: number; next?: number } = {},
): Content {
  const [word, long] = order === "II" ? [small16, small32] : [big16, big32];
  const lines = entries.flatMap(({ tag, type = 3, count = 1, value }) => [
    ...[...word(tag), ...word(type), ...long(count)],
    ...(type === 3 ? [...word(value), 0, 0] : long(value)),
  ]);
  const head = [...text(order), ...word(42), ...long(at)];
  return [...head, ...zeros(at - 8), ...word(entries.length), ...lines, ...long(next)];
}

export const ORIENTATION = 0x0112;
export const orientation = (value: number, order: Order = "MM") => exif([{ tag: ORIENTATION, value }], { order });

// Reading

export const fileOf = (bytes: Content | Uint8Array<ArrayBuffer>) => new Blob([Uint8Array.from(bytes)]);

/** What is told of a file, of the kind that its first bytes say; nothing where they say none. */
export async function infoOf(bytes: Content | Uint8Array<ArrayBuffer>): Promise<SourceInfo | undefined> {
  const file = fileOf(bytes);
  const head = await readHead(file);
  const type = looksLike(head)?.type;
  return type && readHeader(new Bytes(head, file), type).info;
}

/** Files of each kind, by name, none with anything special. */
export const plainFiles: readonly (readonly [name: string, bytes: Content])[] = [
  ["a PNG", png()],
  ["a GIF of 1987", gif(SIZE, { version: "87a" })],
  ["a GIF of 1989", gif()],
  ["a BMP from bottom to top", bmp()],
  ["a BMP from top to bottom", bmp({ width: 300, height: -200 })],
  ["a lossy WebP", lossyWebp()],
  ["a lossless WebP", losslessWebp()],
  ["a WebP with more to it", extendedWebp()],
  ["an AVIF", heif({ properties: [ispe()] })],
  ["a HEIC", heif({ brand: "heic", properties: [ispe()] })],
  ["a baseline JPEG", jpeg()],
  ["a progressive JPEG", jpeg([], { marker: 0xc2 })],
  ["a JPEG with a profile", jpeg([...segment(0xe1, zeros(3000)), ...segment(0xe2, zeros(3000))])],
];

// Profiles

/** Red, green and blue as X, Y and Z. */
export const PRIMARIES = {
  srgb: [0.43607, 0.22249, 0.01392, 0.38515, 0.71687, 0.09708, 0.14307, 0.06061, 0.7141],
  p3: [0.51512, 0.2412, -0.00105, 0.29198, 0.69225, 0.04189, 0.1571, 0.06657, 0.78407],
  adobe: [0.60974, 0.31111, 0.01947, 0.20528, 0.62567, 0.06087, 0.14919, 0.06322, 0.74457],
} as const;

const fixed = (value: number) => big32(Math.round(value * 65536));

/** A curve as a power, as a table, and with the five numbers of sRGB. */
export const power = (gamma: number) => [
  ...text("curv"),
  ...zeros(4),
  ...big32(1),
  ...big16(Math.round(gamma * 256)),
  0,
  0,
];
export const table = (curve: (value: number) => number, length = 1024) => {
  const values = Array.from({ length }, (_, at) => big16(Math.round(curve(at / (length - 1)) * 65535))).flat();
  return [...text("curv"), ...zeros(4), ...big32(length), ...values];
};
export const formula = (kind: number, ...numbers: number[]) => [
  ...text("para"),
  ...zeros(4),
  ...big16(kind),
  0,
  0,
  ...numbers.flatMap(fixed),
];
export const SRGB_CURVE = formula(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);

export interface Profile {
  name?: string;
  /** One byte a letter, as in profiles of version 2, or two. */
  isOld?: boolean;
  primaries?: readonly number[];
  curve?: Content;
  space?: string;
  /** Bytes of a table before the other tags. */
  padding?: number;
}

export function profile({
  name = "?",
  isOld = false,
  primaries,
  curve,
  space = "RGB ",
  padding = 0,
}: Profile): Content {
  const letters = isOld ? text(name) : text(name).flatMap((letter) => [0, letter]);
  const description = isOld
    ? [...text("desc"), ...zeros(4), ...big32(name.length + 1), ...letters, ...zeros(70)]
    : [
        ...text("mluc"),
        ...zeros(4),
        ...big32(1),
        ...big32(12),
        ...text("enUS"),
        ...big32(letters.length),
        ...big32(28),
        ...letters,
      ];
  const tags: [string, Content][] = [["A2B0", zeros(padding)]];
  tags.push(["desc", description]);
  for (const [index, color] of ["rXYZ", "gXYZ", "bXYZ"].entries()) {
    if (primaries)
      tags.push([color, [...text("XYZ "), ...zeros(4), ...primaries.slice(index * 3, index * 3 + 3).flatMap(fixed)]]);
  }
  for (const color of ["rTRC", "gTRC", "bTRC"]) if (curve) tags.push([color, curve]);
  let at = 132 + tags.length * 12;
  const lines = tags.flatMap(([tag, content]) => {
    const line = [...text(tag), ...big32(at), ...big32(content.length)];
    at += content.length;
    return line;
  });
  const head = [
    ...zeros(8),
    ...text("mntr"),
    ...text(space),
    ...text("XYZ "),
    ...zeros(12),
    ...text("acsp"),
    ...zeros(88),
  ];
  return [...big32(at), ...head, ...big32(tags.length), ...lines, ...tags.flatMap(([, content]) => content)];
}

export const [SRGB, P3, ADOBE] = [
  profile({ primaries: PRIMARIES.srgb, curve: SRGB_CURVE }),
  profile({ primaries: PRIMARIES.p3, curve: SRGB_CURVE }),
  profile({ primaries: PRIMARIES.adobe, curve: power(2.2) }),
];

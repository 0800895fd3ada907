/** AVIF and HEIC (ISO/IEC 23008-12): boxes, each with its length and name, of which one holds what is said of the picture. */
import { hasText, latin } from "../formats.js";
import { cut, type Bytes } from "./bytes.js";
import type { Findings } from "./findings.js";
import { codedSpace, profileIn } from "./profile.js";

/** So much of one box is read. */
const MOST_BYTES = 1 << 20;
/** A box holds at most some hundred others, those of pictures that are cut into tiles. */
const MOST_BOXES = 4096;
const BRANDS_OF_SEQUENCES = /avis|msf1|hev[cxms]/;
const SAMPLE_SIZES = ["trak", "mdia", "minf", "stbl", "stsz"];
/** What pictures are called that hold the alpha of another. */
const ALPHA = /^urn:mpeg:(mpegB:cicp:systems:auxiliary:alpha|hevc:2015:auxid:1)\0/;
/** Orientations of Exif by the quarter turns counterclockwise; then those mirrored top to bottom, and left to right. */
const ORIENTATIONS = [
  [1, 8, 3, 6],
  [4, 5, 2, 7],
  [2, 7, 4, 5],
];

/** Where the content of a box begins and ends in its view. */
export interface Box {
  name: string;
  start: number;
  end: number;
}

export async function readHeif(file: Bytes, found: Findings): Promise<void> {
  let isSequence = false;
  for await (const { name, start, content } of topBoxesIn(file)) {
    if (name === "ftyp") isSequence = BRANDS_OF_SEQUENCES.test(text(await content(), 0));
    else if (name === "meta") await readMeta(file, await content(), start, found);
    else if (name === "moov") found.frames = framesIn(await content());
    // Only a sequence has more to tell behind what is said of its first picture.
    if (name === "moov" || (name === "meta" && !isSequence)) return;
  }
}

/** The boxes that a file is made of: their names, where their content begins in the file, and its first bytes. */
export async function* topBoxesIn(
  file: Bytes,
): AsyncGenerator<{ name: string; start: number; content: () => Promise<DataView> }> {
  for (let at = 0; at < file.length;) {
    const { name, start, end } = boxAt(await file.at(at, 16), 0, file.length - at);
    const position = at + start;
    const length = Math.min(end - start, MOST_BYTES);
    yield { name, start: position, content: async () => cut(await file.at(position, length), length) };
    at += end;
  }
}

/** `start`: where the content of the box lies in the file. */
async function readMeta(file: Bytes, meta: DataView, start: number, found: Findings): Promise<void> {
  const [properties, own] = propertiesIn(meta, [...boxesIn(meta, 4)]);
  let [width, height, turns, mirror] = [0, 0, 0, 0];
  let space: Findings["colorSpace"] | undefined;
  // The largest size is no preview's.
  for (const { name, start: at, end } of own) {
    if (name === "ispe") {
      const [wide, high] = [meta.getUint32(at + 4), meta.getUint32(at + 8)];
      if (wide * high > width * height) [width, height] = [wide, high];
    } else if (name === "irot") {
      turns = meta.getUint8(at) & 3;
    } else if (name === "imir") {
      mirror = 1 + (meta.getUint8(at) & 1);
    } else if (name === "pixi") {
      [found.channels, found.depth] = [Math.min(meta.getUint8(at + 4), 3), meta.getUint8(at + 5)];
    } else if (name === "colr" && hasText(meta, at, "nclx")) {
      // A profile counts more.
      space ??= codedSpace(meta.getUint16(at + 4), meta.getUint16(at + 6));
    } else if (isProfile(meta, { name, start: at, end })) {
      found.hasProfile = true;
      space = await profileIn(file, [start + at + 4, end - at - 4]);
    }
  }
  const hasAlpha = properties.some(({ name, start: at }) => name === "auxC" && ALPHA.test(text(meta, at + 4)));
  if (hasAlpha) found.channels += 1;
  found.colorSpace = space ?? "srgb";
  found.orientation = ORIENTATIONS[mirror]?.[turns] ?? 1;
  found.setSize(width, height);
}

/** Whether a property is a profile, which stands behind the name of its kind. */
export function isProfile(meta: DataView, { name, start, end }: Box): boolean {
  return name === "colr" && end > start + 4 && (hasText(meta, start, "prof") || hasText(meta, start, "rICC"));
}

/** The properties of all pictures; and those of the picture that the file is about, or all where it is not said which they are. */
export function propertiesIn(meta: DataView, boxes: readonly Box[]): [all: Box[], own: Box[]] {
  const parts = boxes.filter(({ name }) => name === "iprp").flatMap((box) => [...boxesIn(meta, box.start, box.end)]);
  const all = parts.filter(({ name }) => name === "ipco").flatMap((box) => [...boxesIn(meta, box.start, box.end)]);
  const primary = boxes.find(({ name }) => name === "pitm");
  const numbers = primary ? propertiesOf(meta, itemOf(meta, primary), parts) : [];
  const own = numbers.flatMap((number) => all[number - 1] ?? []);
  return [all, own.length > 0 ? own : all];
}

/** The number of the picture that the file is about. */
function itemOf(meta: DataView, { start }: Box): number {
  return meta.getUint8(start) === 0 ? meta.getUint16(start + 4) : meta.getUint32(start + 4);
}

/** The properties of an item by their numbers, which begin with 1. */
function propertiesOf(meta: DataView, item: number, parts: readonly Box[]): number[] {
  const numbers: number[] = [];
  for (const { name, start } of parts) {
    if (name !== "ipma") continue;
    const isLong = meta.getUint8(start) > 0;
    const isWide = (meta.getUint8(start + 3) & 1) === 1;
    let at = start + 8;
    for (let entries = meta.getUint32(start + 4); entries > 0; entries--) {
      const isItem = (isLong ? meta.getUint32(at) : meta.getUint16(at)) === item;
      at += isLong ? 4 : 2;
      // The uppermost bit says whether whoever does not know the property may show the picture all the same.
      for (let count = meta.getUint8(at++); count > 0; count--) {
        if (isItem) numbers.push(isWide ? meta.getUint16(at) & 0x7fff : meta.getUint8(at) & 0x7f);
        at += isWide ? 2 : 1;
      }
    }
  }
  return numbers;
}

/** How many samples the first track has. */
function framesIn(moov: DataView): number {
  let [start, end] = [0, moov.byteLength];
  for (const wanted of SAMPLE_SIZES) {
    const box = [...boxesIn(moov, start, end)].find(({ name }) => name === wanted);
    if (!box) return 1;
    ({ start, end } = box);
  }
  return Math.max(moov.getUint32(start + 8), 1);
}

export function* boxesIn(view: DataView, start: number, end = view.byteLength): Generator<Box> {
  let at = start;
  for (let count = 0; count < MOST_BOXES && at + 8 <= end; count++) {
    const box = boxAt(view, at, end);
    yield box;
    at = box.end;
  }
}

/** `end`: where that ends which the box is in. A `RangeError` where it is shorter than its own head. */
function boxAt(view: DataView, at: number, end: number): Box {
  const isLong = view.getUint32(at) === 1;
  const start = at + (isLong ? 16 : 8);
  const length = isLong ? view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12) : view.getUint32(at);
  const box = { name: latin(view, at + 4, at + 8), start, end: length === 0 ? end : at + length };
  if (box.end < start) throw new RangeError("a box is shorter than its head");
  return box;
}

/** A short text, with what follows it. */
function text(view: DataView, at: number): string {
  return latin(view, at, Math.min(at + 80, view.byteLength));
}

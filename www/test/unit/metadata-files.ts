/** Writers of metadata and of the files that hold them, as tests want them, and a plain reader of Exif data. */
import { deflateSync } from "node:zlib";
import type { Metadata, Part } from "../../src/metadata/metadata.js";
import * as files from "./header-files.js";
import { big16, big32, box, chunk, riff, segment, small16, small32, text, zeros } from "./header-files.js";
import type { Content, Entry, Order } from "./header-files.js";

export const bytes = (content: Content) => Uint8Array.from(content);
export const letters = (characters: string) => bytes(text(characters));

/** The bytes of parts, one behind the other. */
export async function whole(parts: readonly Part[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Blob([...parts]).arrayBuffer());
}

/** The metadata that are there. */
export function present(metadata: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
}

// Exif

export interface Tiff {
  order?: Order;
  first?: readonly Entry[];
  exif?: readonly Entry[];
  thumbnail?: Content;
  /** What lies between the directories and the thumbnail, and behind it. */
  notes?: Content;
  behind?: Content;
}

/** Exif data with a first directory, one of Exif, notes, and one of a thumbnail, which comes last. */
export function tiff({ order = "MM", first = [], exif, thumbnail, notes = [], behind = [] }: Tiff): Content {
  const [word, long] = order === "II" ? [small16, small32] : [big16, big32];
  const lengthOf = (count: number) => 2 + count * 12 + 4;
  const directory = (entries: readonly Entry[], next: number) => [
    ...word(entries.length),
    ...entries.flatMap(({ tag, type = 3, count = 1, value }) => [
      ...[...word(tag), ...word(type), ...long(count)],
      ...(type === 3 && count === 1 ? [...word(value), 0, 0] : long(value)),
    ]),
    ...long(next),
  ];
  const exifAt = 8 + lengthOf(first.length + (exif ? 1 : 0));
  const notesAt = exifAt + (exif ? lengthOf(exif.length) : 0);
  const nextAt = notesAt + notes.length;
  const thumbnailAt = nextAt + lengthOf(3);
  const pointer = exif ? [{ tag: 0x8769, type: 4, value: exifAt }] : [];
  return [
    ...[...text(order), ...word(42), ...long(8)],
    ...directory([...first, ...pointer], thumbnail ? nextAt : 0),
    ...(exif ? directory(exif, 0) : []),
    ...notes,
    ...(thumbnail
      ? directory(
          [
            { tag: 0x0103, value: 6 },
            { tag: 0x0201, type: 4, value: thumbnailAt },
            { tag: 0x0202, type: 4, value: thumbnail.length },
          ],
          0,
        )
      : []),
    ...(thumbnail ?? []),
    ...behind,
  ];
}

/** What Exif data say: the numbers of all directories by tag, and how many directories follow the first. */
export function readTiff(data: Uint8Array): { first: Map<number, number>; exif: Map<number, number>; more: number } {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const isLittle = data[0] === 0x49;
  const read = (at: number) => {
    const numbers = new Map<number, number>();
    const count = view.getUint16(at, isLittle);
    for (let entry = at + 2; entry < at + 2 + count * 12; entry += 12) {
      const isShort = view.getUint16(entry + 2, isLittle) === 3;
      const value = isShort ? view.getUint16(entry + 8, isLittle) : view.getUint32(entry + 8, isLittle);
      numbers.set(view.getUint16(entry, isLittle), value);
    }
    return { numbers, next: view.getUint32(at + 2 + count * 12, isLittle) };
  };
  const { numbers: first, next } = read(view.getUint32(4, isLittle));
  const exifAt = first.get(0x8769);
  let more = 0;
  for (let at = next; at > 0; at = read(at).next) more += 1;
  return { first, exif: exifAt === undefined ? new Map<number, number>() : read(exifAt).numbers, more };
}

// JPEG

export const XMP_NAME = "http://ns.adobe.com/xap/1.0/\0";
export const xmpSegment = (xmp: Content) => segment(0xe1, [...text(XMP_NAME), ...xmp]);
export const moreXmpSegment = (xmp: Content) =>
  segment(0xe1, [...text("http://ns.adobe.com/xmp/extension/\0"), ...text("0".repeat(32)), ...zeros(8), ...xmp]);
export const resource = (number: number, content: Content, name = "") => [
  ...text("8BIM"),
  ...big16(number),
  ...[name.length, ...text(name), ...zeros((name.length + 1) % 2)],
  ...big32(content.length),
  ...content,
  ...zeros(content.length % 2),
];
export const photoshopSegment = (resources: Content) => segment(0xed, [...text("Photoshop 3.0\0"), ...resources]);
export const IPTC = 0x0404;

// PNG

export const xmpChunk = (xmp: Content, { isPacked = false, language = "", keyword = "" } = {}) =>
  chunk("iTXt", [
    ...text("XML:com.adobe.xmp\0"),
    ...[isPacked ? 1 : 0, 0, ...text(`${language}\0${keyword}\0`)],
    ...(isPacked ? deflateSync(bytes(xmp)) : xmp),
  ]);

// AVIF and HEIC

export interface Item {
  type: "Exif" | "mime" | "av01";
  content: Content;
  name?: string;
  /** Of `mime`. */
  mime?: string;
  /** In how many parts it is said to lie in the file, and from where their places are counted: 0 is the file's beginning. */
  parts?: number;
  from?: number;
}

/** A file whose items lie behind its `meta`, numbered from 1 on; the first is the picture. */
export function heifOf(items: readonly Item[], properties: readonly Content[], { version = 0, brand = "avif" } = {}) {
  const number = version < 2 ? big16 : big32;
  const infos = items.map(({ type, name = "", mime }, index) =>
    box(
      "infe",
      [version < 2 ? 2 : 3, 0, 0, 0],
      number(index + 1),
      [0, 0],
      text(`${type}${name}\0${mime ? `${mime}\0` : ""}`),
    ),
  );
  const list = box("iinf", [version < 2 ? 0 : 1, 0, 0, 0], number(items.length), ...infos);
  const numbers = properties.map((_, index) => index + 1);
  const associations = files.ipma(new Map([[1, numbers]]));
  const start = box("ftyp", text(`${brand}\0\0\0\0mif1`));
  const metaOf = (firstAt: number) => {
    let at = firstAt;
    const places = items.map(({ content, parts = 1, from = 0 }, index) => {
      const part = [...big32(at), ...big32(content.length)];
      const place = [
        ...number(index + 1),
        ...(version > 0 ? [0, from] : []),
        ...[0, 0, ...big16(parts), ...Array.from({ length: parts }, () => part).flat()],
      ];
      at += content.length;
      return place;
    });
    const locations = box("iloc", [version, 0, 0, 0, 0x44, 0], number(items.length), ...places);
    const properties_ = box("iprp", box("ipco", ...properties), associations);
    return box("meta", zeros(4), box("pitm", zeros(4), big16(1)), list, locations, properties_);
  };
  const firstAt = start.length + metaOf(0).length + 8;
  return [...start, ...metaOf(firstAt), ...box("mdat", ...items.map(({ content }) => content))];
}

export const exifItem = (content: Content, before: Content = []): Item => ({
  type: "Exif",
  content: [...big32(before.length), ...before, ...content],
});
export const xmpItem = (content: Content): Item => ({ type: "mime", mime: "application/rdf+xml", content });

// Files of all types with all that is read

export const EXIF = tiff({
  order: "II",
  first: [
    { tag: 0x0100, type: 4, value: 4000 },
    { tag: 0x0101, value: 3000 },
    { tag: 0x0112, value: 6 },
  ],
  exif: [
    { tag: 0xa002, value: 4000 },
    { tag: 0xa003, type: 4, value: 3000 },
  ],
  notes: text("notes of a maker"),
  thumbnail: [0xff, 0xd8, ...text("thumbnail"), 0xff, 0xd9],
});
export const XMP = text(
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>',
);
export const RECORDS = [0x1c, 2, 120, 0, 5, ...text("words")];

export const richFiles: readonly (readonly [type: string, content: Content])[] = [
  [
    "image/jpeg",
    files.jpeg([
      ...files.exifSegment(EXIF),
      ...xmpSegment(XMP),
      ...files.profileSegments(files.P3, 200).flat(),
      ...photoshopSegment([...resource(0x03ed, zeros(16)), ...resource(IPTC, RECORDS)]),
    ]),
  ],
  [
    "image/png",
    files.png(undefined, {
      before: [...files.packedProfile(files.P3), ...chunk("eXIf", EXIF), ...xmpChunk(XMP, { isPacked: true })],
    }),
  ],
  [
    "image/webp",
    files.extendedWebp(undefined, {
      flags: 0x2c,
      chunks: [
        ...riff("ICCP", files.P3),
        ...riff("VP8L", [0x2f, ...zeros(20)]),
        ...riff("EXIF", EXIF),
        ...riff("XMP ", XMP),
      ],
    }),
  ],
  [
    "image/avif",
    heifOf(
      [{ type: "av01", content: zeros(40) }, exifItem(EXIF), xmpItem(XMP)],
      [files.ispe(), files.colr("prof", files.P3)],
    ),
  ],
];

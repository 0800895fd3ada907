/** Metadata that are put into files. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import { displayP3Profile } from "../../src/metadata/display-p3.js";
import { metadataFor, readMetadata, writeMetadata, type Kind, type Metadata } from "../../src/metadata/metadata.js";
import { readPng, writePng } from "../png.js";
import * as files from "./header-files.js";
import { chunk, infoOf, riff, segment, SIZE, text, zeros, type Content } from "./header-files.js";
import * as metadata from "./metadata-files.js";
import { bytes, EXIF, letters, present, readTiff, RECORDS, richFiles, whole, XMP } from "./metadata-files.js";

const ALL: Required<Metadata> = {
  profile: bytes(files.SRGB),
  exif: bytes(files.orientation(1)),
  xmp: letters("<other/>"),
  iptc: letters("records"),
};
const KINDS = Object.keys(ALL) as Kind[];
/** Every choice of kinds. */
const CHOICES = Array.from({ length: 16 }, (_, bits) => KINDS.filter((_, kind) => (bits >> kind) & 1));
const chosen = (kinds: readonly Kind[]): Metadata => Object.fromEntries(kinds.map((kind) => [kind, ALL[kind]]));

const lossless = (hasAlpha: boolean) => files.losslessWebp(SIZE, hasAlpha);
const plainFiles: readonly (readonly [name: string, type: string, content: Content])[] = [
  ["a JPEG", "image/jpeg", files.jpeg()],
  ["a JPEG without JFIF", "image/jpeg", files.jpeg().filter((_, at) => at < 2 || at >= 13)],
  ["a PNG", "image/png", files.png()],
  ["a lossy WebP", "image/webp", files.lossyWebp()],
  ["a lossless WebP", "image/webp", lossless(false)],
  ["a lossless WebP with alpha", "image/webp", lossless(true)],
  ["an extended WebP", "image/webp", files.extendedWebp(SIZE, { flags: 0x12, chunks: riff("VP8L", zeros(9)) })],
];

/** What a file is, but for its profile: that is another where one was put into it. */
async function pictureOf(file: Uint8Array<ArrayBuffer>) {
  const info = await infoOf(file);
  assert.ok(info);
  return { ...info, bytes: 0, hasProfile: false, colorSpace: "", orientation: 0 };
}

async function write(content: readonly number[] | Uint8Array<ArrayBuffer>, type: string, what: Metadata) {
  const file = Uint8Array.from(content);
  const { parts, lost } = await writeMetadata(file, type, what);
  const written = await whole(parts);
  const fromBlob = await writeMetadata(new Blob([file]), type, what);
  assert.deepEqual([await whole(fromBlob.parts), fromBlob.lost], [written, lost], "a blob becomes the same");
  assert.deepEqual(file, Uint8Array.from(content), "what was given stays as it is");
  return { parts, written, lost, file };
}

describe("metadata that are written", () => {
  for (const [name, type, content] of [
    ...plainFiles,
    ...richFiles.map(([type, content]) => [`a rich ${type}`, type, content] as const),
  ]) {
    if (type === "image/avif") continue;
    it(`into ${name} are read again, those of other kinds stay, and so does the picture`, async () => {
      const before = present(await readMetadata(bytes(content), type));
      for (const kinds of CHOICES) {
        const { written, lost, file } = await write(content, type, chosen(kinds));
        const isLost = (kind: Kind) => kind === "iptc" && type !== "image/jpeg";
        assert.deepEqual(lost, kinds.filter(isLost));
        const expected = { ...before, ...chosen(kinds.filter((kind) => !isLost(kind))) };
        assert.deepEqual(present(await readMetadata(written, type)), expected, kinds.join());
        assert.deepEqual(await pictureOf(written), await pictureOf(file), kinds.join());
        // Twice is the same as once, and without any it is the file that was given.
        assert.deepEqual((await write(written, type, chosen(kinds))).written, written, kinds.join());
        if (kinds.length === 0) assert.deepEqual(written, file);
      }
    });
  }

  it("are read and written from type to type, and stay the same", async () => {
    for (const [from, content] of richFiles) {
      const { iptc, ...found } = await readMetadata(bytes(content), from);
      for (const [name, to, plain] of plainFiles) {
        const { written, lost } = await write(plain, to, found);
        const { iptc: none, ...again } = await readMetadata(written, to);
        assert.deepEqual(again, found, `${from} to ${name}`);
        assert.deepEqual([lost, none], [[], undefined]);
      }
      assert.equal(iptc !== undefined, from === "image/jpeg");
    }
  });

  it("cannot be put into files of other types, or what is no file of its type", async () => {
    for (const [type, content] of [
      ["image/gif", files.gif()],
      ["image/avif", richFiles[3]![1]],
      ["image/jpeg", files.png()],
      ["image/png", files.jpeg()],
      ["image/webp", files.png()],
      ["image/webp", [...files.lossyWebp().slice(0, 12), ...riff("ABCD", zeros(20))]],
      ["image/jpeg", []],
      ["image/png", []],
      ["image/webp", []],
    ] as const) {
      const { written, lost, file } = await write(content, type, ALL);
      assert.deepEqual([written, lost], [file, KINDS], type);
    }
  });

  it("leave the bytes of the picture where they are", async () => {
    for (const [name, type, content] of plainFiles) {
      const { parts, file } = await write(content, type, ALL);
      const kept = parts.filter((part) => part instanceof Uint8Array && part.buffer === file.buffer);
      const length = kept.reduce((sum, part) => sum + (part as Uint8Array).length, 0);
      assert.ok(kept.length <= 2 && length >= file.length - 30, name);
    }
  });
});

/** The markers of a JPEG up to its first scan, and the length of each segment. */
function segmentsOf(file: Uint8Array): [marker: number, length: number][] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found: [number, number][] = [];
  for (let at = 2; file[at + 1] !== 0xda; at += 2 + view.getUint16(at + 2)) {
    assert.equal(file[at], 0xff);
    found.push([file[at + 1]!, view.getUint16(at + 2)]);
  }
  return found;
}

describe("metadata in a JPEG", () => {
  it("stand behind the segments of JFIF, before all others", async () => {
    const { written } = await write(files.jpeg(segment(0xdb, zeros(3))), "image/jpeg", ALL);
    assert.deepEqual(
      segmentsOf(written).map(([marker]) => marker),
      [0xe0, 0xe1, 0xe1, 0xe2, 0xed, 0xdb, 0xc0],
    );
    const extended = files.jpeg([
      ...segment(0xe0, text("JFXX\0")),
      ...segment(0xdb, []),
      ...segment(0xe0, text("OCAD")),
    ]);
    const { written: later } = await write(extended, "image/jpeg", ALL);
    const markers = [0xe0, 0xe0, 0xe1, 0xe1, 0xe2, 0xed, 0xdb, 0xe0, 0xc0];
    assert.deepEqual(
      segmentsOf(later).map(([marker]) => marker),
      markers,
    );
  });

  it("replace all segments of their kinds, and no others", async () => {
    const own = [
      ...files.exifSegment(EXIF),
      ...metadata.xmpSegment(XMP),
      ...metadata.moreXmpSegment(text("<more/>")),
      ...files.exifSegment(EXIF),
      ...segment(0xe2, text("MPF\0")),
      ...files.profileSegments(files.P3, 100).flat(),
      ...metadata.photoshopSegment(metadata.resource(metadata.IPTC, RECORDS)),
      ...segment(0xee, text("Adobe\0")),
      ...segment(0xfe, text("a comment")),
    ];
    const { written } = await write(files.jpeg(own, { after: files.exifSegment(EXIF) }), "image/jpeg", ALL);
    const markers = segmentsOf(written).map(([marker]) => marker);
    assert.deepEqual(markers, [0xe0, 0xe1, 0xe1, 0xe2, 0xed, 0xe2, 0xee, 0xfe, 0xc0]);
  });

  it("are cut into segments where they are a profile, and left out where a segment is too short", async () => {
    const profileOf = (length: number) => {
      const profile = new Uint8Array(length);
      profile.set(displayP3Profile());
      return profile;
    };
    for (const length of [65_519, 65_520, 3 * 65_519, 255 * 65_519]) {
      const { written, lost } = await write(files.jpeg(), "image/jpeg", { profile: profileOf(length) });
      assert.deepEqual(lost, []);
      const parts = segmentsOf(written).filter(([marker]) => marker === 0xe2);
      assert.equal(parts.length, Math.ceil(length / 65_519));
      assert.ok(parts.slice(0, -1).every(([, length]) => length === 65_535));
      assert.equal((await infoOf(written))?.colorSpace, "display-p3");
    }
    const tooLong = await write(files.jpeg(), "image/jpeg", { profile: new Uint8Array(255 * 65_519 + 1) });
    assert.deepEqual([tooLong.lost, tooLong.written], [["profile"], bytes(files.jpeg())]);
    for (const [kind, most] of [
      ["exif", 65_533 - 6],
      ["xmp", 65_533 - 29],
      ["iptc", 65_533 - 14 - 12 - 1],
    ] as const) {
      const rich = richFiles[0]![1];
      const fits = await write(rich, "image/jpeg", { [kind]: new Uint8Array(most) });
      assert.deepEqual(fits.lost, []);
      const { lost, written } = await write(rich, "image/jpeg", { [kind]: new Uint8Array(most + 2) });
      assert.deepEqual([lost, written], [[kind], bytes(rich)], "its own stay then");
    }
  });
});

describe("metadata in a PNG", () => {
  it("stand before the pixels, with checksums, in chunks that decoders take", async () => {
    const pixels = Uint8Array.from({ length: 4 * 12 }, (_, at) => at * 5);
    const png = writePng({ width: 4, height: 3, pixels });
    const { parts, lost } = await writeMetadata(png, "image/png", ALL);
    assert.deepEqual(lost, ["iptc"]);
    const file = await whole(parts);
    const view = new DataView(file.buffer);
    for (let at = 8; at < file.length; at += view.getUint32(at) + 12) {
      const end = at + 8 + view.getUint32(at);
      assert.equal(view.getUint32(end), crc32(file.subarray(at + 4, end)));
    }
    const read = readPng(file);
    assert.deepEqual(read.chunks, ["IHDR", "iCCP", "eXIf", "iTXt", "IDAT", "IEND"]);
    assert.deepEqual(read.pixels, pixels);
  });

  it("replace what said the same, wherever it stands; a profile everything that says how colours are meant", async () => {
    const own = [
      ...[chunk("gAMA", zeros(4)), chunk("cHRM", zeros(32)), chunk("sRGB", [0]), chunk("cICP", [12, 13, 0, 1])].flat(),
      ...[chunk("sBIT", [8, 8, 8, 8]), metadata.xmpChunk(XMP), chunk("tEXt", text("Comment\0words"))].flat(),
      ...chunk("iTXt", text("Comment\0\0\0\0\0words")),
    ];
    const end = chunk("IEND");
    const file = [...files.png(SIZE, { before: own }).slice(0, -end.length), ...chunk("eXIf", EXIF), ...end];
    const of = async (what: Metadata) => {
      const { written } = await write(file, "image/png", what);
      const names: string[] = [];
      const view = new DataView(written.buffer);
      for (let at = 8; at < written.length; at += view.getUint32(at) + 12) {
        names.push(String.fromCharCode(...written.subarray(at + 4, at + 8)));
      }
      return names.join(" ");
    };
    assert.equal(await of({ profile: ALL.profile }), "IHDR iCCP sBIT iTXt tEXt iTXt IDAT eXIf IEND");
    assert.equal(await of({ exif: ALL.exif }), "IHDR eXIf gAMA cHRM sRGB cICP sBIT iTXt tEXt iTXt IDAT IEND");
    assert.equal(await of({ xmp: ALL.xmp }), "IHDR iTXt gAMA cHRM sRGB cICP sBIT tEXt iTXt IDAT eXIf IEND");
    assert.equal(await of(ALL), "IHDR iCCP eXIf iTXt sBIT tEXt iTXt IDAT IEND");
  });

  it("have no profile where nothing can be packed", async (t) => {
    const { CompressionStream: own } = globalThis;
    t.after(() => (globalThis.CompressionStream = own));
    Reflect.deleteProperty(globalThis, "CompressionStream");
    const { written, lost } = await write(files.png(), "image/png", ALL);
    assert.deepEqual(lost, ["profile", "iptc"]);
    assert.equal((await readMetadata(written, "image/png")).profile, undefined);
  });
});

/** The names of the chunks of a WebP, and the flags of its extended head. */
function chunksOf(file: Uint8Array): { names: string; flags: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  assert.equal(view.getUint32(4, true), file.length - 8);
  const names: string[] = [];
  let at = 12;
  for (; at < file.length; at += 8 + Math.ceil(view.getUint32(at + 4, true) / 2) * 2) {
    names.push(String.fromCharCode(...file.subarray(at, at + 4)).trim());
  }
  assert.equal(at, file.length);
  return { names: names.join(" "), flags: file[20]! };
}

describe("metadata in a WebP", () => {
  it("stand around the picture, behind a head that tells of them and of alpha", async () => {
    for (const [content, alpha] of [
      [lossless(false), 0],
      [lossless(true), 0x10],
    ] as const) {
      const { written } = await write(content, "image/webp", ALL);
      assert.deepEqual(chunksOf(written), { names: "VP8X ICCP VP8L EXIF XMP", flags: alpha | 0x2c });
      const { written: two } = await write(content, "image/webp", { profile: ALL.profile, xmp: ALL.xmp });
      assert.deepEqual(chunksOf(two), { names: "VP8X ICCP VP8L XMP", flags: alpha | 0x24 });
    }
    const { written } = await write(files.lossyWebp(), "image/webp", { exif: ALL.exif });
    assert.deepEqual(chunksOf(written), { names: "VP8X VP8 EXIF", flags: 0x08 });
  });

  it("replace those of the file, whose other flags and chunks stay", async () => {
    const chunks = [
      ...riff("ICCP", files.P3),
      ...riff("ANIM", zeros(6)),
      ...files.webpFrame(31),
      ...files.webpFrame(),
      ...riff("EXIF", EXIF.slice(0, -1)),
      ...riff("XMP ", XMP),
      ...riff("MINE", [1, 2, 3]),
    ];
    const file = files.extendedWebp({ width: 16_000, height: 70_000 }, { flags: 0x3e, chunks });
    const { written } = await write(file, "image/webp", { profile: ALL.profile, exif: ALL.exif });
    assert.deepEqual(chunksOf(written), { names: "VP8X ICCP ANIM ANMF ANMF XMP MINE EXIF", flags: 0x3e });
    const { width, height, frames } = (await infoOf(written))!;
    assert.deepEqual({ width, height, frames }, { width: 16_000, height: 70_000, frames: 2 });
  });

  it("begin at even places, also behind a file that ends at an odd one; what follows its end is left out", async () => {
    const odd = [...files.lossyWebp().slice(0, 12), ...riff("VP8L", [0x2f, ...zeros(8)])];
    odd[4] = odd.length - 8;
    const { written } = await write(odd, "image/webp", ALL);
    assert.deepEqual((await write(odd.slice(0, -1), "image/webp", ALL)).written, written);
    assert.deepEqual((await write([...odd, ...text("more")], "image/webp", ALL)).written, written);
    assert.equal(chunksOf(written).names, "VP8X ICCP VP8L EXIF XMP");
    const cut = await write(odd.slice(0, -2), "image/webp", ALL);
    assert.deepEqual([cut.written, cut.lost], [cut.file, KINDS]);
  });
});

describe("metadata of a changed picture", () => {
  it("are true of it", () => {
    const size = { width: 12, height: 34 };
    const iptc = bytes(RECORDS);
    const { profile, exif, xmp, ...others } = metadataFor(
      { profile: bytes(files.P3), exif: bytes(EXIF), xmp: bytes(XMP), iptc },
      size,
    );
    assert.deepEqual([profile, others], [bytes(files.P3), { iptc }]);
    const { first, exif: more } = readTiff(exif!);
    assert.deepEqual([first.get(files.ORIENTATION), first.get(0x0100), more.get(0xa003)], [1, 12, 34]);
    assert.ok(Buffer.from(xmp!).includes('tiff:Orientation="1"'));
    const broken = metadataFor({ exif: letters("MM\0*"), xmp: bytes([0xff]) }, size);
    assert.deepEqual(broken, { exif: undefined, xmp: undefined });
  });
});

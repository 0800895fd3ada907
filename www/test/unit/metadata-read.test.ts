/** What is read of the metadata of files. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import { readMetadata, type Metadata } from "../../src/metadata/metadata.js";
import { MOST_BYTES } from "../../src/metadata/types.js";
import * as files from "./header-files.js";
import { big32, chunk, P3, riff, segment, SRGB, text, zeros, type Content } from "./header-files.js";
import * as metadata from "./metadata-files.js";
import {
  bytes,
  EXIF,
  exifItem,
  heifOf,
  IPTC,
  letters,
  present,
  RECORDS,
  resource,
  XMP,
  xmpItem,
} from "./metadata-files.js";

/** The metadata that are there, from memory; and the same from a blob. */
async function read(content: Content | Uint8Array<ArrayBuffer>, type: string): Promise<Metadata> {
  const file = Uint8Array.from(content);
  const found = await readMetadata(file, type);
  assert.deepEqual(await readMetadata(new Blob([file]), type), found);
  return present(found);
}

const jpeg = (...segments: Content[]) => read(files.jpeg(segments.flat()), "image/jpeg");
const png = (...chunks: Content[]) => read(files.png(undefined, { before: chunks.flat() }), "image/png");
const webp = (...chunks: Content[]) => read(files.extendedWebp(undefined, { chunks: chunks.flat() }), "image/webp");

describe("metadata that are read", () => {
  for (const [type, content] of metadata.richFiles) {
    it(`of ${type} are all there are`, async () => {
      const iptc = type === "image/jpeg" ? { iptc: bytes(RECORDS) } : {};
      assert.deepEqual(await read(content, type), {
        profile: bytes(P3),
        exif: bytes(EXIF),
        xmp: bytes(XMP),
        ...iptc,
      });
    });
  }

  it("of files without any, and of files of other types, are none", async () => {
    assert.deepEqual(await jpeg(), {});
    assert.deepEqual(await png(), {});
    assert.deepEqual(await webp(), {});
    assert.deepEqual(await read(files.lossyWebp(), "image/webp"), {});
    assert.deepEqual(await read(files.heif({ properties: [files.ispe()] }), "image/avif"), {});
    assert.deepEqual(await read(files.gif(), "image/gif"), {});
    assert.deepEqual(await read(files.bmp(undefined, { head: 124, profile: P3 }), "image/bmp"), {});
    assert.deepEqual(await read([], "image/jpeg"), {});
    for (const [, content] of metadata.richFiles) assert.deepEqual(await read(content, "image/x-other"), {});
  });

  it("are copies, also of bytes that are part of others", async () => {
    for (const [type, content] of metadata.richFiles) {
      const memory = new Uint8Array(content.length + 20).fill(9);
      memory.set(content, 7);
      const found = await readMetadata(memory.subarray(7, 7 + content.length), type);
      memory.fill(0);
      assert.deepEqual([found.profile, found.exif, found.xmp], [bytes(P3), bytes(EXIF), bytes(XMP)], type);
    }
  });

  it("are the first of their kind", async () => {
    const [first, second] = [files.orientation(2), files.orientation(3)];
    const expected = { exif: bytes(first), xmp: letters("<a/>") };
    const [one, two] = [text("<a/>"), text("<b/>")];
    const { exifSegment } = files;
    const { xmpChunk, xmpSegment } = metadata;
    assert.deepEqual(await jpeg(exifSegment(first), xmpSegment(one), exifSegment(second), xmpSegment(two)), expected);
    assert.deepEqual(await png(chunk("eXIf", first), xmpChunk(one), chunk("eXIf", second), xmpChunk(two)), expected);
    assert.deepEqual(
      await webp(riff("EXIF", first), riff("XMP ", one), riff("EXIF", second), riff("XMP ", two)),
      expected,
    );
  });

  it("stand in a PNG behind its pixels, too", async () => {
    const end = chunk("IEND").length;
    const file = files.png();
    const later = [...file.slice(0, -end), ...chunk("eXIf", EXIF), ...metadata.xmpChunk(XMP), ...chunk("IEND")];
    assert.deepEqual(await read(later, "image/png"), { exif: bytes(EXIF), xmp: bytes(XMP) });
    assert.deepEqual(await read([...file, ...chunk("eXIf", EXIF)], "image/png"), {}, "behind its end");
  });

  it("of a JPEG stand before the first scan", async () => {
    assert.deepEqual(await read([...files.jpeg(), ...files.exifSegment(EXIF)], "image/jpeg"), {});
  });
});

describe("Exif data", () => {
  it("may have the name before them that they have in a JPEG", async () => {
    const named = [...text("Exif\0\0"), ...EXIF];
    const expected = { exif: bytes(EXIF) };
    assert.deepEqual(await png(chunk("eXIf", named)), expected);
    assert.deepEqual(await webp(riff("EXIF", named)), expected);
    for (const version of [0, 1, 2]) {
      const heif = heifOf([{ type: "av01", content: zeros(8) }, exifItem(EXIF, text("Exif\0\0"))], [files.ispe()], {
        version,
        brand: "heic",
      });
      assert.deepEqual(await read(heif, "image/heic"), expected, `${version}`);
    }
  });

  it("are none where they are no TIFF", async () => {
    for (const broken of [[], text("II"), text("no TIFF at all"), [...text("Exif\0\0"), ...text("MM\0+1234")]]) {
      assert.deepEqual(await png(chunk("eXIf", broken)), {});
      assert.deepEqual(await webp(riff("EXIF", broken)), {});
      assert.deepEqual(await jpeg(files.exifSegment(broken)), {});
    }
  });

  it("of an AVIF are read where they lie in the file in one part", async () => {
    const picture: metadata.Item = { type: "av01", content: zeros(8), parts: 3 };
    for (const [where, isRead] of [
      [{}, true],
      [{ parts: 0 }, false],
      [{ parts: 2 }, false],
      [{ parts: 2000 }, false],
      [{ from: 1 }, false],
    ] as const) {
      const file = heifOf([picture, { ...exifItem(EXIF), ...where }, xmpItem(XMP)], [], { version: 1 });
      const expected = { ...(isRead ? { exif: bytes(EXIF) } : {}), xmp: bytes(XMP) };
      assert.deepEqual(await read(file, "image/avif"), expected, JSON.stringify(where));
    }
  });
});

describe("a profile", () => {
  it("of a JPEG is that which decoders take: all parts, each once, whatever their order", async () => {
    const parts = files.profileSegments(P3, 100);
    assert.deepEqual(await jpeg(...parts.toReversed()), { profile: bytes(P3) });
    assert.deepEqual(await jpeg(...parts.slice(1)), {});
    assert.deepEqual(await jpeg(...parts, parts[0]!), {});
    assert.deepEqual(await jpeg(...parts.slice(1), files.profilePart(P3.slice(0, 100), 1, parts.length + 1)), {});
  });

  it("is none where it is broken", async () => {
    const unmarked = P3.map((byte, at) => (at === 37 ? 0 : byte));
    for (const broken of [unmarked, [...big32(P3.length + 1), ...P3.slice(4)], P3.slice(0, 30), []]) {
      assert.deepEqual(await jpeg(...files.profileSegments(broken)), {});
      assert.deepEqual(await png(files.packedProfile(broken)), {});
      assert.deepEqual(await webp(riff("ICCP", broken)), {});
    }
    const packed = [...deflateSync(bytes(P3))];
    const name = text("name\0\0");
    assert.deepEqual(await png(chunk("iCCP", [...name, ...packed])), { profile: bytes(P3) });
    assert.deepEqual(await png(chunk("iCCP", [...name, ...packed.slice(0, -5)])), {});
    assert.deepEqual(
      await png(
        chunk(
          "iCCP",
          packed.map(() => 65),
        ),
      ),
      {},
      "with a name that has no end",
    );
  });

  it("may have so many bytes, and no more", async () => {
    const long = (length: number) => {
      const profile = new Uint8Array(length);
      profile.set(P3);
      return profile;
    };
    for (const [length, isRead] of [
      [MOST_BYTES, true],
      [MOST_BYTES + 1, false],
    ] as const) {
      const packed = deflateSync(long(length));
      const head = [...files.png().slice(0, 33), ...big32(packed.length + 3), ...text("iCCPx\0\0")];
      const file = Buffer.concat([bytes(head), packed, bytes([...zeros(4), ...chunk("IEND")])]);
      assert.equal((await read(new Uint8Array(file), "image/png")).profile?.length, isRead ? length : undefined);
      const start = bytes([...files.extendedWebp(), ...text("ICCP"), ...files.small32(length)]);
      const riffed = new Uint8Array(start.length + length + 1);
      riffed.set(start);
      riffed.set(P3, start.length);
      new DataView(riffed.buffer).setUint32(4, riffed.length - 8, true);
      assert.equal((await read(riffed, "image/webp")).profile?.length, isRead ? length : undefined);
    }
  });

  it("of an AVIF is that of its picture", async () => {
    const items = new Map([
      [1, [1, 3]],
      [2, [2, 3]],
    ]);
    const properties = [files.colr("prof", SRGB), files.colr("rICC", P3), files.ispe()];
    const of = async (primary: number) => read(files.heif({ properties, primary, items }), "image/avif");
    assert.deepEqual([(await of(1)).profile, (await of(2)).profile], [bytes(SRGB), bytes(P3)]);
  });
});

describe("XMP", () => {
  it("of a PNG may be packed, and have a language", async () => {
    for (const isPacked of [true, false]) {
      const inGerman = metadata.xmpChunk(XMP, { isPacked, language: "de", keyword: "Metadaten" });
      assert.deepEqual(await png(inGerman), { xmp: bytes(XMP) });
    }
    const broken = metadata.xmpChunk(XMP, { isPacked: true }).map((byte, at) => (at === 40 ? byte ^ 255 : byte));
    assert.deepEqual(await png(broken), {});
    // Without what stands between the keyword and the text.
    for (const rest of [[], [0, 0], [0, 0, 0], [0, 0, 65, 0]]) {
      assert.deepEqual(await png(chunk("iTXt", [...text("XML:com.adobe.xmp\0"), ...rest])), {});
    }
    assert.deepEqual(await png(chunk("iTXt", text("Comment\0\0\0\0\0words"))), {});
    assert.deepEqual(await png(chunk("tEXt", text("Raw profile type exif\0words"))), {});
  });

  it("of an AVIF is an item of its own, with or without a name", async () => {
    for (const name of ["", "XMP"]) {
      const others: metadata.Item[] = [
        { type: "mime", name, mime: "text/plain", content: text("words") },
        { type: "mime", name: "application/rdf+xml", content: text("words") },
      ];
      const file = heifOf([{ type: "av01", content: zeros(8) }, ...others, { ...xmpItem(XMP), name }], []);
      assert.deepEqual(await read(file, "image/avif"), { xmp: bytes(XMP) });
    }
  });

  it("of a JPEG is that of one segment", async () => {
    const { moreXmpSegment, xmpSegment } = metadata;
    assert.deepEqual(await jpeg(moreXmpSegment(text("<a/>")), xmpSegment(XMP)), { xmp: bytes(XMP) });
    assert.deepEqual(await jpeg(moreXmpSegment(text("<a/>"))), {});
    assert.deepEqual(await jpeg(segment(0xe1, text("http://ns.adobe.com/xap/1.0/"))), {});
  });
});

describe("IPTC", () => {
  it("stands among other resources of Photoshop, with and without names", async () => {
    const others = [resource(0x03ed, zeros(16)), resource(0x0bb7, [1, 2, 3], "odd"), resource(0x0bb8, [1], "even")];
    const { photoshopSegment } = metadata;
    for (let count = 0; count <= others.length; count++) {
      const resources = [...others.slice(0, count).flat(), ...resource(IPTC, RECORDS), ...others.slice(count).flat()];
      assert.deepEqual(await jpeg(photoshopSegment(resources)), { iptc: bytes(RECORDS) });
      // Wherever it is cut: a resource may begin in one segment and end in the next.
      const cut = Math.floor((resources.length * (count + 1)) / 5);
      const [start, end] = [resources.slice(0, cut), resources.slice(cut)];
      assert.deepEqual(await jpeg(photoshopSegment(start), photoshopSegment(end)), { iptc: bytes(RECORDS) });
    }
    assert.deepEqual(await jpeg(photoshopSegment(others.flat())), {});
    assert.deepEqual(await jpeg(photoshopSegment(resource(IPTC, []))), {});
    assert.deepEqual(await jpeg(photoshopSegment(resource(IPTC, RECORDS).slice(0, -3))), {});
  });
});

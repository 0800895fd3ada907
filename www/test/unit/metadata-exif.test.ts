/** Exif data and XMP as they are true of a picture that was changed. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exifFor } from "../../src/metadata/exif.js";
import { xmpFor } from "../../src/metadata/xmp.js";
import { ORIENTATION, text, zeros, type Entry } from "./header-files.js";
import { bytes, letters, readTiff, tiff, type Tiff } from "./metadata-files.js";

const SIZE = { width: 640, height: 480 };
const [WIDTH, HEIGHT, EXIF_WIDTH, EXIF_HEIGHT] = [0x0100, 0x0101, 0xa002, 0xa003] as const;
const THUMBNAIL = [0xff, 0xd8, ...text("a picture of the picture"), 0xff, 0xd9];
const sides = [
  { tag: WIDTH, value: 4000 },
  { tag: HEIGHT, type: 4, value: 3000 },
  { tag: ORIENTATION, value: 6 },
];
const exifSides = [
  { tag: EXIF_WIDTH, type: 4, value: 4000 },
  { tag: EXIF_HEIGHT, value: 3000 },
];

function changed(content: Tiff, size = SIZE): Uint8Array<ArrayBuffer> {
  const before = bytes(tiff(content));
  const copy = before.slice();
  const after = exifFor(before, size);
  assert.deepEqual(before, copy, "what was given stays as it is");
  assert.ok(after);
  return after;
}

describe("Exif data of a changed picture", () => {
  for (const order of ["II", "MM"] as const) {
    it(`have its orientation and its size, ${order}`, () => {
      const { first, exif } = readTiff(changed({ order, first: sides, exif: exifSides }));
      assert.deepEqual([...first.keys()], [WIDTH, HEIGHT, ORIENTATION, 0x8769]);
      assert.deepEqual([first.get(WIDTH), first.get(HEIGHT), first.get(ORIENTATION)], [640, 480, 1]);
      assert.deepEqual(Object.fromEntries(exif), { [EXIF_WIDTH]: 640, [EXIF_HEIGHT]: 480 });
    });

    it(`have sides of more than 16 bits, ${order}`, () => {
      const { first, exif } = readTiff(
        changed({ order, first: sides, exif: exifSides }, { width: 70_000, height: 65_536 }),
      );
      assert.deepEqual([first.get(WIDTH), first.get(HEIGHT)], [70_000, 65_536]);
      assert.deepEqual([exif.get(EXIF_WIDTH), exif.get(EXIF_HEIGHT)], [70_000, 65_536]);
    });

    it(`say nothing that they did not say before, ${order}`, () => {
      const only = { tag: 0x010f, type: 2, count: 3, value: 0 };
      const before = bytes(tiff({ order, first: [only], exif: [], notes: text("notes") }));
      assert.deepEqual(exifFor(before, SIZE), before);
    });

    it(`keep every other byte at its place, ${order}`, () => {
      const content = { order, first: sides, exif: exifSides, notes: text("notes of a maker"), behind: text("more") };
      const [before, after] = [bytes(tiff(content)), changed(content)];
      const places = [...before.keys()].filter((at) => before[at] !== after[at]);
      assert.equal(after.length, before.length);
      // Of each number two bytes at most: those of sides and orientations below 65,536.
      assert.ok(places.length > 0 && places.length <= 10, places.join());
      assert.ok(Buffer.from(after).includes("notes of a maker") && Buffer.from(after).includes("more"));
    });

    it(`have no thumbnail, ${order}`, () => {
      const content = { order, first: sides, exif: exifSides, notes: text("notes"), thumbnail: THUMBNAIL };
      const whole = bytes(tiff(content));
      for (const behind of [[], [0], text("a part of the notes")]) {
        const after = changed({ ...content, behind });
        assert.equal(readTiff(after).more, 0);
        assert.equal(Buffer.from(after).indexOf("picture"), -1);
        // Cut off where it is the last, else zeros in its place.
        const length = behind.length > 1 ? whole.length + behind.length : whole.length - THUMBNAIL.length;
        assert.equal(after.length, length);
        assert.ok(behind.length < 2 || Buffer.from(after).includes("a part of the notes"));
        assert.deepEqual(exifFor(after, SIZE), after, "twice is the same as once");
      }
    });
  }

  it("have no thumbnail of strips, in one or more", () => {
    for (const strips of [1, 3]) {
      const pixels = text("pixels".repeat(strips));
      // Directories: the first at 8, empty, that of the thumbnail at 14; then the places and lengths of strips, then these.
      const numbersAt = 14 + 2 + 24 + 4;
      const pixelsAt = numbersAt + 8 * strips;
      const places = Array.from({ length: strips }, (_, strip) => pixelsAt + strip * 6);
      const word = (value: number) => [0, 0, value >> 8, value & 255];
      const entry = (tag: number, value: number) => [1, tag, 0, 4, ...word(strips), ...word(value)];
      const at = strips === 1 ? [pixelsAt, 6] : [numbersAt, numbersAt + 4 * strips];
      const data = [
        ...[...text("MM\0*"), ...word(8), 0, 0, ...word(14)],
        ...[0, 2, ...entry(0x11, at[0]!), ...entry(0x17, at[1]!), ...word(0)],
        ...[...places.flatMap(word), ...places.flatMap(() => word(6)), ...pixels, ...text("behind it")],
      ];
      const after = exifFor(bytes(data), SIZE);
      const expected = data.map((byte, at) => (at >= pixelsAt && at < pixelsAt + pixels.length ? 0 : byte));
      expected.splice(10, 4, 0, 0, 0, 0);
      assert.deepEqual(after, bytes(expected));
    }
  });

  it("have one orientation, whatever type its number had, and however often it is told", () => {
    for (const type of [1, 3, 4, 7]) {
      const entries: Entry[] = [
        { tag: ORIENTATION, type, value: 6 },
        { tag: ORIENTATION, type, count: 9, value: 8 },
      ];
      const after = changed({ order: "MM", first: entries });
      for (const entry of [10, 22]) {
        assert.deepEqual([...after.subarray(entry, entry + 4)], [0x01, 0x12, 0, type === 4 ? 4 : 3]);
        assert.deepEqual(
          [...after.subarray(entry + 4, entry + 12)],
          [0, 0, 0, 1, ...(type === 4 ? [0, 0] : []), 0, 1, ...(type === 4 ? [] : [0, 0])],
        );
      }
    }
  });

  it("may end behind the last entry of a directory", () => {
    const whole = bytes(tiff({ first: sides }));
    assert.deepEqual(exifFor(whole.slice(0, -4), SIZE), exifFor(whole, SIZE)?.slice(0, -4));
  });

  it("are none where the first directory is broken, and keep what is broken elsewhere", () => {
    const whole = bytes(tiff({ first: sides, exif: exifSides, thumbnail: THUMBNAIL }));
    for (let length = 0; length < 8 + 2 + 12 * 4; length++)
      assert.equal(exifFor(whole.slice(0, length), SIZE), undefined);
    for (let length = 8 + 2 + 12 * 4; length < whole.length; length++) {
      const after = exifFor(whole.slice(0, length), SIZE);
      assert.ok(after && after.length <= length);
      assert.deepEqual([...after.subarray(10, 22)], [0x01, 0x00, 0, 3, 0, 0, 0, 1, 640 >> 8, 640 & 255, 0, 0]);
    }
  });

  it("with directories that never end are gone through once", () => {
    const data = bytes(tiff({ first: [{ tag: ORIENTATION, value: 6 }], thumbnail: THUMBNAIL }));
    const view = new DataView(data.buffer);
    const next = view.getUint32(22);
    // The one behind the first is followed by itself, or by the first.
    for (const loop of [next, 8]) {
      view.setUint32(next + 2 + 3 * 12, loop);
      const after = exifFor(data, SIZE);
      assert.ok(after);
      assert.deepEqual([after[19], view.getUint32(22) > 0], [1, true]);
      assert.deepEqual([...after.subarray(22, 26)], [0, 0, 0, 0]);
    }
  });
});

const xmpOf = (xmp: string) => {
  const after = xmpFor(letters(xmp), SIZE);
  return after && Buffer.from(after).toString("latin1");
};

describe("XMP of a changed picture", () => {
  it("has its orientation and its size, as attributes and as elements", () => {
    for (const [name, before, after] of [
      ["tiff:Orientation", "6", "1"],
      ["tiff:ImageWidth", "4000", "640"],
      ["tiff:ImageLength", "3000", "480"],
      ["exif:PixelXDimension", "4000", "640"],
      ["exif:PixelYDimension", "3000", "480"],
    ] as const) {
      for (const quote of [`"`, `'`]) {
        const tag = (value: string) => `<rdf:Description a:b="c" ${name}=${value} d:e='f'>`;
        assert.equal(xmpOf(tag(quote + before + quote)), tag(`"${after}"`));
        const spread = xmpOf(`<a:b\n  ${name} = ${quote}${before}${quote}\n/>`);
        assert.equal(spread, `<a:b\n  ${name}="${after}"\n/>`);
      }
      const element = (value: string) => `<rdf:Description><${name}>${value}</${name}></rdf:Description>`;
      assert.equal(xmpOf(element(before)), element(after));
    }
  });

  it("keeps everything else, byte for byte", () => {
    for (const xmp of [
      "",
      "no XML at all",
      "\xef\xbb\xbf<?xpacket begin='\xef\xbb\xbf' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta/>",
      '<rdf:li>it says tiff:Orientation="6" in the manual</rdf:li>',
      '<rdf:Description exif:PixelXDimensions="4000" mytiff:Orientation="6"/>',
      "<tiff:Orientation>6</tiff:ImageWidth>",
      "<tiff:Orientation>6",
      '<a tiff:Orientation="6',
      "<xmp:Thumbnails> without an end",
      "</xmp:Thumbnails><xmp:Thumbnails/>",
    ]) {
      assert.equal(xmpOf(xmp), xmp);
    }
  });

  it("has no thumbnails, and says of no other segments", () => {
    const thumbnails = (name: string) =>
      `<${name}:Thumbnails><rdf:Alt><rdf:li>\nbase64</rdf:li></rdf:Alt></${name}:Thumbnails>`;
    const [start, end] = ["<rdf:Description>", "</rdf:Description>"];
    const some = [thumbnails("xmp"), thumbnails("xap"), "<xmp:Rating>5</xmp:Rating>", thumbnails("xmp")].join("");
    assert.equal(xmpOf(start + some + end), `${start}<xmp:Rating>5</xmp:Rating>${end}`);
    assert.equal(xmpOf('<a xmpNote:HasExtendedXMP="0123" b="c"/>'), '<a b="c"/>');
    assert.equal(xmpOf("<a><xmpNote:HasExtendedXMP>0123</xmpNote:HasExtendedXMP></a>"), "<a></a>");
  });

  it("is none where it is no text", () => {
    assert.equal(xmpFor(bytes([...text("<a/>"), 0xff]), SIZE), undefined);
    assert.equal(xmpFor(bytes([0xfe, 0xff, ...zeros(4)]), SIZE), undefined);
  });
});

/** How a picture must be turned, by its Exif data, or by what a file says in their place. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as files from "./header-files.js";
import { exif, exifSegment, infoOf, ORIENTATION, orientation, segment, text, zeros } from "./header-files.js";
import type { Content, Entry, Order } from "./header-files.js";

/** The ways of each kind of file to hold Exif data. */
const holders: Readonly<Record<string, (tiff: Content) => Content>> = {
  "a JPEG": (tiff) => files.jpeg(exifSegment(tiff)),
  "a JPEG, behind the frame": (tiff) => files.jpeg([], { after: exifSegment(tiff) }),
  "a JPEG, behind other metadata": (tiff) =>
    files.jpeg([...segment(0xe1, text("http://ns.adobe.com/xap")), ...exifSegment(tiff)]),
  "a PNG": (tiff) => files.png(undefined, { before: files.chunk("eXIf", tiff) }),
  "a WebP": (tiff) =>
    files.extendedWebp(undefined, { chunks: [...files.riff("VP8 ", zeros(9000)), ...files.riff("EXIF", tiff)] }),
  "a WebP that names them": (tiff) =>
    files.extendedWebp(undefined, { chunks: files.riff("EXIF", [...text("Exif\0\0"), ...tiff]) }),
};

async function orientationOf(bytes: Content): Promise<number> {
  const info = await infoOf(bytes);
  assert.deepEqual(info && { width: info.width, height: info.height }, files.SIZE);
  return info?.orientation ?? 0;
}

for (const [name, holder] of Object.entries(holders)) {
  describe(`the orientation of ${name}`, () => {
    it("is each of the eight, in either byte order, wherever the directory lies", async () => {
      for (const order of ["II", "MM"] as Order[]) {
        for (const at of [8, 9, 26, 5000, 40_000]) {
          for (let value = 1; value <= 8; value++) {
            const others: Entry[] = [
              { tag: 0x010e, type: 2, count: 40, value: 200 },
              { tag: 0x0110, value: 3 },
            ];
            const tiff = exif([...others, { tag: ORIENTATION, value }, { tag: 0x0213, value: 6 }], { order, at });
            assert.equal(await orientationOf(holder(tiff)), value, `${order} ${at} ${value}`);
          }
        }
      }
    });

    it("is 1 where the data are broken or say something else", async () => {
      const one = (entry: Partial<Entry>, order: Order = "MM") =>
        exif([{ tag: ORIENTATION, value: 6, ...entry }], { order });
      const good = orientation(6);
      for (const [why, tiff] of Object.entries<Content>({
        "no data": [],
        "no entries": exif([]),
        "another tag": one({ tag: 0x0113 }),
        "a value of 0": one({ value: 0 }),
        "a value of 9": one({ value: 9 }),
        "a value of 0x0600": one({ value: 0x0600 }),
        "a LONG": one({ type: 4 }),
        "a LONG in the other order": one({ type: 4 }, "II"),
        bytes: one({ type: 1 }),
        "two values": one({ count: 2 }),
        "no value": one({ count: 0 }),
        "only in the second directory": exif([{ tag: 0x0110, value: 6 }], { next: 26 }).concat(good.slice(8)),
        "another byte order": [...text("IM"), ...good.slice(2)],
        "another number than 42": [...good.slice(0, 3), 43, ...good.slice(4)],
        "a directory far behind the data": [...good.slice(0, 4), 0xff, 0xff, 0xff, 0xff, ...good.slice(8)],
        "a directory just behind the data": [...good.slice(0, 7), good.length, ...good.slice(8)],
        "a directory that is the head itself": [...good.slice(0, 7), 0, ...good.slice(8)],
        "a directory with more entries than there is room for": [...good.slice(0, 8), 0, 9, ...good.slice(10)],
        "a directory that is followed by itself": exif([{ tag: 0x0110, value: 6 }], { next: 8 }),
        text: text("no TIFF at all, only words"),
      })) {
        assert.equal(await orientationOf(holder(tiff)), 1, why);
      }
      assert.equal(await orientationOf(holder(good)), 6);
    });

    it("is 1 where the data are cut, wherever", async () => {
      const tiff = exif([
        { tag: 0x0110, value: 3 },
        { tag: ORIENTATION, value: 6 },
      ]);
      const whole = 8 + 2 + 2 * 12;
      for (let length = 0; length <= tiff.length; length++) {
        assert.equal(await orientationOf(holder(tiff.slice(0, length))), length < whole ? 1 : 6, `${length} bytes`);
      }
    });
  });
}

describe("the orientation", () => {
  it("is told by the first Exif data, even where these are broken", async () => {
    for (const [first, expected] of [
      [orientation(3), 3],
      [orientation(0), 1],
    ] as const) {
      const second = orientation(8);
      const chunks = [first, second];
      for (const bytes of [
        files.jpeg(chunks.flatMap(exifSegment)),
        files.png(undefined, { before: chunks.flatMap((tiff) => files.chunk("eXIf", tiff)) }),
        files.extendedWebp(undefined, { chunks: chunks.flatMap((tiff) => files.riff("EXIF", tiff)) }),
      ]) {
        assert.equal(await orientationOf(bytes), expected);
      }
    }
  });

  it("is told by nothing that comes too late: behind the data of a PNG, or the first scan of a JPEG", async () => {
    assert.equal(await orientationOf([...files.png(), ...files.chunk("eXIf", orientation(6))]), 1);
    assert.equal(await orientationOf([...files.jpeg(), ...exifSegment(orientation(6))]), 1);
  });

  it("of an AVIF is what it says of turns and mirrors", async () => {
    const { irot, imir } = files;
    for (const [properties, expected] of [
      [[], 1],
      [[imir(1)], 2],
      [[irot(2)], 3],
      [[imir(0)], 4],
      [[irot(1), imir(0)], 5],
      [[irot(3)], 6],
      [[irot(3), imir(0)], 7],
      [[irot(1)], 8],
      [[irot(1), imir(1)], 7],
      [[irot(3), imir(1)], 5],
      [[irot(2), imir(0)], 2],
      [[irot(2), imir(1)], 4],
    ] as const) {
      for (const brand of ["avif", "heic"]) {
        const all = [files.ispe(), ...properties];
        const items = new Map([[1, all.map((_, index) => index + 1)]]);
        assert.equal(await orientationOf(files.heif({ brand, properties: all, primary: 1, items })), expected);
      }
    }
  });

  it("of an AVIF is that of its picture, not of another in the file", async () => {
    const properties = [files.ispe(), files.irot(1)];
    const items = new Map([
      [1, [1]],
      [2, [1, 2]],
    ]);
    assert.equal(await orientationOf(files.heif({ properties, primary: 1, items })), 1);
    assert.equal(await orientationOf(files.heif({ properties, primary: 2, items })), 8);
  });
});

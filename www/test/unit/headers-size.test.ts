/** The sizes of pictures, read from the headers of their files. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import * as files from "./header-files.js";
import { infoOf, jpeg, plainFiles, segment, SIZE, text, zeros, type Content } from "./header-files.js";

const samples = new URL("../../demo/samples/", import.meta.url);

async function sizeOf(bytes: Content | Uint8Array<ArrayBuffer>) {
  const info = await infoOf(bytes);
  return info && { width: info.width, height: info.height };
}

describe("the size of a picture", () => {
  for (const [name, bytes] of plainFiles) {
    it(`is read from ${name}`, async () => {
      assert.deepEqual(await sizeOf(bytes), SIZE);
    });

    it(`is never told wrong of ${name} that is cut, and what is told of a part is told of more`, async () => {
      let isKnown = false;
      for (let length = 0; length <= bytes.length; length++) {
        const found = await sizeOf(bytes.slice(0, length));
        if (isKnown || found) assert.deepEqual(found, SIZE, `${length} bytes`);
        isKnown = found !== undefined;
      }
      assert.ok(isKnown);
    });
  }

  it("is read from the samples of the demo", async () => {
    for (const [name, width, height] of [
      ["elephant.jpg", 300, 188],
      ["landscape-turned.jpg", 800, 1200],
      ["macaws.jpg", 768, 512],
      ["nasa.jpg", 852, 567],
      ["portrait-turned.jpg", 800, 1200],
      ["red-door.jpg", 768, 512],
      ["robin.jpg", 385, 562],
      ["shutters.jpg", 768, 512],
      ["statue.webp", 512, 768],
      ["temple.jpg", 640, 427],
      ["transparency.png", 300, 300],
      ["zebra.jpg", 250, 166],
    ] as const) {
      const bytes = Uint8Array.from(await readFile(new URL(name, samples)));
      assert.deepEqual(await sizeOf(bytes), { width, height }, name);
    }
  });

  it("may be as large as each kind of file allows", async () => {
    for (const [bytes, width, height] of [
      [files.png({ width: 2 ** 31 - 1, height: 70_000 }), 2 ** 31 - 1, 70_000],
      [files.gif({ width: 65535, height: 1 }), 65535, 1],
      [files.bmp({ width: 100_000, height: -70_000 }), 100_000, 70_000],
      [files.lossyWebp({ width: 16383, height: 1 }, 3), 16383, 1],
      [files.losslessWebp({ width: 16384, height: 16384 }, true), 16384, 16384],
      [files.losslessWebp({ width: 1, height: 16384 }), 1, 16384],
      [files.extendedWebp({ width: 2 ** 24, height: 65537 }), 2 ** 24, 65537],
      [files.heif({ properties: [files.ispe({ width: 100_000, height: 2 })] }), 100_000, 2],
      [jpeg([], { size: { width: 65535, height: 65500 } }), 65535, 65500],
    ] as const) {
      assert.deepEqual(await sizeOf(bytes), { width, height });
    }
  });

  it("of a JPEG may lie far behind, after profiles and thumbnails", async () => {
    const profile = segment(0xe2, zeros(65533));
    const thumbnail = segment(0xe1, [...text("Exif\0\0"), ...jpeg([], { size: { width: 160, height: 120 } })]);
    for (const count of [1, 2, 20, 300]) {
      const before = [thumbnail, ...Array.from({ length: count }, () => profile)].flat();
      assert.deepEqual(await sizeOf(jpeg(before)), SIZE);
    }
  });

  it("of a JPEG may lie anywhere to what is read of it at a time", async () => {
    for (let length = 4040; length < 4110; length++) {
      assert.deepEqual(await sizeOf(jpeg(segment(0xe1, zeros(length)))), SIZE, `${length} bytes before`);
    }
  });

  it("of a JPEG is that of its frame, not of tables and extensions, fills, or bytes that are nothing", async () => {
    const tables = [0xc4, 0xc8, 0xcc].flatMap((marker) => segment(marker, [8, 0, 9, 0, 9, 3]));
    const nothing = [0xff, 0xff, 0xff, 0xd0, 0xff, 0x01, 0xff, 0x00, 1, 2, 3];
    assert.deepEqual(await sizeOf(jpeg([...tables, ...nothing])), SIZE);
  });

  it("of a JPEG is read from every kind of frame, and from the first one", async () => {
    for (const marker of [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]) {
      const after = segment(0xc0, [8, 0, 9, 0, 9, 3]);
      assert.deepEqual(await sizeOf(jpeg([], { marker, after })), SIZE, marker.toString(16));
    }
  });

  it("of a BMP may stand in the short head of OS/2", async () => {
    assert.deepEqual(await sizeOf(files.oldBmp()), SIZE);
  });

  it("of a GIF makes room for the first frame, and for no other", async () => {
    const small = { width: 10, height: 10 };
    const frames = [files.gifFrame({ x: 3, y: 5, width: 20, height: 9 }), files.gifFrame({ width: 500, height: 500 })];
    assert.deepEqual(await sizeOf(files.gif(small, { frames })), { width: 23, height: 14 });
    const nothing = { width: 0, height: 0 };
    assert.deepEqual(await sizeOf(files.gif(nothing, { frames: [files.gifFrame()] })), SIZE);
    // Of a file without a frame there is only what it begins with.
    assert.deepEqual(await sizeOf(files.gif(small, { frames: [] })), small);
  });

  it("of an ICO is that of its largest picture", async () => {
    const content = zeros(60);
    const pictures = [
      { width: 16, height: 16, content },
      { width: 48, height: 32, content },
      { width: 32, height: 32, content },
    ];
    assert.deepEqual(await sizeOf(files.ico(...pictures)), { width: 48, height: 32 });
    const large = { width: 256, height: 256, content };
    assert.deepEqual(await sizeOf(files.ico(...pictures, large)), { width: 256, height: 256 });
    // A PNG says it better: the directory has no room for it.
    const larger = { ...large, content: files.png({ width: 512, height: 512 }) };
    assert.deepEqual(await sizeOf(files.ico(...pictures, larger)), { width: 512, height: 512 });
  });

  it("of an AVIF is that of the picture, not of its tiles and previews", async () => {
    const [tile, preview] = [files.ispe({ width: 512, height: 512 }), files.ispe({ width: 64, height: 64 })];
    const properties = [tile, preview, files.pixi(8, 8, 8), files.ispe()];
    const items = new Map([
      [1, [1]],
      [2, [2, 3]],
      [7, [3, 4]],
    ]);
    for (const isWide of [false, true]) {
      for (const isLong of [false, true]) {
        const bytes = files.heif({ properties, primary: 7, items, isWide, isLong });
        assert.deepEqual(await sizeOf(bytes), SIZE, `${isWide} ${isLong}`);
      }
    }
    // Where it is not said which one that is, it is the largest.
    const largest = { width: 512, height: 512 };
    assert.deepEqual(await sizeOf(files.heif({ properties, items })), largest);
    assert.deepEqual(await sizeOf(files.heif({ properties, primary: 9, items })), largest);
    assert.deepEqual(await sizeOf(files.heif({ properties })), largest);
  });

  it("of an AVIF may lie behind other boxes, of any length", async () => {
    const long = [...files.big32(1), ...text("free"), ...files.big32(0), ...files.big32(5000), ...zeros(4984)];
    for (const before of [files.box("free"), files.box("free", zeros(300_000)), long]) {
      assert.deepEqual(await sizeOf(files.heif({ properties: [files.ispe()], before })), SIZE);
    }
  });

  it("is not known where one side is nothing", async () => {
    for (const size of [
      { width: 0, height: 5 },
      { width: 5, height: 0 },
    ]) {
      const frames = [files.gifFrame(size)];
      for (const bytes of [
        ...[files.png(size), files.gif(size, { frames }), files.bmp(size), files.oldBmp(size), files.lossyWebp(size)],
        ...[files.heif({ properties: [files.ispe(size)] }), jpeg([], { size })],
      ]) {
        assert.equal(await sizeOf(bytes), undefined);
      }
    }
  });

  it("is not known of a PNG with another head than there is", async () => {
    for (const color of [1, 5, 7, 255]) assert.equal(await sizeOf(files.png(SIZE, { color })), undefined);
    assert.equal(await sizeOf([...files.png().slice(0, 8), ...files.png().slice(33)]), undefined);
  });

  it("is not known of other files", async () => {
    for (const bytes of [
      ...["", "x", "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>", "%PDF-1.7", "II*\0"].map(text),
      ...[[0], [0xff], [0xff, 0xd8], [0xff, 0xd8, 0xff], zeros(5000)],
      files.box("ftyp", text("isom\0\0\0\0")),
    ]) {
      assert.equal(await sizeOf(bytes), undefined);
    }
  });
});

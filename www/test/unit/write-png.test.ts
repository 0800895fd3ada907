import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import { colorChunksOf, writePng } from "../../src/write-png.js";
import { readPng } from "../png.js";
import { random } from "./random.js";

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

describe("PNG files", () => {
  for (const [width, height] of [
    [1, 1],
    [1, 7],
    [9, 1],
    [33, 21],
  ] as const) {
    for (const isOpaque of [true, false]) {
      it(`${width} × ${height}, ${isOpaque ? "opaque" : "with every alpha"}: what is read is what was written`, async () => {
        const next = random(width * 100 + height);
        const bytes = Uint8Array.from({ length: width * height * 4 }, (_, at) =>
          at % 4 === 3 && isOpaque ? 255 : next(256),
        );
        const file = await writePng({ width, height, bytes, isOpaque });
        assert.equal(file.type, "image/png");
        const read = readPng(await bytesOf(file));
        assert.deepEqual([read.width, read.height], [width, height]);
        assert.deepEqual(read.pixels, bytes);
        assert.deepEqual(read.chunks, ["IHDR", "IDAT", "IEND"]);
      });
    }
  }

  it("every chunk has the checksum that readers ask for", async () => {
    const file = await bytesOf(await writePng({ width: 3, height: 2, bytes: new Uint8Array(24), isOpaque: false }));
    const view = new DataView(file.buffer);
    let chunks = 0;
    for (let at = 8; at < file.length; at += view.getUint32(at) + 12) {
      const end = at + 8 + view.getUint32(at);
      assert.equal(view.getUint32(end), crc32(file.subarray(at + 4, end)));
      chunks += 1;
    }
    assert.equal(chunks, 3);
  });

  it("what says how colours are meant is taken from one file into another, before the pixels", async () => {
    const text = new TextEncoder();
    const chunk = (type: string, length: number) => {
      const whole = new Uint8Array(length + 12).fill(7);
      new DataView(whole.buffer).setUint32(0, length);
      whole.set(text.encode(type), 4);
      return whole;
    };
    const [profile, words] = [chunk("iCCP", 30), chunk("tEXt", 5)];
    const image = { width: 1, height: 1, bytes: Uint8Array.of(1, 2, 3, 4), isOpaque: false };
    const file = await bytesOf(await writePng(image, [words, profile]));
    const found = colorChunksOf(file);
    assert.deepEqual(found, [profile]);
    const { chunks, pixels } = readPng(await bytesOf(await writePng(image, found)));
    assert.deepEqual(chunks, ["IHDR", "iCCP", "IDAT", "IEND"]);
    assert.deepEqual(pixels, image.bytes);
  });

  it("a file that ends too early has no more chunks than it holds", () => {
    assert.deepEqual(
      colorChunksOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 9, 9, 105, 67, 67, 80, 0, 0, 0, 0)),
      [],
    );
  });
});

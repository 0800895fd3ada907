/** Ways of reading and writing pixels are believed only where they are right: in browsers with faults that real ones have. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bitmapOf, canvasCount, premultipliedAndBack, useFakePictures, type Faults } from "./fake-pictures.js";
import { viewOfBuffer } from "../../src/pixel-view.js";
import type { Tools } from "../../src/write-files.js";

type Reading = typeof import("../../src/read-pixels.js");
type Writing = typeof import("../../src/write-files.js");

const OPAQUE = [250, 10, 20, 255, 30, 240, 50, 255, 60, 70, 230, 255, 1, 2, 3, 255, 255, 255, 255, 255, 0, 9, 0, 255];
const TRANSLUCENT = [250, 10, 20, 255, 200, 100, 50, 1, 60, 70, 230, 128, 1, 2, 3, 0];
const straight = { isStraight: true };

let worker = 0;

/** What a fresh worker of such a browser has. */
async function startWorker(faults: Faults): Promise<Reading & Writing> {
  useFakePictures(faults);
  worker += 1;
  const reading = (await import(`../../src/read-pixels.js?worker=${worker}`)) as Reading;
  const writing = (await import(`../../src/write-files.js?worker=${worker}`)) as Writing;
  return { ...reading, ...writing };
}

const bytesOf = ({ buffer }: { buffer: ArrayBuffer }) => Array.from(new Uint8Array(buffer));

describe("reading", () => {
  const browsers: Record<string, Faults> = {
    "where all is right": {},
    "where frames give their own BGRA": { frameFormat: "BGRA" },
    "where frames give their own BGRX": { frameFormat: "BGRX" },
    "where frames give their own RGBX": { frameFormat: "RGBX" },
    "where frames give their own RGBA": { frameFormat: "RGBA" },
    "where frames give planes": { frameFormat: "I420" },
    "where frames are wrong": { wrongFrames: true },
    "where there are no frames": { noFrames: true },
    "where there are neither frames nor textures": { noFrames: true, noTextures: true },
    "where a canvas has noise": { noise: true },
  };
  for (const [where, faults] of Object.entries(browsers)) {
    it(`an opaque picture is exact ${where}`, async () => {
      const { readPicture } = await startWorker(faults);
      const bitmap = bitmapOf(3, 2, OPAQUE);
      const pixels = await readPicture(bitmap, straight);
      assert.deepEqual(bytesOf(pixels), OPAQUE);
      assert.deepEqual([pixels.width, pixels.height, pixels.warning], [3, 2, undefined]);
      assert.ok(bitmap.closed);
    });

    it(`a translucent picture is exact, or it is told that it is not, ${where}`, async () => {
      const { readPicture } = await startWorker(faults);
      const pixels = await readPicture(bitmapOf(2, 2, TRANSLUCENT), straight);
      if (faults.noTextures) {
        assert.deepEqual(bytesOf(pixels), Array.from(premultipliedAndBack(Uint8Array.from(TRANSLUCENT))));
        assert.match(pixels.warning ?? "", /low alpha/);
      } else {
        assert.deepEqual(bytesOf(pixels), TRANSLUCENT);
        assert.equal(pixels.warning, undefined);
      }
    });
  }

  it("where every way gives wrong pixels, none is taken", async () => {
    const { readPicture } = await startWorker({ noise: true, noFrames: true, noTextures: true });
    const bitmap = bitmapOf(3, 2, OPAQUE);
    await assert.rejects(readPicture(bitmap, straight), { code: "unsupported" });
    assert.ok(bitmap.closed);
  });

  it("buffers come from where they are asked for", async () => {
    for (const faults of [{}, { frameFormat: "BGRX" as const }, { noFrames: true }]) {
      const { readPicture } = await startWorker(faults);
      const buffers: ArrayBuffer[] = [];
      const room = (length: number) => {
        buffers.push(new ArrayBuffer(length));
        return buffers.at(-1)!;
      };
      const read = await readPicture(bitmapOf(3, 2, OPAQUE), { isStraight: true, room });
      assert.equal(read.buffer, buffers.at(-1));
      assert.deepEqual(bytesOf(read), OPAQUE);
    }
  });

  it("the scan for alpha sees each pixel, wherever it is", async () => {
    const { isOpaque } = await startWorker({});
    for (const length of [1, 4095, 4096, 4097, 9000]) {
      const words = new Uint32Array(length).fill(0xff123456);
      assert.ok(isOpaque(new Uint8Array(words.buffer)));
      for (const at of [0, length >> 1, length - 1]) {
        words[at] = 0xfe123456;
        assert.ok(!isOpaque(new Uint8Array(words.buffer)), `${at} of ${length}`);
        words[at] = 0xff123456;
      }
    }
    assert.ok(isOpaque(new Uint8Array()));
  });
});

/** No codec, as it is before the first file. */
const NO_TOOLS: Tools = {
  codecs: new Map(),
  colors: undefined,
  decode: () => Promise.reject(new Error("nothing is decoded")),
};

describe("writing", () => {
  const pixelsOf = (pixels: readonly number[], width: number) =>
    viewOfBuffer({ width, height: pixels.length / 4 / width, buffer: Uint8Array.from(pixels).buffer });
  const read = async ({ blob }: { blob: Blob }) => {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return Array.from(bytes.subarray(3));
  };

  it("a browser that writes blank pictures is not believed", async () => {
    const { writeFile } = await startWorker({ blank: "image/webp" });
    await assert.rejects(writeFile(pixelsOf(OPAQUE, 3), { type: "image/webp" }, NO_TOOLS), { code: "unsupported" });
  });

  it("a trial that could not be made says nothing: the next file is tried again", async () => {
    const { writeFile, readPicture } = await startWorker({});
    const { createImageBitmap } = globalThis;
    globalThis.createImageBitmap = () => Promise.reject(new RangeError("out of memory"));
    await assert.rejects(writeFile(pixelsOf(OPAQUE, 3), { type: "image/webp" }, NO_TOOLS), /out of memory/);
    await assert.rejects(readPicture(bitmapOf(3, 2, OPAQUE), straight), /out of memory/);
    globalThis.createImageBitmap = createImageBitmap;
    assert.equal((await writeFile(pixelsOf(OPAQUE, 3), { type: "image/webp" }, NO_TOOLS)).blob.type, "image/webp");
    assert.deepEqual(bytesOf(await readPicture(bitmapOf(3, 2, OPAQUE), straight)), OPAQUE);
  });

  it("tells that a WebP loses colours under low alpha, where there are some", async () => {
    const { writeFile } = await startWorker({});
    const type = "image/webp";
    assert.match((await writeFile(pixelsOf(TRANSLUCENT, 2), { type }, NO_TOOLS)).warning ?? "", /low alpha.*WebP/);
    assert.equal((await writeFile(pixelsOf(OPAQUE, 3), { type }, NO_TOOLS)).warning, undefined);
  });

  it("takes a canvas again for the next image of its size, and what is written is that image", async () => {
    const { writeFile } = await startWorker({});
    const type = "image/webp";
    await writeFile(pixelsOf(OPAQUE, 3), { type }, NO_TOOLS);
    const made = canvasCount();
    const other = OPAQUE.map((byte, at) => (at % 4 === 3 ? 255 : 255 - byte));
    assert.deepEqual(await read(await writeFile(pixelsOf(other, 3), { type }, NO_TOOLS)), other);
    assert.equal(canvasCount(), made);
    assert.deepEqual(await read(await writeFile(pixelsOf(other, 2), { type }, NO_TOOLS)), other);
    assert.equal(canvasCount(), made + 1);
  });

  it("a type that the browser does not know is not written as another", async () => {
    const { writeFile } = await startWorker({ unknownType: "image/webp" });
    await assert.rejects(writeFile(pixelsOf(OPAQUE, 3), { type: "image/webp" }, NO_TOOLS), {
      code: "unsupported",
      message: /^this runtime cannot encode image\/webp that loses something: lossless: true can be had, or a module/,
    });
  });
});

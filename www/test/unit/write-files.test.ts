/** What is written of pixels: of which type, how large, with what beside them, and when the image's own file is better. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CodecInstance, EncodeOptions } from "../../src/codec-instance.js";
import { readMetadata } from "../../src/metadata/metadata.js";
import { RGBA16 } from "../../src/pixel-format.js";
import type { FileShape } from "../../src/protocol.js";
import { viewOfBuffer, type PixelView } from "../../src/pixel-view.js";
import { writeFile, type Tools } from "../../src/write-files.js";
import { writePng } from "../png.js";
import { BY_BROWSER } from "./fake-workers.js";
import * as files from "./header-files.js";

const pixels = (alpha = 255): PixelView =>
  viewOfBuffer({ width: 1, height: 2, buffer: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, alpha).buffer });

/** Codecs whose files are as long as their quality says, and tools that note what was asked of them. */
function fakeTools({ before = pixels(), png }: { before?: PixelView; png?: Uint8Array<ArrayBuffer> } = {}) {
  const asked: (EncodeOptions & { name: string })[] = [];
  const codec = (name: string, file: (options: EncodeOptions) => Uint8Array<ArrayBuffer>) =>
    ({
      encode: (_: PixelView, options: EncodeOptions) => {
        asked.push({ name, ...options });
        return file(options);
      },
    }) as unknown as CodecInstance;
  const converted: Uint8Array[] = [];
  const colors = { toSrgb: (_: PixelView, profile: Uint8Array) => void converted.push(profile) };
  const tools = {
    codecs: new Map([
      ["jpeg", codec("jpeg", ({ quality }) => new Uint8Array(quality * 10))],
      ["png", codec("png", () => png ?? new Uint8Array(700))],
      ["webp", codec("webp", () => new Uint8Array(600))],
    ]),
    colors,
    decode: () => Promise.resolve(before),
  } as unknown as Tools;
  return { tools, asked, converted };
}

describe("a written file", () => {
  it("is PNG where there is alpha or 16 bits, else JPEG, where it may be any", async () => {
    const type = async (given: PixelView) => (await writeFile(given, { type: "image/*" }, fakeTools().tools)).blob.type;
    assert.equal(await type(pixels()), "image/jpeg");
    assert.equal(await type(pixels(254)), "image/png");
    assert.equal(
      await type(viewOfBuffer({ width: 1, height: 1, buffer: new Uint8Array(8).fill(255).buffer, format: RGBA16 })),
      "image/png",
    );
    // A WebP that loses something needs a browser that writes it.
    const shape: FileShape = { type: "image/webp", orAny: true };
    assert.equal((await writeFile(pixels(), shape, fakeTools().tools)).blob.type, "image/jpeg");
    const lossless = await writeFile(pixels(), { type: "image/webp", lossless: true }, fakeTools().tools);
    assert.deepEqual([lossless.blob.type, lossless.blob.size, lossless.warning], ["image/webp", 600, undefined]);
  });

  it("has a quality of 85 as a JPEG, the one that was asked for, or the best that fits", async () => {
    for (const [shape, size] of [
      [{}, 850],
      [{ quality: 0.5 }, 500],
      [{ quality: 0 }, 10],
      [{ maxBytes: 850 }, 850],
      [{ maxBytes: 849 }, 840],
      [{ maxBytes: 300 }, 300],
      [{ maxBytes: 10 }, 10],
      [{ maxBytes: 307, quality: 0.3 }, 300],
    ] as const) {
      const { tools, asked } = fakeTools();
      const { blob } = await writeFile(pixels(), { type: "image/jpeg", ...shape }, tools);
      assert.equal(blob.size, size, JSON.stringify(shape));
      assert.ok(asked.length <= 8);
    }
  });

  it("fails where it cannot fit, and says what it has at least", async () => {
    const failure = (message: RegExp) => ({ code: "encode-failed", parameter: "output.maxBytes", message });
    const jpeg = writeFile(pixels(), { type: "image/jpeg", maxBytes: 9 }, fakeTools().tools);
    await assert.rejects(jpeg, failure(/the 9 bytes.*lowest quality it has 10/));
    const { tools, asked } = fakeTools();
    const png = writeFile(pixels(), { type: "image/png", maxBytes: 600 }, tools);
    await assert.rejects(png, failure(/it has 700/));
    assert.equal(asked.length, 1, "PNG has no quality to lower");
  });

  it("is the image's own file where that is shorter, of its type, and has the same pixels", async () => {
    const own = new Blob([new Uint8Array(100)]);
    const shape = { type: "image/jpeg", source: { blob: own, type: "image/jpeg" }, notLarger: BY_BROWSER } as const;
    const size = async (given: FileShape, before?: PixelView) =>
      (await writeFile(pixels(), given, fakeTools(before && { before }).tools)).blob.size;
    assert.equal(await size(shape), 100);
    assert.equal(await size(shape, pixels(254)), 850);
    assert.equal(await size(shape, { ...pixels(), width: 2, height: 1 }), 850);
    assert.equal(await size({ ...shape, source: { blob: own, type: "image/png" } }), 850);
    assert.equal(await size({ ...shape, source: { blob: new Blob([new Uint8Array(850)]), type: "image/jpeg" } }), 850);
  });

  it("has a profile where colours are not sRGB, and none where nothing is to be in it", async () => {
    const png = writePng({ width: 1, height: 1, pixels: new Uint8Array(4) });
    const p3 = (): PixelView => ({ ...pixels(), colorSpace: "display-p3" });
    const profileIn = async (given: PixelView, shape: Partial<FileShape> = {}) => {
      const { tools, converted } = fakeTools({ png });
      const { blob } = await writeFile(given, { type: "image/png", ...shape }, tools);
      return [(await readMetadata(blob, "image/png")).profile !== undefined, converted.length];
    };
    assert.deepEqual(await profileIn(pixels()), [false, 0]);
    assert.deepEqual(await profileIn(p3()), [true, 0]);
    assert.deepEqual(await profileIn(p3(), { metadata: "none" }), [false, 1]);
  });

  it("keeps what its source says, true of the result, and tells what it cannot hold", async () => {
    const png = writePng({ width: 1, height: 2, pixels: new Uint8Array(8) });
    const { tools } = fakeTools({ png });
    const jpeg = files.jpeg(files.exifSegment(files.orientation(6)));
    const source = { blob: files.fileOf(jpeg), type: "image/jpeg" };
    const { blob, warning } = await writeFile(pixels(), { type: "image/png", metadata: "keep", source }, tools);
    assert.equal(warning, undefined);
    assert.deepEqual((await files.infoOf(new Uint8Array(await blob.arrayBuffer())))?.orientation, 1);
    assert.ok((await readMetadata(blob, "image/png")).exif);
    const plain = await writeFile(pixels(), { type: "image/png", source }, tools);
    assert.equal((await readMetadata(plain.blob, "image/png")).exif, undefined);
  });

  it("says which codec is missing", async () => {
    const none = { ...fakeTools().tools, codecs: new Map() };
    for (const type of ["image/jpeg", "image/png"]) {
      await assert.rejects(writeFile(pixels(), { type }, none), { code: "unsupported", message: new RegExp(type) });
    }
  });
});

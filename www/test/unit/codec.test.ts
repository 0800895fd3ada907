/** A worker's own codec: buffers go round, and what a place has not is told. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OwnCodec } from "../../src/codec.js";
import { BufferShelf } from "../../src/buffer-shelf.js";
import { writePng } from "../../src/write-png.js";
import { useFakePictures } from "./fake-pictures.js";

const bytes = Uint8Array.of(9, 8, 7, 255, 6, 5, 4, 255);
const pngOf = (level: number) =>
  writePng({ width: 2, height: 1, bytes: bytes.map((byte) => (byte === 255 ? 255 : byte + level)), isOpaque: true });

describe("a worker's own codec", () => {
  it("says that pictures are not supported where there is nothing to decode or show them with", async () => {
    const codec = new OwnCodec(new BufferShelf(100));
    const pixels = { width: 2, height: 1, buffer: bytes.slice().buffer };
    const blob = await pngOf(0);
    await assert.rejects(codec.decode({ kind: "encoded", blob }), {
      code: "unsupported",
      message: /createImageBitmap/,
    });
    await assert.rejects(codec.shape(pixels, "bitmap"), { code: "unsupported", message: /createImageBitmap/ });
    const noCanvas = { code: "unsupported", message: /no canvas/ };
    await assert.rejects(codec.shape(pixels, { type: "image/jpeg" }), noCanvas);
    assert.ok((await codec.shape(pixels, { type: "image/png" })).outcome.kind === "blob");
  });

  it("decodes into the buffer of what was shaped before", async () => {
    useFakePictures({});
    const codec = new OwnCodec(new BufferShelf(100));
    const first = await codec.decode({ kind: "encoded", blob: await pngOf(0) });
    assert.deepEqual(new Uint8Array(first.buffer), bytes);
    await codec.shape(first, { type: "image/jpeg" });
    const second = await codec.decode({ kind: "encoded", blob: await pngOf(100) });
    assert.equal(second.buffer, first.buffer);
    assert.deepEqual(Array.from(new Uint8Array(second.buffer)), [109, 108, 107, 255, 106, 105, 104, 255]);
    const third = await codec.decode({ kind: "encoded", blob: await pngOf(0) });
    assert.notEqual(third.buffer, first.buffer);
  });

  it("keeps no buffer of an image that could not be shaped", async () => {
    useFakePictures({ blank: "image/webp" });
    const free = new BufferShelf(100);
    const codec = new OwnCodec(free);
    const pixels = await codec.decode({ kind: "encoded", blob: await pngOf(0) });
    await assert.rejects(codec.shape(pixels, { type: "image/webp" }), { code: "unsupported" });
    assert.equal(free.take(8), undefined);
  });
});

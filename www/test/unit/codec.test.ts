/** A worker's own codec: buffers go round, and what a place has not is told. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OwnCodec, type Pixels } from "../../src/codec.js";
import { BufferShelf } from "../../src/buffer-shelf.js";
import { writePng } from "../png.js";
import { BY_BROWSER as read } from "./fake-workers.js";
import { useFakePictures } from "./fake-pictures.js";

const bytes = Uint8Array.of(9, 8, 7, 255, 6, 5, 4, 255);
const pngOf = (level: number) =>
  new Blob([writePng({ width: 2, height: 1, pixels: bytes.map((byte) => (byte === 255 ? 255 : byte + level)) })]);

async function decode(codec: OwnCodec, level: number): Promise<Pixels> {
  const pixels = await codec.decode({ kind: "encoded", blob: pngOf(level), read }, 0);
  assert.ok("buffer" in pixels);
  return pixels;
}

describe("a worker's own codec", () => {
  it("says that pictures are not supported where there is nothing to decode or show them with", async () => {
    const codec = new OwnCodec(new BufferShelf(100));
    const pixels = { width: 2, height: 1, buffer: bytes.slice().buffer };
    const blob = pngOf(0);
    await assert.rejects(codec.decode({ kind: "encoded", blob, read }, 0), {
      code: "decode-failed",
      message: /^nothing but the package's own codecs decodes/,
    });
    await assert.rejects(codec.shape(pixels, 0, "bitmap"), { code: "unsupported", message: /createImageBitmap/ });
    const noCanvas = { code: "unsupported", message: /^this runtime cannot encode image\/webp/ };
    await assert.rejects(codec.shape(pixels, 0, { type: "image/webp" }), noCanvas);
  });

  it("says what neither its codec nor the browser decodes", async (t) => {
    const { Instance } = WebAssembly;
    t.after(() => Object.assign(WebAssembly, { Instance }));
    const what = new TextEncoder().encode("arithmetic coding");
    const memory = new WebAssembly.Memory({ initial: 1 });
    new Uint8Array(memory.buffer).set(what);
    const [nothing, length] = [() => 0, () => what.length];
    const exports = { memory, input: () => 1024, decode: () => 2, what: nothing, what_length: length, at: nothing };
    Object.assign(WebAssembly, {
      Instance: class {
        readonly exports = exports;
      },
    });
    const codec = new OwnCodec(new BufferShelf(100));
    codec.use("jpeg", new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
    await assert.rejects(codec.decode({ kind: "encoded", blob: pngOf(0), read: { ...read, codec: "jpeg" } }, 0), {
      code: "unsupported",
      message: /^a JPEG with arithmetic coding is decoded neither by the package nor by this runtime: /,
    });
  });

  it("decodes into the buffer of what was shaped before", async () => {
    useFakePictures({});
    const codec = new OwnCodec(new BufferShelf(100));
    const first = await decode(codec, 0);
    assert.deepEqual(new Uint8Array(first.buffer), bytes);
    await codec.shape(first, 0, { type: "image/webp" });
    const second = await decode(codec, 100);
    assert.equal(second.buffer, first.buffer);
    assert.deepEqual(Array.from(new Uint8Array(second.buffer)), [109, 108, 107, 255, 106, 105, 104, 255]);
    const third = await decode(codec, 0);
    assert.notEqual(third.buffer, first.buffer);
  });

  it("keeps no buffer of an image that could not be shaped", async () => {
    useFakePictures({});
    const free = new BufferShelf(100);
    const codec = new OwnCodec(free);
    const pixels = await decode(codec, 0);
    // Its codec has not come.
    await assert.rejects(codec.shape(pixels, 0, { type: "image/png" }), { code: "unsupported" });
    assert.equal(free.take(8), undefined);
  });
});

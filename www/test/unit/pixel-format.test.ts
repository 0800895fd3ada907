/** RGBA bytes of pixels of other formats. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytesOfPixel, toRgba8, type PixelFormat } from "../../src/pixel-format.js";

const rgba8 = (
  data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
  format: PixelFormat,
) => [...new Uint8Array(toRgba8(data.buffer, format))];

describe("bytes of a pixel", () => {
  it("are those of its numbers", () => {
    assert.equal(bytesOfPixel(undefined), 4);
    assert.equal(bytesOfPixel({ sample: 0, channels: 3 }), 3);
    assert.equal(bytesOfPixel({ sample: 1, channels: 2 }), 4);
    assert.equal(bytesOfPixel({ sample: 2, channels: 4 }), 16);
  });
});

describe("toRgba8", () => {
  it("puts grey into all colours and makes opaque what has no alpha", () => {
    assert.deepEqual(rgba8(Uint8Array.of(7, 9), { sample: 0, channels: 1 }), [7, 7, 7, 255, 9, 9, 9, 255]);
    assert.deepEqual(rgba8(Uint8Array.of(7, 9), { sample: 0, channels: 2 }), [7, 7, 7, 9]);
    assert.deepEqual(rgba8(Uint8Array.of(1, 2, 3), { sample: 0, channels: 3 }), [1, 2, 3, 255]);
  });

  it("rounds 16 bits to the nearest level", () => {
    for (let value = 0; value < 65536; value += 13) {
      assert.equal(rgba8(Uint16Array.of(value), { sample: 1, channels: 1 })[0], Math.round(value / 257), `${value}`);
    }
    const [level] = rgba8(Uint16Array.of(65535), { sample: 1, channels: 1 });
    assert.equal(level, 255);
  });

  it("rounds floats to the nearest level, clamps them, and takes what is no number for 0", () => {
    const floats = Float32Array.of(0, 0.5, 1, -3, 7, NaN, Infinity, 1 / 255);
    const bytes = rgba8(floats, { sample: 2, channels: 4 });
    assert.deepEqual(bytes, [0, 128, 255, 0, 255, 0, 255, 1]);
  });
});

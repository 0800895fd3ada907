/** The sizes of pictures, read from the heads of their files: of good ones, cut ones, and of anything at all. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { dimensionsOf, type Dimensions } from "../../src/dimensions.js";
import { readHead } from "../../src/files.js";
import { random, SEED } from "./random.js";

const SIZE = { width: 300, height: 200 };
const samples = new URL("../../demo/samples/", import.meta.url);

const text = (characters: string) => Array.from(characters, (character) => character.charCodeAt(0));
const big16 = (value: number) => [(value >> 8) & 255, value & 255];
const big32 = (value: number) => [...big16(value >>> 16), ...big16(value)];
const small16 = (value: number) => big16(value).reverse();
const small24 = (value: number) => big32(value).reverse().slice(0, 3);
const small32 = (value: number) => big32(value).reverse();
const zeros = (length: number) => Array.from({ length }, () => 0);

function png({ width, height } = SIZE): number[] {
  return [
    0x89,
    ...text("PNG\r\n\x1a\n"),
    ...big32(13),
    ...text("IHDR"),
    ...big32(width),
    ...big32(height),
    8,
    6,
    0,
    0,
    0,
  ];
}

function gif(version = "89a", { width, height } = SIZE): number[] {
  return [...text(`GIF${version}`), ...small16(width), ...small16(height), 0, 0, 0];
}

/** With rows from bottom to top, as most are, or from top to bottom: then the height is negative. */
function bmp({ width, height } = SIZE): number[] {
  const head = [...text("BM"), ...small32(0), ...zeros(4), ...small32(54)];
  return [...head, ...small32(40), ...small32(width), ...small32(height), 1, 0, 24, 0, ...zeros(24)];
}

/** With the older and shorter head of OS/2, whose sides have 16 bits. */
function oldBmp({ width, height } = SIZE): number[] {
  const head = [...text("BM"), ...small32(0), ...zeros(4), ...small32(26)];
  return [...head, ...small32(12), ...small16(width), ...small16(height), 1, 0, 24, 0];
}

function webp(kind: string, payload: number[]): number[] {
  return [...text("RIFF"), ...small32(100), ...text(`WEBP${kind}`), ...small32(payload.length), ...payload];
}

/** The upper two bits of each side say how it is scaled. */
function lossyWebp({ width, height } = SIZE, scaling = 0): number[] {
  const sides = [...small16(width | (scaling << 14)), ...small16(height | (scaling << 14))];
  return webp("VP8 ", [0xb0, 0x8f, 0x03, 0x9d, 0x01, 0x2a, ...sides]);
}

function losslessWebp({ width, height } = SIZE, hasAlpha = false): number[] {
  const bits = width - 1 + (height - 1) * 2 ** 14 + (hasAlpha ? 2 ** 28 : 0);
  return webp("VP8L", [0x2f, ...small32(bits)]);
}

function extendedWebp({ width, height } = SIZE): number[] {
  return webp("VP8X", [0x10, 0, 0, 0, ...small24(width - 1), ...small24(height - 1)]);
}

function box(kind: string, payload: number[]): number[] {
  return [...big32(payload.length + 8), ...text(kind), ...payload];
}

function avif(...sizes: { width: number; height: number }[]): number[] {
  const extents = sizes.map(({ width, height }) => box("ispe", [...zeros(4), ...big32(width), ...big32(height)]));
  const properties = box("iprp", box("ipco", [...box("pixi", zeros(8)), ...extents.flat()]));
  return [...box("ftyp", text("avif\0\0\0\0mif1")), ...box("meta", [...zeros(4), ...properties])];
}

const segment = (marker: number, payload: number[]) => [0xff, marker, ...big16(payload.length + 2), ...payload];

/** Marker of the frame header: C0 baseline, C2 progressive. */
function jpeg(before: number[], marker = 0xc0, { width, height } = SIZE): number[] {
  const frame = segment(marker, [8, ...big16(height), ...big16(width), 3, ...zeros(9)]);
  return [0xff, 0xd8, ...segment(0xe0, text("JFIF\0\x01\x01")), ...before, ...frame, 0xff, 0xda];
}

async function dimensions(bytes: number[] | Uint8Array<ArrayBuffer>): Promise<Dimensions | undefined> {
  const file = new Blob([Uint8Array.from(bytes)]);
  return dimensionsOf(file, await readHead(file));
}

/** One file of each kind, by name. */
const files: [name: string, bytes: number[]][] = [
  ["a PNG", png()],
  ["a GIF of 1987", gif("87a")],
  ["a GIF of 1989", gif()],
  ["a BMP from bottom to top", bmp()],
  ["a BMP from top to bottom", bmp({ width: 300, height: -200 })],
  ["a lossy WebP", lossyWebp()],
  ["a lossless WebP", losslessWebp()],
  ["a WebP with more to it", extendedWebp()],
  ["an AVIF", avif(SIZE)],
  ["a baseline JPEG", jpeg([])],
  ["a progressive JPEG", jpeg([], 0xc2)],
  ["a JPEG with a profile", jpeg([...segment(0xe1, zeros(3000)), ...segment(0xe2, zeros(3000))])],
];

describe("dimensionsOf", () => {
  for (const [name, bytes] of files) {
    it(`reads ${name}`, async () => {
      assert.deepEqual(await dimensions(bytes), SIZE);
    });

    it(`says nothing wrong of ${name} that is cut, wherever, and what it says of a part it says of more`, async () => {
      let isKnown = false;
      for (let length = 0; length <= bytes.length; length++) {
        const found = await dimensions(bytes.slice(0, length));
        if (isKnown || found) assert.deepEqual(found, SIZE, `${length} bytes`);
        isKnown = found !== undefined;
      }
      assert.ok(isKnown);
    });
  }

  it("reads the samples of the demo", async () => {
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
      assert.deepEqual(await dimensions(bytes), { width, height }, name);
    }
  });

  it("reads sides as large as each kind may have", async () => {
    for (const [bytes, width, height] of [
      [png({ width: 2 ** 31 - 1, height: 70_000 }), 2 ** 31 - 1, 70_000],
      [gif("89a", { width: 65535, height: 1 }), 65535, 1],
      [bmp({ width: 100_000, height: -70_000 }), 100_000, 70_000],
      [lossyWebp({ width: 16383, height: 1 }, 3), 16383, 1],
      [losslessWebp({ width: 16384, height: 16384 }, true), 16384, 16384],
      [losslessWebp({ width: 1, height: 16384 }), 1, 16384],
      [extendedWebp({ width: 2 ** 24, height: 65537 }), 2 ** 24, 65537],
      [avif({ width: 100_000, height: 2 }), 100_000, 2],
      [jpeg([], 0xc0, { width: 65535, height: 65500 }), 65535, 65500],
    ] as const) {
      assert.deepEqual(await dimensions(bytes), { width, height });
    }
  });

  it("reads a JPEG whose size lies far behind, after profiles and thumbnails", async () => {
    const profile = segment(0xe2, zeros(65533));
    const thumbnail = segment(0xe1, [...text("Exif\0\0"), ...jpeg([], 0xc0, { width: 160, height: 120 })]);
    for (const count of [1, 2, 20]) {
      const before = [...thumbnail, ...Array.from({ length: count }, () => profile).flat()];
      assert.deepEqual(await dimensions(jpeg(before)), SIZE);
    }
  });

  it("reads a JPEG wherever its size lies to what is read of it at a time", async () => {
    for (let length = 4040; length < 4110; length++) {
      assert.deepEqual(await dimensions(jpeg(segment(0xe1, zeros(length)))), SIZE, `${length} bytes before`);
    }
  });

  it("takes tables and extensions of a JPEG for no frame, and fills for nothing", async () => {
    const tables = [0xc4, 0xc8, 0xcc].flatMap((marker) => segment(marker, [8, 0, 9, 0, 9, 3]));
    assert.deepEqual(await dimensions(jpeg([...tables, 0xff, 0xff, 0xff])), SIZE);
  });

  it("reads every kind of frame that a JPEG may have", async () => {
    for (const marker of [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]) {
      assert.deepEqual(await dimensions(jpeg([], marker)), SIZE, marker.toString(16));
    }
  });

  it("reads a BMP with the short head of OS/2", async () => {
    assert.deepEqual(await dimensions(oldBmp()), SIZE);
  });

  it("reads the largest of what an AVIF has, tiles and previews among it", async () => {
    assert.deepEqual(await dimensions(avif({ width: 64, height: 64 }, SIZE, { width: 512, height: 1 })), SIZE);
  });

  it("knows no size where one side is nothing", async () => {
    for (const size of [
      { width: 0, height: 5 },
      { width: 5, height: 0 },
    ]) {
      for (const bytes of [png(size), gif("89a", size), bmp(size), lossyWebp(size), avif(size), jpeg([], 0xc0, size)]) {
        assert.equal(await dimensions(bytes), undefined);
      }
    }
  });

  it("says nothing of other files", async () => {
    for (const bytes of [
      ...["", "x", "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>", "%PDF-1.7", "II*\0"].map(text),
      ...[[0], [0xff], [0xff, 0xd8], [0xff, 0xd8, 0xff], zeros(5000)],
      box("ftyp", text("isom\0\0\0\0")),
    ]) {
      assert.equal(await dimensions(bytes), undefined);
    }
  });

  it("ends with a JPEG that has no end of segments, or goes nowhere", async () => {
    for (const bytes of [
      [0xff, 0xd8, ...Array.from({ length: 300 }, () => segment(0xe1, [0])).flat()],
      [0xff, 0xd8, ...Array.from({ length: 100_000 }, () => 0xff)],
      [0xff, 0xd8, ...Array.from({ length: 1000 }, () => [0xff, 0xe1, 0, 0]).flat()],
    ]) {
      assert.equal(await dimensions(bytes), undefined);
    }
  });

  it("never throws, and says whole sides, whatever a file is", async (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const next = random(SEED);
    const heads = [[], ...files.map(([, bytes]) => bytes)];
    for (let count = 0; count < 3000; count++) {
      const bytes = [...heads[count % heads.length]!];
      const kept = next(Math.min(40, bytes.length + 1));
      for (let at = kept; at < bytes.length; at++) if (next(3) === 0) bytes[at] = next(256);
      for (let length = next(60); length > 0; length--) bytes.push(next(4) === 0 ? 255 : next(256));
      const found = await dimensions(bytes);
      if (!found) continue;
      for (const side of [found.width, found.height]) assert.ok(Number.isInteger(side) && side > 0, String(bytes));
    }
  });

  it("tells of a file that cannot be read on", async () => {
    const error = new DOMException("The file could not be read.", "NotReadableError");
    const gone = { slice: () => ({ arrayBuffer: () => Promise.reject(error) }) } as unknown as Blob;
    const head = Uint8Array.from([0xff, 0xd8, ...segment(0xe1, zeros(5000))]).slice(0, 4096);
    await assert.rejects(dimensionsOf(gone, head), { code: "decode-failed", cause: error });
  });
});

/**
 * What is written into files, in the browser that TEST_BROWSER names: the quality that fits, metadata, and the profile of their colours.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import type { SourceInfo } from "../../src/source-info.js";
import { displayP3Profile } from "../../src/metadata/display-p3.js";
import { readMetadata } from "../../src/metadata/metadata.js";
import { pngChunk, readPng, writePng } from "../png.js";
import { exifSegment, P3, PRIMARIES, text } from "../unit/header-files.js";
import { present, readTiff, tiff, xmpSegment } from "../unit/metadata-files.js";
import { base64, codecHere, fixture, fromBase64, inPage } from "./file-page.js";
import { browserName, modes } from "./page.js";

/** Opaque. */
const NOISE = {
  width: 48,
  height: 32,
  pixels: Uint8Array.from({ length: 48 * 32 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (at * at * 7) >> 6)),
};

const [ORIENTATION, GPS, EXIF_WIDTH, EXIF_HEIGHT] = [0x0112, 0x8825, 0xa002, 0xa003];
/** Of a picture that lies on its side, with a directory of GPS, whose place is found out by asking for it. */
const PLACE = text("52 degrees north, and other notes");
function exifOf(gpsAt: number) {
  const first = [
    { tag: ORIENTATION, value: 6 },
    { tag: GPS, type: 4, value: gpsAt },
  ];
  const exif = [
    { tag: EXIF_WIDTH, type: 4, value: 48 },
    { tag: EXIF_HEIGHT, type: 4, value: 32 },
  ];
  return tiff({ first, exif, notes: PLACE });
}
const EXIF = exifOf(exifOf(0).length - PLACE.length);
const xmpOf = (orientation: number) =>
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description ' +
  `xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Make="A camera" tiff:Orientation="${orientation}"/></rdf:RDF></x:xmpmeta>`;

/** Colours of every corner and of between, of Display P3. */
const COLORS = [0, 36, 109, 182, 255].flatMap((red) =>
  [0, 73, 146, 255].flatMap((green) => [0, 110, 201, 255].flatMap((blue) => [red, green, blue, 255])),
);
const P3_FILE = writePng(
  { width: 16, height: 5, pixels: Uint8Array.from(COLORS) },
  { before: [pngChunk("iCCP", Buffer.from([...text("P3"), 0, 0, ...deflateSync(Uint8Array.from(P3))]))] },
);

/** A product of two matrices in columns, of which the second may be a vector. */
const times = (a: readonly number[], b: readonly number[]) =>
  b.map((_, at) => [0, 1, 2].reduce((sum, k) => sum + a[(at % 3) + k * 3]! * b[at - (at % 3) + k]!, 0));

function inverse(m: readonly number[]) {
  const minor = (row: number, column: number) => {
    const at = (r: number, c: number) => m[((r + row) % 3) + ((c + column) % 3) * 3]!;
    return at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1);
  };
  const determinant = [0, 1, 2].reduce((sum, row) => sum + m[row]! * minor(row, 0), 0);
  return m.map((_, at) => minor(Math.floor(at / 3), at % 3) / determinant);
}

/** The colours in sRGB, in floats: both spaces have the curve of IEC 61966-2-1, and other primaries. */
function srgbOf(colors: readonly number[]) {
  const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const coded = (v: number) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);
  const matrix = times(inverse(PRIMARIES.srgb), PRIMARIES.p3);
  return colors.flatMap((_, at) => {
    if (at % 4 !== 0) return [];
    const light = times(matrix, colors.slice(at, at + 3).map((level) => linear(level / 255))); // prettier-ignore
    return [...light.map((value) => 255 * coded(Math.min(Math.max(value, 0), 1))), colors[at + 3]!];
  });
}

const furthest = (a: readonly number[], b: readonly number[]) => {
  assert.equal(a.length, b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
};

for (const each of modes) {
  describe(`files that are written in ${browserName}, mode ${each.mode}`, () => {
    it("have the best quality that fits into maxBytes, or it is told that none does", async () => {
      const got = await inPage(
        each,
        async ({ mode }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const image = new ImageData(64, 48);
          for (let at = 0; at < image.data.length; at++) image.data[at] = at % 4 === 3 ? 255 : (at * at * 7) >> 6;
          const write = (output: import("../../src/index.js").FileOutput) =>
            pool.apply([], image, undefined, { output });
          const sizes = [];
          const texts = [];
          for (let percent = 1; percent <= 85; percent++) {
            const file = await write({ type: "image/jpeg", quality: percent / 100 });
            sizes.push(file.size);
            texts.push(await fileTools.base64Of(file));
          }
          const found = [];
          for (const [from, to] of [
            [85, 60],
            [85, 20],
            [50, 40],
            [85, 85],
            [40, 60],
          ] as const) {
            const maxBytes = sizes[to - 1]!;
            const output = { type: "image/jpeg", maxBytes, ...(from < 85 && { quality: from / 100 }) } as const;
            const percent = texts.indexOf(await fileTools.base64Of(await write(output))) + 1;
            found.push({ from, maxBytes, percent });
          }
          const failures = [
            await fileTools.failure(write({ type: "image/jpeg", maxBytes: sizes[0]! - 1 })),
            await fileTools.failure(write({ type: "image/png", maxBytes: 200 })),
            await fileTools.failure(write({ type: "image/webp", lossless: true, maxBytes: 200 })),
          ];
          await pool.close();
          return { sizes, found, failures };
        },
        {},
      );
      assert.equal(got.found.length, 5);
      for (const { from, maxBytes, percent } of got.found) {
        assert.ok(percent >= 1 && percent <= from, `${percent} %`);
        assert.ok(got.sizes[percent - 1]! <= maxBytes);
        if (percent < from)
          assert.ok(got.sizes[percent]! > maxBytes, `${percent} % is not the best of ${maxBytes} bytes`);
      }
      for (const { code, parameter } of got.failures) {
        assert.deepEqual([code, parameter], ["encode-failed", "output.maxBytes"]);
      }
    });

    it("stay what they are where they would get longer, unless something has changed them", async () => {
      const got = await inPage(
        each,
        async ({ mode, png }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const write = (image: Blob, output: object, filters: readonly "invert"[] = []) =>
            pool.apply(filters, image, undefined, {
              output: { type: "image/jpeg", ...output },
            });
          const jpeg = new File([await write(fileTools.fileOf(png), { quality: 0.3 })], "a.jpg");
          const own = await fileTools.base64Of(jpeg);
          const better = await write(jpeg, { quality: 1 });
          const outcomes: Record<string, string> = {};
          const tell = async (name: string, file: Blob) => {
            const isOwn = (await fileTools.base64Of(file)) === own;
            const size = file.size > jpeg.size ? "longer" : file.size < jpeg.size ? "shorter" : "as long";
            outcomes[name] = `${isOwn ? "own" : "new"}, ${size}, ${file.type}, ${(file as File).name}`;
          };
          await tell("asked for", await write(jpeg, { quality: 1, notLarger: true }));
          await tell("not asked for", better);
          await tell("inverted", await write(jpeg, { quality: 1, notLarger: true }, ["invert"]));
          await tell("twice inverted", await write(jpeg, { quality: 1, notLarger: true }, ["invert", "invert"]));
          await tell("another type", await write(jpeg, { type: "image/png", notLarger: true }));
          await tell("shorter", await write(jpeg, { quality: 0.05, notLarger: true }));
          await pool.close();
          return outcomes;
        },
        { png: base64(writePng(NOISE)) },
      );
      assert.deepEqual(got, {
        "asked for": "own, as long, image/jpeg, a.jpg",
        "not asked for": "new, longer, image/jpeg, a.jpg",
        inverted: "new, longer, image/jpeg, a.jpg",
        "twice inverted": "own, as long, image/jpeg, a.jpg",
        "another type": "new, longer, image/png, a.png",
        shorter: "new, shorter, image/jpeg, a.jpg",
      });
    });

    it("have no metadata, or those of the image's own file, which are true of the result", async () => {
      const { width, height, pixels } = NOISE;
      const options = { quality: 90, background: [255, 255, 255] } as const;
      const plain = (await codecHere("jpeg")).encode({ width, height, bytes: () => pixels }, options);
      const own = [...exifSegment(EXIF), ...xmpSegment(text(xmpOf(6)))];
      const jpeg = base64([...plain.subarray(0, 2), ...own, ...plain.subarray(2)]);
      const got = await inPage(
        each,
        async ({ mode, jpeg }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const results: { type: string; metadata: string; info: SourceInfo; file: string }[] = [];
          for (const type of ["image/jpeg", "image/png", "image/webp"] as const) {
            for (const metadata of ["none", "color", "keep"] as const) {
              const output = { type, metadata, lossless: type === "image/webp" };
              const file = await pool.apply({ kind: "resize", width: 16 }, fileTools.fileOf(jpeg), undefined, {
                output,
              });
              const info = await pixelpool.inspect(file);
              results.push({ type, metadata, info, file: await fileTools.base64Of(file) });
            }
          }
          const before = await pixelpool.inspect(fileTools.fileOf(jpeg));
          await pool.close();
          return { before, results };
        },
        { jpeg },
      );
      assert.deepEqual([got.before.orientation, got.before.width, got.before.height], [6, width, height]);
      assert.equal(got.results.length, 9);
      for (const { type, metadata, info, file } of got.results) {
        const bytes = fromBase64(file);
        const { channels, ...others } = info;
        assert.deepEqual(others, {
          ...{ type, bytes: bytes.length, width: 16, height: 24, orientation: 1, depth: 8 },
          ...{ colorSpace: "srgb", hasProfile: false, frames: 1 },
        });
        assert.equal(channels, 3, type);
        const { exif, xmp, ...rest } = present(await readMetadata(bytes, type));
        assert.deepEqual(rest, {});
        const isThere = Buffer.from(bytes).includes(Buffer.from(PLACE));
        if (metadata !== "keep") {
          assert.deepEqual([exif, xmp, isThere], [undefined, undefined, false], `${type}, ${metadata}`);
          continue;
        }
        const said = readTiff(exif!);
        assert.deepEqual([said.first.get(ORIENTATION), said.first.get(GPS)], [1, EXIF.length - PLACE.length]);
        assert.deepEqual([said.exif.get(EXIF_WIDTH), said.exif.get(EXIF_HEIGHT)], [16, 24]);
        assert.ok(isThere, type);
        assert.equal(new TextDecoder().decode(xmp), xmpOf(1));
      }
    });

    it("have the colours of sRGB, or those of the file with its profile; inks become colours", async () => {
      const got = await inPage(
        each,
        async ({ mode, p3, colors, cmyk }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const file = fileTools.fileOf(p3);
          const source = { colorSpace: "source" } as const;
          const pixels = async (image: Blob, input = {}) => {
            const { data, colorSpace } = await pool.apply([], image, undefined, { output: "pixels", input });
            return { pixels: Array.from(data), colorSpace: colorSpace ?? "srgb" };
          };
          const written: Record<string, { type: string; file: string }> = {};
          const keep = async (name: string, file: Blob) =>
            (written[name] = { type: file.type, file: await fileTools.base64Of(file) });
          for (const type of ["image/png", "image/jpeg", "image/webp"] as const) {
            const output = { type, lossless: type === "image/webp" };
            await keep(`source, ${type}`, await pool.apply([], file, undefined, { output, input: source }));
            await keep(`sRGB, ${type}`, await pool.apply([], file, undefined, { output }));
          }
          const wide = {
            data: Uint8ClampedArray.from(colors),
            width: 16,
            height: 5,
            colorSpace: "display-p3",
          } as const;
          for (const metadata of ["color", "none"] as const) {
            const output = { type: "image/png", metadata } as const;
            await keep(`pixels, ${metadata}`, await pool.apply([], wide, undefined, { output }));
          }
          const bare = { output: { type: "image/png", metadata: "none" }, input: source } as const;
          await keep("source, none", await pool.apply([], file, undefined, bare));
          const result = {
            srgb: await pixels(file),
            source: await pixels(file, source),
            inks: (await pixels(fileTools.fileOf(cmyk))).pixels,
            written,
          };
          await pool.close();
          return result;
        },
        { p3: base64(P3_FILE), colors: COLORS, cmyk: fixture("jpeg/decode/cmyk.jpg") },
      );
      const wanted = srgbOf(COLORS);
      // A conversion that does nothing would be seen.
      assert.ok(furthest(wanted, COLORS) > 30);
      assert.equal(got.srgb.colorSpace, "srgb");
      assert.ok(furthest(got.srgb.pixels, wanted) <= 1, `${furthest(got.srgb.pixels, wanted)} levels off`);
      assert.deepEqual(got.source, { pixels: COLORS, colorSpace: "display-p3" });
      const profiles = new Map([
        ["source, image/png", P3],
        ["source, image/jpeg", P3],
        ["source, image/webp", P3],
        ["pixels, color", [...displayP3Profile()]],
      ]);
      assert.equal(Object.keys(got.written).length, 9);
      for (const [name, { type, file }] of Object.entries(got.written)) {
        const bytes = fromBase64(file);
        const { profile, ...others } = present(await readMetadata(bytes, type));
        assert.deepEqual([profile && [...profile], others], [profiles.get(name), {}], name);
        if (type !== "image/png") continue;
        const pixels = [...readPng(bytes).pixels];
        if (profiles.has(name)) assert.deepEqual(pixels, COLORS, name);
        else assert.ok(furthest(pixels, wanted) <= 1, name);
      }
      const read = { orientation: 1, mostBytes: 2 ** 30, bits: 8, shrink: 1, converts: true, hasInks: true } as const;
      const codec = await codecHere("jpeg");
      let bytes = new Uint8Array();
      codec.decode(fromBase64(fixture("jpeg/decode/cmyk.jpg")), read, (_, length) => (bytes = new Uint8Array(length)));
      const inks = [...bytes];
      const light = inks.map((ink, at) =>
        at % 4 === 3 ? 255 : Math.round(((255 - ink) * (255 - inks[at | 3]!)) / 255),
      );
      assert.deepEqual(got.inks, light);
    });
  });
}

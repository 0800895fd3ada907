/**
 * Files in and files out, in the browser that TEST_BROWSER names: what is read of them, what they are called, and and who reads them.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { readPng, writePng } from "../png.js";
import { extendedWebp, orientation, riff, small32 } from "../unit/header-files.js";
import { base64, codecHere, fixture, fromBase64, inPage } from "./file-page.js";
import { browserName, modes } from "./page.js";

/** Colours under every alpha, in bytes. */
const EVERY_ALPHA = Array.from({ length: 256 }, (_, at) => [(at * 7) & 255, 255 - at, (at * 91) & 255, at]).flat();

/** Every level of 16 bits, once, in an order in which neighbours differ in both bytes. */
const LEVELS = Array.from({ length: 65536 }, (_, at) => (at * 40503) & 65535);

const greyPng = () => {
  const pixels = new Uint8Array(LEVELS.flatMap((level) => [level >> 8, level & 255]));
  return base64(writePng({ width: 256, height: 256, pixels }, { depth: 16, color: 0 }));
};

/** A picture as it is upright, of one that is stored, of so many bytes a pixel: by the table of Exif 2.32, tag 0x0112. */
function turned(stored: readonly number[], width: number, orientation: number) {
  const height = stored.length / 4 / width;
  const [right, bottom] = [width - 1, height - 1];
  const sides = orientation < 5 ? { width, height } : { width: height, height: width };
  const places: ((x: number, y: number) => [number, number])[] = [
    (x, y) => [x, y],
    (x, y) => [right - x, y],
    (x, y) => [right - x, bottom - y],
    (x, y) => [x, bottom - y],
    (x, y) => [y, x],
    (x, y) => [y, bottom - x],
    (x, y) => [right - y, bottom - x],
    (x, y) => [right - y, x],
  ];
  const pixels = Array.from({ length: width * height }, (_, at) => {
    const [x, y] = places[orientation - 1]!(at % sides.width, Math.floor(at / sides.width));
    return stored.slice((y * width + x) * 4, (y * width + x + 1) * 4);
  });
  return { ...sides, pixels: pixels.flat() };
}

const sha256 = (pixels: readonly number[]) =>
  createHash("sha256").update(Uint8Array.from(pixels)).digest("hex").slice(0, 16);

/** The beginning of the hash of the pixels of a fixture, as a library of that format has read them. */
function hashOf(path: string): string {
  const [, folder = "", name = ""] = /^(.*)\/(.*?)(?:\.jpg)?$/.exec(path) ?? [];
  const lines = Buffer.from(fixture(`${folder}/expected.txt`), "base64")
    .toString()
    .split("\n");
  // Of a JPEG the first line of a name is that of its full size.
  return lines
    .find((line) => line.startsWith(`${name} `))!
    .split(" ")
    .at(-1)!;
}

for (const each of modes) {
  describe(`files in ${browserName}, mode ${each.mode}`, () => {
    it("of 16 bits keep all of them as a PNG and as pixels, and are rounded to 8", async () => {
      const got = await inPage(
        each,
        async ({ mode, png, levels }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const blob = fileTools.fileOf(png);
          const source = { depth: "source" } as const;
          const read = async (file: Blob) => {
            const { data, width, height } = await pool.apply([], file, undefined, { output: "pixels", input: source });
            let wrong = 0;
            for (let at = 0; at < data.length; at++) {
              const wanted = at % 4 === 3 ? 65535 : levels[at >> 2];
              if (data[at] !== wanted) wrong += 1;
            }
            return [data.constructor.name, data.length, width, height, wrong];
          };
          const written = await pool.apply([], blob, undefined, { output: { type: "image/png" } });
          const bytes = await pool.apply([], blob, undefined, { output: "pixels" });
          let wrong = 0;
          for (let at = 0; at < bytes.data.length; at++) {
            const wanted = at % 4 === 3 ? 255 : Math.round(levels[at >> 2]! / 257);
            if (bytes.data[at] !== wanted) wrong += 1;
          }
          const small = { data: Uint16Array.from(levels.slice(0, 4096), (level) => level), width: 32, height: 32 };
          const alpha = await pool.apply([], small, undefined, { output: { type: "image/png" } });
          const again = await pool.apply([], alpha, undefined, { output: "pixels", input: source });
          const jpeg = { output: { type: "image/jpeg" }, input: source } as const;
          const result = {
            own: await read(blob),
            written: await read(written),
            depths: [(await pixelpool.inspect(written)).depth, (await pixelpool.inspect(alpha)).depth],
            bytes: [bytes.data.constructor.name, bytes.data.length, wrong],
            file: await fileTools.base64Of(alpha),
            alpha: Array.from(again.data),
            refused: await fileTools.failure(pool.apply([], blob, undefined, jpeg)),
          };
          await pool.close();
          return result;
        },
        { png: greyPng(), levels: LEVELS },
      );
      const { alpha, refused, file, ...others } = got;
      assert.deepEqual(others, {
        own: ["Uint16Array", 65536 * 4, 256, 256, 0],
        written: ["Uint16Array", 65536 * 4, 256, 256, 0],
        depths: [16, 16],
        bytes: ["Uint8ClampedArray", 65536 * 4, 0],
      });
      assert.deepEqual(alpha, LEVELS.slice(0, 4096));
      assert.deepEqual([refused.code, refused.parameter], ["unsupported", "input.depth"]);
      // Width, height, 16 bits, RGBA.
      assert.deepEqual([...fromBase64(file).subarray(16, 26)], [0, 0, 0, 32, 0, 0, 0, 32, 16, 6]);
    });

    it("lose nothing as a PNG and as a lossless WebP, whatever their alpha, and are turned upright", async () => {
      const [width, height] = [16, 16];
      const image = { width, height, pixels: Uint8Array.from(EVERY_ALPHA) };
      const stored = EVERY_ALPHA.slice(100 * 4, 106 * 4);
      const bytes = () => Uint8Array.from(stored);
      const options = { quality: 100, background: [0, 0, 0] } as const;
      const simple = (await codecHere("webp")).encode({ width: 3, height: 2, bytes }, options);
      // Flags: alpha, and Exif data.
      const turnedFiles = [1, 2, 3, 4, 5, 6, 7, 8].map((value) => {
        const chunks = [...simple.subarray(12), ...riff("EXIF", orientation(value))];
        return base64(extendedWebp({ width: 3, height: 2 }, { flags: 0x18, chunks }));
      });
      const got = await inPage(
        each,
        async ({ mode, png, pixels, turnedFiles }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const read = async (file: Blob) =>
            Array.from((await pool.apply([], file, undefined, { output: "pixels" })).data);
          const data = new ImageData(Uint8ClampedArray.from(pixels), 16, 16);
          const results: Record<string, { file: string; type: string; pixels: number[] }> = {};
          for (const [name, image] of [
            ["a PNG", fileTools.fileOf(png)],
            ["pixels", data],
          ] as const) {
            for (const output of [{ type: "image/png" }, { type: "image/webp", lossless: true }] as const) {
              const file = await pool.apply([], image, undefined, { output });
              const { type } = file;
              results[`${name} to ${type}`] = { file: await fileTools.base64Of(file), type, pixels: await read(file) };
            }
          }
          const upright = [];
          for (const text of turnedFiles) {
            const { data, width, height } = await pool.apply([], fileTools.fileOf(text), undefined, {
              output: "pixels",
            });
            upright.push({ width, height, pixels: Array.from(data) });
          }
          const own = await read(fileTools.fileOf(png));
          await pool.close();
          return { results, own, upright };
        },
        { png: base64(writePng(image)), pixels: EVERY_ALPHA, turnedFiles },
      );
      assert.deepEqual(got.own, EVERY_ALPHA);
      assert.equal(Object.keys(got.results).length, 4);
      for (const [name, { file, type, pixels }] of Object.entries(got.results)) {
        assert.deepEqual(pixels, EVERY_ALPHA, name);
        const bytes = fromBase64(file);
        if (type === "image/png") assert.deepEqual([...readPng(bytes).pixels], EVERY_ALPHA, name);
        else assert.deepEqual(Buffer.from(bytes.subarray(8, 16)).toString(), "WEBPVP8L", name);
      }
      const wanted = [1, 2, 3, 4, 5, 6, 7, 8].map((value) => turned(stored, 3, value));
      assert.deepEqual(got.upright, wanted);
    });

    it("keep their type where that is asked for, and get its ending; animations are their first picture, or refused", async () => {
      const expected = [
        ["plain.gif", "gif/plain.gif", "plain.jpg", "image/jpeg"],
        ["clear.gif", "gif/transparent.gif", "clear.png", "image/png"],
        ["moving.gif", "gif/animated.gif", "moving.jpg", "image/jpeg"],
        ["a.photo.JPEG", "jpeg/decode/420.jpg", "a.photo.JPEG", "image/jpeg"],
        ["wrong.png", "webp/lossless_13.webp", "wrong.webp", "image/webp"],
        ["none", "webp/lossless_13.webp", "none.webp", "image/webp"],
      ] as const;
      const png = base64(writePng({ width: 16, height: 16, pixels: Uint8Array.from(EVERY_ALPHA) }));
      const files = [
        ...expected.map(([name, path]) => ({ name, text: fixture(path) })),
        { name: "of/this.gif.png", text: png },
      ];
      const got = await inPage(
        each,
        async ({ mode, files }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const kept = [];
          const refused = [];
          for (const { name, text } of files) {
            const file = fileTools.fileOf(text, name);
            const result = await pool.apply([], file, undefined, { output: { type: "source" } });
            const plain = await pool.apply([], fileTools.fileOf(text), undefined, { output: { type: "source" } });
            const pixels = async (file: Blob) =>
              Array.from((await pool.apply([], file, undefined, { output: "pixels" })).data);
            const [before, after] = [await pixels(file), await pixels(result)];
            const digest = await crypto.subtle.digest("SHA-256", Uint8Array.from(before));
            kept.push({
              name: result instanceof File ? result.name : "",
              type: result.type,
              hash: Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(""),
              hasSamePixels: before.join() === after.join(),
              isBlob: !(plain instanceof File) && plain.type === result.type && plain.size === result.size,
              file: await fileTools.base64Of(result),
            });
            const input = { frames: "refuse" } as const;
            const { code, parameter } = await fileTools.failure(pool.apply([], file, undefined, { input }));
            if (code !== "") refused.push([name, code, parameter]);
          }
          await pool.close();
          return { kept, refused };
        },
        { files },
      );
      const wanted = [
        ...expected.map(([, path, name, type]) => ({ name, type, hash: hashOf(path), isBlob: true })),
        { name: "of/this.gif.png", type: "image/png", hash: sha256(EVERY_ALPHA), isBlob: true },
      ].map((each) => ({ ...each, hasSamePixels: each.type !== "image/jpeg" }));
      assert.deepEqual(
        got.kept.map(({ file, ...others }) => (assert.ok(file.length > 0), others)),
        wanted,
      );
      assert.deepEqual(got.refused, [["moving.gif", "unsupported", "input.frames"]]);
    });

    it("are decoded small for a small result, which has the same size and nearly the same pixels", async () => {
      const [width, height] = [400, 304];
      const pixels = Uint8Array.from({ length: width * height * 4 }, (_, at) => {
        const [x, y] = [Math.floor(at / 4) % width, Math.floor(at / 4 / width)];
        return [x * 0.6, y * 0.8, 128 + 90 * Math.sin(x / 20) * Math.cos(y / 15), 255][at % 4]!;
      });
      const options = { quality: 90, background: [255, 255, 255] } as const;
      const jpeg = (await codecHere("jpeg")).encode({ width, height, bytes: () => pixels }, options);
      const got = await inPage(
        each,
        async ({ mode, jpeg }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const results = [];
          for (const width of [400, 210, 190, 96, 48, 24]) {
            const filter = { kind: "resize", width } as const;
            const read = (shrink: "exact" | "fast") =>
              pool.apply(filter, fileTools.fileOf(jpeg), undefined, { output: "pixels", input: { shrink } });
            const [exact, fast] = [await read("exact"), await read("fast")];
            let squares = 0;
            for (let at = 0; at < exact.data.length; at++) squares += (exact.data[at]! - fast.data[at]!) ** 2;
            const sizes = [exact.width, exact.height, exact.data.length, fast.width, fast.height, fast.data.length];
            results.push({ width, sizes, mean: squares / exact.data.length });
          }
          await pool.close();
          return results;
        },
        { jpeg: base64(jpeg) },
      );
      for (const { width: wanted, sizes, mean } of got) {
        const rows = Math.round((wanted * height) / width);
        const size = [wanted, rows, wanted * rows * 4];
        assert.deepEqual(sizes, [...size, ...size]);
        // Less than a half of it can be decoded small; 65.025 is a PSNR of 30 dB.
        assert.equal(mean > 0, wanted * 2 < width, `${wanted} columns`);
        assert.ok(mean < 255 ** 2 / 10 ** 3, `${wanted} columns are ${mean} off`);
      }
      assert.equal(got.length, 6);
    });

    it("that are cancelled in the middle of being decoded cost nobody else anything, and end at once", async () => {
      const tiff = (quality: number) =>
        base64([0x49, 0x49, 0x2a, 0, ...[1, 1, quality].flatMap(small32), 1, 2, 3, 255]);
      const got = await inPage(
        each,
        async ({ mode, hanging, quick }) => {
          const codecs = { "image/tiff": new URL("/www/test/every-browser/tiff-codec.js?fails=hangs", location.href) };
          const pool = await pixelpool.createPool({ mode, threads: 1, codecs });
          const cancel = new AbortController();
          const [slow, file] = [fileTools.fileOf(hanging, "a.tif"), fileTools.fileOf(quick, "b.tif")];
          const pixels = { output: "pixels" } as const;
          // The codec is known, and the worker there.
          await pool.apply([], file, undefined, pixels);
          const batch = [
            [0, slow],
            [1, file],
          ] as const;
          const cancelled = pool.starmap([], batch, { signal: cancel.signal, ...pixels });
          const other = pool.apply([], file, undefined, pixels);
          setTimeout(() => cancel.abort(), 50);
          const name = await cancelled.catch((error: unknown) => (error as Error).name);
          const [first, second] = [await other, await pool.apply([], file, undefined, pixels)];
          await pool.close();
          return { name, first: Array.from(first.data), second: Array.from(second.data) };
        },
        { hanging: tiff(1), quick: tiff(0) },
      );
      assert.deepEqual(got, { name: "AbortError", first: [1, 2, 3, 255], second: [1, 2, 3, 255] });
    });

    it("of other types are read and written by a codec of the user's, whose failures are told", async () => {
      const [width, height] = [3, 2];
      const pixels = EVERY_ALPHA.slice(40, 40 + width * height * 4);
      const tiff = (quality: number) => {
        const head = [width, height, quality].flatMap(small32);
        return base64([0x49, 0x49, 0x2a, 0, ...head, ...pixels]);
      };
      const address = "/www/test/every-browser/tiff-codec.js";
      const got = await inPage(
        each,
        async ({ mode, tiff, png, address }) => {
          const file = fileTools.fileOf(tiff, "a.picture");
          const write = { output: { type: "image/tiff" } } as const;
          const use = async <Result>(
            at: string,
            work: (pool: import("../../src/index.js").Pool) => Promise<Result>,
          ) => {
            const codecs = { "image/tiff": new URL(at, location.href) };
            const pool = await pixelpool.createPool({ mode, threads: 2, codecs });
            const result = await work(pool);
            await pool.close();
            return result;
          };
          const right = await use(address, async (pool) => {
            const { data, ...size } = await pool.apply([], file, undefined, { output: "pixels" });
            const files: [string, Blob][] = [
              ["PNG", await pool.apply([], fileTools.fileOf(png, "b.png"), undefined, write)],
              ["quality", await pool.apply([], file, undefined, { output: { type: "image/tiff", quality: 0.37 } })],
              ["lossless", await pool.apply([], file, undefined, { output: { type: "image/tiff", lossless: true } })],
              ["source", await pool.apply([], file, undefined, { output: { type: "source" } })],
            ];
            const written = [];
            for (const [name, made] of files) {
              written.push([name, await fileTools.base64Of(made), made.type, (made as File).name]);
            }
            return { pixels: Array.from(data), size: [size.width, size.height], written };
          });
          const broken = [];
          const nothing = URL.createObjectURL(new Blob(["export const decode = 1;"], { type: "text/javascript" }));
          for (const [name, at] of [
            ["throws", `${address}?fails=throws`],
            ["pixels", `${address}?fails=pixels`],
            ["exports nothing", nothing],
            ["is not there", `${address}/nowhere`],
          ] as const) {
            const failures = await use(at, async (pool) => [
              await fileTools.failure(pool.apply([], file)),
              await fileTools.failure(pool.apply([], fileTools.fileOf(png), undefined, write)),
            ]);
            const isNamed = failures.every(({ message, parameter }) => message.includes(at) && parameter === "codecs");
            const told = failures.map(({ message }) => message.replaceAll(new URL(at, location.href).href, "URL"));
            broken.push({ name, isNamed, codes: failures.map(({ code }) => code), told });
          }
          return { right, broken };
        },
        { tiff: tiff(0), png: base64(writePng({ width, height, pixels: Uint8Array.from(pixels) })), address },
      );
      assert.deepEqual(got.right, {
        pixels,
        size: [width, height],
        written: [
          ["PNG", tiff(80), "image/tiff", "b.tif"],
          ["quality", tiff(37), "image/tiff", "a.picture.tif"],
          ["lossless", tiff(0), "image/tiff", "a.picture.tif"],
          ["source", tiff(80), "image/tiff", "a.picture.tif"],
        ],
      });
      const [cannotRead, cannotWrite] = ["it is not to be read", "it is not to be written"];
      const [given, wanted] = [
        "gave no pixels: decode gives { data, width, height }, data of width × height × 4 bytes",
        "gave no file: encode gives its bytes",
      ];
      const missing = ["exports no function decode", "exports no function encode"];
      const failures = got.broken.map(({ name, codes, told }) => {
        const ends = told.map((message) =>
          message.replace(/^.*the codec URL (has failed: )?|(?<=could not be loaded): .*$/g, ""),
        );
        return { name, codes, ends };
      });
      const both = ["unsupported", "unsupported"];
      assert.deepEqual(failures, [
        { name: "throws", codes: ["decode-failed", "encode-failed"], ends: [cannotRead, cannotWrite] },
        { name: "pixels", codes: ["decode-failed", "encode-failed"], ends: [given, wanted] },
        { name: "exports nothing", codes: both, ends: missing },
        { name: "is not there", codes: both, ends: ["could not be loaded", "could not be loaded"] },
      ]);
      for (const { isNamed, told } of got.broken) {
        assert.ok(isNamed);
        // What the browser can decode does not matter where there is a codec.
        for (const message of told) assert.doesNotMatch(message, /this browser/);
      }
    });
  });
}

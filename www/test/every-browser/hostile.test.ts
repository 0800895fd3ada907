/**
 * What files get that are no picture, or none that can be had, in the browser that TEST_BROWSER names: each its own words, with what it
 * is and its name, and the files beside it their results.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { writePng } from "../png.js";
import { jpeg, text } from "../unit/header-files.js";
import { base64, fixture, fromBase64, inPage } from "./file-page.js";
import { browserName, modes } from "./page.js";

interface Case {
  name: string;
  content: Uint8Array | readonly number[];
  code: string;
  /** What the message says behind the file's name; the browser's own words may follow. */
  words: string;
}

const damaged = (what: string, words: string) => `is ${what} that is damaged or cut off: ${words}`;
const png = Uint8Array.from(writePng({ width: 4, height: 4, pixels: new Uint8Array(64).fill(9) }));
const fixtureBytes = (path: string) => fromBase64(fixture(path));

/** A file with other bytes at some place. */
function changed(content: Uint8Array, at: number, ...bytes: number[]): Uint8Array {
  const copy = content.slice();
  copy.set(bytes, at);
  return copy;
}

/** The first so many bytes of a fixture. */
function cut(name: string, path: string, what: string, bytes: number): Case {
  const words = damaged(what, `it ends at byte ${bytes}, before it is complete`);
  return { name, content: fixtureBytes(path).slice(0, bytes), code: "decode-failed", words };
}

const undecodable = (what: string) => `: a ${what} is decoded neither by the package nor by this browser: `;

const CASES: readonly Case[] = [
  { name: "notes.txt", content: text("no picture"), code: "decode-failed", words: "is text, not a picture" },
  {
    name: "photo.jpg",
    content: text("<!doctype html><title>404</title>"),
    code: "decode-failed",
    words: "is a web page (HTML), not a picture",
  },
  { name: "a.pdf", content: text("%PDF-1.7"), code: "decode-failed", words: "is a PDF, not a picture" },
  {
    name: "a.bin",
    content: [1, 2, 3, 0, 200],
    code: "decode-failed",
    words: "is not a picture of any known kind: it begins with 01 02 03 00 c8",
  },
  { name: "empty.png", content: [], code: "invalid-image", words: "is empty: 0 bytes" },
  cut("cut.jpg", "jpeg/decode/420.jpg", "a JPEG", 900),
  cut("cut.gif", "gif/plain.gif", "a GIF", 800),
  cut("lossy.webp", "webp/lossy.webp", "a WebP", 150),
  cut("lossless.webp", "webp/lossless_150.webp", "a WebP", 150),
  {
    name: "cut.png",
    content: png.slice(0, 50),
    code: "decode-failed",
    words: damaged("a PNG", "it ends at byte 50, before it is complete"),
  },
  {
    name: "damaged.png",
    content: changed(png, 42, 0, 0, 0),
    code: "decode-failed",
    words: damaged("a PNG", "byte 33: a checksum is wrong"),
  },
  {
    name: "damaged.jpg",
    content: fixtureBytes("jpeg/decode/cut_in_data.jpg"),
    code: "decode-failed",
    words: damaged("a JPEG", ""),
  },
  {
    name: "damaged.bmp",
    content: text(`BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28${"\0".repeat(43)}`),
    code: "decode-failed",
    words: damaged("a BMP", ""),
  },
  // 100,000 columns and rows.
  {
    name: "huge.png",
    content: changed(png, 16, 0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0),
    code: "too-large",
    words: " (image/png, 100000 × 100000 px) needs 80000000000 bytes in flight, more than the ",
  },
  {
    name: "arithmetic.jpg",
    content: jpeg([], { marker: 0xc9 }),
    code: "unsupported",
    words: undecodable("JPEG with arithmetic coding"),
  },
  {
    name: "exact.jpg",
    content: jpeg([], { marker: 0xc3 }),
    code: "unsupported",
    words: undecodable("JPEG with lossless coding"),
  },
  {
    name: "a.tif",
    content: text("II*\0\x08\0\0\0\0\0\0\0"),
    code: "unsupported",
    words: "is a TIFF, which this browser cannot decode: ",
  },
  {
    name: "a.svg",
    content: text("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    code: "unsupported",
    words: "is an SVG, which browsers do not decode in workers: show it in an <img> and give that",
  },
];

for (const each of modes) {
  describe(`files that cannot be had in ${browserName}, mode ${each.mode}`, () => {
    it("are told by their name, with what they are and what is wrong, and cost no other file", async () => {
      const files = CASES.flatMap(({ name, content }) => [
        { name, text: base64(content) },
        { name: "fine.png", text: base64(png) },
      ]);
      const results = await inPage(
        each,
        async ({ mode, files }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2, memoryLimit: 256 << 20 });
          const batch = files.map(({ name, text }): [string, Blob] => [name, fileTools.fileOf(text, name)]);
          const results: [string, string, string][] = [];
          for await (const settled of pool.imap([], batch, { output: "pixels" })) {
            if (settled.status === "rejected") results.push([settled.id, settled.reason.code, settled.reason.message]);
            else results.push([settled.id, "", settled.image.data.join()]);
          }
          await pool.close();
          return results;
        },
        { files },
      );
      const fine = ["fine.png", "", Array.from({ length: 64 }, () => 9).join()];
      assert.equal(results.length, files.length);
      for (const [index, { name, code, words }] of CASES.entries()) {
        const [id, toldCode, message] = results[2 * index]!;
        assert.deepEqual([id, toldCode], [name, code], message);
        const start = `the file "${name}"${/^[ :]/.test(words) ? "" : " "}${words}`;
        assert.equal(message.slice(0, start.length), start);
        assert.deepEqual(results[2 * index + 1], fine, `beside ${name}`);
      }
    });

    it("are refused before they are read where a server answers with an error page", async () => {
      const got = await inPage(
        each,
        async ({ mode }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const told = async (response: Response) => {
            const { code, message } = await fileTools.failure(pool.apply([], response));
            return [code, message, response.bodyUsed];
          };
          const page = () => new Response("<html><body>gone", { status: 404 });
          const read = new Response("a");
          await read.text();
          const results = [
            await told(page()),
            await told(new Response("<html><body>fine")),
            await told(read),
            await told(Response.error()),
          ];
          await pool.close();
          return results;
        },
        {},
      );
      assert.deepEqual(got, [
        ["decode-failed", "the server answered 404", false],
        ["decode-failed", "the file is a web page (HTML), not a picture", true],
        ["invalid-image", "the body of the response has been read already: give response.clone(), or the blob", true],
        ["decode-failed", "the request has failed", false],
      ]);
    });

    it("say so before the work where their result cannot be had", async () => {
      const wide = writePng({ width: 16_400, height: 1, pixels: new Uint8Array(16_400 * 4) });
      const deep = writePng({ width: 2, height: 2, pixels: new Uint8Array(8) }, { depth: 16, color: 0 });
      const got = await inPage(
        each,
        async ({ mode, wide, deep, photo }) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const work = [
            pool.apply([], fileTools.fileOf(wide, "wide.png"), undefined, {
              output: { type: "image/webp", lossless: true },
            }),
            pool.apply([], fileTools.fileOf(deep, "deep.png"), undefined, {
              input: { depth: "source" },
              output: { type: "image/jpeg" },
            }),
            pool.apply([], fileTools.fileOf(photo, "a.jpg"), undefined, {
              output: { type: "image/jpeg", maxBytes: 50 },
            }),
          ];
          // All are listened to at once: whichever fails first, somebody waits for it.
          const failures = await Promise.all(work.map((each) => fileTools.failure(each)));
          await pool.close();
          return failures.map(({ code, message }) => [code, message.replace(/\d+$/, "N")]);
        },
        { wide: base64(wide), deep: base64(deep), photo: fixture("jpeg/decode/420.jpg") },
      );
      assert.deepEqual(got, [
        [
          "encode-failed",
          'image/webp holds sides of at most 16383 px, the result of the file "wide.png" has 16400 × N',
        ],
        [
          "unsupported",
          'the file "deep.png" has 16 bits, which input.depth keeps: they need output "pixels" or the type image/png',
        ],
        [
          "encode-failed",
          'the file "a.jpg": the result does not fit into the 50 bytes of output.maxBytes: at the lowest quality it has N',
        ],
      ]);
    });
  });
}

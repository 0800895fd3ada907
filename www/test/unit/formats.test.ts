/** What a file is told to be by its first bytes, what is never taken for one, and what is said where it cannot be decoded. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import type { ErrorCode, ErrorData } from "../../src/errors.js";
import { decodeFailure, fileFailure } from "../../src/files.js";
import { isFile, looksLike, whyNotDecoded } from "../../src/formats.js";
import { random, SEED } from "./random.js";

const samples = new URL("../../demo/samples/", import.meta.url);
const text = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));
const zeros = (length: number) => "\0".repeat(length);

/** An ISO media file of some brand, compatible with others. */
const media = (brand: string, ...others: string[]) =>
  text(`\0\0\0${String.fromCharCode(16 + 4 * others.length)}ftyp${brand}\0\0\0\0${others.join("")}\0\0\0\x08free`);

const PAGE = "<!DOCTYPE html><html><body>404</body></html>";
const SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>";
const BMP = `BM\x3a\0\0\0${zeros(4)}\x36\0\0\0\x28\0\0\0${zeros(36)}${zeros(4)}`;
const ICO = `\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x04\0\0\0\x16\0\0\0${zeros(4)}`;

/** Files that are told from numbers too. */
const files: [words: string, bytes: Uint8Array][] = [
  ["a PNG", text(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR${zeros(17)}`)],
  ["a JPEG", text("\xff\xd8\xff\xe0\0\x04JF\xff\xdb\0\x43")],
  ["a JPEG", text("\xff\xd8\xff\xdb\0\x43\0")],
  ["a GIF", text("GIF87a\x03\0\x02\0")],
  ["a GIF", text("GIF89a\x03\0\x02\0")],
  ["a WebP", text("RIFF\x1a\0\0\0WEBPVP8L")],
  ["a BMP", text(BMP)],
  ["an ICO", text(ICO)],
  ["an AVIF", media("avif", "mif1", "miaf")],
  ["an AVIF", media("avis")],
  ["an AVIF", media("mif1", "miaf", "avif")],
  ["a HEIC", media("heic", "mif1")],
  ["a HEIC", media("mif1", "heic")],
  ["a HEIC", media("heix")],
  ["a camera raw file (CR3)", media("crx ")],
  ["a TIFF", text(`II*\0\x08\0\0\0${zeros(6)}`)],
  ["a TIFF", text(`MM\0*\0\0\0\x08${zeros(6)}`)],
  ["a TIFF", text(`II+\0\x08\0\0\0\x10${zeros(15)}`)],
  ["a JPEG XL", text("\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl ")],
  ["a JPEG 2000", text("\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ")],
  ["a Photoshop file (PSD)", text(`8BPS\0\x01${zeros(6)}`)],
  ["an SVG", text(SVG)],
  ["an SVG", text(`\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a > b -->\n<!DOCTYPE svg [<!ENTITY a "b">]>\n${SVG}`)],
  ["an SVG", text("<svg>")],
  ["a web page (HTML)", text(PAGE)],
  ["a web page (HTML)", text(`\n\n<!-- served by -->\n<html lang=en>`)],
  ["a web page (HTML)", text("<HEAD><title>404 Not Found</title></HEAD>")],
  ["a PDF", text("%PDF-1.7\n")],
  ["a video (QuickTime)", media("qt  ")],
  ["a video (MP4)", media("isom", "iso2")],
  ["a video (MP4)", media("mp42")],
  ["a video (MP4)", media("3gp4")],
  ["a sound (M4A)", media("M4A ")],
  ["a video (AVI)", text("RIFF\x1a\0\0\0AVI LIST")],
  ["a sound (WAV)", text("RIFF\x1a\0\0\0WAVEfmt ")],
];

/** Files whose beginning is too short to be told from numbers. */
const shortFiles: [words: string, bytes: Uint8Array][] = [
  ["a JPEG XL", text("\xff\x0a\x10\x20")],
  ["a video (WebM or Matroska)", text("\x1aE\xdf\xa3\x01")],
  ["a sound (MP3)", text("ID3\x03\0")],
  ["a sound or a video (Ogg)", text("OggS\0\x02")],
  ["a ZIP archive", text("PK\x03\x04\x14\0")],
  ["a gzip archive", text("\x1f\x8b\x08\0")],
];

describe("looksLike", () => {
  for (const [words, bytes] of [...files, ...shortFiles]) {
    it(`tells ${words}, ${bytes.length} bytes`, () => {
      assert.equal(looksLike(bytes)?.words, words);
    });
  }

  it("tells the samples of the demo", async () => {
    for (const [name, words] of [
      ["macaws.jpg", "a JPEG"],
      ["landscape-turned.jpg", "a JPEG"],
      ["statue.webp", "a WebP"],
    ] as const) {
      const bytes = new Uint8Array(await readFile(new URL(name, samples)));
      assert.equal(looksLike(bytes)?.words, words);
      assert.ok(isFile(bytes));
    }
  });

  it("tells nothing of other files", () => {
    for (const bytes of [
      "",
      "x",
      "no picture",
      "<",
      "<!--",
      "<?xml",
      "<!DOCTYPE",
      "<!DOCTYPE note [",
      "<svgs>",
      "<a><svg>",
    ]) {
      assert.equal(looksLike(text(bytes)), undefined, bytes);
    }
    assert.equal(looksLike(media("jxs ")), undefined);
    assert.equal(looksLike(new Uint8Array(5000)), undefined);
  });

  it("never throws and never takes long, wherever a file is cut and whatever stands in it", (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const next = random(SEED);
    const all = [...files, ...shortFiles];
    for (const [, bytes] of all)
      for (let length = 0; length < bytes.length; length++) looksLike(bytes.slice(0, length));
    for (let count = 0; count < 3000; count++) {
      const bytes = Uint8Array.from(all[count % all.length]![1]);
      for (let changes = next(6); changes > 0; changes--) bytes[next(bytes.length)] = next(256);
      looksLike(bytes);
      isFile(bytes);
    }
    for (const piece of ["<!---->", "<!-- ", "<?>", "<!doctype svg>", "<!doctype svg [", " ", "\n<"]) {
      looksLike(text(piece.repeat(4000)));
    }
  });
});

describe("isFile", () => {
  for (const [words, bytes] of files) {
    it(`takes ${words} for a file, ${bytes.length} bytes`, () => {
      assert.ok(isFile(bytes));
      const room = new Uint8Array(bytes.length + 7);
      room.set(bytes, 3);
      assert.ok(isFile(room.subarray(3, 3 + bytes.length)), "as part of a larger buffer");
      assert.ok(!isFile(room), "the file does not begin where the bytes do");
    });
  }

  it("takes numbers for numbers, also those that begin nearly as a file", () => {
    for (const numbers of [
      ...[[], [0], [255, 216], [255, 216, 255], zerosAnd(5000)],
      // Pink pixels, opaque and not, with three channels and with four.
      ...[
        [255, 216, 255, 255, 255, 216, 255, 255],
        [255, 216, 255, 255, 216, 255, 255, 216, 255],
        [255, 216, 255, 224, 255, 216, 255, 224, 255, 216, 255, 224, ...zerosAnd(65_536)],
        [255, 216, 255, 128, 255, 216, 255, 128],
      ],
      ...[Array.from("BM", byteOf), [...Array.from("BM", byteOf), ...zerosAnd(60)]],
      // A TIFF whose directory would lie outside, an icon without pictures.
      ...[
        [73, 73, 42, 0, 255, 255, 255, 255, 1, 2],
        [0, 0, 1, 0, ...zerosAnd(60)],
        [0, 0, 1, 0, 1, 0],
      ],
      ...[Array.from("RIFF1234WAVX", byteOf), Array.from("0000ftypzzzz0000", byteOf), Array.from("<svgs", byteOf)],
    ]) {
      assert.ok(!isFile(Uint8Array.from(numbers)), numbers.slice(0, 12).join());
    }
    for (const [words, bytes] of shortFiles) assert.ok(!isFile(bytes), words);
  });

  it("takes no random numbers for a file", (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const next = random(SEED);
    for (let count = 0; count < 20_000; count++) {
      const bytes = Uint8Array.from({ length: 64 }, () => next(256));
      assert.ok(!isFile(bytes), bytes.join());
    }
  });
});

function zerosAnd(length: number): number[] {
  return Array.from({ length }, () => 0);
}

function byteOf(character: string): number {
  return character.charCodeAt(0);
}

describe("whyNotDecoded", () => {
  const cause = new DOMException("The source image could not be decoded.", "InvalidStateError");
  const why = (bytes: Uint8Array, given: unknown = cause) => {
    const { name, code, message } = whyNotDecoded(bytes, 'the file "a"', given);
    return [name, code, message];
  };

  it("says of a picture that browsers know that it is damaged, with the browser's own words", () => {
    const message = 'the file "a" is a JPEG that is damaged or cut off: The source image could not be decoded.';
    assert.deepEqual(why(text("\xff\xd8\xff\xe0")), ["PixelpoolError", "decode-failed", message]);
    assert.equal(whyNotDecoded(text("\xff\xd8\xff\xe0"), "the file", cause).cause, cause);
  });

  it("says of a picture that few browsers know that this one does not", () => {
    for (const [words, bytes] of [
      ["a HEIC", media("heic")],
      ["a TIFF", text("II*\0")],
      ["a JPEG XL", text("\xff\x0a")],
    ] as const) {
      const message = `the file "a" is ${words}, which this runtime cannot decode: The source image could not be decoded.`;
      assert.deepEqual(why(bytes), ["PixelpoolError", "unsupported", message]);
    }
  });

  it("says of a drawing how it can be had, and of what is no picture what it is", () => {
    const drawing =
      'the file "a" is an SVG, which browsers do not decode in workers: show it in an <img> and give that';
    assert.deepEqual(why(text(SVG)), ["PixelpoolError", "unsupported", drawing]);
    for (const [words, bytes] of [
      ["a web page (HTML)", text(PAGE)],
      ["a video (MP4)", media("isom")],
      ["a PDF", text("%PDF-1.7")],
      ["text", text("no picture")],
      ["text", text('{"error": "not found"}')],
    ] as const) {
      assert.deepEqual(why(bytes), ["PixelpoolError", "decode-failed", `the file "a" is ${words}, not a picture`]);
    }
  });

  it("says of anything else how it begins", () => {
    const message = 'the file "a" is not a picture of any known kind: it begins with 01 02 ff';
    assert.deepEqual(why(Uint8Array.of(1, 2, 255)), ["PixelpoolError", "decode-failed", message]);
  });

  it("says where it was for want of memory", () => {
    const message = 'the browser has no memory for the pixels of the file "a": The ImageBitmap could not be allocated.';
    const [name, code, told] = why(text("\xff\xd8\xff\xe0"), new Error("The ImageBitmap could not be allocated."));
    assert.deepEqual([name, code, told], ["PixelpoolError", "out-of-memory", message]);
  });
});

describe("decodeFailure", () => {
  const cause = new Error("it did not work");

  it("reads what the file is, and calls it by its name", async () => {
    const told = async (file: Blob) => (await decodeFailure(file, cause)).message;
    assert.equal(await told(new File(["no picture"], "a.txt")), 'the file "a.txt" is text, not a picture');
    assert.equal(await told(new Blob(["no picture"])), "the file is text, not a picture");
    assert.equal(await told(new File([PAGE], "")), "the file is a web page (HTML), not a picture");
  });

  it("says what a codec of the user's has said, whatever the file is", async () => {
    const { code, parameter, message } = await decodeFailure(new File(["no picture"], "a.txt"), cause, "codecs");
    assert.deepEqual([code, parameter], ["decode-failed", "codecs"]);
    assert.equal(message, 'the file "a.txt" could not be decoded: it did not work');
  });

  it("says that the file cannot be read any more, where that is so", async () => {
    for (const [reason, words] of [
      ["NotFoundError", "it was deleted or moved since it was chosen"],
      ["NotReadableError", "it was changed, moved or deleted since it was chosen, or may not be read any more"],
      ["AbortError", "it was changed, moved or deleted since it was chosen, or may not be read any more"],
      ["SecurityError", "no more"],
    ] as const) {
      const gone = new File(["x"], "a.png");
      const error = new DOMException("no more", reason);
      gone.slice = () => ({ arrayBuffer: () => Promise.reject(error) }) as unknown as Blob;
      const { name, code, message, cause: told } = await decodeFailure(gone, cause);
      assert.deepEqual([name, code], ["PixelpoolError", "decode-failed"]);
      assert.equal(message, `the file "a.png" cannot be read: ${words}`);
      assert.equal(told, error);
    }
  });
});

describe("fileFailure", () => {
  const named = new File([text("\xff\xd8\xff\xe0")], "a.jpg");
  const data = (code: ErrorCode, more: Partial<ErrorData> = {}): ErrorData => ({
    ...{ class: "PixelpoolError", code, message: "it did not work" },
    ...more,
  });

  it("says of a file by its name what a worker has said, and why it could not be decoded", async () => {
    const { code, message } = await fileFailure(named, data("decode-failed"));
    assert.deepEqual(
      [code, message],
      ["decode-failed", 'the file "a.jpg" is a JPEG that is damaged or cut off: it did not work'],
    );
    for (const code of ["unsupported", "too-large", "out-of-memory", "encode-failed", "worker-lost"] as const) {
      const told = await fileFailure(named, data(code, { parameter: "output" }));
      assert.deepEqual(
        [told.code, told.parameter, told.message],
        [code, "output", 'the file "a.jpg": it did not work'],
      );
    }
  });

  it("leaves it at that where there is no name, and where it is a filter that says it", async () => {
    assert.equal((await fileFailure(new Blob([]), data("too-large"))).message, "it did not work");
    const told = await fileFailure(named, data("invalid-parameter", { class: "RangeError", filter: "crop" }));
    assert.deepEqual([told.name, told.message, told.filter], ["RangeError", "it did not work", "crop"]);
  });
});

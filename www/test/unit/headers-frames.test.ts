/** How many pictures an animation has, and how much of a file is read to tell. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Bytes } from "../../src/headers/bytes.js";
import { readHeader } from "../../src/headers/headers.js";
import { looksLike } from "../../src/formats.js";
import * as files from "./header-files.js";
import { gif, gifFrame, infoOf, LOOP, zeros, type Content } from "./header-files.js";

async function framesOf(bytes: Content | Uint8Array<ArrayBuffer>): Promise<number | undefined> {
  return (await infoOf(bytes))?.frames;
}

/** A file that counts what is read of it. */
class Counted {
  reads = 0;
  bytes = 0;
  readonly size: number;
  readonly #content: (from: number, to: number) => Uint8Array<ArrayBuffer>;
  constructor(size: number, content: (from: number, to: number) => Uint8Array<ArrayBuffer>) {
    this.size = size;
    this.#content = content;
  }
  slice(from: number, to: number): { arrayBuffer: () => Promise<ArrayBuffer> } {
    const bytes = this.#content(Math.min(from, this.size), Math.min(to, this.size));
    this.reads += 1;
    this.bytes += bytes.length;
    return { arrayBuffer: () => Promise.resolve(bytes.buffer) };
  }
  info() {
    const head = this.#content(0, 4096);
    return readHeader(new Bytes(head, this as unknown as Blob), looksLike(head)!.type!).info;
  }
}

const counted = (bytes: Content) => {
  const all = Uint8Array.from(bytes);
  return new Counted(all.length, (from, to) => all.slice(from, to));
};

/** A file that goes on and on with the same bytes behind its first ones. */
const endless = (first: Content, rest: Content) => {
  const start = Uint8Array.from(first);
  const pattern = Buffer.alloc((2 << 20) + rest.length, Uint8Array.from(rest));
  return new Counted(2 ** 40, (from, to) => {
    const bytes = new Uint8Array(to - from);
    const own = start.subarray(from, to);
    const phase = Math.max(from - start.length, 0) % rest.length;
    bytes.set(own);
    bytes.set(pattern.subarray(phase, phase + bytes.length - own.length), own.length);
    return bytes;
  });
};

describe("the frames of a file", () => {
  it("are one for a still", async () => {
    for (const [name, bytes] of files.plainFiles) assert.equal(await framesOf(bytes), 1, name);
    assert.equal(
      await framesOf(
        files.ico({ width: 16, height: 16, content: zeros(9) }, { width: 32, height: 32, content: zeros(9) }),
      ),
      1,
    );
  });

  it("of a PNG are what it says", async () => {
    for (const frames of [1, 2, 300, 2 ** 32 - 1]) {
      const before = files.chunk("acTL", [...files.big32(frames), ...zeros(4)]);
      assert.equal(await framesOf(files.png(undefined, { before })), frames);
    }
    assert.equal(await framesOf(files.png(undefined, { before: files.chunk("acTL", zeros(8)) })), 1);
  });

  it("of a GIF are counted, whatever stands between them", async () => {
    for (const count of [1, 2, 3, 50]) {
      const frames = Array.from({ length: count }, (_, at) =>
        gifFrame({ colors: at % 3 ? 0 : 2 ** (1 + (at % 8)), data: zeros(at * 37) }),
      );
      const comment = [0x21, 0xfe, ...files.parts(zeros(700))];
      for (const colors of [0, 2, 256]) {
        const bytes = gif(undefined, { frames: frames.map((frame) => [...comment, ...frame]), colors, before: LOOP });
        assert.equal(await framesOf(bytes), count);
      }
    }
  });

  it("of a GIF end with it, whatever comes behind", async () => {
    assert.equal(await framesOf([...gif(), ...gifFrame()]), 1);
    assert.equal(await framesOf([...gif().slice(0, -1), 0x77, ...gifFrame()]), 1);
  });

  it("of a GIF that is cut are those that have begun", async () => {
    const bytes = gif(undefined, { frames: [gifFrame(), gifFrame(), gifFrame()] });
    let most = 1;
    for (let length = 20; length <= bytes.length; length++) {
      const frames = (await framesOf(bytes.slice(0, length)))!;
      assert.ok(frames === most || frames === most + 1, `${length} bytes`);
      most = frames;
    }
    assert.equal(most, 3);
  });

  it("of a WebP are counted", async () => {
    for (const count of [1, 2, 50]) {
      const chunks = [
        files.riff("ANIM", zeros(6)),
        ...Array.from({ length: count }, (_, at) => files.webpFrame(at * 301)),
      ];
      assert.equal(await framesOf(files.extendedWebp(undefined, { flags: 2, chunks: chunks.flat() })), count);
    }
  });

  it("of a GIF or a WebP may be thousands", async () => {
    const count = 10_000;
    const frames = Array.from({ length: count }, () => gifFrame({ data: zeros(9) }));
    assert.equal(await framesOf(gif(undefined, { frames })), count);
    const chunks = frames.flatMap(() => files.webpFrame(24));
    assert.equal(await framesOf(files.extendedWebp(undefined, { chunks })), count);
  });

  it("of an AVIF are the samples of its first track", async () => {
    const properties = [files.ispe()];
    for (const brand of ["avis", "msf1", "hevc"]) {
      for (const frames of [1, 2, 300]) {
        const after = [...files.box("free", zeros(10)), ...files.moov(frames)];
        assert.equal(await framesOf(files.heif({ brand, properties, after })), frames, brand);
      }
    }
    assert.equal(
      await framesOf(files.heif({ brand: "avis", properties, after: files.box("moov", files.box("trak")) })),
      1,
    );
    assert.equal(await framesOf(files.heif({ brand: "avis", properties })), 1);
  });
});

describe("what is read of a file", () => {
  it("is its beginning, where that tells all", async () => {
    for (const [name, bytes] of files.plainFiles) {
      const file = counted([...bytes, ...zeros(100_000)]);
      await file.info();
      // A GIF ends, and so does the walk; of WebP and JPEG there may be one more piece behind what is large.
      assert.ok(file.reads <= 1, `${file.reads} reads of ${name}`);
    }
  });

  it("is little more of a photo with a thumbnail, a profile in parts and a preview", async () => {
    const thumbnail = files.exifSegment([...files.orientation(6), ...zeros(40_000)]);
    const preview = files.segment(0xe2, zeros(65_000));
    const file = counted([
      ...files.jpeg([...thumbnail, ...files.profileSegments(files.P3).flat(), ...preview]),
      ...zeros(900_000),
    ]);
    const info = await file.info();
    assert.deepEqual([info?.orientation, info?.colorSpace], [6, "display-p3"]);
    assert.ok(file.reads <= 3 && file.bytes < 100_000, `${file.reads} reads of ${file.bytes} bytes`);
  });

  it("is a GIF from end to end, in few pieces", async () => {
    const size = 8 << 20;
    const frame = gifFrame({ data: zeros(100_000) });
    const count = Math.floor(size / frame.length);
    const [start, pattern] = [Uint8Array.from(gif(undefined, { frames: [] }).slice(0, -1)), Uint8Array.from(frame)];
    const bytes = new Uint8Array(start.length + pattern.length * count + 1).fill(0x3b);
    bytes.set(start);
    for (let at = 0; at < count; at++) bytes.set(pattern, start.length + at * pattern.length);
    const file = new Counted(bytes.length, (from, to) => bytes.slice(from, to));
    assert.equal((await file.info())?.frames, count);
    assert.ok(file.reads < 40, `${file.reads} reads`);
  });

  it("has an end, of each kind of file that has none", async () => {
    const part = [255, ...zeros(255)];
    const gifStart = gif(undefined, { frames: [] }).slice(0, -1);
    const webpStart = files.extendedWebp().fill(255, 4, 8);
    const jpegStart = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0];
    for (const [name, file] of Object.entries({
      "a GIF of one block": endless([...gifStart, 0x21, 0xfe], part),
      "a GIF of one block of small parts": endless([...gifStart, 0x21, 0xfe], [1, 0]),
      "a GIF of small blocks": endless(gifStart, [0x21, 0xfe, 0]),
      "a GIF of small frames": endless(gifStart, gifFrame({ data: [] })),
      "a WebP of empty chunks": endless(webpStart, files.riff("ABCD", [])),
      "a WebP of small frames": endless(webpStart, files.webpFrame(16)),
      "a WebP of large frames": endless(webpStart, files.webpFrame(600_000).slice(0, 30)),
      "a PNG of empty chunks": endless(files.png().slice(0, 33), files.chunk("teXt")),
      "a PNG of profiles": endless(files.png().slice(0, 33), files.packedProfile(files.SRGB)),
      "a JPEG of fills": endless(jpegStart, [0xff]),
      "a JPEG of zeros": endless(jpegStart, [0]),
      "a JPEG of small segments": endless(jpegStart, files.segment(0xe1, [])),
      "a JPEG of Exif data": endless(jpegStart, files.exifSegment(files.orientation(6))),
      "a JPEG of profiles": endless(jpegStart, files.profilePart(files.P3, 1, 1)),
      "a JPEG of frames": endless(jpegStart, files.segment(0xc0, [8, 0, 0, 0, 0, 3])),
      "an AVIF of empty boxes": endless(files.heif({ brand: "avis", properties: [files.ispe()] }), files.box("free")),
      "an AVIF of empty tracks": endless(
        [...files.box("ftyp", files.text("avis\0\0\0\0")), 0, 255, 255, 255, ...files.text("moov")],
        files.box("trak"),
      ),
      "an AVIF of properties": endless(
        [...files.box("ftyp", files.text("avif\0\0\0\0")), 0, 255, 255, 255, ...files.text("meta"), ...zeros(4)],
        files.box("free"),
      ),
      "an ICO": endless([0, 0, 1, 0, 255, 255], [16, 16, 0, 0, 1, 0, 32, 0, 9, 0, 0, 0, 9, 0, 0, 0]),
    })) {
      const started = performance.now();
      await file.info();
      const time = performance.now() - started;
      assert.ok(file.reads <= 260 && file.bytes <= 65 << 20, `${name}: ${file.reads} reads of ${file.bytes} bytes`);
      assert.ok(time < 20_000, `${name} took ${time} ms`);
      if (process.env.TOLD) console.log(name, file.reads, file.bytes, Math.round(time));
    }
  });
});

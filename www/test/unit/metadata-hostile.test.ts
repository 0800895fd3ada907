/** Files and metadata that are cut or changed at random: reading and writing them ends, and gives what makes sense or nothing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import { unpack } from "../../src/headers/unpack.js";
import { metadataFor, readMetadata, writeMetadata, type Metadata } from "../../src/metadata/metadata.js";
import * as files from "./header-files.js";
import { big32, text, zeros } from "./header-files.js";
import { bytes, EXIF, photoshopSegment, present, RECORDS, richFiles, whole, XMP } from "./metadata-files.js";
import { random, SEED } from "./random.js";

const SIZE = { width: 10, height: 20 };
const WHOLE: Metadata = { profile: bytes(files.P3), exif: bytes(EXIF), xmp: bytes(XMP) };

/** Changes a few bytes, cuts, and makes longer. */
function mutate(content: ArrayLike<number>, next: (below: number) => number, kept: number): Uint8Array<ArrayBuffer> {
  const result = Array.from(content);
  const values = [0, 1, 2, 127, 128, 255];
  for (let changes = 1 + next(6); changes > 0; changes--) {
    const at = kept + next(Math.max(result.length - kept, 1));
    if (at < result.length) result[at] = next(2) === 0 ? next(256) : values[next(values.length)]!;
  }
  if (next(4) === 0) result.length = next(result.length + 1);
  for (let more = next(3) === 0 ? next(60) : 0; more > 0; more--) result.push(next(256));
  return bytes(result);
}

describe("files with metadata", () => {
  for (const [type, content] of richFiles) {
    it(`of ${type} that are cut, wherever, have what came before, whole`, async () => {
      const all: Metadata = { ...WHOLE, iptc: bytes(RECORDS) };
      let most = 0;
      for (let length = 0; length <= content.length; length++) {
        const cut = bytes(content.slice(0, length));
        const found = Object.entries(present(await readMetadata(cut, type)));
        for (const [kind, value] of found) assert.deepEqual(value, all[kind as keyof Metadata], `${kind} at ${length}`);
        assert.ok(found.length >= most, "nothing is forgotten");
        most = found.length;
        const { parts, lost } = await writeMetadata(cut, type, WHOLE);
        if (lost.length === 3) assert.deepEqual(await whole(parts), cut);
      }
      assert.equal(most, type === "image/jpeg" ? 4 : 3);
    });
  }

  it("that are changed at random are read, and metadata are put into them", async (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const next = random(SEED);
    let [found, written] = [0, 0];
    for (let count = 0; count < 6000; count++) {
      const [type, content] = richFiles[count % richFiles.length]!;
      const file = mutate(content, next, count % 3 === 0 ? 0 : 12);
      const read = await readMetadata(file, type);
      metadataFor(read, SIZE);
      found += Object.keys(present(read)).length;
      const { parts, lost } = await writeMetadata(file, type, WHOLE);
      const result = await whole(parts);
      if (lost.length > 0) {
        assert.deepEqual(result, file);
        continue;
      }
      const { iptc, ...again } = present(await readMetadata(result, type));
      assert.deepEqual(again, WHOLE, Array.from(file).join());
      written += iptc ? 2 : 1;
    }
    assert.ok(found > 12_000 && written > 2000, `${found}, ${written}`);
  });

  it("in as many segments, chunks and boxes as fit are gone through once", async () => {
    const many = (part: files.Content, count = 15_000) => Buffer.alloc(part.length * count, bytes(part));
    const webp = files.extendedWebp(undefined, { flags: 0x2c });
    // Longer than it can be.
    webp.fill(255, 4, 8);
    // Each with a part of what one resource could be.
    const resources = many(photoshopSegment(zeros(60_000)), 400);
    for (const [type, start, parts] of [
      ["image/jpeg", [0xff, 0xd8], many(files.segment(0xfe, []))],
      ["image/jpeg", [0xff, 0xd8], many(files.profilePart([], 1, 1))],
      ["image/jpeg", [0xff, 0xd8], resources],
      ["image/png", files.png().slice(0, 33), many(files.chunk("teXt"))],
      ["image/webp", webp, many(files.riff("ABCD", []))],
      ["image/avif", files.box("ftyp", text("avif")), many(files.box("free"))],
    ] as const) {
      const file = new Uint8Array(Buffer.concat([bytes([...start]), parts]));
      assert.deepEqual(present(await readMetadata(file, type)), {});
    }
  });
});

describe("metadata", () => {
  it("that are changed at random stay as long, or become none", (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const next = random(SEED + 1);
    let kept = 0;
    for (let count = 0; count < 20_000; count++) {
      const [exif, xmp] = [mutate(EXIF, next, count % 2 === 0 ? 8 : 0), mutate(XMP, next, 0)];
      const changed = metadataFor({ exif, xmp }, SIZE);
      if (!changed.exif) continue;
      kept += 1;
      assert.ok(changed.exif.length <= exif.length);
      // Changing what was changed finds nothing more to change, but where directories lie on top of each other.
      const again = metadataFor(changed, SIZE);
      assert.ok(again.exif === undefined || again.exif.length <= changed.exif.length);
    }
    assert.ok(kept > 10_000, `${kept}`);
  });

  it("of XMP that begins much and ends nothing is gone through once", () => {
    for (const part of [
      "<xmp:Thumbnails>",
      '<a tiff:Orientation="',
      "<tiff:Orientation>",
      "<",
      "<a ",
      " tiff:Orientation  ",
      "<a:",
    ]) {
      const xmp = bytes(text(part.repeat((1 << 20) / part.length)));
      assert.equal(metadataFor({ xmp }, SIZE).xmp?.length, xmp.length, part);
    }
    const spaces = bytes(text(`<a${" ".repeat(1 << 20)}tiff:Orientation${" ".repeat(1 << 20)}`));
    assert.equal(metadataFor({ xmp: spaces }, SIZE).xmp?.length, spaces.length);
  });
});

describe("what is packed", () => {
  it("is unpacked as far as it is wanted, and no further", async (t) => {
    const { DecompressionStream: own } = globalThis;
    t.after(() => (globalThis.DecompressionStream = own));
    let passed = 0;
    // Counts what comes out of the browser's own.
    globalThis.DecompressionStream = class {
      readonly readable: ReadableStream;
      readonly writable: WritableStream;
      constructor(format: CompressionFormat) {
        const stream = new own(format);
        const count = (chunk: Uint8Array, controller: TransformStreamDefaultController) => {
          passed += chunk.length;
          controller.enqueue(chunk);
        };
        this.readable = stream.readable.pipeThrough(new TransformStream({ transform: count }));
        this.writable = stream.writable;
      }
    };
    const bomb = new Uint8Array(deflateSync(new Uint8Array(64 << 20)));
    for (const most of [1, 100_000, 1 << 20]) {
      passed = 0;
      assert.equal((await unpack(bomb, most))?.length, most);
      assert.ok(passed >= most && passed < most + (4 << 20), `${passed} for ${most}`);
    }
    const profile = bytes([...files.png().slice(0, 33), ...big32(bomb.length + 3), ...text("iCCPx\0\0")]);
    const file = await whole([profile, bomb, bytes([...zeros(4), ...files.chunk("eXIf", EXIF)])]);
    assert.deepEqual(present(await readMetadata(file, "image/png")), { exif: bytes(EXIF) });
  });

  it("is nothing where it is broken, and what it was where it is not", async () => {
    const packed = new Uint8Array(deflateSync(bytes(EXIF)));
    assert.deepEqual(await unpack(packed, 1 << 20), bytes(EXIF));
    for (let length = 0; length < packed.length; length++) {
      assert.equal(await unpack(packed.slice(0, length), 1 << 20), undefined, `${length}`);
    }
  });
});

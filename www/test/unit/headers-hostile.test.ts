/** Headers that are cut or changed at random: whatever they hold, reading them ends, and tells what makes sense or nothing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Bytes } from "../../src/headers/bytes.js";
import { readHeader } from "../../src/headers/headers.js";
import { looksLike } from "../../src/formats.js";
import { inspect } from "../../src/inspect.js";
import type { SourceInfo } from "../../src/source-info.js";
import * as files from "./header-files.js";
import { fileOf, infoOf, type Content } from "./header-files.js";
import { random, SEED } from "./random.js";

const { orientation, P3 } = files;

/** Files with all that is read of each kind. */
const richFiles: readonly (readonly [name: string, bytes: Content])[] = [
  [
    "a PNG",
    files.png(undefined, {
      before: [
        ...files.chunk("acTL", [0, 0, 0, 3, 0, 0, 0, 0]),
        ...files.packedProfile(P3),
        ...files.chunk("eXIf", orientation(6)),
        ...files.chunk("cICP", [12, 13, 0, 1]),
        ...files.chunk("tRNS", [0, 0]),
      ],
    }),
  ],
  [
    "a JPEG",
    files.jpeg([...files.exifSegment(orientation(6, "II")), ...files.profileSegments(P3, 200).flat()], {
      after: files.segment(0xc4, [1, 2, 3]),
    }),
  ],
  ["a GIF", files.gif(undefined, { before: files.LOOP, frames: [files.gifFrame(), files.gifFrame({ colors: 8 })] })],
  [
    "a WebP",
    files.extendedWebp(undefined, {
      flags: 0x3a,
      chunks: [
        ...files.riff("ICCP", P3),
        ...files.webpFrame(),
        ...files.webpFrame(31),
        ...files.riff("EXIF", orientation(3)),
      ],
    }),
  ],
  ["a BMP", files.bmp(undefined, { head: 124, profile: P3, bits: 32, packing: 3, masks: [0xff, 0xff00, 0xff0000, 1] })],
  [
    "an ICO",
    files.ico(
      { width: 16, height: 16, content: files.zeros(20) },
      { width: 256, height: 256, content: files.png({ width: 256, height: 256 }) },
    ),
  ],
  [
    "an AVIF",
    files.heif({
      brand: "avis",
      primary: 1,
      items: new Map([[1, [1, 2, 3, 4, 5, 6]]]),
      properties: [
        ...[files.ispe(), files.pixi(10, 10, 10), files.irot(1), files.imir(0), files.nclx(12, 13)],
        ...[files.colr("prof", P3), files.auxC("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")],
      ],
      after: files.moov(7),
    }),
  ],
];

/** What is told must make sense, whatever the file is. */
function check(info: SourceInfo | undefined, bytes: ArrayLike<number>): void {
  if (!info) return;
  const isWhole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  const about = () => `${JSON.stringify(info)} of ${Array.from(bytes).join()}`;
  assert.equal(info.bytes, bytes.length);
  for (const side of [info.width, info.height]) assert.ok(isWhole(side, 1, 2 ** 32), about());
  assert.ok(isWhole(info.orientation, 1, 8), about());
  assert.ok(isWhole(info.depth, 1, 16), about());
  assert.ok(isWhole(info.channels, 1, 4), about());
  assert.ok(isWhole(info.frames, 1, 2 ** 32), about());
  assert.ok(["srgb", "display-p3", "other"].includes(info.colorSpace), about());
}

describe("a header", () => {
  for (const [name, bytes] of richFiles) {
    it(`of ${name} that is cut, wherever, tells what came before`, async () => {
      const whole = await infoOf(bytes);
      assert.ok(whole);
      check(whole, bytes);
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.slice(0, length);
        const info = await infoOf(cut);
        check(info, cut);
        if (info) assert.deepEqual([info.type, info.width, info.height], [whole.type, whole.width, whole.height]);
      }
    });

    it(`of ${name} is the same in memory and in pieces of any length`, async () => {
      const whole = await infoOf(bytes);
      const all = Uint8Array.from(bytes);
      const type = looksLike(all)!.type!;
      for (const length of [0, 1, 12, 30, 100, 300, 1000]) {
        const info = await readHeader(new Bytes(all.subarray(0, length), fileOf(bytes)), type).info;
        assert.deepEqual(info, whole, `${length} bytes are there already`);
      }
      assert.deepEqual(await readHeader(new Bytes(all), type).info, whole);
    });
  }

  it("never throws, and tells what makes sense, whatever a file is", async (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const next = random(SEED);
    const heads = [[], ...richFiles.map(([, bytes]) => bytes), ...files.plainFiles.map(([, bytes]) => bytes)];
    const values = [0, 1, 2, 127, 128, 255];
    let told = 0;
    for (let count = 0; count < 8000; count++) {
      const bytes = [...heads[count % heads.length]!];
      // A few bytes, anywhere; or many, behind a part that stays.
      const isFew = count % 3 > 0;
      const kept = isFew ? 12 : next(Math.min(60, bytes.length + 1));
      for (let changes = isFew ? 1 + next(6) : 0; changes > 0; changes--) {
        const at = kept + next(Math.max(bytes.length - kept, 1));
        if (at < bytes.length) bytes[at] = next(2) === 0 ? next(256) : values[next(values.length)]!;
      }
      for (let at = kept; !isFew && at < bytes.length; at++) if (next(3) === 0) bytes[at] = next(256);
      if (next(4) === 0) bytes.length = next(bytes.length + 1);
      for (let length = next(60); length > 0; length--) bytes.push(next(4) === 0 ? 255 : next(256));
      const info = await infoOf(bytes);
      check(info, bytes);
      if (info) told += 1;
    }
    assert.ok(told > 4000, `${told}`);
  });

  it("of a file that is none is refused with a code, whatever it is", async () => {
    const next = random(SEED);
    const heads = richFiles.map(([, bytes]) => bytes);
    for (let count = 0; count < 1000; count++) {
      const bytes = Uint8Array.from(heads[count % heads.length]!).subarray(0, next(40));
      for (let changes = next(5); changes > 0; changes--) bytes[next(bytes.length)] = next(256);
      try {
        check(await inspect(bytes), bytes);
      } catch (error) {
        assert.ok(error instanceof Error && "code" in error, String(error));
        assert.ok(["decode-failed", "unsupported", "invalid-image"].includes(error.code as string), error.message);
      }
    }
  });
});

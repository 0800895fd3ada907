/** How much room an image needs. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Copier } from "../../src/copies.js";
import { bytesIn, bytesInFlight, look, sizeOf, type Source } from "../../src/pixels.js";
import type { JobOutput, Reading } from "../../src/protocol.js";
import { BY_BROWSER } from "./fake-workers.js";
import * as files from "./header-files.js";

const pictureSource: Source = {
  kind: "picture",
  picture: { width: 3, height: 2, close: () => undefined },
  owned: false,
};
/** The head of one, 3 × 2. */
const GIF = Uint8Array.from([71, 73, 70, 56, 57, 97, 3, 0, 2, 0, 0]);

describe("bytesInFlight", () => {
  const [own, shared] = [false, true].map((isShared): Copier => ({
    isShared,
    copy: () => assert.fail("it was copied"),
    place: () => assert.fail("it was copied"),
  })) as [Copier, Copier];
  const sent = (give: boolean, keepsRgba = true, output: JobOutput = "pixels") => ({
    ...{ give, keepsRgba, output },
    grows: { factor: 1, made: 1 },
  });
  /** What a source takes, however it is sent. */
  function inFlight(source: Source): number {
    const size = sizeOf(source);
    const ways = [false, true].flatMap((give) =>
      [own, shared].map((each) => bytesInFlight(source, each, { ...sent(give), size })),
    );
    assert.equal(new Set(ways).size, 1);
    return ways[0]!;
  }

  it("counts three copies of numbers in double precision", async () => {
    assert.equal(inFlight(await look([1, 2, 3, 4, 5])), 5 * 8 * 3);
    assert.equal(inFlight(await look(new Uint8Array(5))), 5 * 8 * 3);
    assert.equal(inFlight(await look([])), 0);
  });

  it("counts three copies of pixels, and one more of those that are kept and copied into shared memory", async () => {
    const source = await look({ data: new Uint8Array(24), width: 3, height: 2 });
    for (const keepsRgba of [false, true]) {
      assert.equal(bytesInFlight(source, own, sent(false, keepsRgba)), 24 * 3);
      assert.equal(bytesInFlight(source, own, sent(true, keepsRgba)), 24 * 3);
      assert.equal(bytesInFlight(source, shared, sent(true, keepsRgba)), 24 * 3);
      assert.equal(bytesInFlight(source, shared, sent(false, keepsRgba)), 24 * 4);
    }
  });

  it("counts four bytes for each pixel of 8 bits in wasm, where there is a filter, whatever its channels", async () => {
    for (const channels of [1, 2, 3]) {
      const source = await look({ data: new Uint8Array(6 * channels), width: 3, height: 2 });
      assert.equal(bytesInFlight(source, own, sent(false)), 6 * channels + 2 * 24);
      assert.equal(bytesInFlight(source, shared, sent(true)), 6 * channels + 2 * 24);
      assert.equal(bytesInFlight(source, shared, sent(false)), 2 * 6 * channels + 2 * 24);
      assert.equal(bytesInFlight(source, own, sent(false, false)), 6 * channels * 3);
      assert.equal(bytesInFlight(source, own, sent(false, true, "rgba8")), 6 * channels + 3 * 24);
    }
  });

  it("counts 16 bits and floats as what they are", async () => {
    for (const samples of [Uint16Array, Float32Array]) {
      const source = await look({ data: new samples(6), width: 3, height: 2 });
      for (const keepsRgba of [false, true]) {
        assert.equal(bytesInFlight(source, own, sent(false, keepsRgba)), 6 * samples.BYTES_PER_ELEMENT * 3);
      }
    }
  });

  it("guesses the pixels of a file from its bytes, a megabyte at least", () => {
    const guess = (size: number) =>
      inFlight({
        kind: "encoded",
        blob: new Blob([new Uint8Array(size)]),
        size: undefined,
        held: () => 0,
        info: Promise.resolve(undefined),
      });
    assert.equal(guess(1), (1 << 20) * 3);
    assert.equal(guess(1 << 20), (1 << 20) * 16 * 3);
  });

  it("counts the pixels of a file that says them", async () => {
    for (const input of [new Blob([GIF]), GIF.buffer, GIF, new Response(GIF)]) {
      const source = await look(input);
      assert.deepEqual(source.kind === "encoded" && source.size, { width: 3, height: 2 });
      assert.equal(inFlight(source), 6 * 4 * 3);
    }
    const unknown = await look(new Blob(["a file"]));
    assert.equal(unknown.kind === "encoded" && unknown.size, undefined);
  });

  it("counts of a file no more than what is there at a time", () => {
    const blob = new Blob([new Uint8Array(100)]);
    const size = { width: 30, height: 20 };
    const inFlight = (made: number, { bits = 8, codec, held = 0, stored = size }: Partial<Given> = {}) => {
      const source: Source = {
        kind: "encoded",
        blob,
        size: stored,
        held: () => held,
        info: Promise.resolve(undefined),
      };
      const read: Reading = { ...BY_BROWSER, bits, ...(codec && { codec }) };
      return bytesInFlight(source, own, { ...sent(false), size, read, grows: { factor: 1, made } });
    };
    interface Given {
      bits: 8 | 16;
      codec: "jpeg";
      held: number;
      stored: typeof size;
    }
    // Decoded by the browser, the pixels lie in two places.
    assert.equal(inFlight(1), 2400 * 3);
    assert.equal(inFlight(0.5), 2400 * 2.5);
    // While it is decoded, the file itself.
    assert.equal(inFlight(0.01), 2400 * 2 + 100);
    assert.equal(inFlight(1, { bits: 16 }), 4800 * 3);
    // By a codec of the package's own they lie where they are worked on.
    const codec = "jpeg";
    assert.equal(inFlight(1, { codec }), 2400 * 2);
    assert.equal(inFlight(0.01, { codec }), 2400 + 100);
    // Of one that is progressive all coefficients are there, at its own size.
    assert.equal(inFlight(0.01, { codec, held: 6 }), 2400 + 600 * 6 + 100);
    assert.equal(inFlight(0.01, { codec, held: 6, stored: { width: 60, height: 40 } }), 2400 + 2400 * 6 + 100);
    // At last a result is there twice.
    assert.equal(inFlight(4, { codec }), 2400 * 8);
  });

  it("knows of a file's head what its codec holds beside the pixels", async () => {
    const held = async (file: readonly number[]) => {
      const source = await look(new Blob([Uint8Array.from(file)]));
      if (source.kind !== "encoded") return undefined;
      await source.info;
      return source.held();
    };
    const jpeg = (marker: number, factors: readonly number[], ofScan = factors.length) => {
      const bytes = files.jpeg([], { marker });
      const frame = bytes.findIndex((byte, at) => byte === marker && bytes[at - 1] === 0xff) - 1;
      factors.forEach((factor, i) => (bytes[frame + 11 + 3 * i] = factor));
      bytes[bytes.lastIndexOf(0xda) + 3] = ofScan;
      return held(bytes);
    };
    const [small, full] = [
      [0x22, 0x11, 0x11],
      [0x11, 0x11, 0x11],
    ];
    // Baseline, in one scan and in one for each component; progressive.
    assert.deepEqual([await jpeg(0xc0, small), await jpeg(0xc0, small, 1), await jpeg(0xc0, full, 1)], [0, 3, 6]);
    assert.deepEqual([await jpeg(0xc2, small), await jpeg(0xc2, full)], [3, 6]);
    const interlaced = files.png();
    assert.equal(await held(interlaced), 0);
    interlaced[28] = 1;
    assert.deepEqual([await held(interlaced), await held(files.gif())], [4, 4]);
  });

  it("counts the pixels of a picture as it is shown", () => {
    assert.equal(inFlight(pictureSource), 3 * 2 * 4 * 3);
    const frame = { displayWidth: 5, displayHeight: 4, width: undefined, height: undefined };
    assert.equal(inFlight({ kind: "picture", picture: frame as unknown as VideoFrame, owned: false }), 5 * 4 * 4 * 3);
  });
});

describe("bytesIn", () => {
  it("counts what came: pixels, numbers in double precision, and of a file the file", async () => {
    assert.equal(bytesIn(await look({ data: new Uint8Array(24), width: 3, height: 2 })), 24);
    assert.equal(bytesIn(await look([1, 2, 3])), 24);
    assert.equal(bytesIn(pictureSource), 24);
    assert.equal(bytesIn(await look(new Blob(["a file"]))), 6);
  });
});

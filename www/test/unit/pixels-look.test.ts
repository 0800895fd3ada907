/** What an image is taken for, what is refused, and how much room it needs. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytesIn, bytesInFlight, look, type Copier, type Source } from "../../src/pixels.js";

const pictureSource: Source = {
  kind: "picture",
  picture: { width: 3, height: 2, close: () => undefined },
  owned: false,
};

/** What is wrong, as code and class. */
async function refusal(image: unknown): Promise<{ name: string; code: unknown; message: string }> {
  try {
    await look(image);
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error);
    return { name: error.name, code: error.code, message: error.message };
  }
  assert.fail("it was accepted");
}

describe("look", () => {
  it("plain pixels are what they say, of both kinds of bytes, and are not copied", async () => {
    for (const data of [new Uint8Array(24), new Uint8ClampedArray(24)]) {
      const source = await look({ data, width: 3, height: 2 });
      assert.deepEqual(source, { kind: "pixels", bytes: data, width: 3, height: 2, like: "plain" });
      assert.equal(source.kind === "pixels" && source.bytes, data);
    }
  });

  it("a list is a list of numbers, whatever numbers they are", async () => {
    for (const list of [[], [1], [0.5, -3, NaN, Infinity]]) {
      const source = await look(list);
      assert.equal(source.kind === "numbers" && source.list, list);
    }
  });

  it("every typed array of numbers is a list of numbers", async () => {
    for (const type of [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
    ]) {
      const list = new type(4);
      const source = await look(list);
      assert.equal(source.kind === "numbers" && source.list, list, type.name);
    }
  });

  it("a blob, a file, a buffer and a response are encoded pictures", async () => {
    const bytes = Uint8Array.from([1, 2, 3]);
    const inputs = [new Blob([bytes]), new File([bytes], "a.png"), bytes.slice().buffer, new Response(bytes)];
    for (const input of inputs) {
      const source = await look(input);
      assert.ok(source.kind === "encoded", input.constructor.name);
      assert.deepEqual(new Uint8Array(await source.blob.arrayBuffer()), bytes);
    }
  });

  it("an empty file is refused", async () => {
    for (const input of [new Blob([]), new ArrayBuffer(0), new Response("")]) {
      const expected = { name: "RangeError", code: "invalid-image", message: "the file is empty: 0 bytes" };
      assert.deepEqual(await refusal(input), expected);
    }
  });

  it("sides that are no numbers are mistakes of type, others of range", async () => {
    const data = new Uint8Array(4);
    for (const side of ["1", null, undefined, {}, 1n]) {
      for (const image of [
        { data, width: side, height: 1 },
        { data, width: 1, height: side },
      ]) {
        const { name, code } = await refusal(image);
        assert.deepEqual([name, code], ["TypeError", "invalid-image"]);
      }
    }
    for (const side of [0, -1, 1.5, NaN, Infinity]) {
      for (const [image, which] of [
        [{ data, width: side, height: 1 }, "width"],
        [{ data, width: 1, height: side }, "height"],
      ] as const) {
        const message = `${which} must be a whole number of at least 1, got ${side}`;
        assert.deepEqual(await refusal(image), { name: "RangeError", code: "invalid-image", message });
      }
    }
  });

  it("data of another length are refused, with the length that is needed", async () => {
    for (const length of [0, 1, 23, 25, 30, 48]) {
      const message = `3 × 2 RGBA pixels need 24 bytes, got ${length}`;
      const image = { data: new Uint8Array(length), width: 3, height: 2 };
      assert.deepEqual(await refusal(image), { name: "RangeError", code: "invalid-image", message });
    }
  });

  it("fewer channels and wider samples are told apart as not supported", async () => {
    for (const channels of [1, 2, 3]) {
      const { name, code, message } = await refusal({ data: new Uint8Array(6 * channels), width: 3, height: 2 });
      assert.deepEqual([name, code], ["TypeError", "unsupported"]);
      assert.ok(message.includes(`${channels} channels`), message);
    }
    for (const data of [new Uint16Array(24), new Float32Array(24)]) {
      const { name, code, message } = await refusal({ data, width: 3, height: 2 });
      assert.deepEqual([name, code], ["TypeError", "unsupported"]);
      assert.ok(message.includes(data.constructor.name), message);
    }
  });

  it("data that are no bytes are refused, with what they were", async () => {
    for (const [data, got] of [
      [[1, 2, 3, 4], "a list of numbers"],
      [new Int8Array(4), "Int8Array"],
      [new ArrayBuffer(4), "an object"],
      [null, "null"],
      [undefined, "undefined"],
      ["1234", "a string"],
    ] as const) {
      const { name, code, message } = await refusal({ data, width: 1, height: 1 });
      assert.deepEqual([name, code], ["TypeError", "invalid-image"]);
      assert.ok(message.endsWith(`got ${got}`), message);
    }
  });

  it("lists of other things are refused, with the first of them and its place", async () => {
    for (const [list, got] of [
      [[1, "2"], "a string at position 1"],
      [[null], "null at position 0"],
      [[1, 2, [3]], "a list of numbers at position 2"],
      [[1, undefined], "undefined at position 1"],
      [new Array(3), "undefined at position 0"],
      [[1n], "bigint at position 0"],
    ] as const) {
      const message = `a flat list holds numbers, got ${got}`;
      assert.deepEqual(await refusal(list), { name: "TypeError", code: "invalid-image", message });
    }
  });

  it("views that hold no numbers are refused", async () => {
    for (const [view, words] of [
      [new DataView(new ArrayBuffer(8)), "DataView, unless its bytes are a file of a picture"],
      [new BigInt64Array(1), "BigInt64Array"],
      [new BigUint64Array(1), "BigUint64Array"],
    ] as const) {
      const message = `an image cannot be a ${words}`;
      assert.deepEqual(await refusal(view), { name: "TypeError", code: "invalid-image", message });
    }
  });

  it("what is no image at all is refused, with what it was", async () => {
    for (const [image, got] of [
      [undefined, "undefined"],
      [null, "null"],
      [5, "a number"],
      ["picture.png", "a string"],
      [{}, "an object"],
      [{ data: new Uint8Array(4) }, "an object"],
      [() => 1, "function"],
      [new Map(), "an object"],
    ] as const) {
      const message = `an image is pixels, a list of numbers, or an encoded picture, got ${got}`;
      assert.deepEqual(await refusal(image), { name: "TypeError", code: "invalid-image", message });
    }
  });
});

describe("bytesInFlight", () => {
  const [own, shared] = [false, true].map((isShared): Copier => ({
    isShared,
    copy: () => assert.fail("it was copied"),
    room: () => assert.fail("it was copied"),
  })) as [Copier, Copier];
  /** What a source takes, however it is sent. */
  function inFlight(source: Source): number {
    const ways = [false, true].flatMap((give) => [own, shared].map((copier) => bytesInFlight(source, give, copier)));
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
    assert.equal(bytesInFlight(source, false, own), 24 * 3);
    assert.equal(bytesInFlight(source, true, own), 24 * 3);
    assert.equal(bytesInFlight(source, true, shared), 24 * 3);
    assert.equal(bytesInFlight(source, false, shared), 24 * 4);
  });

  it("guesses the pixels of a file from its bytes, a megabyte at least", () => {
    const guess = (size: number) =>
      inFlight({ kind: "encoded", blob: new Blob([new Uint8Array(size)]), size: undefined });
    assert.equal(guess(1), (1 << 20) * 3);
    assert.equal(guess(1 << 20), (1 << 20) * 16 * 3);
  });

  it("counts the pixels of a file that says them", async () => {
    const gif = Uint8Array.from([71, 73, 70, 56, 57, 97, 3, 0, 2, 0, 0]);
    for (const input of [new Blob([gif]), gif.buffer, new Response(gif)]) {
      const source = await look(input);
      assert.deepEqual(source.kind === "encoded" && source.size, { width: 3, height: 2 });
      assert.equal(inFlight(source), 6 * 4 * 3);
    }
    const unknown = await look(new Blob(["a file"]));
    assert.equal(unknown.kind === "encoded" && unknown.size, undefined);
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

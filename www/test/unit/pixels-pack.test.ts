/** How images are sent and come back: copied or given away, and as the kind that they came as. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContext, runInContext } from "node:vm";
import { keptCopies, Recycler, Rooms, type Copier } from "../../src/copies.js";
import { look, pack, type Source } from "../../src/pixels.js";
import { buffersOf, unpack } from "../../src/results.js";
import { unread } from "../../src/protocol.js";
import type { NumberImage } from "../../src/types.js";
import { BY_BROWSER } from "./fake-workers.js";
import * as files from "./header-files.js";

const copier = keptCopies(false);
const picture = { width: 3, height: 2, close: () => undefined };
const pictureSource: Source = { kind: "picture", picture, owned: false };

describe("pack", () => {
  it("copies pixels that are kept, and transfers the copy", async () => {
    const data = Uint8Array.from([1, 2, 3, 4]);
    const { input, transfer } = await pack(await look({ data, width: 1, height: 1 }), false, copier);
    assert.ok(input.kind === "pixels");
    assert.notEqual(input.buffer, data.buffer);
    assert.deepEqual(
      { ...input, buffer: [...new Uint8Array(input.buffer)] },
      {
        kind: "pixels",
        width: 1,
        height: 1,
        buffer: [1, 2, 3, 4],
      },
    );
    assert.deepEqual(transfer, [input.buffer]);
  });

  it("transfers no copy in shared memory", async () => {
    const source = await look({ data: new Uint8Array(4), width: 1, height: 1 });
    const { input, transfer } = await pack(source, false, keptCopies(true));
    assert.ok(input.kind === "pixels" && input.buffer instanceof SharedArrayBuffer);
    assert.deepEqual(transfer, []);
  });

  it("gives pixels away as they are", async () => {
    const whole = new ArrayBuffer(8);
    for (const data of [new Uint8Array(whole), new Uint8ClampedArray(whole)]) {
      const refuse: Copier = { ...copier, copy: () => assert.fail("it was copied") };
      const { input, transfer } = await pack(await look({ data, width: 2, height: 1 }), true, refuse);
      assert.deepEqual(input, { kind: "pixels", width: 2, height: 1, buffer: whole });
      assert.ok(input.kind === "pixels" && input.buffer === whole);
      assert.equal(transfer.length, 1);
      assert.equal(transfer[0], whole);
    }
  });

  it("sends the bytes of every format, with what they are", async () => {
    const format = { sample: 1, channels: 1 };
    for (const give of [false, true]) {
      const whole = Uint16Array.of(1, 258);
      const { input } = await pack(await look({ data: whole, width: 2, height: 1 }), give, copier);
      assert.ok(input.kind === "pixels");
      assert.deepEqual(input.format, format);
      assert.deepEqual([...new Uint8Array(input.buffer)], [1, 0, 2, 1]);
      assert.equal(input.buffer === whole.buffer, give);
    }
  });

  it("copies what a view shows of a larger buffer, also where pixels are given away: other images may lie beside it", async () => {
    const whole = Uint8Array.from({ length: 20 }, (_, i) => i);
    for (const give of [false, true]) {
      const source = await look({ data: whole.subarray(7, 15), width: 2, height: 1 });
      const { input } = await pack(source, give, copier);
      assert.ok(input.kind === "pixels");
      assert.deepEqual(new Uint8Array(input.buffer), whole.slice(7, 15));
    }
  });

  it("copies a large image piece by piece, with tasks of the page between", async () => {
    const data = Uint8Array.from({ length: 3 * 1024 * 2048 * 4 }, (_, i) => (i * 31) >> 7);
    const source = await look({ data, width: 3 * 1024, height: 2048 });
    const refuse: Copier = { ...copier, copy: () => assert.fail("it was copied at once") };
    let tasks = 0;
    const count = setInterval(() => (tasks += 1));
    const { input, transfer } = await pack(source, false, refuse);
    clearInterval(count);
    assert.ok(input.kind === "pixels" && tasks > 0, `${tasks} tasks`);
    assert.equal(Buffer.compare(Buffer.from(input.buffer as ArrayBuffer), Buffer.from(data.buffer)), 0);
    assert.deepEqual(transfer, [input.buffer]);
  });

  it("tells where a large image's buffer is given away meanwhile", async () => {
    const data = new Uint8Array(3 * 1024 * 2048 * 4);
    const packing = pack(await look({ data, width: 3 * 1024, height: 2048 }), false, copier);
    structuredClone(data.buffer, { transfer: [data.buffer] });
    await assert.rejects(packing, { name: "TypeError", code: "invalid-image" });
  });

  it("writes pixels that are kept into a room, and gives it back where their buffer is given away meanwhile", async () => {
    const rooms = new Rooms(1 << 26, new Recycler(0));
    const asked: unknown[] = [];
    rooms.open(new WebAssembly.Memory({ initial: 600, maximum: 600, shared: true }), (message) => asked.push(message));
    const data = new Uint8Array(3 * 1024 * 2048 * 4).fill(3);
    const image = { data, width: 3 * 1024, height: 2048 };
    // The first finds no room, and asks for one.
    assert.equal((await pack(await look(image), false, rooms)).loan, undefined);
    assert.deepEqual(asked, [{ type: "lend", bytes: [data.length] }]);
    rooms.receive([64]);
    const { input, transfer, loan } = await pack(await look(image), false, rooms);
    assert.deepEqual([input, transfer], [{ kind: "lent", room: 64, width: 3 * 1024, height: 2048 }, []]);
    assert.ok(loan, "it is in no room");
    assert.ok(loan.read(data.length).every((value) => value === 3));
    loan.giveBack();
    const packing = pack(await look(image), false, rooms);
    structuredClone(data.buffer, { transfer: [data.buffer] });
    await assert.rejects(packing, { name: "TypeError", code: "invalid-image" });
    assert.equal(rooms.place(1 << 24).loan?.room, 64);
    assert.equal(asked.length, 1);
  });

  it("copies pixels in shared memory even where they are given away", async () => {
    const data = new Uint8Array(new SharedArrayBuffer(4)).fill(5);
    const { input, transfer } = await pack(await look({ data, width: 1, height: 1 }), true, copier);
    assert.ok(input.kind === "pixels" && input.buffer instanceof ArrayBuffer);
    assert.deepEqual([...new Uint8Array(input.buffer)], [5, 5, 5, 5]);
    assert.deepEqual(transfer, [input.buffer]);
  });

  it("sends numbers in double precision and keeps the caller's own", async () => {
    for (const list of [[0.1, -2, 1e300], Float64Array.of(0.1, -2, 1e300)]) {
      for (const give of [false, true]) {
        const { input, transfer } = await pack(await look(list), give, copier);
        assert.ok(input.kind === "numbers");
        assert.deepEqual(input.numbers, Float64Array.of(0.1, -2, 1e300));
        assert.notEqual(input.numbers, list);
        assert.deepEqual(transfer, [input.numbers.buffer]);
      }
    }
  });

  it("sends a file as it is, with nothing to transfer", async () => {
    const blob = new Blob(["x"]);
    const { input, transfer } = await pack(await look(blob), true, copier);
    assert.ok(input.kind === "encoded" && input.blob === blob);
    assert.deepEqual(transfer, []);
  });

  it("sends a short file with its bytes, which are given away, but for a GIF, which is still searched", async () => {
    const long = new Uint8Array((1 << 20) + 1);
    long.set(files.png());
    for (const [bytes, isSent] of [
      [files.png(), true],
      [files.gif(), false],
      [long, false],
    ] as const) {
      const blob = new Blob([Uint8Array.from(bytes)]);
      const read = { ...BY_BROWSER, codec: "png" } as const;
      const { input, transfer } = await pack(await look(blob), false, copier, read);
      assert.ok(input.kind === "encoded" && input.blob === blob);
      assert.deepEqual(transfer, input.bytes ? [input.bytes] : []);
      assert.deepEqual(input.bytes && [...new Uint8Array(input.bytes)], isSent ? [...bytes] : undefined);
      // The browser reads the blob itself.
      assert.deepEqual((await pack(await look(blob), false, copier, BY_BROWSER)).transfer, []);
      // Sent again, it is read again.
      assert.equal(unread(input).bytes, undefined);
    }
  });

  it("gives pictures away that are the pool's own or the caller has given", async () => {
    for (const [owned, give] of [
      [true, false],
      [false, true],
    ] as const) {
      const { input, transfer } = await pack({ kind: "picture", picture, owned }, give, copier);
      assert.ok(input.kind === "picture" && input.picture === picture);
      assert.equal(transfer[0], picture);
    }
  });

  it("sends a clone of a frame that is kept", async () => {
    const clone = { displayWidth: 1 };
    const frame = { displayWidth: 1, clone: () => clone } as unknown as VideoFrame;
    const { input, transfer } = await pack({ kind: "picture", picture: frame, owned: false }, false, copier);
    assert.equal(input.kind === "picture" && input.picture, clone);
    assert.deepEqual(transfer, [clone]);
  });
});

describe("unpack", () => {
  const buffer = () => Uint8Array.from([1, 2, 3, 4]).buffer;
  const outcome = () => ({ kind: "pixels", width: 1, height: 1, buffer: buffer() }) as const;

  /** Doubles as a list of the same type as another. */
  const like = async (list: NumberImage, numbers: number[]) =>
    unpack({ kind: "numbers", numbers: Float64Array.from(numbers) }, await look(list), "same") as NumberImage;

  it("plain pixels come back as plain pixels of the same kind of bytes", async () => {
    for (const type of [Uint8Array, Uint8ClampedArray]) {
      const source = await look({ data: new type(4), width: 1, height: 1 });
      const image = unpack(outcome(), source, "same");
      assert.deepEqual(image, { data: type.from([1, 2, 3, 4]), width: 1, height: 1 });
    }
  });

  it("typed arrays of another realm come back as the same type of that realm, and of a Buffer as bytes", async () => {
    const realm = createContext({});
    for (const name of ["Uint8Array", "Uint8ClampedArray"] as const) {
      const type = runInContext(name, realm) as typeof Uint8Array;
      const image = unpack(outcome(), await look({ data: new type(4), width: 1, height: 1 }), "same");
      assert.ok("data" in image && image.data.constructor === type, name);
      assert.deepEqual([...image.data], [1, 2, 3, 4]);
    }
    for (const name of ["Uint8Array", "Int16Array", "Float32Array", "Float64Array"] as const) {
      const type = runInContext(name, realm) as typeof Int16Array;
      const image = await like(type.of(1, 2), [3, 4]);
      assert.equal(image.constructor, type);
      assert.deepEqual([...image], [3, 4]);
    }
    const bytes = await like(Buffer.from([1, 2]), [3, 400]);
    assert.equal(bytes.constructor, Uint8Array);
    assert.deepEqual(bytes, Uint8Array.of(3, 255));
    const image = unpack(outcome(), await look({ data: Buffer.alloc(4), width: 1, height: 1 }), "same");
    assert.ok("data" in image && image.data.constructor === Uint8Array);
  });

  it("pixels are not copied", async () => {
    const own = outcome();
    const image = unpack(own, await look({ data: new Uint8Array(4), width: 1, height: 1 }), "same");
    assert.ok("data" in image);
    assert.equal(image.data.buffer, own.buffer);
  });

  it("pixels of every format come back as the same type with the same channels, which are said where they were or are few", async () => {
    for (const type of [Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array]) {
      for (const channels of [1, 2, 3, 4]) {
        const image = { data: new type(channels), width: 1, height: 1 };
        const result = { ...outcome(), buffer: type.from([0.5, 1, 2, 3].slice(0, channels)).buffer };
        const data = type.from([0.5, 1, 2, 3].slice(0, channels));
        const wanted = { data, width: 1, height: 1 };
        assert.deepEqual(unpack(result, await look(image), "same"), channels < 4 ? { ...wanted, channels } : wanted);
        assert.deepEqual(unpack(result, await look({ ...image, channels }), "same"), { ...wanted, channels });
      }
    }
  });

  it("a blob and a bitmap are handed on", () => {
    const blob = new Blob(["x"]);
    assert.equal(unpack({ kind: "blob", blob }, pictureSource, { type: "image/png" }), blob);
    assert.equal(unpack({ kind: "bitmap", bitmap: picture }, pictureSource, "same"), picture);
  });

  it("a list comes back for a list, as it is", async () => {
    const numbers = [-0.5, 1e300, 0.1, 300];
    const image = await like([1, 2, 3, 4], numbers);
    assert.ok(Array.isArray(image));
    assert.deepEqual(image, numbers);
  });

  it("doubles come back for doubles, as they are, and for floats in single precision", async () => {
    const numbers = [-0.5, 1e300, 0.1, NaN];
    assert.deepEqual(await like(new Float64Array(4), numbers), Float64Array.from(numbers));
    assert.deepEqual(await like(new Float32Array(4), numbers), Float32Array.from(numbers));
  });

  for (const [type, low, high] of [
    [Int8Array, -128, 127],
    [Uint8Array, 0, 255],
    [Uint8ClampedArray, 0, 255],
    [Int16Array, -32768, 32767],
    [Uint16Array, 0, 65535],
    [Int32Array, -(2 ** 31), 2 ** 31 - 1],
    [Uint32Array, 0, 2 ** 32 - 1],
  ] as const) {
    it(`${type.name} comes back clamped and rounded half up, with zero for what is no number`, async () => {
      const cases: [number, number][] = [
        [low, low],
        [high, high],
        [low - 1, low],
        [high + 1, high],
        [low - 0.5, low],
        [high + 0.5, high],
        [high - 0.5, high],
        [high - 0.51, high - 1],
        [-1e300, low],
        [1e300, high],
        [-Infinity, low],
        [Infinity, high],
        [NaN, 0],
        [0.49, 0],
        [0.5, 1],
        [1.5, 2],
        [2.5, 3],
        [-0.5, 0],
        [-1.5, Math.max(low, -1)],
        [-1.51, Math.max(low, -2)],
      ];
      const image = await like(
        new type(1),
        cases.map(([number]) => number),
      );
      assert.ok(image instanceof type);
      for (const [at, [number, wanted]] of cases.entries()) assert.equal(image[at], wanted, String(number));
    });
  }
});

describe("buffersOf", () => {
  it("finds the buffer of pixels and of typed arrays", () => {
    const data = new Uint8Array(4);
    assert.deepEqual(buffersOf({ data, width: 1, height: 1 }), [data.buffer]);
    assert.equal(buffersOf(data)[0], data.buffer);
  });

  it("finds none in lists, files, pictures and shared memory", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    for (const image of [[1, 2], new Blob(["x"]), picture, { data: shared, width: 1, height: 1 }, shared]) {
      assert.deepEqual(buffersOf(image), []);
    }
  });
});

/** What an image is taken for, and what is refused. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { createContext, runInContext } from "node:vm";
import { look } from "../../src/pixels.js";

/** The head of one, 3 × 2. */
const GIF = Uint8Array.from([71, 73, 70, 56, 57, 97, 3, 0, 2, 0, 0]);

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
      assert.deepEqual(source, { kind: "pixels", data, width: 3, height: 2, like: "plain" });
      assert.equal(source.kind === "pixels" && source.data, data);
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
    const { message } = await refusal(new File([], "a.png"));
    assert.equal(message, 'the file "a.png" is empty: 0 bytes');
  });

  it("bytes that begin as a file are an encoded picture, whatever view they come in", async () => {
    const files = [GIF, new Uint8Array(await readFile(new URL("../../demo/samples/macaws.jpg", import.meta.url)))];
    for (const file of files) {
      const room = new Uint8Array(file.length + 8);
      room.set(file, 4);
      const shared = new Uint8Array(new SharedArrayBuffer(file.length));
      shared.set(file);
      const resizable = new Uint8Array(new ArrayBuffer(file.length, { maxByteLength: file.length * 2 }));
      resizable.set(file);
      for (const view of [
        ...[file, new Uint8ClampedArray(file), Buffer.from(file), room.subarray(4, 4 + file.length)],
        ...[new DataView(room.buffer, 4, file.length), shared, resizable],
        runInContext("Uint8Array.from(file)", createContext({ file })) as Uint8Array,
      ]) {
        const source = await look(view);
        assert.ok(source.kind === "encoded", view.constructor.name);
        assert.deepEqual(new Uint8Array(await source.blob.arrayBuffer()), file);
        assert.ok(source.size && source.size.width > 0);
        assert.equal(view.byteLength, file.length, "it was given away");
      }
    }
  });

  it("bytes that are a file of something else are refused by name, and lists of the same numbers stay numbers", async () => {
    const page = new TextEncoder().encode("<!doctype html><title>404</title>");
    const expected = {
      ...{ name: "PixelpoolError", code: "decode-failed" },
      message: "the file is a web page (HTML), not a picture",
    };
    assert.deepEqual(await refusal(page), expected);
    for (const file of [GIF, page]) {
      for (const list of [Array.from(file), Int8Array.from(file), Uint16Array.from(file), Float32Array.from(file)]) {
        assert.equal((await look(list)).kind, "numbers");
      }
    }
  });

  it("what is certainly no picture is refused by name before it is sent", async () => {
    for (const [content, code, words] of [
      ["<!doctype html><title>404</title>", "decode-failed", "is a web page (HTML), not a picture"],
      ["%PDF-1.7", "decode-failed", "is a PDF, not a picture"],
      ["\0\0\0\x10ftypisom\0\0\0\0", "decode-failed", "is a video (MP4), not a picture"],
      ["PK\x03\x04", "decode-failed", "is a ZIP archive, not a picture"],
      [
        "<svg/>",
        "unsupported",
        "is an SVG, which browsers do not decode in workers: show it in an <img> and give that",
      ],
    ] as const) {
      const message = `the file "a.jpg" ${words}`;
      assert.deepEqual(await refusal(new File([content], "a.jpg")), { name: "PixelpoolError", code, message });
    }
    // Some browsers decode these, and what is unknown here they may know.
    for (const content of ["\0\0\0\x10ftypheic\0\0\0\0", "II*\0\x08\0\0\0", "no picture", "\x01\x02\x03"]) {
      assert.equal((await look(new File([content], "a.jpg"))).kind, "encoded");
    }
  });

  it("a file that cannot be read is told as that, and not as empty", async () => {
    for (const [reason, words] of [
      ["NotFoundError", "it was deleted or moved since it was chosen"],
      ["NotReadableError", "it was changed, moved or deleted since it was chosen, or may not be read any more"],
    ] as const) {
      const gone = new File([], "a.png");
      gone.arrayBuffer = () => Promise.reject(new DOMException("no", reason));
      const message = `the file "a.png" cannot be read: ${words}`;
      assert.deepEqual(await refusal(gone), { name: "PixelpoolError", code: "decode-failed", message });
    }
  });

  it("a file is read where only the older way is there, as in simulated pages", async (t) => {
    t.after(() => Reflect.deleteProperty(globalThis, "FileReader"));
    class FileReader {
      result: ArrayBuffer | undefined;
      error: DOMException | undefined;
      onload = () => assert.fail();
      onerror = () => assert.fail();
      readAsArrayBuffer(part: { bytes: Uint8Array<ArrayBuffer> | undefined }) {
        this.result = part.bytes?.slice().buffer;
        if (!part.bytes) this.error = new DOMException("no", "NotFoundError");
        void Promise.resolve().then(() => (part.bytes ? this.onload() : this.onerror()));
      }
    }
    Object.assign(globalThis, { FileReader });
    const simulated = (bytes: Uint8Array | undefined) =>
      Object.assign(new File(["x"], "a.gif"), { bytes, arrayBuffer: undefined });
    const source = await look(simulated(GIF));
    assert.deepEqual(source.kind === "encoded" && source.size, { width: 3, height: 2 });
    assert.match((await refusal(simulated(undefined))).message, /^the file "a.gif" cannot be read: it was deleted/);
  });

  it("a response that is no answer is told before its body is read", async () => {
    const page = () => new Response("<!doctype html>", { status: 404 });
    const at = (response: Response, properties: object) => {
      for (const [name, value] of Object.entries(properties)) Object.defineProperty(response, name, { value });
      return response;
    };
    const used = new Response("x");
    await used.text();
    for (const [response, expected] of [
      [page(), ["PixelpoolError", "decode-failed", "the server answered 404"]],
      [
        at(page(), { url: "https://example.org/a.jpg" }),
        ["PixelpoolError", "decode-failed", "the server answered 404 for https://example.org/a.jpg"],
      ],
      [Response.error(), ["PixelpoolError", "decode-failed", "the request has failed"]],
      [
        at(new Response(null), { type: "opaque", ok: false, status: 0 }),
        [
          "TypeError",
          "invalid-image",
          'the body of a response to a request with mode: "no-cors" cannot be read: ask with mode: "cors"',
        ],
      ],
      [
        used,
        [
          "TypeError",
          "invalid-image",
          "the body of the response has been read already: give response.clone(), or the blob",
        ],
      ],
    ] as const) {
      const { name, code, message } = await refusal(response);
      assert.deepEqual([name, code, message], expected);
      assert.equal(response.bodyUsed, response === used, "its body was read");
    }
  });

  it("a response whose body breaks off is told, with the reason", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("network error")) });
    const { name, code, message } = await refusal(new Response(broken));
    assert.deepEqual([name, code], ["PixelpoolError", "decode-failed"]);
    assert.equal(message, "the body of the response could not be read: network error");
  });

  it("images of another realm are as good as one's own", async () => {
    const realm = createContext({});
    const other = (code: string): unknown => runInContext(code, realm);
    const pixels = await look(other("({ data: new Uint8ClampedArray(24), width: 3, height: 2 })"));
    assert.ok(pixels.kind === "pixels" && pixels.like === "plain");
    assert.equal((await look(other("[1, 2, 3]"))).kind, "numbers");
    assert.equal((await look(other("new Float32Array(3)"))).kind, "numbers");
    assert.equal((await look(other(`Uint8Array.of(${GIF.join()}).buffer`))).kind, "encoded");
    const wide = await look(other("({ data: new Uint16Array(6), width: 3, height: 2 })"));
    assert.deepEqual(wide.kind === "pixels" && wide.format, { sample: 1, channels: 1 });
    const { message } = await refusal(other("({ data: new Float64Array(24), width: 3, height: 2 })"));
    assert.ok(message.endsWith("got Float64Array"), message);
    assert.match((await refusal(other("new BigInt64Array(1)"))).message, /^an image cannot be a BigInt64Array/);
    assert.match((await refusal(other("new SharedArrayBuffer(1)"))).message, /^an image is pixels/);
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

  it("data of another length are refused, with the lengths that are right", async () => {
    for (const type of [Uint8Array, Uint16Array, Float32Array]) {
      for (const length of [0, 1, 23, 25, 30, 48]) {
        const message = `3 × 2 pixels need 6, 12, 18 or 24 numbers (1 to 4 channels), got ${length > 0 ? length : "0: the buffer is empty, or has been given away"}`;
        const image = { data: new type(length), width: 3, height: 2 };
        assert.deepEqual(await refusal(image), { name: "RangeError", code: "invalid-image", message });
      }
      const message = "3 × 2 pixels of 3 channels need 18 numbers, got 24";
      const image = { data: new type(24), width: 3, height: 2, channels: 3 };
      assert.deepEqual(await refusal(image), { name: "RangeError", code: "invalid-image", message });
    }
  });

  it("channels that are no number are mistakes of type, others than 1 to 4 of range", async () => {
    const image = { data: new Uint8Array(24), width: 3, height: 2 };
    for (const channels of ["4", null, {}]) {
      const { name, code } = await refusal({ ...image, channels });
      assert.deepEqual([name, code], ["TypeError", "invalid-image"]);
    }
    for (const channels of [0, -1, 1.5, 5, NaN, Infinity]) {
      const message = `channels must be a whole number from 1 to 4, got ${channels}`;
      assert.deepEqual(await refusal({ ...image, channels }), { name: "RangeError", code: "invalid-image", message });
    }
  });

  it("pixels have 1 to 4 channels, as their lengths say or as is said, of bytes, 16 bits or floats", async () => {
    for (const [sample, type] of [Uint8Array, Uint16Array, Float32Array].entries()) {
      for (const channels of [1, 2, 3, 4]) {
        const image = { data: new type(6 * channels), width: 3, height: 2 };
        const source = await look(image);
        assert.ok(source.kind === "pixels" && source.data === image.data);
        const isUsual = sample === 0 && channels === 4;
        assert.deepEqual(source.format, isUsual ? undefined : { sample, channels });
        // It is said of the result where it is not the usual, or was said.
        assert.equal(source.channels, channels < 4 ? channels : undefined);
        const said = await look({ ...image, channels });
        assert.deepEqual(said, { ...source, channels });
      }
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

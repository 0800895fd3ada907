/** `inspect`: what it takes, what it tells, and what it refuses. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { createContext, runInContext } from "node:vm";
import { inspect } from "../../src/index.js";
import * as files from "./header-files.js";
import { fileOf, png, type Content } from "./header-files.js";

const PNG = Uint8Array.from(png());
const INFO = {
  ...{ type: "image/png", bytes: PNG.length, width: 300, height: 200, orientation: 1 },
  ...{ depth: 8, channels: 4, colorSpace: "srgb", hasProfile: false, frames: 1 },
};

async function refusal(image: unknown): Promise<{ name: string; code: unknown; message: string }> {
  try {
    await inspect(image as Blob);
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error, String(error));
    return { name: error.name, code: error.code, message: error.message };
  }
  assert.fail("it was accepted");
}

describe("inspect", () => {
  it("tells what a file is, whatever it comes in", async () => {
    const room = new Uint8Array(PNG.length + 8);
    room.set(PNG, 4);
    const shared = new Uint8Array(new SharedArrayBuffer(PNG.length));
    shared.set(PNG);
    for (const image of [
      ...[new Blob([PNG]), new File([PNG], "a.jpg", { type: "image/jpeg" }), new Response(PNG), PNG.slice().buffer],
      ...[PNG, Buffer.from(PNG), new Uint8ClampedArray(PNG), room.subarray(4, 4 + PNG.length), shared],
      ...[new DataView(room.buffer, 4, PNG.length)],
      ...["bytes", "bytes.buffer", "new DataView(bytes.buffer)"].map(
        (code) =>
          runInContext(`const bytes = Uint8Array.from(file); ${code}`, createContext({ file: PNG })) as Uint8Array,
      ),
    ]) {
      assert.deepEqual(await inspect(image), INFO, image.constructor.name);
    }
  });

  it("names each kind of file", async () => {
    const icon = files.ico({ width: 16, height: 16, content: files.zeros(9) });
    for (const [bytes, type] of [
      [png(), "image/png"],
      [files.jpeg(), "image/jpeg"],
      [files.gif(), "image/gif"],
      [files.lossyWebp(), "image/webp"],
      [files.bmp(), "image/bmp"],
      [icon, "image/x-icon"],
      [files.heif({ properties: [files.ispe()] }), "image/avif"],
      [files.heif({ brand: "avis", properties: [files.ispe()] }), "image/avif"],
      [files.heif({ brand: "heic", properties: [files.ispe()] }), "image/heic"],
      [files.heif({ brand: "mif1", properties: [files.ispe()] }), "image/heic"],
    ] as [Content, string][]) {
      const info = await inspect(fileOf(bytes));
      assert.deepEqual([info.type, info.bytes], [type, bytes.length]);
    }
  });

  it("tells a photo's own size, and how it is turned", async () => {
    const file = await readFile(new URL("../../demo/samples/portrait-turned.jpg", import.meta.url));
    const { width, height, orientation, channels } = await inspect(file);
    assert.deepEqual([width, height, channels], [800, 1200, 3]);
    assert.ok(orientation > 1);
  });

  it("leaves what it is given as it is", async () => {
    const bytes = PNG.slice();
    await inspect(bytes.buffer);
    await inspect(bytes);
    assert.deepEqual(bytes, PNG);
  });

  it("refuses what is no picture, by name", async () => {
    for (const [content, code, words] of [
      ["<!doctype html><title>404</title>", "decode-failed", "is a web page (HTML), not a picture"],
      ["%PDF-1.7", "decode-failed", "is a PDF, not a picture"],
      ["some words", "decode-failed", "is text, not a picture"],
      ["\x01\x02\x03", "decode-failed", "is not a picture of any known kind: it begins with 01 02 03"],
      [
        "<svg/>",
        "unsupported",
        "is an SVG, which browsers do not decode in workers: show it in an <img> and give that",
      ],
      ["II*\0\x08\0\0\0", "unsupported", "is a TIFF, which inspect cannot read"],
      ["\0\0\0\x0cJXL \r\n\x87\n", "unsupported", "is a JPEG XL, which inspect cannot read"],
    ] as const) {
      const bytes = Uint8Array.from(files.text(content));
      const message = (name: string) => ({ name: "PixelpoolError", code, message: `${name} ${words}` });
      assert.deepEqual(await refusal(new File([bytes], "a.jpg")), message('the file "a.jpg"'));
      assert.deepEqual(await refusal(bytes), message("the file"));
    }
  });

  it("refuses a picture that does not tell its size", async () => {
    const words = "that is damaged or cut off: its header ends too early or makes no sense";
    for (const [bytes, what] of [
      [png().slice(0, 20), "a PNG"],
      [png({ width: 0, height: 1 }), "a PNG"],
      [files.jpeg().slice(0, 20), "a JPEG"],
      [files.box("ftyp", files.text("heic\0\0\0\0")), "a HEIC"],
    ] as const) {
      const expected = { name: "PixelpoolError", code: "decode-failed", message: `the file is ${what} ${words}` };
      assert.deepEqual(await refusal(fileOf([...bytes])), expected);
    }
  });

  it("refuses what is empty, and what is no file", async () => {
    const detached = new ArrayBuffer(8);
    const views = [new Uint8Array(detached), new DataView(detached)];
    structuredClone(detached, { transfer: [detached] });
    for (const image of [new Blob([]), new ArrayBuffer(0), new Uint8Array(0), new Response(""), detached, ...views]) {
      const expected = { name: "RangeError", code: "invalid-image", message: "the file is empty: 0 bytes" };
      assert.deepEqual(await refusal(image), expected);
    }
    for (const [image, got] of [
      [undefined, "undefined"],
      ["a.png", "a string"],
      [[137, 80], "a list of numbers"],
      [{ data: new Uint8Array(4), width: 1, height: 1 }, "an object"],
      [new Float32Array(4), "an object"],
      [new SharedArrayBuffer(4), "an object"],
    ] as const) {
      const message = `inspect takes a File, Blob, ArrayBuffer, Response, stream or bytes of an encoded picture, got ${got}`;
      assert.deepEqual(await refusal(image), { name: "TypeError", code: "invalid-image", message });
    }
  });

  it("refuses a response that is no answer, and a body that has been read", async () => {
    const expected = { name: "PixelpoolError", code: "decode-failed", message: "the server answered 404" };
    assert.deepEqual(await refusal(new Response(PNG, { status: 404 })), expected);
    const used = new Response(PNG);
    await inspect(used);
    const { name, code } = await refusal(used);
    assert.deepEqual([name, code], ["TypeError", "invalid-image"]);
  });

  it("says why a file cannot be read, at its beginning or further on", async () => {
    const error = new DOMException("no", "NotFoundError");
    const jpeg = Uint8Array.from(files.jpeg(files.segment(0xe1, files.zeros(9000))));
    for (const readable of [0, 4096]) {
      const gone = new File([jpeg], "a.jpg");
      const slice = (from: number, to: number) =>
        from < readable ? new Blob([jpeg.subarray(from, to)]) : { arrayBuffer: () => Promise.reject(error) };
      Object.assign(gone, { slice });
      const message = 'the file "a.jpg" cannot be read: it was deleted or moved since it was chosen';
      assert.deepEqual(await refusal(gone), { name: "PixelpoolError", code: "decode-failed", message });
    }
  });
});

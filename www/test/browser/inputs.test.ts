/** What callers give: objects of another frame, files as bytes, and files and answers that cannot be read. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { ImageInput, Pool } from "../../src/index.js";
import { serve } from "../serve.js";
import { launch, modes, openPage } from "./page.js";

const SAMPLES = path.resolve(import.meta.dirname, "../../demo/samples");

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const { mode, isolated } of modes) {
  describe(`inputs, mode ${mode}`, () => {
    it("objects of another frame are as good as one's own", async () => {
      await using tab = await openPage(browser, { isolated });
      const told = await tab.page.evaluate(async (mode) => {
        const frame = document.createElement("iframe");
        document.body.append(frame);
        const other = frame.contentWindow as Window & typeof globalThis;
        const rgba = Array.from({ length: 16 }, (_, i) => [10, 20, 30, 255][i % 4] ?? 0);
        const imageData = new other.ImageData(new other.Uint8ClampedArray(rgba), 2, 2);
        const canvas = other.document.createElement("canvas");
        const offscreen = new other.OffscreenCanvas(2, 2);
        Object.assign(canvas, { width: 2, height: 2 });
        canvas.getContext("2d")?.putImageData(imageData, 0, 0);
        offscreen.getContext("2d")?.putImageData(imageData, 0, 0);
        const own = await offscreen.convertToBlob();
        const bytes = new other.Uint8Array(await own.arrayBuffer());
        const blob = new other.Blob([bytes], { type: "image/png" });
        const img = other.document.createElement("img");
        img.src = URL.createObjectURL(blob);
        await img.decode();
        const buffer = new other.ArrayBuffer(bytes.length);
        new other.Uint8Array(buffer).set(bytes);
        const bitmap = await other.createImageBitmap(imageData);
        const inputs: Record<string, ImageInput> = {
          ImageData: imageData,
          "plain pixels": { data: new other.Uint8Array(rgba), width: 2, height: 2 },
          Blob: blob,
          File: new other.File([blob], "a.png"),
          ArrayBuffer: buffer,
          Uint8Array: bytes,
          Response: new other.Response(blob),
          HTMLCanvasElement: canvas,
          OffscreenCanvas: offscreen,
          HTMLImageElement: img,
          ImageBitmap: bitmap,
          VideoFrame: new other.VideoFrame(bitmap, { timestamp: 0 }),
        };
        const classes = globalThis as unknown as Record<string, (new () => object) | undefined>;
        const here = Object.keys(inputs).filter((name) => classes[name] && inputs[name] instanceof classes[name]);
        const pool = await pixelpool.createPool({ mode, threads: 2, signal: new other.AbortController().signal });
        const pixels: Record<string, unknown> = {};
        for (const [name, image] of Object.entries(inputs)) {
          const result = await pool.apply("invert", image, undefined, { output: "imageData" }).catch(String);
          pixels[name] =
            typeof result === "object" && "data" in result ? Array.from(result.data.subarray(0, 4)) : result;
        }
        const plain = await pool.apply("invert", { data: new other.Uint8Array(16), width: 2, height: 2 });
        const floats = await pool.apply("multiply", new other.Float32Array([1, 2]), 2);
        const types = [
          (await pool.apply("invert", imageData)) instanceof ImageData,
          (plain.data as object) instanceof other.Uint8Array,
          floats instanceof other.Float32Array && floats.join(),
        ];
        const controller = new other.AbortController();
        const waiting = pool.starmap({ kind: "delay", milliseconds: 5000 }, [[1, [1]]], { signal: controller.signal });
        const reason = new other.Error("enough");
        controller.abort(reason);
        const aborted = await waiting.catch((error: unknown) => error === reason);
        await pool.close();
        const address = new other.URL(`/dist/pixelpool-${mode === "shared" ? "threads" : "plain"}.wasm`, location.href);
        const module = await other.WebAssembly.compile(await (await fetch(address)).arrayBuffer());
        const engines: unknown[] = [];
        for (const wasm of [address, module, await other.fetch(address)]) {
          const loaded = await pixelpool.createPool({ mode, threads: 1, wasm }).catch(String);
          engines.push(typeof loaded === "string" ? loaded : await loaded.apply("multiply", [3], 2));
          if (typeof loaded !== "string") await loaded.close();
        }
        return { here, pixels, types, aborted, engines };
      }, mode);
      assert.deepEqual(told.here, [], "these are of this realm");
      assert.equal(Object.keys(told.pixels).length, 12);
      for (const [name, pixels] of Object.entries(told.pixels)) assert.deepEqual(pixels, [245, 235, 225, 255], name);
      assert.deepEqual(told.types, [true, true, "2,4"]);
      assert.equal(told.aborted, true);
      assert.deepEqual(told.engines, [[6], [6], [6]]);
      assert.deepEqual(tab.complaints, []);
    });

    it("an encoded file as bytes is a picture, whatever they come in; output is never ignored", async () => {
      await using tab = await openPage(browser, { isolated });
      const told = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const file = new Uint8Array(await (await fetch("/www/demo/samples/macaws.jpg")).arrayBuffer());
        const pictures: unknown[] = [];
        for (const bytes of [file, new Uint8ClampedArray(file), new DataView(file.buffer)]) {
          const image = await pool.apply("multiply", bytes as Uint8Array, 1);
          if (!("width" in image)) throw new Error("a list");
          const options = { transfer: true, output: { type: "image/webp" } } as const;
          const webp = await pool.apply("multiply", bytes as Uint8Array, 1, options);
          const head = new TextDecoder().decode((await webp.arrayBuffer()).slice(8, 12));
          pictures.push([image.constructor.name, image.width, image.height, webp.type, head]);
        }
        const numbers = await pool.apply("multiply", Array.from(file.subarray(0, 3)), 2);
        const outputs = ["imageData", "bitmap", { type: "image/webp" }] as const;
        const refused: unknown[] = [];
        for (const output of outputs) {
          for (const list of [[1, 2, 3], Uint8Array.of(1, 2, 3)]) {
            const told = await pool.apply("multiply", list, 2, { output }).catch((error: unknown) => error);
            const { name, code, parameter, message } = told as Record<string, string>;
            refused.push([name, code, parameter, message?.includes("no width and height")]);
          }
        }
        await pool.close();
        return { pictures, numbers, refused, length: file.length };
      }, mode);
      for (const picture of told.pictures) assert.deepEqual(picture, ["ImageData", 768, 512, "image/webp", "WEBP"]);
      assert.deepEqual(told.numbers, [510, 432, 510]);
      assert.equal(told.refused.length, 6);
      for (const each of told.refused) assert.deepEqual(each, ["TypeError", "invalid-option", "output", true]);
      assert.ok(told.length > 0, "the file was given away");
      assert.deepEqual(tab.complaints, []);
    });
  });
}

describe("files that cannot be read", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pixelpool-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** What becomes of chosen files that something happens to. */
  async function outcomes(page: Page, names: string[], happens: () => Promise<void>): Promise<string[]> {
    await page.evaluate(async () => {
      const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
      document.body.append(input);
      Object.assign(globalThis, { pool: await pixelpool.createPool({ mode: "workers", threads: 2 }) });
    });
    await page.setInputFiles("input", names);
    await happens();
    return page.evaluate(async () => {
      const { pool } = globalThis as unknown as { pool: Pool };
      const told: string[] = [];
      const files = [...(document.querySelector("input")?.files ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
      for await (const outcome of pool.imap(
        "invert",
        files.map((file) => [file.name, file] as const),
      )) {
        told.push(outcome.status === "fulfilled" ? "a picture" : String(outcome.reason));
      }
      await pool.close();
      return told;
    });
  }

  it("are told apart: deleted, changed, empty, no pictures", async () => {
    await using tab = await openPage(browser, { isolated: false });
    const photo = await readFile(path.join(SAMPLES, "elephant.jpg"));
    const files: Record<string, Buffer | string> = {
      "a-fine.jpg": photo,
      "b-deleted.jpg": photo,
      "c-changed.jpg": photo,
      "d-empty.jpg": "",
      "e-page.jpg": "<!doctype html><title>404</title>",
      "f-drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>",
      "g-video.mp4": "\0\0\0\x10ftypisom\0\0\0\0",
      "h-cut.jpg": photo.subarray(0, 300),
      "i-phone.heic": "\0\0\0\x10ftypheic\0\0\0\0",
      "j-scan.tif": "II*\0\x08\0\0\0",
      "k-text.jpg": "no picture",
      "l-noise.jpg": Buffer.of(1, 2, 3),
    };
    const names = Object.keys(files).map((name) => path.join(folder, name));
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    const told = await outcomes(tab.page, names, async () => {
      await unlink(path.join(folder, "b-deleted.jpg"));
      await writeFile(path.join(folder, "c-changed.jpg"), photo.subarray(0, 2000));
    });
    const browsersWords = "The source image could not be decoded.";
    assert.deepEqual(told, [
      "a picture",
      'PixelpoolError: the file "b-deleted.jpg" cannot be read: it was deleted or moved since it was chosen',
      'PixelpoolError: the file "c-changed.jpg" cannot be read: it was changed, moved or deleted since it was chosen, or may not be read any more',
      'RangeError: the file "d-empty.jpg" is empty: 0 bytes',
      'PixelpoolError: the file "e-page.jpg" is a web page (HTML), not a picture',
      'PixelpoolError: the file "f-drawing.svg" is an SVG, which browsers do not decode in workers: show it in an <img> and give that',
      'PixelpoolError: the file "g-video.mp4" is a video (MP4), not a picture',
      'PixelpoolError: the file "h-cut.jpg" is a JPEG that is damaged or cut off: it ends at byte 300, before it is complete',
      `PixelpoolError: the file "i-phone.heic" is a HEIC, which this browser cannot decode: ${browsersWords}`,
      `PixelpoolError: the file "j-scan.tif" is a TIFF, which this browser cannot decode: ${browsersWords}`,
      'PixelpoolError: the file "k-text.jpg" is text, not a picture',
      'PixelpoolError: the file "l-noise.jpg" is not a picture of any known kind: it begins with 01 02 03',
    ]);
  });

  it("answers that are none are told with their status and address", async () => {
    await using tab = await openPage(browser, { isolated: false });
    const elsewhere = await serve(SAMPLES, { isolated: false });
    const told = await tab.page.evaluate(async (elsewhere) => {
      const pool = await pixelpool.createPool({ mode: "workers", threads: 2 });
      const told: string[] = [];
      for (const response of [
        await fetch("/nowhere.jpg"),
        await fetch("/www/test/browser/page.html"),
        await fetch(`${elsewhere}/elephant.jpg`, { mode: "no-cors" }),
      ]) {
        const error: unknown = await pool.apply("invert", response).catch((error: unknown) => error);
        told.push(String(error).replace(location.origin, ""));
      }
      const used = await fetch("/www/demo/samples/elephant.jpg");
      await used.blob();
      told.push(String(await pool.apply("invert", used).catch((error: unknown) => error)).replace(location.origin, ""));
      await pool.close();
      return told;
    }, elsewhere.url);
    await elsewhere.close();
    assert.deepEqual(told, [
      "PixelpoolError: the server answered 404 for /nowhere.jpg",
      "PixelpoolError: the file is a web page (HTML), not a picture",
      'TypeError: the body of a response to a request with mode: "no-cors" cannot be read: ask with mode: "cors"',
      "TypeError: the body of /www/demo/samples/elephant.jpg has been read already: give response.clone(), or the blob",
    ]);
  });
});

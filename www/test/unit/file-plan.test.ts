/** How files are read and written, decided before any work. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { planItem } from "../../src/file-plan.js";
import type { FileInput, FileOutput } from "../../src/file-types.js";
import { look, type Source } from "../../src/pixels.js";
import type { FileShape, Step } from "../../src/protocol.js";
import type { Output } from "../../src/types.js";
import * as files from "./header-files.js";
import { fileOf } from "./header-files.js";

interface Asked {
  input?: FileInput;
  output?: Output;
  steps?: readonly Step[];
  modules?: Record<string, string>;
}

function planOf(source: Source, { input, output, steps = [], modules = {} }: Asked = {}) {
  const options = { ...(input && { input }), ...(output && { output }) };
  return planItem(source, {
    ...{ steps, change: undefined, options, modules: new Map(Object.entries(modules)), mostBytes: 1e9 },
  });
}

const plan = async (file: files.Content, asked?: Asked) => planOf(await look(fileOf(file)), asked);
const shape = async (file: files.Content, output: FileOutput, asked?: Asked) =>
  (await plan(file, { ...asked, output })).output as FileShape;
const refusal = (parameter: string, message: RegExp) => ({ code: "unsupported", parameter, message });
const deepPng = files.png(undefined, { depth: 16 });

describe("how a file is read", () => {
  it("is by the package's codec of its type, or by the browser where there is none", async () => {
    const codecs = async (file: files.Content) => {
      const { read, codecs } = await plan(file);
      return [read?.codec, ...codecs];
    };
    assert.deepEqual(await codecs(files.jpeg()), ["jpeg", "jpeg"]);
    assert.deepEqual(await codecs(files.png()), ["png", "png"]);
    assert.deepEqual(await codecs(files.gif()), ["gif", "gif"]);
    assert.deepEqual(await codecs(files.bmp()), [undefined]);
    assert.deepEqual(await codecs(files.extendedWebp()), ["webp", "webp"]);
  });

  it("is by the browser of a WebP that is nothing but lossy, and whole", async (t) => {
    const names = ["createImageBitmap", "OffscreenCanvas"];
    t.after(() => names.map((name) => Reflect.deleteProperty(globalThis, name)));
    const codec = async (file: files.Content) => (await plan(file)).read?.codec;
    const lossy = files.lossyWebp();
    Object.assign(globalThis, { createImageBitmap: () => assert.fail() });
    // Deno decodes pictures, and gives their pixels to nobody.
    assert.equal(await codec(lossy), "webp");
    let context: object | null = null;
    Object.assign(globalThis, {
      OffscreenCanvas: class {
        getContext = () => context;
      },
    });
    assert.equal(await codec(lossy), "webp");
    context = {};
    assert.equal(await codec(lossy), undefined);
    assert.equal(await codec(lossy.slice(0, -1)), "webp");
    assert.equal(await codec(files.losslessWebp()), "webp");
    assert.equal(await codec(files.extendedWebp()), "webp");
  });

  it("is by the user's codec where there is one for its type", async () => {
    const modules = { "image/jpeg": "jpeg.js", "image/tiff": "tiff.js" };
    const { read, codecs } = await plan(files.jpeg(), { modules });
    assert.deepEqual([read?.module, read?.codec, codecs.size], ["jpeg.js", undefined, 0]);
    assert.equal((await plan(files.text("II*\0\x08\0\0\0"), { modules })).read?.module, "tiff.js");
  });

  it("keeps 16 bits for files and pixels that hold them, and tells where they cannot be kept", async () => {
    const bits = async (asked: Asked) => (await plan(deepPng, asked)).read?.bits;
    assert.equal(await bits({}), 8);
    assert.equal(await bits({ output: "pixels" }), 8);
    assert.equal(await bits({ output: "pixels", input: { depth: "source" } }), 16);
    assert.equal(await bits({ output: { type: "image/png" } }), 16);
    assert.equal(await bits({ output: { type: "source" } }), 16);
    assert.equal(await bits({ output: { type: "image/png" }, input: { depth: 8 } }), 8);
    assert.equal(await bits({ output: { type: "image/jpeg" } }), 8);
    for (const output of [undefined, "imageData", "bitmap", { type: "image/jpeg" }] as const) {
      const asked = { input: { depth: "source" }, ...(output && { output }) } as const;
      await assert.rejects(plan(deepPng, asked), refusal("input.depth", /16 bits.*output "pixels".*image\/png/));
    }
    assert.equal((await plan(files.png(), { input: { depth: "source" } })).read?.bits, 8);
  });

  it("refuses animations where that is asked for", async () => {
    const animation = files.gif(undefined, { frames: [files.gifFrame(), files.gifFrame()] });
    assert.ok((await plan(animation)).read);
    const input = { frames: "refuse" } as const;
    await assert.rejects(plan(animation, { input }), refusal("input.frames", /animation of 2 pictures/));
    assert.ok((await plan(files.gif(), { input })).read);
  });

  it("is smaller by a whole factor where the chain begins with a resize, never below its result", async () => {
    const photo = files.jpeg([], { size: { width: 4000, height: 3000 } });
    const by = async (width: number, height?: number, before: Step[] = [], fast = true) => {
      const steps = [...before, { kind: "resize", width, ...(height && { height }) }];
      const input = { shrink: fast ? "fast" : "exact" } as const;
      const { read, size, growth } = await plan(photo, { input, steps });
      assert.equal(growth.result?.width, width);
      assert.deepEqual(size, { width: 4000 / read!.shrink, height: 3000 / read!.shrink });
      return read?.shrink;
    };
    assert.deepEqual([await by(2001), await by(2000), await by(1600), await by(1000), await by(999)], [1, 2, 2, 4, 4]);
    assert.deepEqual([await by(500), await by(100), await by(1)], [8, 8, 8]);
    assert.equal(await by(100, 1501), 1);
    assert.equal(await by(100, undefined, [{ kind: "invert" }]), 1);
    assert.equal(await by(100, undefined, [], false), 1);
    // 3,001 halves are 1,501: the height that follows from the shape would be another.
    const odd = files.jpeg([], { size: { width: 1001, height: 3 } });
    const steps = [{ kind: "resize", width: 500 }];
    assert.equal((await plan(odd, { input: { shrink: "fast" }, steps })).read?.shrink, 1);
  });

  it("counts a turned picture as it is when upright", async () => {
    const turned = files.jpeg(files.exifSegment(files.orientation(6)), { size: { width: 400, height: 300 } });
    const { size, growth } = await plan(turned, { steps: [{ kind: "resize", width: 30 }] });
    assert.deepEqual(size, { width: 300, height: 400 });
    assert.deepEqual(growth.result, { width: 30, height: 40 });
  });

  it("converts colours that are not sRGB, unless they are to stay", async () => {
    const p3 = files.png(undefined, { before: files.chunk("cICP", [12, 13, 0, 1]) });
    const read = async (input: FileInput) => {
      const { read, codecs } = await plan(p3, { input });
      return [read?.converts, read?.hasOtherColors, read?.colorSpace, [...codecs]];
    };
    assert.deepEqual(await read({}), [true, true, undefined, ["png", "color"]]);
    assert.deepEqual(await read({ colorSpace: "source" }), [false, true, "display-p3", ["png"]]);
    // What is sRGB is left alone, also once other files have had the module for colours loaded.
    assert.equal((await plan(files.png())).read?.hasOtherColors, undefined);
  });
});

describe("how a file is written", () => {
  it("has its own type with source, PNG or JPEG where it has none that is written", async () => {
    const type = async (file: files.Content, modules?: Record<string, string>) =>
      (await shape(file, { type: "source" }, modules && { modules })).type;
    assert.equal(await type(files.jpeg()), "image/jpeg");
    assert.equal(await type(files.png()), "image/png");
    assert.equal(await type(files.extendedWebp()), "image/webp");
    assert.equal(await type(files.gif()), "image/*");
    assert.equal(await type(files.gif(), { "image/gif": "gif.js" }), "image/gif");
    const pixels = await look({ data: new Uint8Array(4), width: 1, height: 1 });
    const { output, codecs } = await planOf(pixels, { output: { type: "source" } });
    assert.deepEqual([(output as FileShape).type, [...codecs]], ["image/*", ["jpeg", "png"]]);
  });

  it("has a WebP that lost nothing lose nothing, where it stays a WebP", async () => {
    const source = await look(fileOf(files.losslessWebp()));
    for (const [output, lossless] of [
      [{ type: "source" }, true],
      [{ type: "source", quality: 0.5 }, undefined],
      [{ type: "image/webp" }, undefined],
      [{ type: "image/webp", lossless: true }, true],
    ] as const) {
      assert.equal(((await planOf(source, { output })).output as FileShape).lossless, lossless);
    }
  });

  it("is by a codec of the user's for lossy files where it loses something, which reads nothing", async () => {
    const asked = { modules: { "image/webp+lossy": "webp.js" } };
    const module = async (output: FileOutput) => (await shape(files.losslessWebp(), output, asked)).module;
    assert.equal(await module({ type: "image/webp" }), "webp.js");
    assert.equal(await module({ type: "source", quality: 0.5 }), "webp.js");
    assert.equal(await module({ type: "image/webp", lossless: true }), undefined);
    assert.equal(await module({ type: "source" }), undefined);
    const { read } = await plan(files.losslessWebp(), asked);
    assert.deepEqual([read?.module, read?.codec], [undefined, "webp"]);
  });

  it("takes its file along where the result needs it, and only there", async () => {
    const has = async (output: Omit<FileOutput, "type">) =>
      (await shape(files.jpeg(), { type: "image/jpeg", ...output })).source?.type;
    assert.deepEqual([await has({}), await has({ metadata: "none" })], [undefined, undefined]);
    assert.equal(await has({ metadata: "keep" }), "image/jpeg");
    assert.equal(await has({ notLarger: true }), "image/jpeg");
    // Another type is another file.
    assert.equal((await shape(files.png(), { type: "image/jpeg", notLarger: true })).source, undefined);
  });

  it("tells of a side that a type cannot hold before anything is decoded", async () => {
    const wide = files.png({ width: 17_000, height: 1 });
    const message = "image/webp holds sides of at most 16383 px, the result of the file has 17000 × 1";
    await assert.rejects(plan(wide, { output: { type: "image/webp" } }), { code: "encode-failed", message });
    const steps = [{ kind: "resize", width: 100, height: 1 }];
    assert.ok(await plan(wide, { output: { type: "image/webp" }, steps }));
  });
});

describe("what a result leaves the engine as", () => {
  const pixels: Source = { kind: "pixels", data: new Uint8Array(4), width: 1, height: 1, like: "plain" };
  const outputOf = async (source: Source, output?: Output) => (await planOf(source, output && { output })).output;

  it("is what was asked for, and for the same again a bitmap only where one came", async () => {
    const picture: Source = {
      ...{ kind: "picture", owned: false },
      picture: { width: 3, height: 2, close: () => undefined },
    };
    for (const [source, same] of [
      [pixels, "pixels"],
      [await look(fileOf(files.png())), "pixels"],
      [picture, "bitmap"],
    ] as const) {
      assert.equal(await outputOf(source), same);
      assert.equal(await outputOf(source, "bitmap"), "bitmap");
      assert.equal(await outputOf(source, "pixels"), "pixels");
    }
    const jpeg = { type: "image/jpeg", quality: 0.5 } as const;
    assert.deepEqual(await outputOf(pixels, jpeg), jpeg);
    assert.deepEqual(await outputOf(pixels, { ...jpeg, background: "#01f" }), { ...jpeg, background: [0, 17, 255] });
  });

  it("is pixels for ImageData where there is that class, and an error where there is none", async (t) => {
    const error = { name: "PixelpoolError", ...refusal("output", /"imageData".*"pixels"/) };
    await assert.rejects(outputOf(pixels, "imageData"), error);
    t.after(() => Reflect.deleteProperty(globalThis, "ImageData"));
    Object.assign(globalThis, { ImageData: Object });
    assert.equal(await outputOf(pixels, "imageData"), "pixels");
    // Of other pixels the worker makes RGBA bytes.
    assert.equal(await outputOf({ ...pixels, format: { sample: 1, channels: 4 } }, "imageData"), "rgba8");
  });

  it("of numbers is numbers; every other is an error that says why, since they have no width and height", async () => {
    for (const list of [[1], new Float32Array(1), new Uint8Array(1), new Uint8ClampedArray(1)]) {
      const source: Source = { kind: "numbers", list };
      assert.equal(await outputOf(source), "pixels");
      for (const [output, words] of [
        ["imageData", '"imageData"'],
        ["pixels", '"pixels"'],
        [{ type: "image/jpeg" }, "image/jpeg"],
      ] as const) {
        const isBytes = list instanceof Uint8Array || list instanceof Uint8ClampedArray;
        const why = isBytes
          ? "bytes that begin as no file of a picture does are a flat list"
          : "a flat list of numbers has";
        await assert.rejects(outputOf(source, output), (error: Error & { code?: unknown; parameter?: unknown }) => {
          assert.deepEqual([error.name, error.code, error.parameter], ["TypeError", "invalid-option", "output"]);
          assert.ok(error.message.startsWith(`output ${words} cannot be made: ${why}`), error.message);
          return true;
        });
      }
    }
  });
});

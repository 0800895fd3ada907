/**
 * Files and pictures of the browser, in the browser that TEST_BROWSER names: in with the colours that they have, out with those that
 * the page then shows. What is right is known beforehand, or read from what the page itself draws of the same file.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync, crc32 } from "node:zlib";
import { readPng } from "../png.js";
import { browserName, modes, withPage } from "./page.js";

/** A PNG file of known pixels, made without the package; as base64, since only JSON gets into the page. */
function pngOf(width: number, pixels: readonly number[], hasAlpha: boolean): string {
  const channels = hasAlpha ? 4 : 3;
  const height = pixels.length / 4 / width;
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...pixels.slice(y * width * 4, (y + 1) * width * 4).filter((_, at) => at % 4 < channels),
  ]);
  const chunk = (type: string, data: Uint8Array) => {
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, hasAlpha ? 6 : 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const data = deflateSync(Buffer.from(rows.flat()));
  const file = [signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat(file).toString("base64");
}

const OPAQUE = [250, 10, 20, 255, 30, 240, 50, 255, 60, 70, 230, 255, 200, 100, 50, 255, 1, 2, 3, 255, 255, 0, 9, 255];
const EVERY_ALPHA = Array.from({ length: 256 }, (_, alpha) => [200, 100, 50, alpha]).flat();

/** Tools that a test's page gets: all of it runs there. */
function addTools(): void {
  const drawn = async (source: Blob | ImageBitmap): Promise<ImageData> => {
    const image = source instanceof Blob ? new Image() : source;
    const address = source instanceof Blob ? URL.createObjectURL(source) : "";
    if (image instanceof HTMLImageElement) {
      image.src = address;
      await image.decode();
    }
    const [width, height] =
      image instanceof HTMLImageElement ? [image.naturalWidth, image.naturalHeight] : [image.width, image.height];
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("no canvas");
    context.drawImage(image, 0, 0);
    URL.revokeObjectURL(address);
    return context.getImageData(0, 0, width, height);
  };
  const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    if (a.length !== b.length) return 999;
    let most = 0;
    for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs((a[at] ?? 999) - (b[at] ?? 0)));
    return most;
  };
  const file = (base64: string, type = "image/png") =>
    new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type });
  Object.assign(globalThis, { drawn, furthest, file });
}
declare function drawn(source: Blob | ImageBitmap): Promise<ImageData>;
declare function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number;
declare function file(base64: string, type?: string): Blob;

for (const { mode, isolated } of modes) {
  describe(`pictures in ${browserName}, mode ${mode}`, () => {
    const inPage: typeof withPage = (isolated, test) =>
      withPage(isolated, async (tab) => {
        await tab.evaluate(addTools, undefined);
        await test(tab);
      });

    it("a file of known colours has them, as each kind of input, in every worker of the pool", () =>
      inPage(isolated, async (tab) => {
        const results = await tab.evaluate(
          async ({ mode, png }) => {
            const pool = await pixelpool.createPool({ mode, threads: 3 });
            const blob = file(png);
            const inputs: [string, import("../../src/types.js").ImageInput][] = [];
            for (let copy = 0; copy < 6; copy++) {
              inputs.push(["Blob", blob], ["ArrayBuffer", await blob.arrayBuffer()], ["Response", new Response(blob)]);
              inputs.push(["ImageBitmap", await createImageBitmap(blob)]);
            }
            const results = await pool.starmap([], inputs, { output: "imageData" });
            await pool.close();
            return results.map(([kind, image]) => [kind, Array.from(image.data)] as const);
          },
          { mode, png: pngOf(3, OPAQUE, false) },
        );
        assert.equal(results.length, 24);
        for (const [kind, pixels] of results) assert.deepEqual(pixels, OPAQUE, kind);
      }));

    it("photos come with the pixels that the page draws of them, upright, and a red door is red", () =>
      inPage(isolated, async (tab) => {
        const { worst, door } = await tab.evaluate(async (mode) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const worst: Record<string, number> = {};
          let door: number[] = [];
          for (const name of ["red-door.jpg", "macaws.jpg", "landscape-turned.jpg", "portrait-turned.jpg"]) {
            const blob = await (await fetch(`/www/demo/samples/${name}`)).blob();
            const shown = await drawn(blob);
            const { data } = await pool.apply([], blob);
            worst[name] = furthest(data, shown.data);
            if (name !== "red-door.jpg") continue;
            const sums = [0, 0, 0];
            for (let at = 0; at < data.length; at++) if (at % 4 < 3) sums[at % 4]! += data[at]!;
            door = sums.map((sum) => Math.round(sum / (data.length / 4)));
          }
          await pool.close();
          return { worst, door };
        }, mode);
        for (const [name, levels] of Object.entries(worst)) assert.ok(levels <= 1, `${name} is ${levels} levels off`);
        assert.equal(Object.keys(worst).length, 4);
        const [red = 0, green = 0, blue = 0] = door;
        assert.ok(red > 1.5 * green && red > 1.5 * blue, `the door is ${door.join(", ")}`);
      }));

    it("colours under every alpha are exact, or it is told that they are not", () =>
      inPage(isolated, async (tab) => {
        const { pixels, warning, told, hasTextures } = await tab.evaluate(
          async ({ mode, png }) => {
            const told: string[] = [];
            console.warn = (...words: unknown[]) => told.push(words.join(" "));
            const pool = await pixelpool.createPool({ mode, threads: 2 });
            for await (const settled of pool.imap([], [[0, file(png)]])) {
              if (settled.status === "rejected") throw settled.reason;
              await pool.apply([], file(png));
              await pool.close();
              const { data } = settled.image;
              const hasTextures = new OffscreenCanvas(1, 1).getContext("webgl2") !== null;
              return { pixels: Array.from(data), warning: settled.warning ?? null, told, hasTextures };
            }
            throw new Error("nothing came");
          },
          { mode, png: pngOf(16, EVERY_ALPHA, true) },
        );
        if (warning === null) {
          assert.deepEqual(pixels, EVERY_ALPHA);
          assert.deepEqual(told, []);
        } else {
          // With a texture they can be read.
          assert.ok(!hasTextures);
          assert.match(warning, /low alpha/);
          assert.deepEqual(told, [`pixelpool: ${warning}`]);
          for (const [at, level] of pixels.entries()) {
            const alpha = EVERY_ALPHA[at | 3]!;
            // What 8 bits keep of a colour that is multiplied with alpha.
            const most = at % 4 === 3 ? 0 : alpha === 0 ? 255 : 1 + 255 / alpha;
            assert.ok(Math.abs(level - EVERY_ALPHA[at]!) <= most, `alpha ${alpha}: ${level}`);
          }
        }
      }));

    it("an <img> has the colours of its file, under low alpha too where that can be read", () =>
      inPage(isolated, async (tab) => {
        const [shown, warning] = await tab.evaluate(
          async ({ mode, png }) => {
            const pool = await pixelpool.createPool({ mode, threads: 2 });
            const image = Object.assign(new Image(), { src: URL.createObjectURL(file(png)) });
            await image.decode();
            let told: readonly [number[], string] = [[], ""];
            for await (const settled of pool.imap([], [[0, image] as const], { output: "imageData" })) {
              if (settled.status === "rejected") throw settled.reason;
              told = [Array.from(settled.image.data), settled.warning ?? ""];
            }
            await pool.close();
            return told;
          },
          { mode, png: pngOf(16, EVERY_ALPHA, true) },
        );
        if (warning === "") {
          assert.deepEqual(shown, EVERY_ALPHA);
          return;
        }
        // What no way can read exactly is told, and near where it can be seen.
        assert.match(warning, /low alpha/);
        for (const [at, byte] of shown.entries()) {
          const alpha = EVERY_ALPHA[at | 3] ?? 0;
          const most = at % 4 === 3 || alpha === 255 ? 0 : alpha < 128 ? 255 : 2;
          assert.ok(Math.abs(byte - (EVERY_ALPHA[at] ?? 0)) <= most, `byte ${at}: ${byte} under alpha ${alpha}`);
        }
      }));

    it("a picture with a side that is too long for frames and textures is read all the same", () =>
      inPage(isolated, async (tab) => {
        const LONG = 40_000;
        const row = Array.from({ length: LONG }, (_, x) => [x % 251, x % 241, x % 239, 255]).flat();
        for (const width of [LONG, 1]) {
          const hash = await tab.evaluate(
            async ({ mode, png }) => {
              const pool = await pixelpool.createPool({ mode, threads: 2 });
              const { data, width, height } = await pool.apply([], file(png));
              await pool.close();
              let sum = 0;
              for (const byte of data) sum = (Math.imul(sum, 31) + byte) | 0;
              return { width, height, sum };
            },
            { mode, png: pngOf(width, row, false) },
          );
          const sum = row.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 0);
          assert.deepEqual(hash, { width, height: LONG / width, sum });
        }
      }));

    it("results are shown and written with the colours that they have", () =>
      inPage(isolated, async (tab) => {
        const levels = await tab.evaluate(async (mode) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const image = new ImageData(64, 48);
          for (let at = 0; at < image.data.length; at += 4) {
            const [x, y] = [(at / 4) % 64, Math.floor(at / 256)];
            image.data.set([x < 32 ? 230 : 20, y < 24 ? 200 : 30, x < 32 === y < 24 ? 40 : 220, 255], at);
          }
          const levels: Record<string, number> = {};
          const bitmap = await pool.apply([], image, undefined, { output: "bitmap" });
          levels.bitmap = furthest((await drawn(bitmap)).data, image.data);
          const again = await pool.apply([], bitmap, undefined, { output: "imageData" });
          levels["bitmap, given again"] = furthest(again.data, image.data);
          for (const type of ["image/png", "image/jpeg", "image/webp"] as const) {
            try {
              const written = await pool.apply([], image, undefined, { output: { type, quality: 1 } });
              // Lossy types blur the edges between the four colours, but not their middle.
              const middles = ({ data }: ImageData) =>
                [12, 36].flatMap((y) =>
                  [16, 48].flatMap((x) => Array.from(data.slice((y * 64 + x) * 4, (y * 64 + x) * 4 + 4))),
                );
              const compared = (of: ImageData) => (type === "image/png" ? of.data : middles(of));
              levels[type] = written.type === type ? furthest(compared(await drawn(written)), compared(image)) : 999;
            } catch (error) {
              if ((error as { code?: string }).code !== "unsupported") throw error;
              levels[type] = -1;
            }
          }
          await pool.close();
          return levels;
        }, mode);
        // WebKit has no encoder for WebP, and says so.
        const { "image/webp": webp = 999, "image/jpeg": jpeg = 999, ...exact } = levels;
        assert.deepEqual(exact, { bitmap: 0, "bitmap, given again": 0, "image/png": 0 });
        assert.ok(jpeg >= 0 && jpeg <= 6, `JPEG is ${jpeg} levels off`);
        assert.ok(webp <= 6 && (webp >= 0 || browserName === "webkit"), `WebP is ${webp} levels off`);
      }));

    it("a PNG keeps every byte, whatever its alpha", () =>
      inPage(isolated, async (tab) => {
        for (const [width, bytes] of [
          [16, EVERY_ALPHA],
          [3, OPAQUE],
        ] as const) {
          const written = await tab.evaluate(
            async ({ mode, width, bytes }) => {
              const pool = await pixelpool.createPool({ mode, threads: 2 });
              const image = new ImageData(Uint8ClampedArray.from(bytes), width, bytes.length / 4 / width);
              const blob = await pool.apply([], image, undefined, { output: { type: "image/png" } });
              await pool.close();
              return Array.from(new Uint8Array(await blob.arrayBuffer()));
            },
            { mode, width, bytes },
          );
          const { pixels, ...size } = readPng(Uint8Array.from(written));
          assert.deepEqual([size.width, Array.from(pixels)], [width, bytes]);
        }
      }));

    it("transparency becomes white in a JPEG, or the background that was asked for", () =>
      inPage(isolated, async (tab) => {
        const colors = await tab.evaluate(async (mode) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          // The left half is nothing, the right half is red at half alpha.
          const image = new ImageData(64, 32);
          for (let at = 0; at < image.data.length; at += 4)
            if ((at / 4) % 64 >= 32) image.data.set([255, 0, 0, 128], at);
          const colors: number[][] = [];
          for (const background of [undefined, "#00f", "#20C040", [0, 0, 255] as const]) {
            const output = {
              type: "image/jpeg" as const,
              quality: 0.95,
              ...(background !== undefined && { background }),
            };
            const { data } = await drawn(await pool.apply([], image, undefined, { output }));
            for (const x of [10, 50]) colors.push(Array.from(data.subarray((16 * 64 + x) * 4, (16 * 64 + x) * 4 + 4)));
          }
          await pool.close();
          return colors;
        }, mode);
        const want = [
          ...[[255, 255, 255], [255, 127, 127], [0, 0, 255], [128, 0, 127]],
          ...[[32, 192, 64], [144, 96, 32], [0, 0, 255], [128, 0, 127]],
        ]; // prettier-ignore
        assert.equal(colors.length, want.length);
        for (const [at, [red = 0, green = 0, blue = 0, alpha]] of colors.entries()) {
          const off = Math.max(...[red, green, blue].map((level, channel) => Math.abs(level - want[at]![channel]!)));
          assert.ok(off <= 4 && alpha === 255, `${at}: ${[red, green, blue, alpha].join(", ")}`);
        }
      }));

    it("a JPEG without a quality is no larger than the photo that came in, and what 0.85 gives", () =>
      inPage(isolated, async (tab) => {
        const sizes = await tab.evaluate(async (mode) => {
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const photo = await (await fetch("/www/demo/samples/red-door.jpg")).blob();
          const sizeOf = async (quality?: number) => {
            const output = { type: "image/jpeg" as const, ...(quality !== undefined && { quality }) };
            return (await pool.apply([], photo, undefined, { output })).size;
          };
          const sizes = { photo: photo.size, none: await sizeOf(), usual: await sizeOf(0.85), best: await sizeOf(1) };
          await pool.close();
          return sizes;
        }, mode);
        assert.equal(sizes.none, sizes.usual);
        assert.ok(sizes.none < 1.5 * sizes.photo, JSON.stringify(sizes));
        assert.ok(sizes.best > 2 * sizes.none, JSON.stringify(sizes));
      }));

    it("pixels in display-p3 stay what they are, as pixels, as a bitmap and as a PNG", () =>
      inPage(isolated, async (tab) => {
        const result = await tab.evaluate(async (mode) => {
          const colorSpace = "display-p3" as const;
          const canvas = new OffscreenCanvas(8, 8).getContext("2d", { colorSpace });
          const makeP3 = () => new ImageData(8, 8, { colorSpace });
          try {
            // Some browsers know no other space than sRGB, and some throw.
            if (!canvas || makeP3().colorSpace !== colorSpace) return undefined;
          } catch {
            return undefined;
          }
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const image = makeP3();
          for (let at = 0; at < image.data.length; at += 4) image.data.set([250, 10, 30, 255], at);
          const same = await pool.apply([], image);
          const read = (source: ImageBitmap) => {
            canvas.drawImage(source, 0, 0);
            return Array.from(canvas.getImageData(2, 2, 1, 1, { colorSpace }).data);
          };
          const output = { type: "image/png" } as const;
          const png = async (image: ImageData) => createImageBitmap(await pool.apply([], image, undefined, { output }));
          const clear = new ImageData(new Uint8ClampedArray(image.data), 8, 8, { colorSpace });
          clear.data[3] = 7;
          const described = (image: { data: ArrayLike<number>; colorSpace?: string | undefined }) =>
            [image.colorSpace, Array.from(image.data).slice(0, 4)] as const;
          canvas.putImageData(image, 0, 0);
          const result = {
            colorSpace: same.colorSpace,
            off: furthest(same.data, image.data),
            bitmap: read(await pool.apply([], image, undefined, { output: "bitmap" })),
            png: read(await png(image)),
            plain: described(await pool.apply([], { data: image.data, width: 8, height: 8, colorSpace })),
            picture: described(await pool.apply([], canvas.canvas, undefined, { output: "imageData" })),
            "png with alpha": read(await png(clear)),
          };
          await pool.close();
          return result;
        }, mode);
        // A browser without it cannot be given it.
        if (result === undefined) {
          assert.notEqual(browserName, "chromium");
          return;
        }
        const { colorSpace, off, plain, picture, ...shown } = result;
        assert.deepEqual([colorSpace, off], ["display-p3", 0]);
        assert.deepEqual(plain, ["display-p3", [250, 10, 30, 255]]);
        // Only Chromium says which space a bitmap has.
        if (browserName === "chromium") assert.deepEqual(picture, ["display-p3", [250, 10, 30, 255]]);
        for (const [kind, [red = 0, green = 0, blue = 0]] of Object.entries(shown)) {
          const worst = Math.max(Math.abs(red - 250), Math.abs(green - 10), Math.abs(blue - 30));
          assert.ok(worst <= 2, `${kind}: ${red}, ${green}, ${blue}`);
        }
      }));
  });
}

/** The files that a soak is made of: pictures of all formats, and what is given in their place. */
import { displayP3Profile } from "../src/metadata/display-p3.js";
import type { FileOutput } from "../src/file-types.js";
import type { Pool } from "../src/types.js";
import type { FILES } from "./plan.js";

interface Size {
  width: number;
  height: number;
}

const two = (value: number, isLittle = false) => (isLittle ? [value & 255, value >> 8] : [value >> 8, value & 255]);
const fourLittle = (value: number) => [...two(value & 65535, true), ...two(value >>> 16, true)];
const letters = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

/** The files by their names; `draw` gives RGBA bytes. */
export async function makeFiles(
  pool: Pool,
  draw: (size: Size) => Uint8ClampedArray<ArrayBuffer>,
): Promise<Record<(typeof FILES)[number], Blob>> {
  const write = (width: number, height: number, output: FileOutput) =>
    pool.apply([], { data: draw({ width, height }), width, height }, undefined, { output });
  const lossy = async (width: number, height: number) => {
    const canvas = new OffscreenCanvas(width, height);
    const image = new ImageData(draw({ width, height }), width, height);
    image.data.forEach((_, at, data) => at % 4 === 3 && (data[at] = 255));
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    return canvas.convertToBlob({ type: "image/webp", quality: 0.8 });
  };
  const fixture = async (path: string) => (await fetch(`/tests/${path}`)).blob();
  const jpeg = await write(90, 60, { type: "image/jpeg" });
  const png = await write(40, 30, { type: "image/png" });
  const webp = await lossy(50, 20);
  const losslessWebp = await write(30, 50, { type: "image/webp", lossless: true });
  const gif = await fixture("gif/animated.gif");
  const deep = {
    data: Uint16Array.from(draw({ width: 20, height: 20 }), (level, at) => level * 256 + at),
    width: 20,
    height: 20,
  };
  return {
    png,
    deepPng: await pool.apply([], deep, undefined, { output: { type: "image/png" } }),
    jpeg,
    progressiveJpeg: await write(60, 90, { type: "image/jpeg", progressive: true }),
    // Long enough to be cancelled in the middle.
    largeJpeg: await write(1000, 700, { type: "image/jpeg", progressive: true }),
    tallJpeg: await write(20, 300, { type: "image/jpeg" }),
    cmykJpeg: await fixture("jpeg/decode/cmyk.jpg"),
    displayP3Jpeg: withDisplayP3(jpeg),
    webp,
    alphaWebp: await fixture("webp/lossy_alpha.webp"),
    losslessWebp,
    gif,
    bmp: bitmapFile(draw({ width: 24, height: 18 }), { width: 24, height: 18 }),
    garbage: new Blob([new Uint8Array(3000).map((_, at) => at * 31)], { type: "image/jpeg" }),
    page: new Blob(["<!doctype html><title>404</title>"], { type: "image/png" }),
    empty: new Blob([]),
    truncatedJpeg: jpeg.slice(0, 800),
    truncatedPng: png.slice(0, png.size - 30),
    truncatedGif: gif.slice(0, 100),
    truncatedWebp: webp.slice(0, webp.size - 30),
    damagedPng: await damaged(png, 60),
    // The lengths of its Huffman codes.
    damagedWebp: await damaged(losslessWebp, 30, 40),
    // 100,000 columns and rows.
    hugePng: new Blob([png.slice(0, 16), Uint8Array.of(0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0), png.slice(24)]),
  };
}

/** A file with the bits of some bytes turned over. */
async function damaged(file: Blob, from: number, to = from + 1): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  for (let at = from; at < to; at++) bytes[at] = ~(bytes[at] ?? 0);
  return new Blob([bytes]);
}

/** A JPEG with a profile behind its start. */
function withDisplayP3(jpeg: Blob): Blob {
  const payload = [...letters("ICC_PROFILE\0"), 1, 1, ...displayP3Profile()];
  const segment = Uint8Array.of(0xff, 0xe2, ...two(payload.length + 2), ...payload);
  return new Blob([jpeg.slice(0, 2), segment, jpeg.slice(2)]);
}

/** A BMP of 24 bits, its width a multiple of 4. */
function bitmapFile(pixels: Uint8ClampedArray, { width, height }: Size): Blob {
  const head = [...letters("BM"), ...fourLittle(54 + width * height * 3), 0, 0, 0, 0, ...fourLittle(54)];
  const sides = [...fourLittle(width), ...fourLittle(height), ...two(1, true), ...two(24, true)];
  const colors = pixels.filter((_, at) => at % 4 < 3);
  return new Blob([Uint8Array.from([...head, ...fourLittle(40), ...sides, ...new Array<number>(24).fill(0)]), colors]);
}

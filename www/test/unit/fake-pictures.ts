/** What a worker has of a browser's pictures, with the faults that real ones have: bitmaps, frames, textures and canvases. */
import { afterEach } from "node:test";
import { readPng } from "../png.js";

export interface Faults {
  /** `copyTo` never looks at `format` and gives the frame's own bytes: Safari, Chromium before 127. */
  frameFormat?: "BGRA" | "BGRX" | "RGBA" | "RGBX" | "I420";
  /** There are no frames. */
  noFrames?: boolean;
  /** Frames give another byte for one of an opaque picture. */
  wrongFrames?: boolean;
  /** There is no WebGL 2. */
  noTextures?: boolean;
  /** What is read from a canvas has noise. */
  noise?: boolean;
  /** Files of this type are blank. */
  blank?: string;
  /** Files of this type are written as PNG. */
  unknownType?: string;
}

/** Straight RGBA. */
class FakeBitmap {
  closed = false;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  constructor(width: number, height: number, pixels: Uint8Array) {
    this.width = width;
    this.height = height;
    this.pixels = pixels;
  }
  close(): void {
    this.closed = true;
  }
}

export type Bitmap = FakeBitmap & ImageBitmap;
export const bitmapOf = (width: number, height: number, pixels: ArrayLike<number>) =>
  new FakeBitmap(width, height, Uint8Array.from(pixels)) as unknown as Bitmap;

/** What is left of straight colours that are multiplied with alpha, in 8 bits, and divided again. */
export function premultipliedAndBack(pixels: Uint8Array): Uint8Array {
  return pixels.map((byte, at) => {
    const alpha = pixels[at | 3] ?? 0;
    if (at % 4 === 3) return byte;
    return alpha === 0 ? 0 : Math.min(255, Math.round((Math.round((byte * alpha) / 255) * 255) / alpha));
  });
}

/** Files of the fakes other than PNG: a letter, width, height, pixels. */
const fakeFile = (type: string, width: number, height: number, pixels: Uint8Array) =>
  new Blob([Uint8Array.of(70, width, height), Uint8Array.from(pixels)], { type });

async function decode(blob: Blob): Promise<FakeBitmap> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (bytes[0] === 70) return new FakeBitmap(bytes[1] ?? 0, bytes[2] ?? 0, bytes.slice(3));
  const { width, height, pixels } = readPng(bytes);
  return new FakeBitmap(width, height, pixels);
}

function toBgra(pixels: Uint8Array): Uint8Array {
  return pixels.map((_, at) => pixels[at % 4 === 0 ? at + 2 : at % 4 === 2 ? at - 2 : at] ?? 0);
}

let canvases = 0;
/** How many canvases were made until now. */
export const canvasCount = () => canvases;

const NAMES = ["createImageBitmap", "VideoFrame", "OffscreenCanvas", "ImageData"];
afterEach(() => {
  for (const name of NAMES) Reflect.deleteProperty(globalThis, name);
});

/** Puts them where a worker finds them, until the test has ended: Node has none of its own. */
export function useFakePictures(faults: Faults): void {
  class FakeFrame {
    readonly format: string;
    readonly visibleRect: { width: number; height: number };
    readonly bitmap: FakeBitmap;
    constructor(bitmap: FakeBitmap) {
      this.bitmap = bitmap;
      const isOpaque = bitmap.pixels.every((byte, at) => at % 4 < 3 || byte === 255);
      this.format = faults.frameFormat ?? (isOpaque ? "BGRX" : "BGRA");
      this.visibleRect = { width: bitmap.width, height: bitmap.height };
    }
    close(): void {
      // Nothing is held.
    }
    copyTo(buffer: ArrayBuffer, options: { format?: string }): Promise<void> {
      const own = premultipliedAndBack(this.bitmap.pixels);
      if (faults.wrongFrames) own[5] = 77;
      const asked = faults.frameFormat === undefined ? options.format : this.format;
      const bytes = asked?.startsWith("BGR") ? toBgra(own) : own;
      // What no alpha is kept for is anything.
      if (asked?.endsWith("X")) for (let at = 3; at < bytes.length; at += 4) bytes[at] = 9;
      new Uint8Array(buffer).set(bytes);
      return Promise.resolve();
    }
  }

  class FakeCanvas {
    #pixels: Uint8Array;
    readonly width: number;
    readonly height: number;
    constructor(width: number, height: number) {
      this.width = width;
      this.height = height;
      this.#pixels = new Uint8Array(width * height * 4);
      canvases += 1;
    }
    getContext(kind: string): object | null {
      if (kind === "webgl2") return faults.noTextures ? null : fakeTextures();
      return {
        canvas: this,
        drawImage: ({ pixels }: FakeBitmap) => (this.#pixels = premultipliedAndBack(pixels)),
        putImageData: ({ data }: { data: Uint8Array }) => (this.#pixels = premultipliedAndBack(Uint8Array.from(data))),
        getImageData: () => ({
          data: Uint8ClampedArray.from(this.#pixels, (byte) => (faults.noise && byte > 50 ? byte - 1 : byte)),
        }),
      };
    }
    convertToBlob({ type }: { type: string }): Promise<Blob> {
      const pixels = faults.blank === type ? new Uint8Array(this.#pixels.length) : this.#pixels;
      return Promise.resolve(
        fakeFile(faults.unknownType === type ? "image/png" : type, this.width, this.height, pixels),
      );
    }
  }

  Object.assign(globalThis, {
    createImageBitmap: (blob: Blob) => decode(blob),
    VideoFrame: faults.noFrames ? undefined : FakeFrame,
    OffscreenCanvas: FakeCanvas,
    ImageData: class {
      readonly data: Uint8ClampedArray;
      constructor(data: Uint8ClampedArray) {
        this.data = data;
      }
    },
  });
}

function fakeTextures(): object {
  let pixels: Uint8Array = new Uint8Array(0);
  const nothing = () => undefined;
  return {
    ...{ createTexture: nothing, createFramebuffer: nothing, bindTexture: nothing, bindFramebuffer: nothing },
    ...{ framebufferTexture2D: nothing, deleteFramebuffer: nothing, deleteTexture: nothing },
    isContextLost: () => false,
    getParameter: () => 8192,
    texImage2D: (...given: unknown[]) => (pixels = (given[5] as FakeBitmap).pixels),
    readPixels: (...given: unknown[]) => (given[6] as Uint8Array).set(pixels),
    getError: () => 0,
    NO_ERROR: 0,
  };
}

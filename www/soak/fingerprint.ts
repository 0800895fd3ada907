/** Images as short texts: equal texts, equal kind, size and bytes. */
import type { ImageInput, ImageOutput } from "../src/types.js";

/** 64 bits over all bytes. */
function hash(bytes: Uint8Array): string {
  let [one, two] = [0xdeadbeef ^ bytes.length, 0x41c6ce57 ^ bytes.length];
  const padded = new Uint8Array((bytes.length + 3) & ~3);
  padded.set(bytes);
  for (const word of new Int32Array(padded.buffer)) {
    one = Math.imul(one ^ word, 0x9e3779b1);
    two = Math.imul(two ^ word, 0x5f356495);
    two ^= two >>> 15;
  }
  one = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35);
  two = Math.imul(two ^ (two >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
  return (one >>> 0).toString(16).padStart(8, "0") + (two >>> 0).toString(16).padStart(8, "0");
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Blobs are read later; everything else at once, so that it may be given back right after. */
export async function fingerprint(image: ImageInput | ImageOutput): Promise<string> {
  if (image instanceof Blob) {
    return `Blob ${image.type} ${image.size} ${hash(new Uint8Array(await image.arrayBuffer()))}`;
  }
  if (image instanceof ArrayBuffer) return `ArrayBuffer ${image.byteLength} ${hash(new Uint8Array(image))}`;
  if (Array.isArray(image)) return `list ${image.length} ${hash(bytesOf(Float64Array.from(image)))}`;
  if (ArrayBuffer.isView(image)) return `${image.constructor.name} ${image.length} ${hash(bytesOf(image))}`;
  if (image instanceof ImageBitmap || image instanceof OffscreenCanvas) return drawn(image);
  if (!("data" in image)) return Object.prototype.toString.call(image);
  const { data, width, height } = image;
  const kind = image instanceof ImageData ? "ImageData" : data.constructor.name;
  return `${kind} ${width}x${height} ${hash(bytesOf(data))}`;
}

function drawn(picture: ImageBitmap | OffscreenCanvas): string {
  const { width, height } = picture;
  if (width === 0 || height === 0) return `${picture.constructor.name}, closed`;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.drawImage(picture, 0, 0);
  return `${picture.constructor.name} ${width}x${height} ${hash(bytesOf(context.getImageData(0, 0, width, height).data))}`;
}

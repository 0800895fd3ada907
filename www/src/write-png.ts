/**
 * Writes PNG files (ISO/IEC 15948), exactly: a canvas holds colours premultiplied with alpha, and cannot give them back. RGB
 * where the image is opaque, else RGBA; 8 bits. Uses nothing of the browser but its compression.
 */
import { chunk } from "./png-chunk.js";

/** Pixels to be written. */
interface Image {
  width: number;
  height: number;
  /** RGBA, straight. */
  bytes: Uint8Array;
  isOpaque: boolean;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const [RGB, RGBA] = [2, 6];
const PAETH = 4;

/** `chunks`: whole chunks that say how colours are meant, to stand before the pixels. */
export async function writePng(image: Image, chunks: readonly Uint8Array<ArrayBuffer>[] = []): Promise<Blob> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, image.width);
  view.setUint32(4, image.height);
  header.set([8, image.isOpaque ? RGB : RGBA, 0, 0, 0], 8);
  const data = await compressed(image);
  const parts = [
    SIGNATURE,
    ...chunk("IHDR", header),
    ...chunks,
    ...chunk("IDAT", data),
    ...chunk("IEND", new Uint8Array(0)),
  ];
  return new Blob(parts, { type: "image/png" });
}

/** Bytes that are filtered before they are compressed. */
const PIECE_BYTES = 1 << 18;

async function compressed(image: Image): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new CompressionStream("deflate");
  const whole = new Response(readable).arrayBuffer();
  const writer = writable.getWriter();
  const rows = Math.max(1, Math.floor(PIECE_BYTES / (image.width * 4)));
  for (let y = 0; y < image.height; y += rows) {
    await writer.write(filterRows(image, y, Math.min(y + rows, image.height)));
  }
  await writer.close();
  return new Uint8Array(await whole);
}

/** Rows from one to before another, each behind the number of its filter: Paeth's, which photos compress best with. */
function filterRows({ width, bytes, isOpaque }: Image, from: number, end: number): Uint8Array<ArrayBuffer> {
  const channels = isOpaque ? 3 : 4;
  const filtered = new Uint8Array((width * channels + 1) * (end - from));
  let to = 0;
  for (let y = from; y < end; y++) {
    filtered[to++] = PAETH;
    const row = y * width * 4;
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const at = row + x * 4 + channel;
        const left = x > 0 ? (bytes[at - 4] as number) : 0;
        const above = y > 0 ? (bytes[at - width * 4] as number) : 0;
        const corner = x > 0 && y > 0 ? (bytes[at - width * 4 - 4] as number) : 0;
        const guess = left + above - corner;
        const fromLeft = Math.abs(guess - left);
        const fromAbove = Math.abs(guess - above);
        const fromCorner = Math.abs(guess - corner);
        const isLeft = fromLeft <= fromAbove && fromLeft <= fromCorner;
        const nearest = isLeft ? left : fromAbove <= fromCorner ? above : corner;
        filtered[to++] = (bytes[at] as number) - nearest;
      }
    }
  }
  return filtered;
}

/** Chunks that say how colours are meant (ISO/IEC 15948, 11.3.2). */
const COLOR_CHUNKS = ["iCCP", "cICP", "sRGB", "gAMA", "cHRM"];

/** The chunks of a PNG file that say how its colours are meant, whole. */
export function colorChunksOf(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = SIGNATURE.length; at + 12 <= file.length;) {
    const end = at + 12 + view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (type === "IDAT" || end > file.length) break;
    if (COLOR_CHUNKS.includes(type)) chunks.push(file.subarray(at, end));
    at = end;
  }
  return chunks;
}

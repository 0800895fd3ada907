/** What is packed with zlib (RFC 1950) in a file, unpacked by the browser. */
import { joined } from "./bytes.js";

/** Packed bytes become at most about a thousand times as many, all of a piece at once, whether anybody wants them or not. */
const PIECE_BYTES = 1 << 10;

/**
 * The first bytes of what is packed, at most so many; `undefined` where it is broken. Memory is needed for them and for about one
 * mebibyte more, however much is packed.
 */
export async function unpack(
  packed: Uint8Array<ArrayBuffer>,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { writable, readable } = new DecompressionStream("deflate");
  const reader = readable.getReader();
  // What is wrong is told to the reader as well.
  const ignore = () => undefined;
  feed(writable.getWriter(), packed).catch(ignore);
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < most) {
      const { value } = await reader.read();
      if (!value) break;
      parts.push(value);
      length += value.length;
    }
  } catch {
    return undefined;
  }
  reader.cancel().catch(ignore);
  return joined(parts).subarray(0, most);
}

/** Each piece waits until what the one before it gave has been read. */
async function feed(writer: WritableStreamDefaultWriter<BufferSource>, packed: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let at = 0; at < packed.length; at += PIECE_BYTES) await writer.write(packed.subarray(at, at + PIECE_BYTES));
  await writer.close();
}

/** Chunks of PNG files (ISO/IEC 15948, 5.3), as they are written. */

/** A chunk in three parts, so that what it holds is not copied. */
export function chunk(type: string, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const [head, sum] = [new Uint8Array(8), new Uint8Array(4)];
  new DataView(head.buffer).setUint32(0, data.length);
  for (let at = 0; at < 4; at++) head[4 + at] = type.charCodeAt(at);
  new DataView(sum.buffer).setUint32(0, ~crc32(data, crc32(head.subarray(4))) >>> 0);
  return [head, data, sum];
}

let crcTable: Uint32Array | undefined;

/** Goes on from the sum of what stands before, without the last step, which turns all bits round. */
function crc32(bytes: Uint8Array, crc = -1): number {
  crcTable ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
    return byte;
  });
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return crc;
}

/** Buffers that are kept from picture to picture. */

const floats = new Map<string, Float32Array<ArrayBuffer>>();
const bytes = new Map<string, Uint8Array<ArrayBuffer>>();

export function keptFloats(name: string, length: number): Float32Array<ArrayBuffer> {
  let array = floats.get(name);
  if (array?.length !== length) floats.set(name, (array = new Float32Array(length)));
  return array;
}

export function keptBytes(name: string, length: number): Uint8Array<ArrayBuffer> {
  let array = bytes.get(name);
  if (array?.length !== length) bytes.set(name, (array = new Uint8Array(length)));
  return array;
}

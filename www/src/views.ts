/** Bytes as numbers of more than one byte, and as text. */

/** The bytes as a view that reads numbers of more than one. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Whether bytes are these characters of Latin-1. */
export function hasText(data: DataView, at: number, text: string): boolean {
  if (at + text.length > data.byteLength) return false;
  for (let i = 0; i < text.length; i++) if (data.getUint8(at + i) !== text.charCodeAt(i)) return false;
  return true;
}

/** Bytes as characters of Latin-1. */
export function latin(head: DataView, from: number, to: number): string {
  return String.fromCharCode(...new Uint8Array(head.buffer, head.byteOffset + from, to - from));
}

/** Characters of Latin-1 as bytes. */
export function latinBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

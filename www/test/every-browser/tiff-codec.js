/**
 * A codec as users of the package write them, for a format that is made up and begins as a TIFF: `II*\0`, then width, height and
 * quality (0 where nothing is to be lost) as 32 bits, then RGBA bytes. `?fails=…` in its address says how it fails; `hangs` does so with
 * files of quality 1 alone.
 */
const fails = new URL(import.meta.url).searchParams.get("fails");
const HEAD_BYTES = 16;

export async function decode(file) {
  if (fails === "throws") throw new Error("it is not to be read");
  const head = new DataView(file);
  if (fails === "hangs" && head.getUint32(12, true) === 1) for (;;);
  const data = new Uint8ClampedArray(file.slice(HEAD_BYTES, fails === "pixels" ? -1 : undefined));
  return { data, width: head.getUint32(4, true), height: head.getUint32(8, true) };
}

export function encode({ data, width, height }, { quality = 0 }) {
  if (fails === "throws") throw new Error("it is not to be written");
  if (fails === "pixels") return new ArrayBuffer(0);
  const file = new Uint8Array(HEAD_BYTES + data.length);
  const head = new DataView(file.buffer);
  file.set([0x49, 0x49, 0x2a, 0]);
  [width, height, quality].forEach((value, at) => head.setUint32(4 + at * 4, value, true));
  file.set(data, HEAD_BYTES);
  return file;
}

/** `ImageData` over a buffer. */

/** Of sRGB where no space is given: browsers that know no other take no argument for it. */
export function imageDataOf(
  buffer: ArrayBuffer,
  width: number,
  height: number,
  colorSpace?: PredefinedColorSpace,
): ImageData {
  const data = new Uint8ClampedArray(buffer);
  return colorSpace ? new ImageData(data, width, height, { colorSpace }) : new ImageData(data, width, height);
}

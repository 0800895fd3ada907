import { createPool, type Pool, type PixelImage } from "pixelpool";
import { createPool as createPoolInPlace } from "pixelpool/static";

export async function invert(file: File): Promise<[ImageData, Blob]> {
  const pool: Pool = await createPool({ threads: 2 });
  const files = await pool.starmap([{ kind: "gaussianBlur", sigma: 2 }, "invert"], [["a", file]] as const, {
    output: { type: "image/jpeg", quality: 0.8 },
  });
  for (const [id, image] of files) {
    id satisfies "a";
    image satisfies Blob;
  }
  const picture = await pool.apply("invert", file);
  const written = await pool.apply("invert", file, undefined, { output: { type: "image/png" } });
  await pool.close();
  return [picture, written];
}

export async function inPlace(image: PixelImage): Promise<PixelImage> {
  const pool = await createPoolInPlace();
  // @ts-expect-error -- a misspelt filter
  await pool.apply("inverted", image);
  return pool.apply({ kind: "median", radius: 2 }, image);
}

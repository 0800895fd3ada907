/** The images that a soak is made of: few, the same for every seed, and made anew wherever they are given away. */
import { Chance } from "./chance.js";
import { fingerprint } from "./fingerprint.js";
import { makeFiles } from "./files.js";
import { NO_PICTURES, type ItemPlan, type Material, type Shape } from "./plan.js";
import type { ImageInput, Pool } from "../src/types.js";

type Pixels = Extract<Material, { kind: "pixels" }>;

export class Materials {
  readonly #files: ReadonlyMap<string, Blob>;
  /** What is given to be kept, one for all that want the same, with its fingerprint of before. */
  readonly #kept = new Map<string, { image: ImageInput; before: string }>();

  private constructor(files: ReadonlyMap<string, Blob>) {
    this.#files = files;
  }

  /** Makes them by a pool, which must read each file that is a picture, and tell what each other one is. */
  static async make(pool: Pool): Promise<Materials> {
    const files = await makeFiles(pool, ({ width, height }) => draw({ kind: "pixels", width, height, style: "noise" }));
    const wanted: Readonly<Partial<Record<string, string>>> = NO_PICTURES;
    for (const [name, file] of Object.entries(files)) {
      const told = await pool.apply([], file).then(
        () => undefined,
        (error: unknown) => String((error as { code?: unknown }).code),
      );
      if (told !== wanted[name])
        throw new Error(`the file ${name} is ${told ?? "a picture"}, not ${wanted[name] ?? "one"}`);
    }
    return new Materials(new Map(Object.entries(files)));
  }

  /** Bytes of the file that an item is given as, 0 where it is none. */
  fileSize({ material }: ItemPlan): number {
    return material.kind === "file" ? (this.#files.get(material.name)?.size ?? 0) : 0;
  }

  /** An image that stays whole: the same for all who ask. */
  async keep({ material, shape }: ItemPlan): Promise<ImageInput> {
    // A body can be read once.
    if (shape === "response") return this.make(material, shape);
    const key = JSON.stringify([material, shape]);
    let kept = this.#kept.get(key);
    if (!kept) {
      const image = await this.make(material, shape);
      kept = { image, before: await fingerprint(image) };
      this.#kept.set(key, kept);
    }
    return kept.image;
  }

  /** Which of the kept images are no longer what they were; these are forgotten. */
  async changed(): Promise<string[]> {
    const changed: string[] = [];
    for (const [key, { image, before }] of this.#kept) {
      const after = await fingerprint(image);
      if (after === before) continue;
      changed.push(`${key} was ${before} and is ${after}`);
      this.#kept.delete(key);
    }
    return changed;
  }

  /** An image of one's own. */
  async make(material: Material, shape: Shape): Promise<ImageInput> {
    switch (material.kind) {
      case "file": {
        const blob = this.#files.get(material.name) ?? new Blob();
        if (shape === "arrayBuffer") return blob.arrayBuffer();
        return shape === "response" ? new Response(blob) : blob;
      }
      case "numbers":
        return numbers(material.length, shape);
      case "pixels":
        return picture(material, shape);
    }
  }
}

const drawn = new Map<string, Uint8ClampedArray<ArrayBuffer>>();

/** The bytes of a picture, to be copied. */
function pixels(material: Pixels): Uint8ClampedArray<ArrayBuffer> {
  const key = JSON.stringify(material);
  const data = drawn.get(key) ?? draw(material);
  drawn.set(key, data);
  return data;
}

function draw({ width, height, style }: Pixels): Uint8ClampedArray<ArrayBuffer> {
  const data = new Uint8ClampedArray(width * height * 4);
  const chance = new Chance(width * 1009 + height);
  for (let at = 0; at < data.length; at++) data[at] = chance.below(256);
  for (let at = 3; at < data.length && style !== "noise"; at += 4) data[at] = style === "opaque" ? 255 : 0;
  return data;
}

function numbers(length: number, shape: Shape): ImageInput {
  const chance = new Chance(length);
  const list = Array.from({ length }, () => chance.between(-4000, 4000) / 16);
  switch (shape) {
    case "float64":
      return Float64Array.from(list);
    case "float32":
      return Float32Array.from(list);
    case "uint8":
      return Uint8Array.from(list);
    case "int16":
      return Int16Array.from(list);
    default:
      return list;
  }
}

async function picture(material: Pixels, shape: Shape): Promise<ImageInput> {
  const { width, height } = material;
  const data = pixels(material).slice();
  switch (shape) {
    case "plain":
      return { data: new Uint8Array(data), width, height };
    case "clamped":
      return { data, width, height };
    case "view": {
      const larger = new Uint8Array(data.length + 20).fill(77);
      larger.set(data, 8);
      return { data: larger.subarray(8, 8 + data.length), width, height };
    }
    case "shared": {
      const shared = new Uint8Array(new SharedArrayBuffer(data.length));
      shared.set(data);
      return { data: shared, width, height };
    }
    case "bitmap":
      return createImageBitmap(new ImageData(data, width, height));
    case "canvas": {
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext("2d")?.putImageData(new ImageData(data, width, height), 0, 0);
      return canvas;
    }
    default:
      return new ImageData(data, width, height);
  }
}

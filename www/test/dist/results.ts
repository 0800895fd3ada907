/**
 * What the types say of results, as a project sees them that has installed the package: compiled by types.test.ts with each
 * TypeScript and each library that the package promises, and by `tsc -p tsconfig.test.json`. Nothing of it is run.
 */
import {
  BatchError,
  createPool,
  type BatchItem,
  type ErrorCode,
  type FilterInput,
  type FunctionContext,
  type FunctionImage,
  type ImageInput,
  type ImageOutput,
  type ImageResult,
  type PixelImage,
  type Pool,
  type RunOptions,
  type Settled,
} from "pixelpool";

/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- they tell whether two types are one */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/* eslint-enable */

/** `expect<A>()(value, true)` compiles where the value's type is `A` to the letter. */
const expect =
  <A>() =>
  <B>(value: B, same: Equal<A, B>): [B, boolean] => [value, same];

/** A list of one's own: from TypeScript 5.7 on its type tells of its buffer. */
type Own<List extends { slice(): unknown }> = ReturnType<List["slice"]>;

/** A page may declare globals of our types: what is asked of the globals must not go round in a circle. */
declare global {
  var pixelpoolOfThePage: Pool | undefined;
  var lastImage: ImageOutput | undefined;
}

export async function images(pool: Pool, file: File, blob: Blob, response: Response): Promise<void> {
  const apply = <Image extends ImageInput>(image: Image) => pool.apply("invert", image);
  expect<ImageData>()(await pool.apply("invert", new ImageData(1, 1)), true);
  expect<ImageData>()(await pool.apply("invert", file), true);
  expect<ImageData>()(await pool.apply("invert", blob), true);
  expect<ImageData>()(await pool.apply("invert", response), true);
  expect<ImageData>()(await pool.apply("invert", new ArrayBuffer(4)), true);
  expect<ImageData>()(await apply(file), true);
  expect<number[]>()(await pool.apply("invert", [1, 2, 3]), true);
  expect<number[]>()(await pool.apply("invert", [1, 2, 3] as const), true);
  expect<Own<Int8Array>>()(await pool.apply("invert", new Int8Array(3)), true);
  expect<Own<Int16Array>>()(await pool.apply("invert", new Int16Array(3)), true);
  expect<Own<Uint16Array>>()(await pool.apply("invert", new Uint16Array(3)), true);
  expect<Own<Int32Array>>()(await pool.apply("invert", new Int32Array(3)), true);
  expect<Own<Uint32Array>>()(await pool.apply("invert", new Uint32Array(3)), true);
  expect<Own<Float32Array>>()(await pool.apply("invert", new Float32Array(3)), true);
  expect<Own<Float64Array>>()(await pool.apply("invert", new Float64Array(3)), true);
  // Bytes may be an encoded picture.
  expect<ImageData | Own<Uint8ClampedArray>>()(await pool.apply("invert", new Uint8ClampedArray(3)), true);
  expect<ImageBitmap>()(await pool.apply("invert", new Uint8ClampedArray(3), 1, { output: "bitmap" }), true);
  expect<ImageData | Own<Uint8Array>>()(await pool.apply("invert", new Uint8Array(3)), true);
  const plain = { width: 1, height: 1 };
  expect<PixelImage<Own<Uint8Array>>>()(await pool.apply("invert", { data: new Uint8Array(4), ...plain }), true);
  const clamped = await pool.apply("invert", { data: new Uint8ClampedArray(4), ...plain });
  expect<PixelImage<Own<Uint8ClampedArray>>>()(clamped, true);
  const [wide, single] = [new Uint16Array(1), new Float32Array(3)];
  expect<PixelImage<Own<Uint16Array>>>()(await pool.apply("invert", { data: wide, ...plain }), true);
  const floats = await pool.apply("invert", { data: single, ...plain, channels: 3 });
  expect<PixelImage<Own<Float32Array>>>()(floats, true);
  floats.channels satisfies number | undefined;
  expect<ImageData>()(await pool.apply("invert", { data: wide, ...plain }, null, { output: "imageData" }), true);
  const either = await pool.apply("invert", { data: Math.random() < 0.5 ? wide : single, ...plain });
  expect<PixelImage<Own<Uint16Array> | Own<Float32Array>>>()(either, true);
  // @ts-expect-error -- doubles are no pixels
  await pool.apply("invert", { data: new Float64Array(4), ...plain });
  // What a pool makes lies in a buffer that everything in the page takes.
  new ImageData(clamped.data, clamped.width, clamped.height);
  new Blob([clamped.data]);
}

export async function pictures(
  pool: Pool,
  bitmap: ImageBitmap,
  frame: VideoFrame,
  img: HTMLImageElement,
): Promise<void> {
  expect<ImageBitmap>()(await pool.apply("invert", bitmap), true);
  expect<ImageBitmap>()(await pool.apply("invert", frame), true);
  expect<ImageBitmap>()(await pool.apply("invert", img), true);
  expect<ImageBitmap>()(await pool.apply("invert", document.createElement("canvas")), true);
  expect<ImageBitmap>()(await pool.apply("invert", new OffscreenCanvas(1, 1)), true);
  expect<ImageData>()(await pool.apply("invert", bitmap, null, { output: "imageData" }), true);
}

export async function outputs(pool: Pool, file: File, any: ImageInput, signal: AbortSignal): Promise<void> {
  expect<ImageData>()(await pool.apply("invert", file, 1, { output: "same", signal }), true);
  expect<ImageData>()(await pool.apply("invert", file, 1, { output: "imageData" }), true);
  expect<ImageBitmap>()(await pool.apply("invert", file, 1, { output: "bitmap" }), true);
  expect<File>()(await pool.apply("invert", file, 1, { output: { type: "image/png" } }), true);
  expect<File>()(await pool.apply("invert", file, 1, { output: { type: "image/jpeg", quality: 0.85 } }), true);
  expect<Blob>()(await pool.apply("invert", new Uint8Array(4), 1, { output: { type: "image/webp" } }), true);
  const onGrey = { output: { type: "image/jpeg", background: [128, 128, 128] } } as const;
  expect<File>()(await pool.apply("invert", file, 1, onGrey), true);
  const white = await pool.apply("invert", file, 1, { output: { type: "image/jpeg", background: [255, 255, 255] } });
  expect<File>()(white, true);
  const apart = { type: "image/jpeg", quality: 0.85 } as const;
  expect<File>()(await pool.apply("invert", file, 1, { output: apart }), true);
  expect<ImageData>()(await pool.apply("invert", file, 1, {}), true);
  expect<ImageData>()(await pool.apply("invert", file, 1, { transfer: true }), true);
  const options = { transfer: true, signal };
  expect<ImageData>()(await pool.apply("invert", file, 1, options), true);
  const either = file.size > 1000 ? "bitmap" : "imageData";
  expect<ImageBitmap | ImageData>()(await pool.apply("invert", file, 1, { output: either }), true);
  const unknown: RunOptions = { output: "bitmap" };
  expect<ImageBitmap | ImageData | File | PixelImage<Own<Uint8ClampedArray> | Own<Uint16Array>>>()(
    await pool.apply("invert", file, 1, unknown),
    true,
  );
  (await pool.apply("invert", any, 1, unknown)) satisfies ImageOutput;
  // A flat list has no width and no height: it is refused.
  expect<never>()(await pool.apply("invert", [1], 1, { output: "bitmap" }), true);
  // @ts-expect-error -- a misspelt option of the file
  await pool.apply("invert", file, 1, { output: { type: "image/jpeg", qualty: 0.85 } });
  // @ts-expect-error -- four channels
  await pool.apply("invert", file, 1, { output: { type: "image/jpeg", background: [0, 0, 0, 0] } });
  // @ts-expect-error -- browsers do not write it
  await pool.apply("invert", file, 1, { output: { type: "image/gif" } });
  // @ts-expect-error -- no such output
  await pool.apply("invert", file, 1, { output: "png" });
  // @ts-expect-error -- a misspelt option
  await pool.apply("invert", file, 1, { outptu: "bitmap" });
  // @ts-expect-error -- a result of another kind
  (await pool.apply("invert", file)) satisfies Blob;
}

export async function batches(pool: Pool, files: File[]): Promise<void> {
  const [file = new File([], "a.png")] = files;
  type Images = [id: string, image: ImageData][];
  expect<Images>()(await pool.starmap("invert", [["a", file, 2]]), true);
  expect<Images>()(await pool.starmap("invert", [["a", Promise.resolve(file)]]), true);
  expect<Images>()(
    await pool.starmap("invert", [
      ["a", fetch("a.png")],
      ["b", file, 2],
      ["c", file, null],
    ]),
    true,
  );
  expect<[id: number, image: number[]][]>()(
    await pool.starmap("multiply", [
      [1, [10, 20], 2],
      [2, [30], 3],
    ]),
    true,
  );
  const mixed = await pool.starmap("invert", [
    ["a", file],
    [2, [1, 2]],
    [{ three: 3 }, new ImageData(1, 1)],
  ]);
  expect<ImageData | number[]>()(mixed[0]![1], true);
  mixed[0]![0] satisfies string | number | { three: number };
  const blobs = await pool.starmap(
    "invert",
    [
      ["a", file],
      ["b", new ImageData(1, 1)],
    ],
    { output: { type: "image/png" } },
  );
  expect<[id: string, image: Blob | File][]>()(blobs, true);

  // A batch that is declared apart: nobody knows which of its items' elements is the id.
  const list = files.map((file) => [file.name, file]);
  expect<[id: string | File, image: ImageData][]>()(await pool.starmap("invert", list), true);
  const numbers = [
    [1, [10, 20, 30], 2],
    [2, [40, 50, 60], 3],
  ];
  expect<[id: number | number[], image: number[]][]>()(await pool.starmap("multiply", numbers), true);
  expect<Images>()(
    await pool.starmap(
      "invert",
      files.map((file) => [file.name, file] as const),
    ),
    true,
  );
  expect<Images>()(
    await pool.starmap(
      "invert",
      files.map((file): [string, File, number?] => [file.name, file]),
    ),
    true,
  );
  const items: BatchItem<number>[] = [[1, file]];
  (await pool.starmap("invert", items)) satisfies [number, ImageOutput][];
  (await pool.starmap("invert", [])) satisfies [id: never, image: never][];

  function* some() {
    for (const file of files) yield [file.name, file] as const;
  }
  async function* later() {
    for (const file of files) yield [file.name, await createImageBitmap(file), 2] as const;
  }
  expect<Images>()(await pool.starmap("invert", some()), true);
  expect<[id: string, image: ImageBitmap][]>()(await pool.starmap("invert", later()), true);
  expect<Images>()(await pool.starmap("invert", new Set(some())), true);
  expect<Images>()(await pool.starmap("invert", new Map([["a", file]])), true);

  // @ts-expect-error -- no image
  await pool.starmap("invert", [[1]]);
  // @ts-expect-error -- an address is no image
  await pool.starmap("invert", [[1, "a.png"]]);
  // @ts-expect-error -- an intensity is no text
  await pool.starmap("invert", [[1, file, "2"]]);
  // @ts-expect-error -- four elements
  await pool.starmap("invert", [[1, file, 2, 3]]);
  // @ts-expect-error -- no items
  await pool.starmap("invert", [1]);
  // @ts-expect-error -- no batch
  await pool.starmap("invert", 1);
}

export async function streams(pool: Pool, files: File[], context: CanvasRenderingContext2D): Promise<void> {
  const batch = files.map((file) => [file.name, file] as const);
  for await (const result of pool.imap("invert", batch, { output: "bitmap" })) {
    expect<Settled<string, ImageBitmap>>()(result, true);
    if (result.status === "fulfilled") {
      context.drawImage(result.image, 0, 0);
      // @ts-expect-error -- it did not fail
      result.reason satisfies Error;
    } else {
      result.reason satisfies Error;
      expect<ErrorCode>()(result.reason.code, true);
      // @ts-expect-error -- it failed
      result.image satisfies ImageBitmap;
    }
  }
  for await (const { id, image, reason } of pool.imapUnordered("invert", batch, { output: { type: "image/png" } })) {
    id satisfies string;
    if (image) expect<number>()(image.size, true);
    else expect<ErrorCode>()(reason.code, true);
  }
  for await (const { status, image, reason } of pool.imap("invert", batch)) {
    if (status === "fulfilled") expect<ImageData>()(image, true);
    else expect<ErrorCode>()(reason.code, true);
  }
  try {
    await pool.starmap("invert", batch);
  } catch (error) {
    if (error instanceof BatchError) for (const { status } of error.results) status satisfies "fulfilled" | "rejected";
  }
}

export function failed(error: BatchError<string, ImageData>): (ImageData | ErrorCode)[] {
  return error.results.map(({ image, reason }) => image ?? reason.code);
}

export async function chains(pool: Pool, file: File): Promise<void> {
  const chain = [{ kind: "gaussianBlur", sigma: 1.5 }, "grayscale", { kind: "unsharpMask", amount: 0.8 }] as const;
  await pool.apply(chain, file);
  const written: FilterInput = [{ kind: "resize", width: 640 }, "invert"];
  await pool.apply(written, file);
  // @ts-expect-error -- a misspelt parameter
  await pool.apply([{ kind: "gaussianBlur", sigam: 1.5 }, "grayscale"], file);
  // @ts-expect-error -- a misspelt kind
  await pool.apply([{ kind: "gausianBlur", sigma: 1.5 }], file);
  // @ts-expect-error -- a misspelt name
  await pool.apply("grayscal", file);
}

/** Functions around a pool keep what it says. */
export async function each<Image extends ImageInput>(images: Image[]): Promise<ImageResult<Image>[]> {
  const pool = await createPool();
  const results = await pool.starmap(
    "invert",
    images.map((image, index): BatchItem<number, Image> => [index, image]),
  );
  await pool.close();
  results satisfies [number, unknown][];
  return Promise.all(images.map((image) => pool.apply("invert", image)));
}

export function give(pool: Pool, image: ImageResult<File | number[] | ImageBitmap | PixelImage>): void {
  globalThis.pixelpoolOfThePage = pool;
  globalThis.lastImage = image;
  pool.recycle(image);
}

/** What a worker of one's own serves. */
type Served = {
  brighten: (image: FunctionImage, by: number, context: FunctionContext) => void;
  mean: (image: FunctionImage) => Promise<number>;
  mirror: (image: FunctionImage) => ImageData;
};

export async function functions(file: File, plain: Pool): Promise<void> {
  const worker = () => new Worker("my-worker.js");
  const pool = await createPool<Served>({ functions: worker });
  expect<ImageData>()(await pool.apply({ function: "brighten", strong: true }, file, 2), true);
  expect<ImageData>()(await pool.apply({ function: "mirror" }, file), true);
  expect<Blob>()(await pool.apply({ function: "mirror" }, new Blob([]), 1, { output: { type: "image/png" } }), true);
  expect<number>()(await pool.apply({ function: "mean" }, file), true);
  expect<[id: string, result: number][]>()(await pool.starmap({ function: "mean" }, [["a", file]]), true);
  for await (const one of pool.imap({ function: "mean" }, [["a", file]])) {
    if (one.status === "fulfilled") expect<number>()(one.image, true);
  }
  expect<ImageData>()(await pool.apply(["invert", { function: "brighten" }, { kind: "resize", width: 9 }], file), true);
  // @ts-expect-error -- nobody serves it
  await pool.apply({ function: "darken" }, file);
  // @ts-expect-error -- nor in a chain
  await pool.apply(["invert", { function: "darken" }], file);
  // Of a module nothing is known, nor of what any worker serves.
  const module = new URL("https://example.com/heavy.js");
  const list: [number, number[], number][] = [[1, [10, 20, 30], 2]];
  expect<[id: number, result: unknown][]>()(await plain.starmap({ module, name: "applyHeavyFilter" }, list), true);
  expect<unknown>()(await plain.apply({ module, any: new Map() }, { data: "anything" }, "any intensity"), true);
  expect<unknown>()(await plain.apply({ function: "whatever" }, file), true);
  expect<ImageData>()(await plain.apply([{ module }, "invert"], file), true);
  // @ts-expect-error -- a step names one thing
  await plain.apply({ module, kind: "invert" }, file);
  // @ts-expect-error -- misspelt
  await plain.apply([{ kind: "gaussianBlur", sgima: 2 }, { module }], file);
}

/** The public types: what must compile, and what must not. Checked by `tsc -p tsconfig.test.json`; nothing of it is run. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { ErrorDetails } from "../../src/errors.js";
import type { UserFunctions } from "../../src/function-types.js";
import type {
  Batch,
  BatchItem,
  FilterInput,
  FilterKind,
  FilterSpec,
  ImageInput,
  ImageOutput,
  NumberImage,
  PixelImage,
  Pool,
  PoolOptions,
  RunOptions,
  Settled,
} from "../../src/types.js";
import type { Progress } from "../../src/report-types.js";
import type { SourceInfo } from "../../src/source-info.js";
import type { FilterInfo, OwnFilterInfo, ParameterInfo } from "../../src/filter-info.js";
import type { createPool } from "../../src/index.js";

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

function filterInputs(): FilterInput[] {
  const kernel = new Float32Array(9);
  return [
    "gaussianBlur",
    { kind: "gaussianBlur" },
    { kind: "gaussianBlur", sigma: 2 },
    { kind: "gaussianBlur", sigma: 2, border: "wrap", space: "linear" },
    { kind: "convolve", kernel, width: 3, height: 3, preserveAlpha: false },
    { kind: "colorMatrix", m: Array<number>(20).fill(0) },
    [],
    ["invert", { kind: "sepia", amount: 0.5 }, "sobel"],
    ["invert", "sepia"] as const,
    { kind: "multiply", factor: 2 } satisfies FilterSpec,
    "sepia" satisfies FilterKind,
  ];
}

function wrongFilterInputs(): FilterInput[] {
  const name: string = "gaussianBlur";
  return [
    // @ts-expect-error -- a misspelt name
    "gausianBlur",
    // @ts-expect-error -- any string is not a name
    name,
    // @ts-expect-error -- a misspelt kind
    { kind: "gausianBlur" },
    // @ts-expect-error -- a misspelt kind with a parameter
    { kind: "gausianBlur", sigma: 2 },
    // @ts-expect-error -- a misspelt parameter
    { kind: "gaussianBlur", sigm: 2 },
    // @ts-expect-error -- another filter's parameter
    { kind: "gaussianBlur", amount: 2 },
    // @ts-expect-error -- a wrong type
    { kind: "gaussianBlur", sigma: "2" },
    // @ts-expect-error -- no such choice
    { kind: "gaussianBlur", border: "mirror" },
    // @ts-expect-error -- no kind
    { sigma: 2 },
    // @ts-expect-error -- a misspelt name in a chain
    ["invert", "sepai"],
    // @ts-expect-error -- a misspelt parameter in a chain
    ["invert", { kind: "sepia", amout: 1 }],
    // @ts-expect-error -- a chain in a chain
    [["invert"]],
    // @ts-expect-error -- no filter
    5,
    // @ts-expect-error -- no filter
    null,
  ];
}

function specs(): FilterSpec[] {
  return [
    { kind: "invert" },
    // @ts-expect-error -- the list is required
    { kind: "colorMatrix" },
    // @ts-expect-error -- one of the lists is missing
    { kind: "lut1d", r: [], g: [] },
    // @ts-expect-error -- a misspelt parameter
    { kind: "gamma", gama: 1 },
  ];
}

function images(): ImageInput[] {
  return [
    [1, 2, 3],
    new Uint8Array(4),
    new Float64Array(4),
    { data: new Uint8Array(4), width: 1, height: 1 },
    { data: new Uint8ClampedArray(4), width: 1, height: 1 },
    new ImageData(1, 1),
    new Blob([]),
    new File([], "a.png"),
    new ArrayBuffer(4),
    new Response(),
    new OffscreenCanvas(1, 1),
    document.createElement("canvas"),
    document.createElement("img"),
    // @ts-expect-error -- an address is no picture
    "picture.png",
    // @ts-expect-error -- no height
    { data: new Uint8Array(4), width: 1 },
    { data: new Uint16Array(3), width: 1, height: 1, channels: 3 },
    { data: new Float32Array(1), width: 1, height: 1 },
    // @ts-expect-error -- samples are bytes, 16 bits or single precision
    { data: new Float64Array(4), width: 1, height: 1 },
    // @ts-expect-error -- a count
    { data: new Uint8Array(1), width: 1, height: 1, channels: "gray" },
    // @ts-expect-error -- a list of other things
    ["1"],
    // @ts-expect-error -- no numbers
    new BigInt64Array(1),
    // @ts-expect-error -- nothing
    null,
  ];
}

function items(): BatchItem<number>[] {
  const image: PixelImage = { data: new Uint8Array(4), width: 1, height: 1 };
  return [
    [1, image],
    [1, image, 2],
    [1, image, null],
    [1, image, undefined],
    [1, image, { sigma: 2 }],
    [1, Promise.resolve(image)],
    [1, Promise.resolve([1, 2]), 2],
    // @ts-expect-error -- no image
    [1],
    // @ts-expect-error -- four elements
    [1, image, 2, 3],
    // @ts-expect-error -- another id
    ["1", image],
    // @ts-expect-error -- an intensity is no text
    [1, image, "2"],
    // @ts-expect-error -- no tuple
    image,
  ];
}

function batches(): Batch<number>[] {
  function* lazy(): Generator<BatchItem<number>> {
    yield [1, [1, 2, 3]];
  }
  async function* later(): AsyncGenerator<BatchItem<number>> {
    yield [1, await Promise.resolve([1, 2, 3])];
  }
  return [
    [],
    [[1, [1, 2, 3], 2]],
    new Set(items()),
    lazy(),
    later(),
    // @ts-expect-error -- no iterable
    5,
    // @ts-expect-error -- no items
    [1, 2],
  ];
}

function runOptions(): RunOptions[] {
  return [
    {},
    { signal: AbortSignal.timeout(1), transfer: true },
    { onProgress: ({ done, total = done }) => done / total },
    { onSpan: ({ thread, index, start, end }) => [thread, index, end - start] },
    { output: "imageData" },
    { output: { type: "image/jpeg", quality: 0.85 } },
    // @ts-expect-error -- a misspelt option
    { onprogress: () => undefined },
    // @ts-expect-error -- no such output
    { output: "png" },
    // @ts-expect-error -- browsers do not write it
    { output: { type: "image/gif" } },
    // @ts-expect-error -- a controller is no signal
    { signal: new AbortController() },
    // @ts-expect-error -- true or false
    { transfer: 1 },
  ];
}

function poolOptions(): PoolOptions[] {
  return [
    {},
    { threads: 4, mode: "shared", memoryLimit: 1 << 30, signal: AbortSignal.timeout(1) },
    { wasm: "engine.wasm" },
    { wasm: new URL("https://example.org/engine.wasm") },
    { wasm: new ArrayBuffer(8) },
    { wasm: new Response() },
    { wasm: { threads: "threads.wasm", plain: new ArrayBuffer(8) } },
    // @ts-expect-error -- no such mode
    { mode: "threads" },
    // @ts-expect-error -- a number
    { threads: "4" },
    // @ts-expect-error -- a misspelt option
    { thread: 4 },
  ];
}

interface Soften {
  kind: "soften";
  steps?: number;
}

async function ownFilters(create: typeof createPool, filters: readonly OwnFilterInfo<Soften>[]): Promise<void> {
  const pool = await create({ wasm: "engine.wasm", filters });
  pool satisfies Pool<UserFunctions, Soften>;
  const image = await pool.apply(["invert", { kind: "soften", steps: 3 }, "soften"], [1, 2]);
  image satisfies number[];
  await pool.starmap({ kind: "soften" }, [[1, [10, 20, 30], 2]]);
  const chain = ["soften", { kind: "gaussianBlur", sigma: 2 }, { kind: "soften", steps: 2 }] as const;
  for await (const { id } of pool.imap(chain, batches()[0]!)) id satisfies number;
  // @ts-expect-error -- a number
  await pool.apply({ kind: "soften", steps: "3" }, [1, 2]);
  // @ts-expect-error -- a misspelt parameter
  await pool.apply(["invert", { kind: "soften", step: 3 }], [1, 2]);
  // @ts-expect-error -- a misspelt name
  await pool.apply("sofen", [1, 2]);
  // @ts-expect-error -- a parameter of a built-in filter
  await pool.apply({ kind: "gaussianBlur", sigma: "2" }, [1, 2]);
  const other = await create();
  other satisfies Pool;
  // @ts-expect-error -- another pool knows nothing of it
  await other.apply("soften", [1, 2]);
  // @ts-expect-error -- nor may one that knows it stand for one that knows more
  pool satisfies Pool<{ kind: "harden" }>;
}

async function results(pool: Pool): Promise<void> {
  const pairs = await pool.starmap("multiply", [["a", [1, 2, 3], 2]] as [string, number[], number][]);
  pairs satisfies [id: string, image: ImageOutput][];
  const inferred = await pool.starmap("multiply", [[1, [10, 20, 30], 2] as const]);
  for (const [id] of inferred) id satisfies number;
  for await (const settled of pool.imap("invert", batches()[0]!)) {
    settled satisfies Settled<number>;
    if (settled.status === "fulfilled") {
      settled.image satisfies ImageOutput;
      settled.reason satisfies undefined;
      settled.source satisfies SourceInfo | undefined;
    } else {
      settled.reason satisfies Error & ErrorDetails;
      settled.image satisfies undefined;
      settled.source satisfies undefined;
    }
  }
  for await (const { id, index } of pool.imapUnordered("invert", batches()[0]!)) [id, index] satisfies number[];
  const image = await pool.apply("invert", [1, 2, 3], 2, { output: "same" });
  image satisfies ImageOutput;
  pool.recycle(image, new Uint8Array(4));
  // @ts-expect-error -- a misspelt name
  await pool.apply("invrt", [1, 2, 3]);
  // @ts-expect-error -- what a pool says of itself is not to be changed
  pool.threads = 5;
  // @ts-expect-error -- an image is missing
  await pool.starmap("multiply", [[1]]);
  await using held = pool;
  held.mode satisfies "shared" | "workers" | "single";
}

function controls(info: FilterInfo): (number | string | boolean | null | undefined)[] {
  return info.parameters.map((parameter: ParameterInfo) => {
    switch (parameter.type) {
      case "number":
        return parameter.default;
      case "boolean":
        return parameter.default;
      case "choice":
        return parameter.choices.includes(parameter.default);
      case "numbers":
        parameter.default satisfies readonly number[] | undefined;
        return parameter.example.length;
      case "text":
        return parameter.example;
      case "image":
        // @ts-expect-error -- an image has no default
        return parameter.default as undefined;
    }
  });
}

it("the public types compile where they should and only there", () => {
  // The compiler has said so already; here is only that nothing of it is run by mistake.
  const checks = [
    filterInputs,
    wrongFilterInputs,
    specs,
    images,
    items,
    batches,
    runOptions,
    poolOptions,
    ownFilters,
    results,
    controls,
  ];
  for (const check of checks) assert.equal(typeof check, "function");
  true satisfies Equal<FilterSpec["kind"], FilterKind>;
  true satisfies Equal<FilterInfo["name"], FilterKind>;
  true satisfies Equal<Progress["total"], number | undefined>;
  [new Uint8Array(1), [1]] satisfies NumberImage[];
});

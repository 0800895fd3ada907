/**
 * The public types of the package: what goes into a pool and what comes out.
 * Types only; no code, no wasm, no DOM access.
 */
import type { ErrorDetails } from "./errors.js";
import type { FileInput, FileOutput } from "./file-types.js";
import type { OwnFilterInfo } from "./filter-info.js";
import type { AnyItem, CallResult, FunctionStep, UserFunctions } from "./function-types.js";
import type { FilterKind, FilterSpec } from "./generated/filters.js";
import type { Progress, RunReport, Span } from "./report-types.js";
import type { SourceInfo } from "./source-info.js";

export type { FilterKind, FilterSpec };

/**
 * What a class of the platform makes; nothing where there is none of that name, as in a worker or outside browsers: so a
 * project may do without the library that declares it.
 */
type Instance<Name extends string> = MadeBy<(typeof globalThis)[Name & keyof typeof globalThis]>;

type MadeBy<Class> = Class extends { readonly prototype: infer Made } ? Made : never;

type WasmModule = typeof globalThis extends {
  readonly WebAssembly: { readonly Module: { readonly prototype: infer Made } };
}
  ? Made
  : never;

/** How a pool runs its work. See {@link Pool.mode}. */
export type Mode = "shared" | "workers" | "single";

/** What a worker is for: to have an instance of the engine, or to help, as threads and those that call functions do. */
export type WorkerRole = "engine" | "helper";

/** An engine: its address, an answer with it, its bytes, or the module. */
export type EngineFile = URL | string | Response | ArrayBuffer | ArrayBufferView | WasmModule;

/** Options of {@link createPool}. `OwnFilter` is any of the filters that its engine has beside the built-in ones. */
export interface PoolOptions<OwnFilter extends { kind: string } = never> {
  /** Number of threads, an integer from 1 to 256. Default: what the browser or the runtime reports, 16 at most. */
  threads?: number;
  /**
   * `"auto"` (default) takes `shared` where memory can be shared (in a page that is cross-origin isolated; in Node, Bun and Deno),
   * else `workers`, else `single`.
   */
  mode?: "auto" | Mode;
  /**
   * Bytes of pixels in flight, all copies counted, in wasm and out; as much again may be kept in buffers for the next
   * images. Of it 4 MiB for each thread, half of it at most, are for what filters keep while they work. Default: an eighth of
   * the device's memory where the browser tells it, from 256 MiB to 1 GiB; else 512 MiB.
   */
  memoryLimit?: number;
  /**
   * The WebAssembly to run, for pages that serve it themselves, or have an engine of their own: a file for the build that the mode
   * needs, or one for each build (`threads` in the mode `shared`, `plain` in the others), of which one is loaded. What the package's
   * worker cannot run, as that of another version, is refused as `unsupported`. Default: the one inside the package.
   */
  wasm?: EngineFile | Readonly<Record<"threads" | "plain", EngineFile>>;
  /** What the engine given by `wasm` has beside the built-in filters, as it was written with the engine. */
  filters?: readonly OwnFilterInfo<OwnFilter>[];
  /**
   * Modules that read and write files of types that the package does not, or instead of it: addresses by type, as in
   * `{ "image/avif": new URL("./avif.js", import.meta.url) }`. Each is loaded by the workers with the first file of its type. One for
   * `"image/webp+lossy"` only writes files that lose something. See `CodecModule` for what it exports.
   */
  codecs?: Readonly<Record<string, URL | string>>;
  /**
   * The address of the package's `worker.js` (`pixelpool/worker`), or a function that makes a worker of it, for pages whose policy allows
   * no workers from `blob:` addresses: `() => new Worker(new URL("pixelpool/worker", import.meta.url))` where a bundler follows that.
   * Default: a way that works where the page is. Outside browsers it is not needed, and not used.
   */
  worker?: URL | string | ((role: WorkerRole) => Instance<"Worker">);
  /**
   * Makes a worker of one's own that serves functions (`serve` of `pixelpool/functions`), which are steps of chains then:
   * `() => new Worker(new URL("./my.worker.ts", import.meta.url), { type: "module" })`. Called whenever a worker is needed, for as
   * many at a time as there are threads, and again for each that was lost; it must make a new one each time.
   */
  functions?: () => { postMessage(message: unknown): void; terminate(): unknown };
  /** Aborting it while the pool starts rejects `createPool`; later it terminates the pool. */
  signal?: AbortSignal;
}

type Filter<OwnFilter extends { kind: string }> =
  FilterKind | FilterSpec | { kind: FilterKind } | OwnFilter | OwnFilter["kind"];

/**
 * A name, one filter with its parameters, or a chain of them and of functions of one's own, applied left to right. TypeScript takes `kind`
 * for any string in a chain that is declared apart from the call: `as const` after it keeps the name.
 */
export type FilterInput<Functions extends UserFunctions = UserFunctions, OwnFilter extends { kind: string } = never> =
  Filter<OwnFilter> | readonly (Filter<OwnFilter> | FunctionStep<Functions>)[];

/** Numbers of pixels: bytes, 16 bits (white is 65,535), or floats (white is 1; values beyond are kept). */
export type Samples = Bytes | Uint16Array | Float32Array;

/** Plain pixels: `data.length` is `width × height × channels`, rows from top to bottom, straight alpha. */
export interface PixelImage<Data extends Samples = Samples> {
  data: Data;
  width: number;
  height: number;
  /** 1: grey, 2: grey and alpha, 3: RGB, 4: RGBA. Default: what the lengths say. */
  channels?: number | undefined;
  /** What the colours are of, which they stay. Default: `"srgb"`. */
  colorSpace?: "srgb" | "display-p3" | undefined;
}

type NumberArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- not every library has it
  | Instance<"Float16Array">
  | Float32Array
  | Float64Array;

/** A flat list of numbers, for filters that work on any numbers (`FilterInfo.flat`). */
export type NumberImage = readonly number[] | NumberArray;

/** An encoded picture (PNG, JPEG, WebP, GIF, …), decoded off the page's thread. A stream, of the web or of Node, is read to its end. */
export type EncodedImage =
  Blob | ArrayBuffer | Response | Instance<"ReadableStream"> | AsyncIterable<ArrayBuffer | ArrayBufferView>;

/** Everything that may stand second in a tuple. */
export type ImageInput = Instance<"ImageData"> | PixelImage | NumberImage | EncodedImage | CanvasImage;

/** An image that is a parameter of a filter. */
export type ImageParameter = Exclude<ImageInput, NumberImage>;

/** Pictures that the browser has decoded already. */
export type CanvasImage = Instance<
  "ImageBitmap" | "VideoFrame" | "HTMLCanvasElement" | "OffscreenCanvas" | "HTMLImageElement"
>;

/** Everything that may come back. {@link ImageResult} says what comes back for which image. */
export type ImageOutput = Instance<"ImageData" | "ImageBitmap"> | PixelImage | number[] | NumberArray | Blob;

/** A list with a buffer of its own, of the same type: since TypeScript 5.7 the type tells of the buffer. */
type Fresh<List extends { slice(): unknown }> = ReturnType<List["slice"]>;

/** `ImageData`, or its shape where there is none. */
export type Pixels = [Instance<"ImageData">] extends [never]
  ? PixelImage<Fresh<Uint8ClampedArray>>
  : Instance<"ImageData">;

/**
 * What comes back for an image. With `output: "same"` (the default): `ImageData` for `ImageData` and encoded pictures
 * (`{ data, width, height }` outside browsers), `{ data, width, height }` for itself (with the same type of `data` and the same `channels`), a list for a list, a typed array of the
 * same type for a typed array, `ImageBitmap` for `ImageBitmap` and the other pictures of the browser. With another `output`:
 * what it says; `never` for lists of numbers, which have no width and height and are refused. A `Uint8Array` or
 * `Uint8ClampedArray` is a list or an encoded picture, as its first bytes tell, so its result may be either.
 */
export type ImageResult<Image, Out extends Output = "same"> = Image extends ImageInput
  ? Out extends "same"
    ? SameResult<Image>
    : Image extends FlatImage
      ? never
      : Out extends "pixels"
        ? PixelResult<Image>
        : Out extends "imageData"
          ? Instance<"ImageData">
          : Out extends "bitmap"
            ? Instance<"ImageBitmap">
            : Image extends Instance<"File">
              ? Instance<"File">
              : Blob
  : never;

/** Plain pixels: of a file they are bytes, or 16 bits with `input: { depth: "source" }` where it has them. */
type PixelResult<Image> =
  Image extends PixelImage<infer Data>
    ? PixelImage<OwnSamples<Data>>
    : Image extends EncodedImage | Bytes
      ? PixelImage<Fresh<Uint8ClampedArray> | Fresh<Uint16Array>>
      : PixelImage<Fresh<Uint8ClampedArray>>;

type Bytes = Uint8Array | Uint8ClampedArray;

type OwnBytes<Data> = Fresh<Data extends Uint8Array ? Uint8Array : Uint8ClampedArray>;

type OwnSamples<Data> = Data extends Float32Array
  ? Fresh<Float32Array>
  : Data extends Uint16Array
    ? Fresh<Uint16Array>
    : OwnBytes<Data>;

/** Images that are never anything but numbers. */
type FlatImage = readonly number[] | Exclude<NumberArray, Bytes>;

type SameResult<Image> =
  Image extends Instance<"ImageData">
    ? Pixels
    : Image extends readonly number[]
      ? number[]
      : Image extends Bytes
        ? OwnBytes<Image> | Pixels
        : Image extends NumberArray
          ? Fresh<Image>
          : Image extends EncodedImage
            ? Pixels
            : Image extends CanvasImage
              ? Instance<"ImageBitmap">
              : Image extends PixelImage<infer Data>
                ? PixelImage<OwnSamples<Data>>
                : never;

/**
 * The third element of a tuple, for the chain's first filter that has an intensity: the intensity's value, or any of the
 * filter's parameters.
 */
export type Intensity = number | Readonly<Record<string, unknown>> | null | undefined;

/** One item of a batch. The id is any value; it comes back untouched. */
export type BatchItem<Id = unknown, Image extends ImageInput = ImageInput> = readonly [
  id: Id,
  image: Image | PromiseLike<Image>,
  intensity?: Intensity,
];

/** Any iterable of items, read lazily. */
export type Batch<Id = unknown, Image extends ImageInput = ImageInput> =
  Iterable<BatchItem<Id, Image>> | AsyncIterable<BatchItem<Id, Image>>;

/**
 * What TypeScript makes of items that are declared apart from the call, `const batch = [[1, image], [2, image]]`: arrays in
 * which it does not know what stands where. No tuple is one: a tuple has a `0`.
 */
type LooseItem = readonly unknown[] & { readonly 0?: never };

/** The id of an item. */
export type IdOf<Item> = Item extends readonly [infer Id, ...unknown[]] ? Id : ElementOf<Item>;

/** The image of an item, awaited. */
export type ImageOf<Item> = Awaited<
  Item extends readonly [unknown, infer Image, ...unknown[]] ? Image : ElementOf<Item>
>;

type ElementOf<Item> = Item extends readonly (infer Element)[] ? Element : never;

/** Options of every call that runs filters. `Out` is the type of `output`. */
export interface RunOptions<Out extends Output = Output> {
  /** Aborting it rejects the call at once with the signal's own reason. */
  signal?: AbortSignal;
  /** Called after every finished item. */
  onProgress?: (progress: Progress) => void;
  /** Called with each stretch of work as its item finishes: which thread, which item, when. */
  onSpan?: (span: Span) => void;
  /** Called once, when the call has ended, in whatever way: what happened. */
  onReport?: (report: RunReport) => void;
  /**
   * The shape of the results. Default `"same"`. `"pixels"` is `{ data, width, height }` of the image's own numbers. Every other has RGBA
   * bytes: 16 bits and floats are rounded to 256 levels (16 bits stay in a PNG), grey stands in all three colours, and what has no
   * alpha is opaque.
   */
  output?: Out & NothingElse<Out>;
  /** How files are read. */
  input?: FileInput;
  /**
   * Give the inputs' buffers away instead of copying them; they are detached afterwards. An image that is a part of a larger buffer is
   * copied all the same: others may lie in it. Default `false`.
   */
  transfer?: boolean;
}

/** See {@link RunOptions.output}. */
export type Output = "same" | "pixels" | "imageData" | "bitmap" | FileOutput;

/** A misspelt option of a file would compile otherwise: what is inferred from a value has room for all that it holds. */
type NothingElse<Out> = Out extends string ? unknown : Readonly<Record<Exclude<keyof Out, keyof FileOutput>, never>>;

/** What a filter has found out about an image. */
export interface Finding {
  filter: string;
  name: string;
  value: number;
}

export interface Fulfilled<Id = unknown, Image = ImageOutput> {
  status: "fulfilled";
  id: Id;
  /** Position in the batch, from 0. */
  index: number;
  image: Image;
  /** Milliseconds in which some thread was at work on it. */
  ms: number;
  /** The thread that finished the item, from 0. */
  thread: number;
  /** What filters have found out about the image, such as the threshold that they have chosen. */
  measured?: readonly Finding[];
  /** What this browser could not help losing, as a sentence: colours under low alpha, where it has no exact way to read them. */
  warning?: string;
  /**
   * Of an image that came as a file: what the file is, as `inspect` tells it. Not there for other images, and for files of kinds
   * that `inspect` does not know.
   */
  source?: SourceInfo;
  /** Not there. */
  reason?: never;
}

export interface Rejected<Id = unknown> {
  status: "rejected";
  id: Id;
  /** Position in the batch, from 0. */
  index: number;
  /** A mistake in the item is a `TypeError` or `RangeError`, everything else a `PixelpoolError`. */
  reason: Error & ErrorDetails;
  /** Not there. */
  image?: never;
  /** Not there. */
  source?: never;
}

/** The outcome of one item: one bad image is a value in the stream, never its end. */
export type Settled<Id = unknown, Image = ImageOutput> = Fulfilled<Id, Image> | Rejected<Id>;

/** The outcomes of a batch of items. */
export type Outcomes<Item, Out extends Output = "same"> = AsyncIterableIterator<
  Settled<IdOf<Item>, ImageResult<ImageOf<Item>, Out>>
>;

/** For `await using`, where the project's library knows it: `ES2022` does not. */
type Disposing = "asyncDispose" extends keyof SymbolConstructor ? Closing : object;

interface Closing {
  // eslint-disable-next-line @typescript-eslint/ban-ts-comment -- where the symbol is there, there is nothing to expect
  /** @ts-ignore The library may lack the symbol; then nothing takes this interface. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A pool of threads for image filters.
 *
 * Wrong filters, parameters, batches and options are told at once: `imap` and `imapUnordered` throw, `starmap`
 * and `apply` reject, with a `TypeError` or `RangeError`. What only the engine can tell, such as that the text of a `.cube` file
 * is malformed, is told before the batch is read: in `imap` and `imapUnordered` the first outcome rejects. Failures at run
 * time are `PixelpoolError`s. Both carry a `code`. `OwnFilter` is any of the filters of {@link PoolOptions.filters}.
 */
export interface Pool<
  Functions extends UserFunctions = UserFunctions,
  OwnFilter extends { kind: string } = never,
> extends Disposing {
  /** `shared`: threads over one memory. `workers`: one instance a worker. `single`: one instance in one worker. */
  readonly mode: Mode;
  /** Why this mode, in a sentence. */
  readonly reason: string;
  readonly threads: number;
  /*
   * Of each call the first form is for a function of one's own and nothing else: data and results are anything that can be cloned. The
   * second is for filters, and for chains of them and of functions.
   */

  /** Runs the whole batch. Results in input order, or a `BatchError` that holds every outcome. An empty batch is `[]`. */
  starmap<Item extends AnyItem | LooseItem, Step extends FunctionStep<Functions>, Out extends Output = "same">(
    filter: Step,
    batch: Iterable<Item> | AsyncIterable<Item>,
    options?: RunOptions<Out>,
  ): Promise<[id: IdOf<Item>, result: CallResult<Functions, Step, ImageOf<Item>, Out>][]>;
  starmap<Item extends BatchItem | LooseItem, Out extends Output = "same">(
    filter: FilterInput<Functions, OwnFilter>,
    batch: Iterable<Item> | AsyncIterable<Item>,
    options?: RunOptions<Out>,
  ): Promise<[id: IdOf<Item>, image: ImageResult<ImageOf<Item>, Out>][]>;
  /** Outcomes in input order, each as soon as all before it are done. Leaving the loop cancels the rest. */
  imap<Item extends AnyItem | LooseItem, Step extends FunctionStep<Functions>, Out extends Output = "same">(
    filter: Step,
    batch: Iterable<Item> | AsyncIterable<Item>,
    options?: RunOptions<Out>,
  ): AsyncIterableIterator<Settled<IdOf<Item>, CallResult<Functions, Step, ImageOf<Item>, Out>>>;
  imap<Item extends BatchItem | LooseItem, Out extends Output = "same">(
    filter: FilterInput<Functions, OwnFilter>,
    batch: Iterable<Item> | AsyncIterable<Item>,
    options?: RunOptions<Out>,
  ): Outcomes<Item, Out>;
  /** Outcomes as they are done. */
  imapUnordered<Item extends AnyItem | LooseItem, Step extends FunctionStep<Functions>, Out extends Output = "same">(
    filter: Step,
    batch: Iterable<Item> | AsyncIterable<Item>,
    options?: RunOptions<Out>,
  ): AsyncIterableIterator<Settled<IdOf<Item>, CallResult<Functions, Step, ImageOf<Item>, Out>>>;
  imapUnordered<Item extends BatchItem | LooseItem, Out extends Output = "same">(
    filter: FilterInput<Functions, OwnFilter>,
    batch: Iterable<Item> | AsyncIterable<Item>,
    options?: RunOptions<Out>,
  ): Outcomes<Item, Out>;
  /** One image. */
  apply<Data, Step extends FunctionStep<Functions>, Out extends Output = "same">(
    filter: Step,
    data: Data,
    intensity?: unknown,
    options?: RunOptions<Out>,
  ): Promise<CallResult<Functions, Step, Awaited<Data>, Out>>;
  apply<Image extends ImageInput, Out extends Output = "same">(
    filter: FilterInput<Functions, OwnFilter>,
    image: Image,
    intensity?: Intensity,
    options?: RunOptions<Out>,
  ): Promise<ImageResult<Image, Out>>;
  /** Gives the buffers of results back, to be used for the next ones. The images given are empty afterwards. */
  recycle(...images: ImageOutput[]): void;
  /** Takes no more work, waits for what runs, then frees everything. May be called again. */
  close(): Promise<void>;
  /** Stops now: every outstanding promise rejects with code `closed`; then frees everything. May be called again. */
  terminate(): Promise<void>;
}

/** The public types of functions of one's own: what a chain says of them, what they are given, and what comes back. Types only. */
import type { ImageParameter, ImageResult, Output, Pixels, Samples } from "./types.js";

/**
 * A function of one's own, as a step: the export of a module, or one that a worker of one's own serves. All other properties are its
 * parameters; they are cloned.
 */
export type FunctionStep<Functions extends UserFunctions = UserFunctions> = ModuleStep | ServedStep<Functions>;

/** A function that a module exports. The module is imported once in each worker; it may import others. */
export interface ModuleStep {
  /** Its address; a relative one is of the page. `new URL("./heavy.js", import.meta.url)` is of the module that says it. */
  module: URL | string;
  /** The name of the export. Default: `"default"`. */
  name?: string;
  kind?: never;
  function?: never;
  [parameter: string]: unknown;
}

/** A function that the worker of `createPool({ functions })` serves. */
export interface ServedStep<Functions extends UserFunctions = UserFunctions> {
  function: keyof Functions & string;
  kind?: never;
  module?: never;
  [parameter: string]: unknown;
}

/**
 * A function of one's own: it is called once for each item, on one of as many workers as the pool has threads. What it gives back is
 * the result: an image (`{ data, width, height }`, `ImageData`, `OffscreenCanvas`), whose buffer is given away; nothing, where it has
 * written into the image that it was given; or, at the end of a chain, anything that can be cloned. It may be async.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what data it takes is its own affair
export type UserFunction = (data: any, intensity: any, context: FunctionContext) => unknown;

/** Functions of one's own by name. */
export type UserFunctions = Readonly<Record<string, UserFunction>>;

/** What a function of one's own is told beside the image and the intensity. */
export interface FunctionContext {
  /** The item's id; `undefined` where it cannot be cloned. */
  id: unknown;
  /** The item's position in the batch, from 0. */
  index: number;
  /** What stands in the step beside the function. */
  parameters: Readonly<Record<string, unknown>>;
  /** Aborted when the batch is cancelled. A function that goes on all the same is ended with its worker. */
  signal: AbortSignal;
}

/** An image as a function of one's own is given it. */
export interface FunctionImage {
  /**
   * Its numbers, straight alpha, rows from top to bottom: a `Uint8ClampedArray`, a `Uint16Array` or a `Float32Array`. In mode `shared` they may
   * lie in shared memory. They may be written in place; the view is good until the function has ended.
   */
  readonly data: Samples;
  readonly width: number;
  readonly height: number;
  /** 1: grey, 2: grey and alpha, 3: RGB, 4: RGBA. */
  readonly channels: number;
  readonly colorSpace: "srgb" | "display-p3";
  /** A copy as RGBA bytes. To make it the result, give it back. */
  toImageData(): Pixels;
}

/** An item whose data are for a function of one's own. */
export type AnyItem = readonly [id: unknown, data: unknown, intensity?: unknown];

interface ImageLike {
  readonly data: ArrayBufferView;
  readonly width: number;
  readonly height: number;
}

/**
 * What comes back from a function of one's own: an image of the kind that came, where it gives back one or nothing; else what it gives
 * back. Of the export of a module nothing is known.
 */
export type CallResult<Functions extends UserFunctions, Step, Data, Out extends Output = "same"> = Step extends {
  function: infer Name extends keyof Functions;
}
  ? Made<Awaited<ReturnType<Functions[Name]>>, Data, Out>
  : unknown;

type Made<Result, Data, Out extends Output> = unknown extends Result
  ? unknown
  : Data extends ImageParameter
    ? undefined extends Result
      ? ImageResult<Data, Out>
      : Result extends ImageLike
        ? ImageResult<Data, Out>
        : Result
    : Result;

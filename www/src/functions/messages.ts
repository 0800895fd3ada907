/** What the page and the workers that call functions say to each other. */
import type { ErrorData } from "../errors.js";
import type { LockNames } from "../liveness.js";
import type { PixelFormat } from "../pixel-format.js";
import type { Thrown } from "./thrown.js";

/** Which function a step of a chain calls. */
export interface Callee {
  /** The module that exports it. Where it is left out, the worker serves it by this name. */
  address?: string;
  /** The name of the export, or the one that it is served by. */
  name: string;
  /** What it is called in messages and reports. */
  label: string;
  /** The step's own parameters. */
  parameters: Readonly<Record<string, unknown>>;
}

interface Described {
  width: number;
  height: number;
  /** RGBA bytes where it is left out. */
  format?: PixelFormat;
  /** sRGB where it is left out. */
  colorSpace?: PredefinedColorSpace;
}

/** What a function is given: pixels in a buffer, pixels where they lie in shared memory, or any value. */
export type CallInput =
  | ({ kind: "pixels"; buffer: ArrayBufferLike } & Described)
  /** `stays`: what the function writes in place is read there; else it is copied out. */
  | ({ kind: "shared"; memory: WebAssembly.Memory; address: number; stays: boolean } & Described)
  | { kind: "value"; value: unknown };

export interface Call {
  call: number;
  batch: number;
  /** Which of its batch's functions. */
  callee: number;
  input: CallInput;
  /** The third element of the item. */
  intensity?: unknown;
  /** Left out where it cannot be sent. */
  id?: unknown;
  index: number;
  /** A buffer for the result, where it has the same length. */
  into?: ArrayBuffer;
}

/** Why something cannot be had; `cause` is what a function, or a module, has thrown. */
export interface Failure {
  error: ErrorData;
  cause?: Thrown | undefined;
}

/** What has become of a call. */
export type CallOutcome =
  /** The pixels that it was given stay where they are, in shared memory. */
  | { kind: "inPlace" }
  | ({ kind: "pixels"; buffer: ArrayBuffer } & Described)
  | { kind: "value"; value: unknown }
  | ({ kind: "failed" } & Failure);

export type ToFunctions =
  /** The first one; it may come twice, since a worker may listen later than the page, or sooner. */
  | { type: "begin"; lockNames: LockNames }
  | { type: "open"; batch: number; callees: readonly Callee[] }
  | ({ type: "call" } & Call)
  /** Nobody wants its results any more. */
  | { type: "forget"; batch: number };

/** A message of a worker's; from `alive` on it bears the mark that came with `begin`, since a function may post messages of its own. */
export type FromFunctions = { mark?: string } & (
  | { type: "serving" }
  /** The answer to `begin`; `held`: it holds its locks. */
  | { type: "alive"; held: boolean }
  /** `refusal`: a function that cannot be had. */
  | { type: "opened"; batch: number; refusal?: Failure }
  /** Something is about to end this worker, which is at this call; `why`: what was thrown and not caught, in words. */
  | { type: "ending"; call: number | undefined; why?: string }
  /** Start and end in milliseconds since the epoch. */
  | { type: "called"; call: number; span: [start: number, end: number]; outcome: CallOutcome }
);

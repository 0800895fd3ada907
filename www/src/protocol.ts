/**
 * What the page and its workers say to each other: types only. Every message has a `type`; everything about an image
 * names its job, everything about a call its batch.
 */
import type { ErrorData } from "./errors.js";

/** One filter of a chain, checked on the page and again by the engine. */
export type Step = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** What a tuple's third element changes for one image. */
export type Change = number | Readonly<Record<string, unknown>>;

/** Pixels or numbers on their way to an engine. */
export type JobInput =
  | { kind: "pixels"; width: number; height: number; buffer: ArrayBufferLike; byteOffset: number }
  | { kind: "numbers"; numbers: Float64Array }
  | { kind: "encoded"; blob: Blob }
  | { kind: "picture"; picture: ImageBitmap | VideoFrame };

/** The shape that results leave an engine in. */
export type JobOutput = "pixels" | "bitmap" | { type: string; quality?: number };

export interface Job {
  job: number;
  batch: number;
  input: JobInput;
  change?: Change;
  output: JobOutput;
}

export type ToWorker =
  | { type: "start"; module: WebAssembly.Module; threads: number }
  | { type: "thread"; module: WebAssembly.Module; memory: WebAssembly.Memory; receiver: number }
  | { type: "codec" }
  | { type: "open"; batch: number; steps: readonly Step[] }
  | { type: "run"; jobs: Job[] }
  | { type: "forget"; batch: number }
  | { type: "recycle"; buffers: ArrayBuffer[] }
  | { type: "stop" };

/** One stretch of work: thread, start, end, in milliseconds since the epoch. */
export type SpanData = [thread: number, start: number, end: number];

export type JobOutcome =
  | { kind: "pixels"; width: number; height: number; buffer: ArrayBuffer }
  | { kind: "numbers"; numbers: Float64Array }
  | { kind: "bitmap"; bitmap: ImageBitmap }
  | { kind: "blob"; blob: Blob }
  | { kind: "failed"; error: ErrorData };

export interface JobResult {
  job: number;
  spans: SpanData[];
  outcome: JobOutcome;
  /** Pixels (or numbers) of the result; 0 where it failed. */
  pixels: number;
}

export type FromWorker =
  | { type: "ready" }
  | { type: "copied"; jobs: number[] }
  | { type: "done"; results: JobResult[] }
  | { type: "stopped" }
  | { type: "broken"; error: ErrorData };

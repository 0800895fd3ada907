/**
 * What the page and its workers say to each other. Every message has a `type`; everything about an image
 * names its job, everything about a call its batch.
 */
import type { CodecName } from "./codec-modules.js";
import type { ErrorData } from "./errors.js";
import type { LockNames } from "./liveness.js";
import { bytesOfPixel, type PixelFormat } from "./pixel-format.js";
import type { Loan } from "./copies.js";
import type { Source } from "./pixels.js";
import { isA } from "./realm.js";
import type { Finding } from "./types.js";

/** One filter of a chain, checked on the page and again by the engine. */
export type Step = { readonly kind: string } & Readonly<Record<string, unknown>>;

/** What a tuple's third element changes for one image. */
export type Change = number | Readonly<Record<string, unknown>>;

/** Pixels or numbers on their way to an engine. */
export type JobInput =
  | {
      kind: "pixels";
      width: number;
      height: number;
      /** They lie at its beginning. */
      buffer: ArrayBufferLike;
      /** RGBA bytes where it is left out. */
      format?: PixelFormat;
      /** sRGB where it is left out. */
      colorSpace?: PredefinedColorSpace;
    }
  /** Pixels at the beginning of a room that the engine has lent: they stay there, whole. */
  | {
      kind: "lent";
      room: number;
      width: number;
      height: number;
      format?: PixelFormat;
      colorSpace?: PredefinedColorSpace;
    }
  | { kind: "numbers"; numbers: Float64Array }
  /** `size`: of what is decoded, upright and shrunk, where it is known. `bytes`: the file's, where the page has read them; given away. */
  | { kind: "encoded"; blob: Blob; read: Reading; size?: { width: number; height: number }; bytes?: ArrayBuffer }
  | { kind: "picture"; picture: ImageBitmap | VideoFrame; isStraight?: boolean }
  /** Anything else, for a function of the user's: no engine takes it. */
  | { kind: "value"; value: unknown };

/** How a file is decoded. */
export interface Reading {
  /** The codec of the package's own that does it; the browser does where it is left out, and no module is given. */
  codec?: CodecName;
  /** The address of the user's module that does it. */
  module?: string;
  /** 1 to 8, as Exif says it. */
  orientation: number;
  /** Bytes that decoding may take, the pixels counted. */
  mostBytes: number;
  /** Of a number of its pixels. */
  bits: 8 | 16;
  /** Both sides are divided by it. */
  shrink: 1 | 2 | 4 | 8;
  /** Colours that are not sRGB are converted by the profile in the file; else the numbers stay as they are. */
  converts: boolean;
  /** Its colours are not sRGB, and a codec of the package's own decodes it, which does not convert them. */
  hasOtherColors?: true;
  /** It has four inks and a profile for them: they are converted by that. */
  hasInks?: boolean;
  /** A code in place of a profile says that they are Display P3. */
  isDisplayP3?: true;
  /** What they are of then, where that has a name and is not sRGB. */
  colorSpace?: PredefinedColorSpace;
}

/** A type of files that is PNG where there is alpha or 16 bits, else JPEG. */
export const ANY_TYPE = "image/*";

/** What a file shall be; see `FileOutput`. */
export interface FileShape {
  type: string;
  /** Where it cannot be written so, it is written as {@link ANY_TYPE}. */
  orAny?: true;
  /** The address of the user's module that writes it. */
  module?: string;
  /** 0 to 1. */
  quality?: number;
  lossless?: boolean;
  /** What shows through where the type has no alpha: red, green and blue, 0 to 255. */
  background?: readonly [red: number, green: number, blue: number];
  chroma?: "4:2:0" | "4:4:4";
  progressive?: boolean;
  maxBytes?: number;
  /** Where it is left out, a profile where colours are not sRGB. */
  metadata?: "none" | "color" | "keep";
  /** The file that the image came as and its type, where its profile, its metadata or its pixels are needed. */
  source?: { blob: Blob; type: string };
  /** The colours are those of the profile in the source. */
  hasSourceColors?: true;
  /** The source itself is the result, where the pixels are the same and it is shorter: it is read so. */
  notLarger?: Reading;
}

/**
 * The shape that results leave an engine in: pixels as they are, RGBA bytes, or more than pixels; or they stay where they lie in
 * shared memory, as a room that is lent.
 */
export type JobOutput = "pixels" | "rgba8" | "kept" | "bitmap" | FileShape;

/** Whether results of 16 bits stay so in this shape. */
export function holdsDeep(output: JobOutput): boolean {
  return typeof output === "object" && (output.type === "image/png" || output.type === ANY_TYPE);
}

/** An image that is a parameter of a batch; in the steps stands `{ image: number }`. */
export interface BatchImage {
  image: number;
  pixels: Extract<JobInput, { kind: "pixels" }>;
}

export interface Job {
  job: number;
  batch: number;
  input: JobInput;
  change?: Change;
  output: JobOutput;
  /** A buffer for the result, where it has the same length. */
  into?: ArrayBuffer;
  /** What functions of the user's hear of the item; not sent to engines. */
  item?: JobItem;
}

/** The item that a job is for. */
export interface JobItem {
  id: unknown;
  index: number;
  intensity: unknown;
  source: Source;
}

export type ToWorker =
  /** `limit`: bytes of pixels that may be in flight. Without names of locks it runs in the page. */
  | { type: "start"; module: WebAssembly.Module; threads: number; limit: number; lockNames?: LockNames }
  /** Makes it one more coordinator over a memory that has an engine, to move pixels beside the first. */
  | { type: "join"; module: WebAssembly.Module; memory: WebAssembly.Memory; threads: number; lockNames: LockNames }
  /** Makes it a helper of a coordinator, which speaks to it through the port. */
  | { type: "help"; role: "thread" | "codec"; lockNames: LockNames; port: MessagePort }
  /** A helper could not be started, or has failed. */
  | { type: "helperLost"; own: string; reason: string }
  /** `asks`: it is answered by `opened`. */
  | { type: "open"; batch: number; steps: readonly Step[]; images?: readonly BatchImage[]; asks?: true }
  | { type: "run"; jobs: Job[] }
  | { type: "forget"; batch: number }
  /** Files will come, when the codec that they need is there: what takes time to begin may begin. */
  | { type: "expectFiles" }
  /** From now on it may be asked to use this codec of the package's. */
  | { type: "codec"; name: CodecName; module: WebAssembly.Module }
  /** From now on there may be rare filters: the part of the engine that they need, and its code where threads are to find it. */
  | { type: "more"; module: WebAssembly.Module; bytes?: ArrayBuffer }
  /** Asks for rooms of these lengths. */
  | { type: "lend"; bytes: number[] }
  | { type: "takeBack"; rooms: number[] }
  /** `isLost`: its engine is lost, and it first tells what it has `left`. */
  | { type: "stop"; isLost?: true };

/** One stretch of work: thread, start, end, in milliseconds since the epoch. */
export type SpanData = [thread: number, start: number, end: number];

/** Milliseconds that a job took in a worker beside its work on threads. */
export type Times = [decoding: number, copyingIn: number, copyingOut: number, encoding: number];

export type JobOutcome =
  | {
      kind: "pixels";
      width: number;
      height: number;
      buffer: ArrayBuffer;
      format?: PixelFormat | undefined;
      colorSpace?: PredefinedColorSpace;
      /** By a function of the user's: they need not be of the kind that came. */
      isMade?: boolean;
    }
  /** `loan` is added by who knows the memory. */
  | {
      kind: "kept";
      room: number;
      width: number;
      height: number;
      format?: PixelFormat;
      colorSpace?: PredefinedColorSpace;
      loan?: Loan;
    }
  | { kind: "numbers"; numbers: Float64Array }
  | { kind: "bitmap"; bitmap: ImageBitmap }
  | { kind: "blob"; blob: Blob }
  /** What a function of the user's has given back, where that is no image. */
  | { kind: "value"; value: unknown }
  /** `cause`: what such a function has thrown. */
  | { kind: "failed"; error: ErrorData; cause?: unknown };

export interface JobResult {
  job: number;
  spans: SpanData[];
  /** Absent where it failed. */
  times?: Times;
  outcome: JobOutcome;
  /** Pixels (or numbers) of the result; 0 where it failed. */
  pixels: number;
  /** What was lost on the way, as a sentence. */
  warning?: string | undefined;
  /** What filters have found out. */
  measured?: readonly Finding[];
}

export type FromWorker =
  /** It holds its locks. */
  | { type: "alive" }
  /** Asks the page for another worker, to help this one; the message goes on to it. */
  | Extract<ToWorker, { type: "help" }>
  /** Has a helper ended that works in vain. */
  | { type: "endHelper"; own: string }
  /** `limit`: the one that was wanted, or what the browser's memory allows. `memory`, where others can share it. */
  | { type: "ready"; limit: number; memory?: WebAssembly.Memory }
  | { type: "done"; results: JobResult[] }
  /** `refusal`: why the engine does not take its chain. */
  | { type: "opened"; batch: number; refusal?: ErrorData }
  /** Rooms that it was asked for: addresses in the memory, 0 where there is no room. */
  | { type: "lent"; rooms: number[] }
  | { type: "stopped" }
  /**
   * Its engine is lost. `guilty` are the jobs that did it, where that is known; `isUnreadable`: what it has said could not be read.
   */
  | { type: "broken"; error: ErrorData; guilty?: number[]; isUnreadable?: true }
  /** Jobs that it has and whose input is still whole: they can run elsewhere. */
  | { type: "left"; jobs: Job[] };

/** A file without its bytes, which may have been given away: they are read again. */
export function unread({ blob, read, size }: Extract<JobInput, { kind: "encoded" }>): JobInput & { kind: "encoded" } {
  return { kind: "encoded", blob, read, ...(size && { size }) };
}

/** What must be transferred with a job. */
export function transferOf({ input, into }: Job): Transferable[] {
  const room = into ? [into] : [];
  switch (input.kind) {
    case "pixels":
      return isA(input.buffer, "ArrayBuffer") ? [input.buffer, ...room] : room;
    case "numbers":
      return [input.numbers.buffer];
    case "picture":
      return [input.picture, ...room];
    case "encoded":
      return input.bytes ? [input.bytes, ...room] : room;
    case "lent":
    case "value":
      return room;
  }
}

/** Whether a job needs a worker that decodes and encodes. */
export function needsCodec({ input, output }: Job): boolean {
  return input.kind === "encoded" || input.kind === "picture" || !PIXELS.includes(output);
}

/** Shapes that need no codec. */
const PIXELS: readonly JobOutput[] = ["pixels", "rgba8", "kept"];

const SMALL_BYTES = 64 * 1024;

/** Whether a message costs more than the work on a job. */
export function isSmall({ input }: Job): boolean {
  if (input.kind === "pixels") return input.width * input.height * bytesOfPixel(input.format) < SMALL_BYTES;
  return input.kind === "numbers" && input.numbers.byteLength < SMALL_BYTES;
}

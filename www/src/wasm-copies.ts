/**
 * The copies that a worker makes: of inputs into wasm memory, where they do not lie there already, and of results out of it, once,
 * into old buffers where there are some; large results part by part, while the rest is worked on. Knows no batches and no order.
 */
import { bytesAt, reaches } from "./memory.js";
import type { Engine as WasmEngine } from "pixelpool-glue";
import { bytesOfPixel, formatNumber, RGBA16, type PixelFormat } from "./pixel-format.js";
import type { Room } from "./pixel-view.js";
import type { BatchImage, Job, JobInput } from "./protocol.js";
import { isA } from "./realm.js";

/** What the engine takes. */
export type Ready =
  | Extract<JobInput, { kind: "pixels" | "lent" | "numbers" }>
  /** Pixels of a file that were decoded into the room of their job. */
  | { kind: "placed"; width: number; height: number; format?: PixelFormat; colorSpace?: PredefinedColorSpace };

/** A job whose input the engine has. */
export interface Copied {
  job: Job;
  input: Ready;
  /** Bytes of the input. */
  bytes: number;
  /** The input's own buffer, which takes the result. */
  own?: ArrayBuffer;
  /** Of a result that leaves part by part. */
  parts?: { buffer: ArrayBuffer; bytes: number; milliseconds: number };
}

/** See `Engine::parts` of the crate. */
const NUMBERS_OF_PART = 5;

export class WasmCopies {
  readonly #engine: WasmEngine;
  readonly #memory: WebAssembly.Memory;

  constructor(engine: WasmEngine, memory: WebAssembly.Memory) {
    this.#engine = engine;
    this.#memory = memory;
  }

  /** Copies pixels to an address. */
  putPixels(address: number, { buffer, width, height, format }: BatchImage["pixels"]): void {
    const bytes = width * height * bytesOfPixel(format);
    bytesAt(this.#memory, address >>> 0, bytes).set(new Uint8Array(buffer, 0, bytes));
  }

  /**
   * Makes room in the engine for the pixels of a job's file, where their size is known: the job is then to be started or discarded.
   * Throws what the engine refuses.
   */
  roomFor({ job, batch, change, input }: Job): Room | undefined {
    // What the browser decodes needs a buffer in any case.
    if (input.kind !== "encoded" || !input.size || !input.read.codec) return undefined;
    const { width, height } = input.size;
    const format = input.read.bits === 16 ? RGBA16 : undefined;
    const address = this.#engine.preparePixels(job, batch, width, height, formatNumber(format), change) >>> 0;
    return { address, width, height, ...(format && { format }) };
  }

  /** Makes room for a job in the engine, and copies its input there. Throws what the engine refuses. */
  putIn(job: Job, input: Ready): Copied {
    const { job: number, batch, change } = job;
    if (input.kind === "numbers") {
      const { length, byteLength, buffer } = input.numbers;
      const address = this.#engine.prepareNumbers(number, batch, length, change) >>> 0;
      new Float64Array(this.#memory.buffer, address, length).set(input.numbers);
      return { job, input, bytes: byteLength, own: buffer as ArrayBuffer };
    }
    const { width, height, format } = input;
    const bytes = width * height * bytesOfPixel(format);
    if (input.kind === "placed") return { job, input, bytes };
    if (input.kind === "lent") {
      this.#engine.prepareLent(number, batch, input.room, width, height, formatNumber(format), change);
      return { job, input, bytes };
    }
    this.putPixels(this.#engine.preparePixels(number, batch, width, height, formatNumber(format), change), input);
    return { job, input, bytes, ...(isA(input.buffer, "ArrayBuffer") && { own: input.buffer }) };
  }

  /** Copies out the parts of results that are finished, of the jobs that `find` knows. */
  takeParts(find: (job: number) => Copied | undefined): void {
    const list = this.#engine.parts();
    for (let at = 0; at < list.length; at += NUMBERS_OF_PART) {
      const [job = 0, address = 0, start = 0, end = 0, length = 0] = list.subarray(at, at + NUMBERS_OF_PART);
      const copied = find(job);
      // What is not seen yet is copied when the job ends.
      if (!copied || !reaches(this.#memory, address + end)) continue;
      const began = performance.now();
      try {
        // Not in the input's own: until its job has ended it is to stay whole.
        copied.parts ??= { buffer: bufferFor(length, [copied.job.into]), bytes: 0, milliseconds: 0 };
      } catch {
        // There is no memory for it: that is told when the job ends.
        continue;
      }
      const { parts } = copied;
      new Uint8Array(parts.buffer).set(bytesAt(this.#memory, address + start, end - start), start);
      parts.bytes += end - start;
      parts.milliseconds += performance.now() - began;
    }
  }

  /** A result, of so many bytes: its parts where they are all here. */
  takeOut(address: number, length: number, { job, own, parts }: Copied): ArrayBuffer {
    if (parts?.bytes === length) return parts.buffer;
    const buffer = bufferFor(length, [own, job.into]);
    new Uint8Array(buffer).set(bytesAt(this.#memory, address, length));
    return buffer;
  }
}

/** A buffer for a result: an old one where one has its length. */
function bufferFor(length: number, old: readonly (ArrayBuffer | undefined)[]): ArrayBuffer {
  return old.find((buffer) => buffer?.byteLength === length) ?? new ArrayBuffer(length);
}

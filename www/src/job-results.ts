/**
 * The results of jobs that have ended: pixels and numbers are copied out and converted; bitmaps and files are made by a codec, which
 * reads the pixels where they lie. Knows no order.
 */
import type { AnyPixels, Codec, Shape } from "./codec.js";
import { PIXELS, type EndedJob } from "./ended-jobs.js";
import { toData, type ErrorCode } from "./errors.js";
import { bytesOfPixel, RGBA16, toRgba16, toRgba8 } from "./pixel-format.js";
import { holdsDeep, type JobOutcome, type JobResult, type Times } from "./protocol.js";
import type { Copied, Ready, WasmCopies } from "./wasm-copies.js";

/** A job whose result is there. */
export interface Finished extends Copied {
  decoding: number;
  copyingIn: number;
  /** What was lost when it was decoded. */
  warning?: string | undefined;
}

/** What is made of a result: it itself, with what must be transferred; or it is told later. */
interface Made {
  result?: JobResult;
  given: Transferable[];
  /** Of one that is read where it lies: resolves when it is not needed in the engine any more. */
  later?: Promise<void>;
}

export class JobResults {
  readonly #copies: WasmCopies;
  readonly #codec: Codec;
  readonly #tell: (result: JobResult, transfer: Transferable[]) => void;

  /** `tell` is called with results that are told later. */
  constructor(copies: WasmCopies, codec: Codec, tell: (result: JobResult, transfer: Transferable[]) => void) {
    this.#copies = copies;
    this.#codec = codec;
    this.#tell = tell;
  }

  make(finished: Finished, ended: EndedJob, measured: Pick<JobResult, "measured">): Made {
    const { spans } = ended;
    const { output, job } = finished.job;
    try {
      const times: Times = [finished.decoding, finished.copyingIn, 0, 0];
      const told = { job, spans, times, warning: finished.warning, ...measured };
      const pixels = this.#pixelsOf(finished, ended, times);
      if (ended.kind === PIXELS && output === "kept" && "address" in pixels) {
        const { address: room, ...image } = pixels;
        return {
          result: { ...told, outcome: { kind: "kept", room, ...image }, pixels: ended.width * ended.height },
          given: [],
        };
      }
      if (ended.kind === PIXELS && output !== "pixels" && output !== "rgba8" && output !== "kept") {
        const later = this.#shape(finished, told, pixels, output);
        return { given: [], ...("address" in pixels && { later }) };
      }
      if ("address" in pixels) throw new Error("only what is shaped is read where it lies");
      const outcome: JobOutcome =
        ended.kind === PIXELS
          ? { kind: "pixels", ...pixels }
          : { kind: "numbers", numbers: new Float64Array(pixels.buffer) };
      return { result: { ...told, outcome, pixels: ended.width * ended.height }, given: [pixels.buffer] };
    } catch (error) {
      return { result: { ...failure(job, error, "out-of-memory"), spans }, given: [] };
    }
  }

  /** The pixels, or numbers, where they lie or in a buffer, in the format that its output has. */
  #pixelsOf(finished: Finished, { kind, address, width, height }: EndedJob, times: Times): AnyPixels {
    const { input, parts } = finished;
    const { output } = finished.job;
    const format = input.kind === "numbers" ? undefined : input.format;
    const told = { width, height, ...spaceOf(input) };
    if (isReadInPlace(finished)) return { ...told, address, ...(format && { format }) };
    const began = performance.now();
    const bytes = width * height * (kind === PIXELS ? bytesOfPixel(format) : Float64Array.BYTES_PER_ELEMENT);
    let buffer = this.#copies.takeOut(address, bytes, finished);
    let stays = format;
    if (format && output !== "pixels") {
      stays = format.sample === RGBA16.sample && holdsDeep(output) ? RGBA16 : undefined;
      buffer = stays ? toRgba16(buffer, format) : toRgba8(buffer, format);
    }
    times[2] = performance.now() - began + (parts?.milliseconds ?? 0);
    return { ...told, buffer, ...(stays && { format: stays }) };
  }

  /** Makes a bitmap or a file. */
  async #shape(
    { job: { job, batch } }: Finished,
    told: Omit<JobResult, "outcome" | "pixels"> & { times: Times },
    image: AnyPixels,
    shape: Shape,
  ): Promise<void> {
    try {
      const began = performance.now();
      const { outcome, warning } = await this.#codec.shape(image, batch, shape);
      told.times[3] = performance.now() - began;
      const transfer = outcome.kind === "bitmap" ? [outcome.bitmap] : [];
      const pixels = image.width * image.height;
      this.#tell({ ...told, outcome, pixels, warning: told.warning ?? warning }, transfer);
    } catch (error) {
      this.#tell(failure(job, error, "encode-failed"), []);
    }
  }
}

/**
 * Whether a result is read where it lies: by a function of the user's, or by the codec that makes a bitmap or a file of it, which takes
 * RGBA of 8 or 16 bits.
 */
export function isReadInPlace({ input, job: { output } }: Copied): boolean {
  if (input.kind === "numbers" || output === "pixels" || output === "rgba8") return false;
  if (output === "kept") return true;
  const { format } = input;
  return !format || (holdsDeep(output) && format.sample === RGBA16.sample && format.channels === RGBA16.channels);
}

/** The colour space of an input's pixels, which their result has too. */
function spaceOf(input: Ready): { colorSpace?: PredefinedColorSpace } {
  return input.kind !== "numbers" && input.colorSpace ? { colorSpace: input.colorSpace } : {};
}

/** The result of a job that has none. */
export function failure(job: number, error: unknown, code: ErrorCode): JobResult {
  return { job, spans: [], outcome: { kind: "failed", error: toData(error, code) }, pixels: 0 };
}

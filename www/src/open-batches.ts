/** The batches that an engine has open, and the images that are parameters of them. Knows no jobs. */
import type { Engine as WasmEngine } from "pixelpool-glue";
import { isErrorData, ofParameter, type ErrorData } from "./errors.js";
import { formatNumber } from "./pixel-format.js";
import type { BatchImage, Step, ToWorker } from "./protocol.js";
import type { WasmCopies } from "./wasm-copies.js";

type Opening = Extract<ToWorker, { type: "open" }>;

export interface OpenBatch {
  /** Its jobs are over in no time. */
  isQuick: boolean;
  /** Why the engine does not take its chain. */
  refusal?: ErrorData;
}

export class OpenBatches {
  readonly #engine: WasmEngine;
  readonly #copies: WasmCopies;
  readonly #batches = new Map<number, OpenBatch>();

  constructor(engine: WasmEngine, copies: WasmCopies) {
    this.#engine = engine;
    this.#copies = copies;
  }

  /** What is known of a batch, as long as it is open. */
  get(batch: number): OpenBatch | undefined {
    return this.#batches.get(batch);
  }

  /**
   * Opens a batch with its images. What only the engine can tell, such as that a text is no table, or that there is no room for
   * an image, is its refusal, which is returned.
   */
  open({ batch, steps, images = [] }: Opening): ErrorData | undefined {
    // First, so that its jobs are not taken for those of a batch that was cancelled where a thread has just ended the
    // instance: then the engine throws, and so does each job, which goes to the replacement.
    this.#batches.set(batch, { isQuick: false });
    let refusal: ErrorData | undefined;
    try {
      for (const image of images) this.#take(image, steps);
      this.#engine.open(batch, steps);
    } catch (error) {
      if (!isErrorData(error)) throw error;
      refusal = error;
      this.#batches.set(batch, { isQuick: true, refusal });
    }
    // The batch has them now, until it is closed.
    for (const { image } of images) this.#engine.releaseImage(image);
    return refusal;
  }

  /** Jobs of a batch come that another worker of the same engine has opened. */
  expect(batch: number): void {
    if (!this.#batches.has(batch)) this.#batches.set(batch, { isQuick: false });
  }

  close(batch: number): void {
    this.#batches.delete(batch);
    this.#engine.close(batch);
  }

  /** Copies an image that is a parameter into wasm memory. */
  #take({ image, pixels }: BatchImage, steps: readonly Step[]): void {
    const { width, height, format } = pixels;
    let address: number;
    try {
      address = this.#engine.prepareImage(image, width, height, formatNumber(format));
    } catch (error) {
      throw isErrorData(error) ? ofImage(error, image, steps) : error;
    }
    this.#copies.putPixels(address, pixels);
  }
}

/** What is wrong with an image, said of the parameter that it is. */
function ofImage(error: ErrorData, image: number, steps: readonly Step[]): ErrorData {
  for (const step of steps) {
    const parameter = Object.keys(step).find((name) => isImage(step[name], image));
    if (parameter !== undefined) return ofParameter(error, step.kind, parameter);
  }
  return error;
}

function isImage(value: unknown, image: number): boolean {
  return typeof value === "object" && value !== null && "image" in value && value.image === image;
}

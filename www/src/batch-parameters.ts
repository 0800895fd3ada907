/**
 * Parameters of a chain that are large: images are looked at, decoded by a worker where they are no pixels, and copied, once
 * for the batch; texts and lists of numbers are counted. What is wrong with one is told with its filter and parameter.
 */
import { ofParameter, PixelpoolError, toData, toError } from "./errors.js";
import type { FeederContext } from "./feeder.js";
import { fileFailure } from "./files.js";
import { MOST_IMAGE_BYTES } from "./generated/rules.js";
import { bytesOfParameter } from "./parameter-bytes.js";
import { bytesOfPixel } from "./pixel-format.js";
import { planItem } from "./file-plan.js";
import { look, pack, sizeOf, type Source } from "./pixels.js";
import type { BatchImage, JobInput, JobResult, Step } from "./protocol.js";
import { type GivenParameter, givenOf } from "./validate.js";

type Pixels = BatchImage["pixels"];

export interface LoadedParameters {
  /** The steps with the numbers of their images. */
  steps: Step[];
  images: BatchImage[];
  /** Bytes of all that is large, all copies counted. */
  bytes: number;
}

/** Makes the parameters of a chain ready to be sent to every worker. */
export async function loadParameters(context: FeederContext, steps: readonly Step[]): Promise<LoadedParameters> {
  // One of each stays here, for workers that start later; each instance has another.
  const { instances } = context.dispatcher;
  let bytes = 0;
  for (const given of givenOf(steps, "text", "numbers")) {
    const needed = bytesOfParameter(given.value, instances);
    await saidOf(given, () => checkLimit(needed, context.budget.limit - bytes));
    bytes += needed;
  }
  const images: BatchImage[] = [];
  const changed = new Map<Step, Record<string, { image: number }>>();
  const numbers = new Map<unknown, number>();
  for (const given of givenOf(steps, "image")) {
    const { step, parameter, value } = given;
    // One that stands in several places is read once: a response can be read no second time.
    let number = numbers.get(value);
    if (number === undefined) {
      const room = { copies: 1 + instances, most: context.budget.limit - bytes };
      const pixels = await saidOf(given, async () => load(context, await look(value), room));
      bytes += bytesOf(pixels) * room.copies;
      number = context.nextJob();
      numbers.set(value, number);
      images.push({ image: number, pixels });
    }
    changed.set(step, { ...changed.get(step), [parameter]: { image: number } });
  }
  return { steps: steps.map((step) => ({ ...step, ...changed.get(step) })), images, bytes };
}

/** Does something; what is thrown is said of a parameter. */
async function saidOf<T>({ step, parameter }: GivenParameter, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    throw toError(ofParameter(toData(thrown, "invalid-image"), step.kind, parameter));
  }
}

/** How many copies of an image there will be, and the most bytes that they may have. */
interface Room {
  copies: number;
  most: number;
}

async function load(context: FeederContext, source: Source, room: Room): Promise<Pixels> {
  const size = sizeOf(source);
  try {
    if (size) checkRoom(size, source.kind === "pixels" ? bytesOfPixel(source.format) : 4, room);
  } catch (error) {
    if (source.kind === "picture" && source.owned) source.picture.close();
    throw error;
  }
  const { dispatcher, budget } = context;
  const { modules, keptCopier } = dispatcher;
  const plan = { steps: [], change: undefined, options: {}, modules, mostBytes: budget.limit };
  const { read, codecs } = await planItem(source, plan);
  await Promise.all(Array.from(codecs, (codec) => dispatcher.useCodec(codec)));
  const { input, transfer } = await pack(source, false, keptCopier, read);
  if (input.kind === "pixels") return input;
  const pixels = await decode(context, input, transfer);
  checkRoom(pixels, 4, room);
  return pixels;
}

/** The pixels of a picture: what an empty chain makes of it. */
async function decode({ dispatcher, batch, nextJob }: FeederContext, input: JobInput, transfer: Transferable[]) {
  dispatcher.open(batch, []);
  const job = { job: nextJob(), batch, input, output: "pixels" } as const;
  const { outcome } = await new Promise<JobResult>((resolve) => dispatcher.run(job, transfer, resolve));
  dispatcher.forget(batch);
  if (outcome.kind === "pixels") {
    const { width, height, buffer } = outcome;
    return { kind: "pixels", width, height, buffer } satisfies Pixels;
  }
  if (outcome.kind !== "failed") throw new TypeError("it has no pixels");
  const { error } = outcome;
  throw input.kind === "encoded" ? await fileFailure(input.blob, error) : toError(error);
}

function bytesOf({ width, height, format }: Pixels): number {
  return width * height * bytesOfPixel(format);
}

function checkRoom({ width, height }: { width: number; height: number }, bytesOfOne: number, room: Room): void {
  const bytes = width * height * bytesOfOne;
  if (bytes > MOST_IMAGE_BYTES) {
    throw tooLarge(`it needs ${bytes} bytes, more than the ${MOST_IMAGE_BYTES} that an image may have`);
  }
  checkLimit(bytes * room.copies, room.most);
}

function checkLimit(bytes: number, most: number): void {
  if (bytes <= most) return;
  throw tooLarge(`it needs ${bytes} bytes in flight, more than the ${most} that the pool's memoryLimit leaves`);
}

function tooLarge(message: string): PixelpoolError {
  return new PixelpoolError(message, { code: "too-large" });
}

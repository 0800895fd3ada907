/**
 * Decides, for each item, how its file is read and how its result is written: by whom, as what, and what is kept. What cannot be
 * had is told here, before any work. Pure: reads no file.
 */
import { readsPictures } from "./place.js";
import type { CodecName } from "./codec-modules.js";
import { mistake, PixelpoolError } from "./errors.js";
import { checkSidesOf } from "./file-limits.js";
import { fileName } from "./files.js";
import type { FileInput, FileOutput } from "./file-types.js";
import { sizeOf, type Source } from "./pixels.js";
import { ANY_TYPE, type Change, type FileShape, type JobOutput, type Reading, type Step } from "./protocol.js";
import { isTypedArray } from "./realm.js";
import { growth, type Growth, type Size } from "./result-size.js";
import type { SourceInfo } from "./source-info.js";
import { swapsSides } from "./turns.js";
import type { NumberImage, Output, RunOptions } from "./types.js";

/** Codecs of the package's own, by the type of their files. */
const CODECS: Readonly<Partial<Record<string, CodecName>>> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
};
/** Types that a file may keep. */
const WRITTEN: readonly string[] = ["image/jpeg", "image/png", "image/webp"];
/** The type of files that hold 16 bits. */
const DEEP_TYPE = "image/png";

/** What a plan is made of, beside the item. */
export interface PlanContext {
  steps: readonly Step[];
  change: Change | undefined;
  options: Pick<RunOptions, "input" | "output">;
  /** Addresses of the user's modules, by type. */
  modules: ReadonlyMap<string, string>;
  /** Bytes that decoding a file may take. */
  mostBytes: number;
}

export interface Plan {
  /** The shape that the result leaves the engine in. */
  output: JobOutput;
  /** How its file is read, where it is one. */
  read?: Reading;
  /** The codecs of the package's own that it needs. */
  codecs: ReadonlySet<CodecName>;
  /** How large it becomes on its way; of a file, from what is decoded on. */
  growth: Growth;
  /** What is decoded, where that is known. */
  size?: Size;
}

/** The plan of an item. Throws where it cannot have what was asked for. */
export async function planItem(source: Source, context: PlanContext): Promise<Plan> {
  const { options, steps, change } = context;
  const { output = "same" } = options;
  const codecs = new Set<CodecName>();
  if (source.kind !== "encoded") {
    const shape = shapeOf(source, output, context, codecs);
    const grows = growth(steps, change, sizeOf(source));
    checkSides(shape, grows.result);
    return { output: shape, codecs, growth: grows };
  }
  // A GIF is read from end to end for its frames alone. What cannot be read any more is told by who decodes it.
  const needsInfo = source.type !== "image/gif" || options.input?.frames === "refuse";
  const info = needsInfo ? await source.info.catch(() => undefined) : undefined;
  const read = readingOf(source, info, context, codecs);
  const shape = shapeOf(source, output, context, codecs, info, read);
  const size = source.size && upright(shrunk(source.size, read.shrink), read.orientation);
  const grows = growth(steps, change, size);
  checkSides(shape, grows.result, source.blob);
  return { output: shape, read, codecs, growth: grows, ...(size && { size }) };
}

type Encoded = Extract<Source, { kind: "encoded" }>;

function readingOf(
  source: Encoded,
  info: SourceInfo | undefined,
  context: PlanContext,
  codecs: Set<CodecName>,
): Reading {
  const { options, modules, mostBytes, steps, change } = context;
  const { output = "same" } = options;
  const { colorSpace = "srgb", depth, frames = "first", shrink = "exact" } = options.input ?? {};
  const refuse = (option: keyof FileInput, rule: string) => {
    const message = `${fileName(source.blob)} ${rule}`;
    return new PixelpoolError(message, { code: "unsupported", parameter: `input.${option}` });
  };
  if (frames === "refuse" && info && info.frames > 1) {
    throw refuse("frames", `is an animation of ${info.frames} pictures, which input.frames refuses`);
  }
  const module = source.type && modules.get(source.type);
  const codec = module || isForBrowser(source, info) ? undefined : CODECS[source.type ?? ""];
  const isDeep = info !== undefined && info.depth > 8;
  const holdsDeep =
    output === "pixels" || (typeof output === "object" && typeOf(output, source.type, context) === DEEP_TYPE);
  if (isDeep && depth === "source" && !(holdsDeep && codec === "png")) {
    const rule = holdsDeep
      ? `has ${info.depth} bits, of which only 8 can be read here: only those of a PNG can be had`
      : `has ${info.depth} bits, which input.depth keeps: they need output "pixels" or the type ${DEEP_TYPE}`;
    throw refuse("depth", rule);
  }
  const keepsDepth = depth === "source" || (depth === undefined && typeof output === "object");
  // The browser converts by itself.
  const isOther = info !== undefined && info.colorSpace !== "srgb" && codec !== undefined;
  const converts = colorSpace === "srgb";
  const orientation = info?.orientation ?? 1;
  const size = source.size && upright(source.size, orientation);
  if (codec) codecs.add(codec);
  if (isOther && converts) codecs.add("color");
  return {
    ...(codec && { codec }),
    ...(module && { module }),
    orientation,
    mostBytes,
    bits: isDeep && holdsDeep && keepsDepth && codec === "png" ? 16 : 8,
    shrink: codec === "jpeg" && shrink === "fast" && size ? shrinkFor(steps, change, size) : 1,
    converts,
    ...(isOther && { hasOtherColors: true }),
    ...(converts && isCoded(info, "display-p3") && { isDisplayP3: true }),
    ...(isOther && converts && codec === "jpeg" && info.hasProfile && info.channels === 4 && { hasInks: true }),
    ...(!converts && info?.colorSpace === "display-p3" && { colorSpace: "display-p3" }),
  };
}

/**
 * Whether the browser reads a file that the package has a codec for: a WebP that is nothing but lossy, which it decodes twice as fast,
 * to the same bytes; and colours that a code says and no profile, such as those of HDR.
 */
function isForBrowser({ type, isSimplyLossy }: Encoded, info: SourceInfo | undefined): boolean {
  if (!readsPictures()) return false;
  return (type === "image/webp" && isSimplyLossy === true) || (type === "image/png" && isCoded(info, "other"));
}

/** Whether colours are of a space that no profile says. */
function isCoded(info: SourceInfo | undefined, space: SourceInfo["colorSpace"]): boolean {
  return info?.colorSpace === space && !info.hasProfile;
}

/** How much smaller a JPEG may be decoded for a chain that first resizes: not below the size of the result. */
function shrinkFor(steps: readonly Step[], change: Change | undefined, size: Size): 1 | 2 | 4 | 8 {
  const first = steps.slice(0, 1);
  if (first[0]?.kind !== "resize") return 1;
  const target = growth(first, change, size).result;
  const fits = (by: number) => {
    const small = shrunk(size, by);
    const result = growth(first, change, small).result;
    if (!target || !result || small.width < target.width || small.height < target.height) return false;
    // What follows from the shape is not to change by a rounding.
    return result.width === target.width && result.height === target.height;
  };
  return ([8, 4, 2] as const).find(fits) ?? 1;
}

function shrunk({ width, height }: Size, by: number): Size {
  return { width: Math.ceil(width / by), height: Math.ceil(height / by) };
}

/** The type that a file is written as. */
function typeOf({ type }: FileOutput, source: string | undefined, { modules }: PlanContext): string {
  if (type !== "source") return type;
  return source && (WRITTEN.includes(source) || modules.has(source)) ? source : ANY_TYPE;
}

function shapeOf(
  source: Source,
  output: Output,
  context: PlanContext,
  codecs: Set<CodecName>,
  info?: SourceInfo,
  read?: Reading,
): JobOutput {
  if (source.kind === "numbers" && output !== "same") throw noShape(source.list, output);
  if (output === "same" && source.kind === "picture") return "bitmap";
  if (output === "same" || output === "pixels") return "pixels";
  if (output === "bitmap") return output;
  if (output !== "imageData") return fileShape(source, output, context, codecs, info, read);
  const isOther = source.kind === "pixels" && source.format;
  if (typeof ImageData === "function") return isOther ? "rgba8" : "pixels";
  const message =
    'output "imageData" needs the class ImageData, which is missing here; "pixels" gives { data, width, height }';
  throw new PixelpoolError(message, { code: "unsupported", parameter: "output" });
}

function noShape(list: NumberImage, output: Exclude<Output, "same">): Error {
  const wanted = typeof output === "string" ? `"${output}"` : output.type;
  const what = isTypedArray(list, "Uint8Array", "Uint8ClampedArray")
    ? "bytes that begin as no file of a picture does are a flat list of numbers, which has"
    : "a flat list of numbers has";
  const message = `output ${wanted} cannot be made: ${what} no width and height; give { data, width, height }`;
  return mistake("TypeError", message, { code: "invalid-option", parameter: "output" });
}

function fileShape(
  source: Source,
  output: FileOutput,
  context: PlanContext,
  codecs: Set<CodecName>,
  info: SourceInfo | undefined,
  read: Reading | undefined,
): FileShape {
  const own = source.kind === "encoded" ? source.type : undefined;
  const type = typeOf(output, own, context);
  const isSame = type === "image/webp" && own === type;
  const { type: wanted, lossless = isSame && isLossless(source, output), background, notLarger, ...kept } = output;
  const { modules } = context;
  const module = modules.get(type) ?? (lossless ? undefined : modules.get(`${type}+lossy`));
  const shape: FileShape = { ...kept, type };
  // Whether lossy ones can be written the browser tells in a worker.
  const isAny = type === ANY_TYPE || (wanted === "source" && type === "image/webp" && !lossless);
  if (isAny) shape.orAny = true;
  if (module !== undefined) shape.module = module;
  if (lossless) shape.lossless = true;
  if (background !== undefined) shape.background = typeof background === "string" ? fromHex(background) : background;
  const hasSourceColors = read?.converts === false && info?.hasProfile === true;
  if (hasSourceColors) shape.hasSourceColors = true;
  // To compare with it, it is read as it was.
  if (notLarger && read && own === type) shape.notLarger = { ...read, shrink: 1 };
  if (source.kind === "encoded" && own && (kept.metadata === "keep" || hasSourceColors || shape.notLarger)) {
    shape.source = { blob: source.blob, type: own };
  }
  if (!module) {
    if (type === "image/jpeg" || isAny) codecs.add("jpeg");
    if (type === "image/png" || isAny) codecs.add("png");
    if (type === "image/webp" && lossless) codecs.add("webp");
  }
  const isOther = hasSourceColors || (source.kind === "pixels" && source.colorSpace) || source.kind === "picture";
  if (kept.metadata === "none" && isOther) codecs.add("color");
  return shape;
}

/** A WebP that is to stay a WebP loses nothing where it had not. */
function isLossless(source: Source, { type, quality }: FileOutput): boolean {
  return source.kind === "encoded" && source.isLossless === true && type === "source" && quality === undefined;
}

/** `#rgb` or `#rrggbb`. */
function fromHex(color: string): [number, number, number] {
  const digits = color.length === 4 ? color.replace(/[^#]/g, "$&$&") : color;
  return [1, 3, 5].map((at) => parseInt(digits.slice(at, at + 2), 16)) as [number, number, number];
}

/** A side that a type cannot hold is told before the work. */
function checkSides(shape: JobOutput, size: Size | undefined, file?: Blob): void {
  if (typeof shape === "object" && size) checkSidesOf(shape.type, size, file && fileName(file));
}

/** What is decoded, upright, of what is stored. */
function upright({ width, height }: Size, orientation: number): Size {
  return swapsSides(orientation) ? { width: height, height: width } : { width, height };
}

/** Codecs of the user's, in a worker: modules that are loaded with the first file that needs them. */
import { inWords, PixelpoolError, type ErrorCode } from "./errors.js";
import type { CodecModule, CodecPixels } from "./file-types.js";
import { imageDataOf } from "./image-data.js";
import type { PixelView } from "./pixel-view.js";
import type { Pixels } from "./read-pixels.js";

const modules = new Map<string, Promise<CodecModule>>();

/** What goes wrong with a codec is said of the option that it came with. */
function failure(code: ErrorCode, message: string, cause?: unknown): PixelpoolError {
  return new PixelpoolError(message, { code, parameter: "codecs" }, { cause });
}

/** The module at an address. Where it cannot be loaded, that is tried again with the next file. */
function load(address: string): Promise<CodecModule> {
  let module = modules.get(address);
  if (!module) {
    module = import(/* @vite-ignore */ /* webpackIgnore: true */ address).catch((cause: unknown) => {
      modules.delete(address);
      throw failure("unsupported", `the codec ${address} could not be loaded: ${inWords(cause)}`, cause);
    }) as Promise<CodecModule>;
    modules.set(address, module);
  }
  return module;
}

/** A module has not what is needed of it. */
export function lacks(address: string, name: keyof CodecModule, cause?: unknown): PixelpoolError {
  return failure("unsupported", `the codec ${address} exports no function ${name}`, cause);
}

/** Calls it; what it throws is told as its own. */
async function call<Result>(address: string, code: ErrorCode, work: () => PromiseLike<Result> | Result) {
  try {
    return await work();
  } catch (cause) {
    throw failure(code, `the codec ${address} has failed: ${inWords(cause)}`, cause);
  }
}

/** The pixels of a file; `undefined` where the module reads none. */
export async function decodeByUser(address: string, file: ArrayBuffer): Promise<Pixels | undefined> {
  const { decode } = await load(address);
  if (typeof decode !== "function") return undefined;
  // It may give anything.
  const given = (await call(address, "decode-failed", () => decode(file))) as Partial<CodecPixels> | undefined;
  const { data, width = 0, height = 0 } = given ?? {};
  const isRight = ArrayBuffer.isView(data) && data.byteLength > 0 && data.byteLength === width * height * 4;
  if (!isRight) {
    const message = `the codec ${address} gave no pixels: decode gives { data, width, height }, data of width × height × 4 bytes`;
    throw failure("decode-failed", message);
  }
  const { buffer, byteOffset, byteLength } = data;
  const isOwn = buffer instanceof ArrayBuffer && byteLength === buffer.byteLength;
  return { width, height, buffer: isOwn ? buffer : new Uint8Array(buffer, byteOffset, byteLength).slice().buffer };
}

/** The file of pixels; `quality` is from 1 to 100. */
export async function encodeByUser(
  address: string,
  { width, height, buffer, colorSpace }: PixelView,
  options: { quality?: number; lossless?: boolean },
): Promise<Uint8Array<ArrayBuffer>> {
  const { encode } = await load(address);
  if (typeof encode !== "function") throw lacks(address, "encode");
  const pixels =
    typeof ImageData === "function"
      ? imageDataOf(buffer(), width, height, colorSpace)
      : { data: new Uint8ClampedArray(buffer()), width, height };
  const file: unknown = await call(address, "encode-failed", () => encode(pixels, options));
  const bytes = ArrayBuffer.isView(file)
    ? new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
    : new Uint8Array(file instanceof ArrayBuffer ? file : new ArrayBuffer(0));
  if (bytes.length > 0) return bytes.slice();
  throw failure("encode-failed", `the codec ${address} gave no file: encode gives its bytes`);
}

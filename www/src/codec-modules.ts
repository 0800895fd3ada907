/** The WebAssembly modules of the codecs, loaded with the first file that needs one and compiled once for all pools of the page. */
import { inWords, PixelpoolError } from "./errors.js";
import type { EngineSources } from "./engine-sources.js";
import { unzip } from "./unzip.js";

/** Formats that have a codec of the package's own; `color` converts colours by the profile in a file. */
export type CodecName = "jpeg" | "png" | "webp" | "gif" | "color";

const modules = new Map<CodecName, Promise<WebAssembly.Module>>();

/** The module of a codec. Where it cannot be loaded, that is tried again with the next file. */
export function codecModule(name: CodecName, source: EngineSources["codec"]): Promise<WebAssembly.Module> {
  let module = modules.get(name);
  if (!module) {
    module = load(name, source);
    modules.set(name, module);
  }
  return module;
}

async function load(name: CodecName, source: EngineSources["codec"]): Promise<WebAssembly.Module> {
  try {
    const { wasm } = await source(name);
    return await WebAssembly.compile(await unzip(wasm));
  } catch (cause) {
    modules.delete(name);
    const message = `the codec for ${name} could not be loaded: ${inWords(cause)}`;
    throw new PixelpoolError(message, { code: "unsupported" }, { cause });
  }
}

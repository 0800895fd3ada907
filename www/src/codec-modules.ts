/**
 * The WebAssembly modules of the codecs, loaded with the first file that needs one and compiled once for all pools of the page.
 * Where one cannot be loaded the browser reads and writes its files instead.
 */
import { inWords } from "./errors.js";
import { unzip } from "./unzip.js";
import { warnOnce } from "./warnings.js";

/** Formats that have a codec of their own. */
export type CodecName = "jpeg" | "png";

/** What `codec-*.js` beside this file export: base64 of the gzipped wasm. */
interface Bundle {
  wasm: string;
}

const BUNDLES: Readonly<Record<CodecName, () => Promise<Bundle>>> = {
  jpeg: () => import("./codec-jpeg.js"),
  png: () => import("./codec-png.js"),
};

const modules = new Map<CodecName, Promise<WebAssembly.Module | undefined>>();

/** The module of a codec; `undefined` where it cannot be had. */
export function codecModule(name: CodecName): Promise<WebAssembly.Module | undefined> {
  let module = modules.get(name);
  if (!module) {
    module = load(name);
    modules.set(name, module);
  }
  return module;
}

async function load(name: CodecName): Promise<WebAssembly.Module | undefined> {
  try {
    const { wasm } = await BUNDLES[name]();
    return await WebAssembly.compile(await unzip(wasm));
  } catch (cause) {
    warnOnce(`the codec for ${name} could not be loaded, so the browser's own is used: ${inWords(cause)}`);
    return undefined;
  }
}

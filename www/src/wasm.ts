/** Which build of the engine runs, and where it comes from. The only file that knows that there are two. */
import { inWords, PixelpoolError } from "./errors.js";
import { isA } from "./realm.js";
import type { WorkerScript } from "./spawn.js";
import type { Mode, PoolOptions } from "./types.js";
import { unzip } from "./unzip.js";

/** What `engine-*.js` beside this file export: the worker, and base64 of the gzipped wasm. */
export interface Bundle extends WorkerScript {
  wasm: string;
}

export interface LoadedEngine {
  /** On its way: it is compiled while workers start. */
  module: Promise<WebAssembly.Module>;
  script: WorkerScript;
}

/** Loads the build for a mode: the script always from the package, the wasm from `source` where one is given. */
export async function loadEngine(mode: Mode, source: PoolOptions["wasm"]): Promise<LoadedEngine> {
  try {
    const bundle: Bundle = mode === "shared" ? await import("./engine-threads.js") : await import("./engine-plain.js");
    const module = compile(source, bundle.wasm).catch(notLoaded);
    // Whoever starts a worker hears of it; a start that is called off has nobody.
    module.catch(() => undefined);
    return { module, script: bundle };
  } catch (cause) {
    return notLoaded(cause);
  }
}

function notLoaded(cause: unknown): never {
  const words = inWords(cause);
  const isForbidden = /unsafe-eval|Content.Security.Policy|\bCSP\b/i.test(words);
  const advice = isForbidden ? "; the page's Content Security Policy must have script-src 'wasm-unsafe-eval'" : "";
  const message = `the WebAssembly could not be loaded: ${words}${advice}`;
  throw new PixelpoolError(message, { code: "unsupported" }, { cause });
}

async function compile(source: PoolOptions["wasm"], inlined: string): Promise<WebAssembly.Module> {
  if (source === undefined) return WebAssembly.compile(await unzip(inlined));
  if (isA(source, "WebAssembly.Module")) return source;
  if (typeof source === "string" || isA(source, "URL")) return compileResponse(await fetch(source));
  if (isA(source, "Response")) return compileResponse(source);
  return WebAssembly.compile(source);
}

/** Not streamed: that would refuse servers that send another content type than `application/wasm`. */
async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Which build of the engine runs, and where it comes from. The only file that knows that there are two. */
import { inWords, PixelpoolError } from "./errors.js";
import { isA } from "./realm.js";
import type { WorkerScript } from "./spawn.js";
import type { Mode, PoolOptions } from "./types.js";
import { unzip } from "./unzip.js";

/**
 * What `engine-*.js` beside this file export: the worker, base64 of the gzipped wasm, and the filters that it is enough for. What more
 * there is of it, `engine-*-more.js` have.
 */
export interface Bundle extends WorkerScript {
  wasm: string;
  common: readonly string[];
}

/** What of the engine's wasm only rare filters need. */
export interface RestOfEngine {
  /** The kinds of those that do without. */
  common: ReadonlySet<string>;
  /** Loads it, once for all pools of the page. Where that fails, it is tried again with the next call. */
  load: () => Promise<{ module: WebAssembly.Module; bytes?: ArrayBuffer }>;
}

export interface LoadedEngine {
  /** On its way: it is compiled while workers start. */
  module: Promise<WebAssembly.Module>;
  script: WorkerScript;
  /** Left out where the module is all there is. */
  more: RestOfEngine | undefined;
}

/** Loads the build for a mode: the script always from the package, the wasm from `source` where one is given. */
export async function loadEngine(mode: Mode, source: PoolOptions["wasm"]): Promise<LoadedEngine> {
  try {
    const bundle: Bundle = mode === "shared" ? await import("./engine-threads.js") : await import("./engine-plain.js");
    const module = compile(source, bundle.wasm).catch(notLoaded);
    // Whoever starts a worker hears of it; a start that is called off has nobody.
    module.catch(() => undefined);
    // A file of the user's own is all of it.
    const more = source === undefined ? { common: new Set(bundle.common), load: () => loadMore(mode) } : undefined;
    return { module, script: bundle, more };
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

const rests = new Map<string, ReturnType<RestOfEngine["load"]>>();

function loadMore(mode: Mode): ReturnType<RestOfEngine["load"]> {
  const build = mode === "shared" ? "threads" : "plain";
  const load = async () => {
    try {
      const { wasm } = await (build === "threads"
        ? import("./engine-threads-more.js")
        : import("./engine-plain-more.js"));
      const bytes = await unzip(wasm);
      // Compiled here first, so that what is wrong with it is told to the call that needs it, and browsers know it by then.
      const module = await WebAssembly.compile(bytes);
      return build === "threads" ? { module, bytes } : { module };
    } catch (cause) {
      rests.delete(build);
      return notLoaded(cause);
    }
  };
  const rest = rests.get(build) ?? load();
  rests.set(build, rest);
  return rest;
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

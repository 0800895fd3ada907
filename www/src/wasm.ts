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

/** What of threads there is where this runs. */
interface Surroundings {
  /** Without one there are no headers to send. */
  isBrowser: boolean;
  isServiceWorker: boolean;
  hasWorkers: boolean;
  isIsolated: boolean;
  hasSharedMemory: boolean;
}

function lookAround(): Surroundings {
  const scope = globalThis as { ServiceWorkerGlobalScope?: abstract new () => unknown };
  return {
    isBrowser: "crossOriginIsolated" in globalThis,
    isServiceWorker:
      typeof scope.ServiceWorkerGlobalScope === "function" && globalThis instanceof scope.ServiceWorkerGlobalScope,
    hasWorkers: typeof Worker === "function",
    isIsolated: globalThis.crossOriginIsolated,
    hasSharedMemory: typeof SharedArrayBuffer === "function",
  };
}

/**
 * The mode that a pool gets here, and why. `threads` is what was asked for; throws an `unsupported` {@link PixelpoolError}
 * where the mode that was asked for cannot be had.
 */
export function chooseMode(
  wanted: "auto" | Mode,
  threads?: number,
  here = lookAround(),
): { mode: Mode; reason: string } {
  if (here.isServiceWorker) {
    const message =
      "a pool cannot run in a service worker, where import() is not allowed: start it in a page or another worker";
    throw new PixelpoolError(message, { code: "unsupported" });
  }
  const refusal = refuse(wanted, here);
  if (refusal) throw new PixelpoolError(`mode "${wanted}" ${refusal}`, { code: "unsupported", parameter: "mode" });
  if (wanted !== "auto") return { mode: wanted, reason: `mode "${wanted}" was asked for` };
  if (!here.hasWorkers) {
    const instead = threads !== undefined && threads > 1 ? `, not on the ${threads} that were asked for` : "";
    return { mode: "single", reason: `there are no Web Workers here, so everything runs on one thread${instead}` };
  }
  const obstacle = obstacleToSharing(here);
  if (!obstacle) return { mode: "shared", reason: "the page is cross-origin isolated, so threads share one memory" };
  return { mode: "workers", reason: `${obstacle}, so every worker has an instance and a memory of its own` };
}

/** Why a mode cannot be had, and what would be right. */
function refuse(wanted: "auto" | Mode, here: Surroundings): string | undefined {
  if (wanted === "auto" || wanted === "single") return undefined;
  if (!here.hasWorkers) return 'needs Web Workers, which are missing here; modes "auto" and "single" do without';
  if (wanted === "workers") return undefined;
  if (!here.isBrowser) return 'is for browsers, which this is not; mode "workers" uses every core here';
  if (!here.isIsolated) {
    return "needs a cross-origin isolated page: send Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";
  }
  return here.hasSharedMemory
    ? undefined
    : "needs SharedArrayBuffer, which this browser lacks though the page is isolated";
}

/** Why threads cannot share one memory. */
function obstacleToSharing({ isBrowser, isIsolated, hasSharedMemory }: Surroundings): string | undefined {
  if (!isBrowser) return "threads share a memory in browsers only, which this is not";
  if (!isIsolated) return "the page is not cross-origin isolated";
  return hasSharedMemory ? undefined : "the page is cross-origin isolated, but this browser has no SharedArrayBuffer";
}

/** Which build of the engine runs, and where it comes from. The only file that knows that there are two. */
import { PixelpoolError } from "./errors.js";
import type { WorkerScript } from "./spawn.js";
import type { Mode, PoolOptions } from "./types.js";

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
  const message = `the WebAssembly could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}`;
  throw new PixelpoolError(message, { code: "unsupported" }, { cause });
}

async function compile(source: PoolOptions["wasm"], inlined: string): Promise<WebAssembly.Module> {
  if (source === undefined) return WebAssembly.compile(await unzip(inlined));
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === "string" || source instanceof URL) return compileResponse(await fetch(source));
  if (typeof Response === "function" && source instanceof Response) return compileResponse(source);
  return WebAssembly.compile(source as BufferSource);
}

/** Not streamed: that would refuse servers that send another content type than `application/wasm`. */
async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

async function unzip(base64: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/** The mode that a page gets, and why. */
export function chooseMode(wanted: "auto" | Mode): { mode: Mode; reason: string } {
  const hasWorkers = typeof Worker === "function";
  const isolated = typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated;
  if (wanted === "shared" && !(isolated && hasWorkers)) {
    const message =
      'mode "shared" needs a cross-origin isolated page: send Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';
    throw new PixelpoolError(message, { code: "unsupported", parameter: "mode" });
  }
  if (wanted === "workers" && !hasWorkers) {
    throw new PixelpoolError('mode "workers" needs Web Workers, which are missing here', {
      code: "unsupported",
      parameter: "mode",
    });
  }
  if (wanted !== "auto") return { mode: wanted, reason: `mode "${wanted}" was asked for` };
  if (!hasWorkers) return { mode: "single", reason: "there are no Web Workers here, so everything runs on one thread" };
  if (isolated) return { mode: "shared", reason: "the page is cross-origin isolated, so threads share one memory" };
  return {
    mode: "workers",
    reason: "the page is not cross-origin isolated, so every worker has an instance and a memory of its own",
  };
}

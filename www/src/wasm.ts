/** Which build of the engine runs, and its WebAssembly. */
import { inWords, PixelpoolError } from "./errors.js";
import { isA } from "./realm.js";
import type { Build, Bundle, EngineSources } from "./engine-sources.js";
import type { WorkerScript } from "./spawn.js";
import type { EngineFile, Mode, PoolOptions } from "./types.js";
import { unzip } from "./unzip.js";

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

/** The build that runs in a mode. */
export function buildFor(mode: Mode): Build {
  return mode === "shared" ? "threads" : "plain";
}

/** Whether there is a file for each build. */
export function isPair(wasm: PoolOptions["wasm"]): wasm is Readonly<Record<Build, EngineFile>> {
  // A caller may give anything, null too.
  return typeof wasm === "object" && (wasm as object | null) !== null && "threads" in wasm && "plain" in wasm;
}

/** Loads a build: the script always from the package, the wasm from where `given` says so. */
export async function loadEngine(
  build: Build,
  given: PoolOptions["wasm"],
  sources: EngineSources,
): Promise<LoadedEngine> {
  const source = isPair(given) ? given[build] : given;
  try {
    const bundle = await sources.engine(build);
    const module = compile(source, bundle).catch(notLoaded);
    // Whoever starts a worker hears of it; a start that is called off has nobody.
    module.catch(() => undefined);
    // A file of the user's own is all of it.
    const more =
      source === undefined ? { common: new Set(bundle.common), load: () => loadMore(build, sources) } : undefined;
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

function loadMore(build: Build, sources: EngineSources): ReturnType<RestOfEngine["load"]> {
  const load = async () => {
    try {
      const { wasm } = await sources.more(build);
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

async function compile(source: EngineFile | undefined, { wasm, mark }: Bundle): Promise<WebAssembly.Module> {
  if (source === undefined) return WebAssembly.compile(await unzip(wasm));
  const module = await compileGiven(source);
  const [section] = WebAssembly.Module.customSections(module, "pixelpool");
  const found = section && new TextDecoder().decode(section);
  if (found === mark) return module;
  throw new Error(`it is ${found ? `that of ${found}` : "no engine of pixelpool"}; this package runs that of ${mark}`);
}

async function compileGiven(source: EngineFile): Promise<WebAssembly.Module> {
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

/**
 * Where the parts of the package come from that are loaded when they are needed. {@link onDemand} is what pages use; the entry
 * `pixelpool/static` has all of them at hand, for places where nothing may be imported later.
 */
import type { CodecName } from "./codec-modules.js";
import type { EngineInPlace, WorkerScript } from "./spawn.js";

import type { FunctionsHost } from "./functions/host.js";

/** One of the two builds of the engine. */
export type Build = "threads" | "plain";

/** What holds a module of WebAssembly: gzipped, in base64. */
export interface PackedWasm {
  wasm: string;
}

/**
 * What `engine-*.js` export: the worker, the wasm, and the filters that it is enough for. What more there is of it, `engine-*-more.js`
 * have. Other wasm that the worker can run has the same mark.
 */
export interface Bundle extends WorkerScript, PackedWasm {
  common: readonly string[];
  mark: string;
}

export interface EngineSources {
  engine: (build: Build) => Promise<Bundle>;
  more: (build: Build) => Promise<PackedWasm>;
  codec: (name: CodecName) => Promise<PackedWasm>;
  /** The plain engine, to run on the thread that loads it. */
  inPlace: () => Promise<EngineInPlace>;
  /** What chains with functions of the user's need. */
  functions: () => Promise<FunctionsHost>;
  /** No workers are started: everything runs on the thread that the entry was imported by. */
  isInPlace?: true;
}

const codecs: Readonly<Record<CodecName, () => Promise<PackedWasm>>> = {
  jpeg: () => import("./codec-jpeg.js"),
  png: () => import("./codec-png.js"),
  webp: () => import("./codec-webp.js"),
  gif: () => import("./codec-gif.js"),
  color: () => import("./codec-color.js"),
};

export const onDemand: EngineSources = {
  engine: (build) => (build === "threads" ? import("./engine-threads.js") : import("./engine-plain.js")),
  more: (build) => (build === "threads" ? import("./engine-threads-more.js") : import("./engine-plain-more.js")),
  codec: (name) => codecs[name](),
  inPlace: () => import("./engine-in-place.js"),
  functions: () => import("./functions-host.js"),
};

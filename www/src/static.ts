/**
 * `pixelpool/static`: the same pool for places where nothing may be imported later and no worker started, such as service workers: all
 * that it needs is imported with it, and everything runs on the thread that imports it (mode `single`).
 *
 * @packageDocumentation
 */
import { wasm as color } from "./codec-color.js";
import { wasm as gif } from "./codec-gif.js";
import { wasm as jpeg } from "./codec-jpeg.js";
import { wasm as png } from "./codec-png.js";
import { wasm as webp } from "./codec-webp.js";
import { create } from "./engine-in-place.js";
import { wasm as more } from "./engine-plain-more.js";
import { common, mark, wasm } from "./engine-plain.js";
import type { EngineSources } from "./engine-sources.js";
import * as functions from "./functions-host.js";
import { createPoolFrom } from "./pool.js";
import type { UserFunctions } from "./function-types.js";
import type { Pool, PoolOptions } from "./types.js";

const codecs = { color, gif, jpeg, png, webp };

const atHand: EngineSources = {
  engine: () => Promise.resolve({ worker: "", wasm, common, mark }),
  more: () => Promise.resolve({ wasm: more }),
  codec: (name) => Promise.resolve({ wasm: codecs[name] }),
  inPlace: () => Promise.resolve({ create }),
  functions: () => Promise.resolve(functions),
  isInPlace: true,
};

/** Starts a pool as `createPool` of the main entry does, in mode `single` and without workers: `threads` is 1. */
export function createPool<Functions extends UserFunctions = UserFunctions, OwnFilter extends { kind: string } = never>(
  options: Omit<PoolOptions<OwnFilter>, "threads" | "worker"> = {},
): Promise<Pool<Functions, OwnFilter>> {
  return createPoolFrom(atHand, options);
}

export * from "./surface.js";

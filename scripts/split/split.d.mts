import type { WasmModule } from "./module.mjs";

/** Both parts of a module; `rare` are the functions of the second one. */
export function split(
  module: WasmModule,
  rare: ReadonlySet<number>,
): { core: Uint8Array<ArrayBuffer>; more: Uint8Array<ArrayBuffer> };

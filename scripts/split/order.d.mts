import type { WasmModule } from "./module.mjs";

/** The same module with its functions in the order that gzip likes best. */
export function ordered(module: WasmModule): WasmModule;

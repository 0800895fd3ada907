import type { WasmModule } from "./module.mjs";

/** Filters that core is enough for, by the names that pages know. */
export const COMMON_KINDS: readonly string[];
export function rareFunctions(module: WasmModule): Set<number>;

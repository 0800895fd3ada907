/** A module as lists of its parts; tests use a few of them. */
export interface WasmModule {
  types: Uint8Array[];
  imports: { from: string; name: string; kind: string; description: number | Uint8Array }[];
  functions: number[];
  tables: Uint8Array[];
  memories: Uint8Array[];
  tags: number[];
  globals: { type: Uint8Array; value: Uint8Array }[];
  exports: { name: string; kind: string; index: number }[];
  start: number | undefined;
  elements: { table: number; offset: Uint8Array; functions: number[] }[];
  dataCount: number | undefined;
  code: Uint8Array[];
  data: Uint8Array | undefined;
  /** Of functions, by their indices. */
  names: Map<number, string>;
}
export function readModule(bytes: Uint8Array): WasmModule;
export function writeModule(module: WasmModule): Uint8Array<ArrayBuffer>;
/** Which function is in which slot of the table. */
export function slotsOf(module: WasmModule): Map<number, number>;

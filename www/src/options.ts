/** Options of pools and of calls: checked before anything is started, read or copied. */
import { mistake } from "./errors.js";
import { checkInput, checkOutput } from "./file-options.js";
import { checkNames, invalidOption } from "./option-errors.js";
import { moduleOfRuntime } from "./place.js";
import { isA } from "./realm.js";
import type { FilterRule } from "./filter-rule.js";
import type { PoolOptions, RunOptions } from "./types.js";
import type { OwnRules } from "./validate.js";
import { isPair } from "./wasm.js";
import { typeName } from "./words.js";

/** More threads than this cost more to start than they give. */
const MOST_THREADS = 16;
const USUAL_THREADS = 4;
/** Who asks for more than any machine has wants something else; browsers fall over long before a million workers. */
const LARGEST_THREADS = 256;
const MEBIBYTE = 1 << 20;
const USUAL_MEMORY_LIMIT = 512 * MEBIBYTE;
/** Of the device's memory, an eighth, within these bounds. */
const MEMORY_SHARE = 1 / 8;
const [LEAST_MEMORY_LIMIT, MOST_MEMORY_LIMIT] = [256 * MEBIBYTE, 1024 * MEBIBYTE];
const MODES: readonly string[] = ["auto", "shared", "workers", "single"];
const POOL_OPTIONS = [
  "threads",
  "mode",
  "memoryLimit",
  "wasm",
  "filters",
  "worker",
  "codecs",
  "functions",
  "signal",
] satisfies (keyof PoolOptions)[];
const RUN_OPTIONS = [
  "signal",
  "onProgress",
  "onSpan",
  "onReport",
  "input",
  "output",
  "transfer",
] satisfies (keyof RunOptions)[];

/** The options of a pool, with their defaults. */
export function checkPoolOptions(options: unknown): {
  threads: number;
  memoryLimit: number;
  signal: AbortSignal | undefined;
  codecs: ReadonlyMap<string, string>;
  filters: OwnRules;
} {
  if (typeof options !== "object" || options === null) {
    throw mistake("TypeError", `options must be an object, got ${typeName(options)}`, { code: "invalid-option" });
  }
  checkNames(options, POOL_OPTIONS);
  const { threads, mode, memoryLimit, signal, wasm, filters, worker, codecs, functions } = options as PoolOptions;
  if (mode !== undefined && !MODES.includes(mode)) {
    const got = typeof mode === "string" ? JSON.stringify(mode) : typeName(mode);
    throw invalidOption("TypeError", "mode", `one of "${MODES.join('", "')}", got ${got}`);
  }
  if (signal !== undefined && !isA(signal, "AbortSignal")) {
    throw invalidOption("TypeError", "signal", `an AbortSignal, got ${typeName(signal)}`);
  }
  if (isPair(wasm)) {
    checkWasm("wasm.threads", wasm.threads);
    checkWasm("wasm.plain", wasm.plain);
  } else if (wasm !== undefined) checkWasm("wasm", wasm);
  if (worker !== undefined && typeof worker !== "string" && typeof worker !== "function" && !isA(worker, "URL")) {
    throw invalidOption("TypeError", "worker", `an address or a function that makes a worker, got ${typeName(worker)}`);
  }
  if (functions !== undefined && typeof functions !== "function") {
    throw invalidOption("TypeError", "functions", `a function that makes a worker, got ${typeName(functions)}`);
  }
  return {
    threads: checkCount("threads", threads, LARGEST_THREADS) ?? Math.min(reportedCores(), MOST_THREADS),
    memoryLimit: checkCount("memoryLimit", memoryLimit) ?? defaultMemoryLimit(),
    signal,
    codecs: checkCodecs(codecs),
    filters: checkFilters(filters, wasm),
  };
}

/** What the browser or the runtime reports; Node 20 has no `navigator`. */
function reportedCores(): number {
  const cores = typeof navigator === "object" ? navigator.hardwareConcurrency : undefined;
  const system = moduleOfRuntime("node:os") as { availableParallelism?: () => number } | undefined;
  return cores || system?.availableParallelism?.() || USUAL_THREADS;
}

/** The addresses of codecs by type; relative ones are of the page. */
function checkCodecs(codecs: unknown = {}): ReadonlyMap<string, string> {
  if (typeof codecs !== "object" || codecs === null) {
    throw invalidOption("TypeError", "codecs", `an object of addresses by type, got ${typeName(codecs)}`);
  }
  const base = typeof document === "object" ? document.baseURI : undefined;
  return new Map(
    Object.entries(codecs).map(([type, address]: [string, unknown]) => {
      if (!/^image\/[\w.+-]+$/.test(type)) {
        throw invalidOption("TypeError", "codecs", `named by types such as "image/avif", got ${JSON.stringify(type)}`);
      }
      if (typeof address !== "string" && !isA(address, "URL")) {
        throw invalidOption("TypeError", `codecs["${type}"]`, `the address of a module, got ${typeName(address)}`);
      }
      try {
        return [type, new URL(String(address), base).href];
      } catch {
        throw invalidOption(
          "TypeError",
          `codecs["${type}"]`,
          `the address of a module, got ${JSON.stringify(address)}`,
        );
      }
    }),
  );
}

/** Only Chromium tells the device's memory, in GiB. */
function defaultMemoryLimit(): number {
  const gibibytes = typeof navigator === "object" && (navigator as { deviceMemory?: number }).deviceMemory;
  if (!gibibytes) return USUAL_MEMORY_LIMIT;
  const share = gibibytes * 1024 * MEBIBYTE * MEMORY_SHARE;
  return Math.min(MOST_MEMORY_LIMIT, Math.max(LEAST_MEMORY_LIMIT, share));
}

function checkWasm(name: string, wasm: unknown): void {
  const isBytes = isA(wasm, "ArrayBuffer") || ArrayBuffer.isView(wasm);
  const isAddress = typeof wasm === "string" || isA(wasm, "URL");
  if (isAddress || isBytes || isA(wasm, "Response") || isA(wasm, "WebAssembly.Module")) return;
  throw invalidOption("TypeError", name, `an address, a Response, bytes or a module, got ${typeName(wasm)}`);
}

/** The filters beside the built-in ones, by name. */
function checkFilters(filters: unknown, wasm: unknown): OwnRules {
  if (filters === undefined) return new Map();
  const isFilter = (one: unknown) =>
    typeof one === "object" && one !== null && "name" in one && "parameters" in one && Array.isArray(one.parameters);
  if (!Array.isArray(filters) || !filters.every(isFilter)) {
    const got = Array.isArray(filters) ? "a list of other things" : typeName(filters);
    throw invalidOption("TypeError", "filters", `the list that was written with an engine, got ${got}`);
  }
  if (wasm === undefined) throw invalidOption("TypeError", "filters", "given with the engine that has them, as wasm");
  return new Map((filters as FilterRule[]).map((rule) => [rule.name, rule]));
}

function checkCount(name: string, value: unknown, largest = Infinity): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number") throw invalidOption("TypeError", name, `a whole number, got ${typeName(value)}`);
  if (!Number.isInteger(value) && Number.isFinite(value)) {
    throw invalidOption("TypeError", name, `a whole number, got ${value}`);
  }
  if (!(value >= 1 && Number.isFinite(value) && value <= largest)) {
    const range = largest === Infinity ? "of at least 1" : `from 1 to ${largest}`;
    throw invalidOption("RangeError", name, `a whole number ${range}, got ${value}`);
  }
  return value;
}

/** Throws where an option of a call is wrong. `codecs`: types that the pool has a codec for. */
export function checkRunOptions(options: unknown, codecs: ReadonlyMap<string, string> = new Map()): void {
  if (typeof options !== "object" || options === null) {
    throw mistake("TypeError", `options must be an object, got ${typeName(options)}`, { code: "invalid-option" });
  }
  checkNames(options, RUN_OPTIONS);
  const { signal, onProgress, onSpan, onReport, input, output, transfer } = options as Record<
    keyof RunOptions,
    unknown
  >;
  if (signal !== undefined && !isA(signal, "AbortSignal")) {
    throw invalidOption("TypeError", "signal", `an AbortSignal, got ${typeName(signal)}`);
  }
  for (const [name, value] of Object.entries({ onProgress, onSpan, onReport })) {
    if (value !== undefined && typeof value !== "function") {
      throw invalidOption("TypeError", name, `a function, got ${typeName(value)}`);
    }
  }
  if (transfer !== undefined && typeof transfer !== "boolean") {
    throw invalidOption("TypeError", "transfer", `true or false, got ${typeName(transfer)}`);
  }
  checkInput(input);
  checkOutput(output, codecs);
}

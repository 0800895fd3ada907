/** Options of pools and of calls: checked before anything is started, read or copied. */
import { inWords, mistake } from "./errors.js";
import { isA } from "./realm.js";
import type { FileOutput, Output, PoolOptions, RunOptions } from "./types.js";
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
const ENCODINGS: readonly unknown[] = ["image/png", "image/jpeg", "image/webp"];
const POOL_OPTIONS = ["threads", "mode", "memoryLimit", "wasm", "signal"] satisfies (keyof PoolOptions)[];
const OUTPUT_OPTIONS = ["type", "quality", "background", "chroma", "progressive"] satisfies (keyof FileOutput)[];
const RUN_OPTIONS = ["signal", "onProgress", "onSpan", "onReport", "output", "transfer"] satisfies (keyof RunOptions)[];

function invalidOption(kind: "TypeError" | "RangeError", name: string, rule: string): Error {
  return mistake(kind, `${name} must be ${rule}`, { code: "invalid-option", parameter: name });
}

/** The options of a pool, with their defaults. */
export function checkPoolOptions(options: unknown): {
  threads: number;
  memoryLimit: number;
  signal: AbortSignal | undefined;
} {
  if (typeof options !== "object" || options === null) {
    throw mistake("TypeError", `options must be an object, got ${typeName(options)}`, { code: "invalid-option" });
  }
  checkNames(options, POOL_OPTIONS);
  const { threads, mode, memoryLimit, signal, wasm } = options as PoolOptions;
  if (mode !== undefined && !MODES.includes(mode)) {
    const got = typeof mode === "string" ? JSON.stringify(mode) : typeName(mode);
    throw invalidOption("TypeError", "mode", `one of "${MODES.join('", "')}", got ${got}`);
  }
  if (signal !== undefined && !isA(signal, "AbortSignal")) {
    throw invalidOption("TypeError", "signal", `an AbortSignal, got ${typeName(signal)}`);
  }
  checkWasm(wasm);
  const reported = typeof navigator === "object" ? navigator.hardwareConcurrency || USUAL_THREADS : USUAL_THREADS;
  return {
    threads: checkCount("threads", threads, LARGEST_THREADS) ?? Math.min(reported, MOST_THREADS),
    memoryLimit: checkCount("memoryLimit", memoryLimit) ?? defaultMemoryLimit(),
    signal,
  };
}

/** Only Chromium tells the device's memory, in GiB. */
function defaultMemoryLimit(): number {
  const gibibytes = typeof navigator === "object" && (navigator as { deviceMemory?: number }).deviceMemory;
  if (!gibibytes) return USUAL_MEMORY_LIMIT;
  const share = gibibytes * 1024 * MEBIBYTE * MEMORY_SHARE;
  return Math.min(MOST_MEMORY_LIMIT, Math.max(LEAST_MEMORY_LIMIT, share));
}

/** A misspelt option would be ignored otherwise. */
function checkNames(options: object, known: readonly string[], prefix = ""): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const message = `there is no option ${prefix}${unknown}; there are ${known.join(", ")}`;
  throw mistake("TypeError", message, { code: "invalid-option", parameter: prefix + unknown });
}

function checkWasm(wasm: unknown): void {
  const isBytes = isA(wasm, "ArrayBuffer") || ArrayBuffer.isView(wasm);
  const isAddress = typeof wasm === "string" || isA(wasm, "URL");
  if (wasm === undefined || isAddress || isBytes || isA(wasm, "Response") || isA(wasm, "WebAssembly.Module")) return;
  throw invalidOption("TypeError", "wasm", `an address, a Response, bytes or a module, got ${typeName(wasm)}`);
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

/** Throws where an option of a call is wrong. */
export function checkRunOptions(options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw mistake("TypeError", `options must be an object, got ${typeName(options)}`, { code: "invalid-option" });
  }
  checkNames(options, RUN_OPTIONS);
  const { signal, onProgress, onSpan, onReport, output, transfer } = options as Record<keyof RunOptions, unknown>;
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
  checkOutput(output as Output | undefined);
}

function checkOutput(output: Output | undefined): void {
  if (output === undefined || output === "same" || output === "imageData" || output === "bitmap") return;
  if (typeof output !== "object" || (output as unknown) === null || !ENCODINGS.includes(output.type)) {
    const rule = `"same", "imageData", "bitmap" or { type } with one of "${ENCODINGS.join('", "')}"`;
    throw invalidOption("TypeError", "output", rule);
  }
  checkNames(output, OUTPUT_OPTIONS, "output.");
  checkBackground(output.background);
  const { chroma, progressive } = output as Record<keyof FileOutput, unknown>;
  if (chroma !== undefined && chroma !== "4:2:0" && chroma !== "4:4:4") {
    throw invalidOption("TypeError", "output.chroma", `"4:2:0" or "4:4:4", got ${inWords(chroma)}`);
  }
  if (progressive !== undefined && typeof progressive !== "boolean") {
    throw invalidOption("TypeError", "output.progressive", `true or false, got ${typeName(progressive)}`);
  }
  const quality: unknown = output.quality;
  if (quality === undefined) return;
  if (typeof quality !== "number") {
    throw invalidOption("TypeError", "output.quality", `a number from 0 to 1, got ${typeName(quality)}`);
  }
  if (!(quality >= 0 && quality <= 1)) {
    throw invalidOption("RangeError", "output.quality", `a number from 0 to 1, got ${quality}`);
  }
}

function checkBackground(background: unknown): void {
  if (background === undefined) return;
  const rule = 'a colour "#rgb" or "#rrggbb", or [red, green, blue] from 0 to 255';
  if (typeof background === "string") {
    if (/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(background)) return;
    throw invalidOption("TypeError", "output.background", `${rule}, got ${JSON.stringify(background)}`);
  }
  if (!Array.isArray(background) || background.length !== 3 || !background.every((v) => typeof v === "number")) {
    throw invalidOption("TypeError", "output.background", `${rule}, got ${typeName(background)}`);
  }
  const wrong = background.find((level) => !(level >= 0 && level <= 255));
  if (wrong !== undefined) throw invalidOption("RangeError", "output.background", `${rule}, got ${wrong}`);
}

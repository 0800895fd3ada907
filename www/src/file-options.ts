/** Options of how files are read and written: checked before anything is read. */
import { mistake } from "./errors.js";
import type { FileInput, FileOutput } from "./file-types.js";
import { checkNames, invalidOption } from "./option-errors.js";
import { typeName } from "./words.js";

/** Types that are written without a codec of the user's. */
const FILE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/webp"];
/** Words that the options may be, the default first. */
const INPUT_WORDS = {
  colorSpace: ["srgb", "source"],
  depth: [8, "source"],
  frames: ["first", "refuse"],
  shrink: ["exact", "fast"],
} as const satisfies Record<keyof FileInput, readonly unknown[]>;
const OUTPUT_WORDS = {
  lossless: [false, true],
  notLarger: [false, true],
  metadata: ["color", "none", "keep"],
  chroma: ["4:2:0", "4:4:4"],
  progressive: [false, true],
} as const;
const OUTPUT_OPTIONS = [
  "type",
  "quality",
  "background",
  "maxBytes",
  ...(Object.keys(OUTPUT_WORDS) as (keyof typeof OUTPUT_WORDS)[]),
] satisfies (keyof FileOutput)[];

/** Throws where the value of an option is none of its words. */
function checkWords(prefix: string, words: Readonly<Record<string, readonly unknown[]>>, given: object): void {
  for (const [name, allowed] of Object.entries(words)) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || allowed.includes(value)) continue;
    const told = typeof value === "string" || typeof value === "number" ? JSON.stringify(value) : typeName(value);
    const rule = allowed.map((word) => JSON.stringify(word)).join(" or ");
    throw invalidOption("TypeError", prefix + name, `${rule}, got ${told}`);
  }
}

export function checkInput(input: unknown): void {
  if (input === undefined) return;
  if (typeof input !== "object" || input === null) {
    throw invalidOption("TypeError", "input", `an object of options, got ${typeName(input)}`);
  }
  checkNames(input, Object.keys(INPUT_WORDS), "input.");
  checkWords("input.", INPUT_WORDS, input);
}

/** `codecs`: types that the pool has a codec for. */
export function checkOutput(output: unknown, codecs: ReadonlyMap<string, string>): void {
  if (output === undefined || output === "same" || output === "pixels") return;
  if (output === "imageData" || output === "bitmap") return;
  const types = [...FILE_TYPES, "source", ...[...codecs.keys()].filter((type) => !FILE_TYPES.includes(type))];
  if (typeof output !== "object" || output === null || !types.includes((output as FileOutput).type)) {
    const rule = `"same", "pixels", "imageData", "bitmap" or { type } with one of "${types.join('", "')}"`;
    throw invalidOption("TypeError", "output", rule);
  }
  checkNames(output, OUTPUT_OPTIONS, "output.");
  checkWords("output.", OUTPUT_WORDS, output);
  const { type, lossless, quality, maxBytes, background } = output as FileOutput;
  checkBackground(background);
  checkNumber("output.quality", quality, 0, 1);
  checkNumber("output.maxBytes", maxBytes, 1, Infinity);
  if (lossless && type === "image/jpeg") {
    const message = "output.lossless cannot be had as image/jpeg: PNG and WebP can be lossless";
    throw mistake("TypeError", message, { code: "invalid-option", parameter: "output.lossless" });
  }
}

function checkNumber(name: string, value: unknown, least: number, most: number): void {
  if (value === undefined) return;
  const rule = most < Infinity ? `a number from ${least} to ${most}` : `a number of at least ${least}`;
  if (typeof value !== "number") throw invalidOption("TypeError", name, `${rule}, got ${typeName(value)}`);
  if (!(value >= least && value <= most)) throw invalidOption("RangeError", name, `${rule}, got ${value}`);
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

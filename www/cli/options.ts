/** The options of `run`, as the pool takes them. */
import { InvalidArgumentError } from "commander";
import type { FileInput, FileOutput, PoolOptions } from "../src/index.js";

/** What commander makes of the options. */
export interface Given {
  out?: string;
  type: "jpeg" | "png" | "webp" | "source";
  chain?: string;
  quality?: number;
  lossless?: boolean;
  maxBytes?: number;
  notLarger?: boolean;
  metadata?: NonNullable<FileOutput["metadata"]>;
  background?: string | [number, number, number];
  progressive?: boolean;
  chroma?: NonNullable<FileOutput["chroma"]>;
  shrink?: NonNullable<FileInput["shrink"]>;
  frames?: NonNullable<FileInput["frames"]>;
  depth?: "8" | "source";
  colorSpace?: NonNullable<FileInput["colorSpace"]>;
  threads?: number;
  memoryLimit?: number;
  dryRun?: boolean;
  skipExisting?: boolean;
  overwrite?: boolean;
  quiet?: boolean;
  json?: boolean;
}

/** The type as the pool names it. */
export function typeOf({ type }: Given): FileOutput["type"] {
  return type === "source" ? type : `image/${type}`;
}

export function outputOf(given: Given): FileOutput {
  const { quality, lossless, maxBytes, notLarger, metadata, background, progressive, chroma } = given;
  return {
    type: typeOf(given),
    ...defined({ quality, lossless, maxBytes, notLarger, metadata, background, progressive, chroma }),
  };
}

export function inputOf({ shrink, frames, depth, colorSpace }: Given): FileInput {
  return defined({ shrink, frames, colorSpace, depth: depth === "8" ? 8 : depth });
}

/** Beside the number of threads and the memory: the encoder of lossy WebP, which no runtime brings along. */
export function poolOf({ threads, memoryLimit }: Given, signal: AbortSignal): PoolOptions {
  return {
    ...defined({ threads, memoryLimit }),
    codecs: { "image/webp+lossy": new URL("./cli-webp.js", import.meta.url) },
    signal,
  };
}

type Defined<Options> = { [Name in keyof Options]?: Exclude<Options[Name], undefined> };

function defined<Options extends object>(options: Options): Defined<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<Options>;
}

export function readNumber(text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

export function readQuality(text: string): number {
  const value = readNumber(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("It must be a number from 0 to 1.");
  return value;
}

export function readThreads(text: string): number {
  const value = readNumber(text);
  if (!(Number.isInteger(value) && value >= 1 && value <= 256)) {
    throw new InvalidArgumentError("It must be a whole number from 1 to 256.");
  }
  return value;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
};

/** A number of bytes, as in `200kB`, `1.5MB` or `512MiB`. */
export function readBytes(text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmg]i?)?b?$/i.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(number) * (UNITS[unit.toLowerCase()] ?? NaN));
  if (!(number !== "" && bytes >= 1))
    throw new InvalidArgumentError("It must be a number of bytes, such as 200kB or 1.5MiB.");
  return bytes;
}

export function readColor(text: string): string | [number, number, number] {
  if (/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text)) return text;
  const levels = text.split(",").map(Number);
  const [red = NaN, green = NaN, blue = NaN] = levels;
  if (levels.length === 3 && levels.every((level) => level >= 0 && level <= 255)) return [red, green, blue];
  throw new InvalidArgumentError("It must be #rgb, #rrggbb, or red,green,blue from 0 to 255.");
}

/** What the pool says of an option, in the words of the command line: `output.maxBytes` is `--max-bytes`. */
export function inOptions(message: string): string {
  const typed = message.replace(/output "pixels" or the type image\/(\w+)/, "--type $1");
  return typed.replace(
    /\b(?:output\.|input\.|the pool's (?=memoryLimit))([a-z]+(?:[A-Z][a-z]+)*)/g,
    (_, name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
}

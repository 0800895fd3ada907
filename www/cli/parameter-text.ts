/** Values of parameters as text, by the definitions of the filters. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { NumbersParameter, ParameterInfo } from "../src/index.js";
import { limitsInWords } from "../src/limits.js";
import { instead } from "../src/words.js";
import { Usage } from "./stop.js";
import { inWords } from "./words.js";

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const COLOR = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i;

/** Reads a value. `name` is the parameter's with its filter's, for messages. */
export async function readValue(parameter: ParameterInfo, text: string, name: string): Promise<unknown> {
  switch (parameter.type) {
    case "number":
      return numberOf(text) ?? fail(`${name} must be ${limitsInWords(parameter)}, got ${JSON.stringify(text)}`);
    case "boolean":
      if (text === "true" || text === "false") return text === "true";
      return fail(`${name} must be true or false, got ${JSON.stringify(text)}`);
    case "choice": {
      if (parameter.choices.includes(text)) return text;
      return fail(`${name} cannot be ${JSON.stringify(text)}${instead(text, parameter.choices)}`);
    }
    case "numbers":
      return numbersOf(parameter, await textOf(text, name), name);
    case "text":
      return textOf(text, name);
    case "image":
      return readPicture(text, name);
  }
}

/** The value of a parameter that is named alone: a flag is set. */
export function namedAlone(parameter: ParameterInfo, name: string): true {
  if (parameter.type === "boolean") return true;
  return fail(`${name} needs a value: write ${parameter.name}=…`);
}

/** An image that is a parameter, from its path. */
export async function readPicture(file: string, name: string): Promise<File> {
  return new File([await contentOf(file, name)], path.basename(file));
}

function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** A list as JSON, or its numbers one after another, in which a colour stands for its own. */
function numbersOf(parameter: NumbersParameter, text: string, name: string): unknown {
  if (/^\s*\[/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      return fail(`${name} is no list in JSON: ${inWords(error)}`);
    }
  }
  const words = text.split(/[\s,;]+/).filter((word) => word !== "");
  return words.flatMap((word) => {
    const number = numberOf(word);
    if (number !== undefined) return [number];
    if (parameter.maximum === 255 && COLOR.test(word)) return levelsOf(word, parameter.length === 4);
    const colors = parameter.maximum === 255 ? " or colours as #rrggbb" : "";
    return fail(`${name} must be numbers${colors}, such as ${example(parameter)}, got ${JSON.stringify(word)}`);
  });
}

function example({ example }: NumbersParameter): string {
  const most = 8;
  return example.slice(0, most).join(",") + (example.length > most ? ",…" : "");
}

/** Red, green and blue of a colour, and alpha where it is wanted or said. */
function levelsOf(color: string, withAlpha: boolean): number[] {
  const digits = color.length === 4 ? color.replace(/[^#]/g, "$&$&") : color;
  const levels = (digits.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => parseInt(pair, 16));
  return withAlpha && levels.length === 3 ? [...levels, 255] : levels;
}

/** The text itself, or, behind an `@`, that of a file. */
async function textOf(text: string, name: string): Promise<string> {
  if (!text.startsWith("@")) return text;
  return (await contentOf(text.slice(1), name)).toString("utf8");
}

async function contentOf(file: string, name: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(file);
  } catch (error) {
    return fail(`${name} names ${JSON.stringify(file)}, which cannot be read: ${inWords(error)}`);
  }
}

function fail(message: string): never {
  throw new Usage(message);
}

/** The files that operands stand for. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { ENDINGS } from "../src/output-name.js";
import { inWords } from "./words.js";

export interface Input {
  /** The path, as it is shown and read. */
  file: string;
  /** Its folder from the fixed part of the pattern on, which is kept in the target. */
  folder: string;
}

/** An operand that stands for no file. */
export interface Missing {
  operand: string;
  message: string;
}

export interface Inputs {
  inputs: readonly Input[];
  missing: readonly Missing[];
}

const PICTURES = `**/*.{${Object.values(ENDINGS).flat().join(",")}}`;

/**
 * Every file once, in the order of operands and in each by name. What lies in the folder `without` is left out of patterns and
 * folders: the results of the last time.
 */
export async function findInputs(operands: readonly string[], without?: string): Promise<Inputs> {
  const inputs = new Map<string, Input>();
  const missing: Missing[] = [];
  for (const operand of operands) {
    const found = await filesOf(operand, without);
    if (typeof found === "string") missing.push({ operand, message: found });
    else for (const input of found) inputs.set(path.resolve(input.file), inputs.get(path.resolve(input.file)) ?? input);
  }
  return { inputs: [...inputs.values()], missing };
}

/** The files of an operand, or why it has none. */
async function filesOf(operand: string, without: string | undefined): Promise<Input[] | string> {
  const pattern = process.platform === "win32" ? operand.replaceAll("\\", "/") : operand;
  const there = await stat(operand).catch((error: unknown) => error as NodeJS.ErrnoException);
  // What is there is meant as it is, whatever signs are in its name.
  if (!(there instanceof Error) && !there.isDirectory()) return [{ file: operand, folder: "" }];
  if (there instanceof Error && !isDynamicPattern(pattern)) return inWords(there);
  const isFolder = !(there instanceof Error);
  const base = isFolder ? operand : fixedPart(pattern);
  const found = isFolder
    ? await glob(PICTURES, { cwd: operand, expandDirectories: false, caseSensitiveMatch: false })
    : await glob(pattern.slice(base === "" ? 0 : base.length), { cwd: base || ".", expandDirectories: false });
  const inputs = found
    .map((name) => ({ file: path.join(base, name), folder: path.dirname(name) === "." ? "" : path.dirname(name) }))
    .filter(({ file }) => without === undefined || !lies(file, without) || !lies(without, base || "."))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  if (inputs.length > 0) return inputs;
  return isFolder ? "the folder has no pictures" : "the pattern matches no file";
}

/** The folders of a pattern before the first sign that is not meant as it is, with the last slash. */
function fixedPart(pattern: string): string {
  const parts = pattern.split("/");
  const first = parts.findIndex((part) => isDynamicPattern(part));
  return parts
    .slice(0, first < 0 ? -1 : first)
    .map((part) => `${part}/`)
    .join("");
}

/** Whether a path lies within a folder. */
export function lies(file: string, folder: string): boolean {
  const from = path.relative(folder, file);
  return from !== "" && from !== ".." && !from.startsWith(`..${path.sep}`) && !path.isAbsolute(from);
}

/** The bytes of a file. Of what is none, such as a pipe, reading might never end. */
export async function readInput(file: string): Promise<File> {
  if (!(await stat(file)).isFile()) throw new Error("it is no file");
  return new File([await readFile(file)], path.basename(file));
}

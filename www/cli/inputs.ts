/** The files that operands stand for. */
import { type Dirent, readdir as readFolder } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { type FileSystemAdapter, glob, isDynamicPattern } from "tinyglobby";
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
    const walk = new Walk();
    const found = await filesOf(operand, without, walk.fs);
    for (const { folder, error } of walk.refused) {
      const isOut = without !== undefined && (lies(folder, without) || path.resolve(folder) === path.resolve(without));
      if (!isOut) missing.push({ operand: folder, message: refusal(error) });
    }
    if (typeof found !== "string") {
      for (const input of found) inputs.set(path.resolve(input.file), inputs.get(path.resolve(input.file)) ?? input);
    } else if (walk.refused.length === 0) missing.push({ operand, message: found });
  }
  const told = new Map(missing.map((one) => [JSON.stringify(one), one]));
  return { inputs: [...inputs.values()], missing: [...told.values()] };
}

const refusal = (error: unknown) => `cannot be read: ${inWords(error)}`;

/** Reads folders for the walk, and keeps those that it could not read. Links to folders are not followed, links to files are. */
class Walk {
  readonly refused: { folder: string; error: NodeJS.ErrnoException }[] = [];
  readonly fs: FileSystemAdapter = { readdir: this.#read.bind(this) as typeof readFolder };

  #read(
    folder: string,
    options: { withFileTypes: true },
    done: (error: Error | null, entries?: readonly Pick<Dirent, "name" | "isFile" | "isDirectory">[]) => void,
  ): void {
    readFolder(folder, options, (error, entries) => {
      if (error) {
        // A pattern whose fixed part is not there matches nothing.
        if (error.code !== "ENOENT" && error.code !== "ENOTDIR") {
          this.refused.push({ folder: path.relative("", folder) || ".", error });
        }
        done(error);
        return;
      }
      const read = entries.map(async (entry) => (entry.isSymbolicLink() ? throughLink(folder, entry) : entry));
      void Promise.all(read).then((all) =>
        done(
          null,
          all.filter((entry) => entry !== undefined),
        ),
      );
    });
  }
}

/** What a link to a file is for the walk; nothing where it leads to a folder. */
async function throughLink(folder: string, { name }: Dirent) {
  const there = await stat(path.join(folder, name)).catch(() => undefined);
  if (there?.isDirectory()) return undefined;
  return { name, isFile: () => true, isDirectory: () => false, isSymbolicLink: () => false };
}

/** The files of an operand, or why it has none. */
async function filesOf(operand: string, without: string | undefined, fs: FileSystemAdapter): Promise<Input[] | string> {
  const pattern = process.platform === "win32" ? operand.replaceAll("\\", "/") : operand;
  const there = await stat(operand).catch((error: unknown) => error as NodeJS.ErrnoException);
  // What is there is meant as it is, whatever signs are in its name.
  if (!(there instanceof Error) && !there.isDirectory()) return [{ file: operand, folder: "" }];
  if (there instanceof Error && !isDynamicPattern(pattern)) return inWords(there);
  const isFolder = !(there instanceof Error);
  const base = isFolder ? operand : fixedPart(pattern);
  const walk = { fs, expandDirectories: false, followSymbolicLinks: false };
  const found = isFolder
    ? await glob(PICTURES, { ...walk, cwd: operand, caseSensitiveMatch: false })
    : await glob(pattern.slice(base === "" ? 0 : base.length), { ...walk, cwd: base || "." });
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

/** Where results go. Reads no file. */
import path from "node:path";
import { ENDINGS, outputName } from "../src/output-name.js";
import type { Input } from "./inputs.js";
import { Usage } from "./stop.js";

export interface Item extends Input {
  /** The folder that the result is put into. */
  into: string;
  /** The path of the result, where that is known before the file is read. */
  target: string | undefined;
}

/** Types of files that are kept where `source` is asked for. */
const KEPT = ["image/jpeg", "image/png", "image/webp"];
/** Of files that would overwrite each other so many are named. */
const MOST_NAMED = 5;

/** Where the result of each file goes; a target that two of them have is a mistake. */
export function planTargets(inputs: readonly Input[], out: string, type: string): Item[] {
  const items = inputs.map((input) => {
    const into = path.join(out, input.folder);
    const name = knownName(path.basename(input.file), type);
    return { ...input, into, target: name === undefined ? undefined : path.join(into, name) };
  });
  checkTargets(items);
  return items;
}

function knownName(name: string, type: string): string | undefined {
  if (type !== "source") return outputName(name, type);
  const ending = path.extname(name).slice(1).toLowerCase();
  return KEPT.some((kept) => ENDINGS[kept]?.includes(ending)) ? name : undefined;
}

function checkTargets(items: readonly Item[]): void {
  const first = new Map<string, string>();
  const clashes: string[] = [];
  for (const { file, target } of items) {
    if (target === undefined) continue;
    const other = first.get(path.resolve(target));
    if (other === undefined) first.set(path.resolve(target), file);
    else clashes.push(`${other} and ${file} would both become ${target}`);
  }
  if (clashes.length === 0) return;
  const more = clashes.length - MOST_NAMED;
  const named = clashes.slice(0, MOST_NAMED).join("\n  ");
  throw new Usage(`results would overwrite each other:\n  ${named}${more > 0 ? `\n  and ${more} more` : ""}`);
}

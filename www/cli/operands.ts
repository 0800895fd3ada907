/** Tells steps from files among what stands on the command line beside options. */
import { existsSync } from "node:fs";
import { filters } from "../src/index.js";
import { findFilter } from "./chain.js";
import { Usage } from "./stop.js";

export interface Operands {
  steps: readonly string[];
  /** Files, folders and patterns. */
  files: readonly string[];
}

export function sortOperands(operands: readonly string[]): Operands {
  const steps: string[] = [];
  const files: string[] = [];
  for (const operand of operands) (isStep(operand) ? steps : files).push(operand);
  return { steps, files };
}

/**
 * What begins with the name of a filter is a step. A file of that name is given as `./name`; one whose name only begins so is
 * told by being there.
 */
function isStep(operand: string): boolean {
  if (operand.trim() === "") throw new Usage("an empty text is neither a step nor a file");
  // A pattern may begin with braces, too.
  const isJson = /^\s*(\{\s*("|\w+\s*:)|\[\s*["{])/.test(operand);
  const [, first] = /^\s*([A-Za-z]\w*)(?=\s|$)/.exec(operand) ?? [];
  if (first === undefined && !isJson) return false;
  const isKnown = filters.some(({ name }) => name === first);
  if (isKnown && operand === first) return true;
  if (existsSync(operand)) return false;
  if (isJson || isKnown || operand.includes("=")) return true;
  if (first === undefined || operand !== first) return false;
  // Whoever misspells a filter is told which was meant.
  findFilter(first, ", and no file or folder of that name");
  return true;
}

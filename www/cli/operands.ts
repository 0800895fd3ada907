/** Tells steps from files among what stands on the command line beside options. */
import { existsSync } from "node:fs";
import { isDynamicPattern } from "tinyglobby";
import { filters } from "../src/index.js";
import { findFilter } from "./chain.js";
import { looksLikeStep } from "./step-text.js";
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
  if (!looksLikeStep(operand)) return false;
  const [first = ""] = operand.trim().split(/\s/);
  const isFilter = filters.some(({ name }) => name === first);
  if (operand === first && isFilter) return true;
  if (existsSync(operand)) return false;
  if (isFilter || /^[[{]/.test(first)) return !isDynamicPattern(operand) || /["'=:]/.test(operand);
  if (operand.includes("=")) return true;
  if (operand !== first) return false;
  // A bare word: whoever misspells a filter is told which was meant.
  try {
    findFilter(first);
  } catch (error) {
    throw new Usage(`${(error as Error).message}; and no file or folder has that name`);
  }
  return true;
}

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
  for (const [at, operand] of operands.entries()) {
    if (isStep(operand)) steps.push(operand);
    else {
      checkUnquoted(operand, operands.slice(0, at), operands.slice(at + 1));
      files.push(operand);
    }
  }
  return { steps, files };
}

/**
 * A step without quotes comes as its words. What looks like a parameter behind the filter that has it is never taken for a file,
 * unless one of that name is there.
 */
function checkUnquoted(operand: string, before: readonly string[], behind: readonly string[]): void {
  const name = nameOf(operand);
  if (name === undefined || existsSync(operand)) return;
  // The filter that it stands behind, with only other parameters between them.
  const direct = before.findLastIndex((word) => nameOf(word) === undefined);
  const isDirect = (at: number) => at === direct && !/[/\\*?{]/.test(operand);
  const at = before.findLastIndex((word, at) => {
    const filter = filterOf(word);
    return filter && (isDirect(at) || filter.parameters.some((parameter) => parameter.name === name));
  });
  const step = before[at]?.trim();
  const filter = filterOf(before[at] ?? "");
  if (step === undefined || !filter) return;
  if (!filter.parameters.some((parameter) => parameter.name === name)) {
    throw new Usage(
      `${JSON.stringify(operand)} is no file, and ${name} is no parameter of ${filter.name}; ` +
        "a step stands in quotes with its parameters",
    );
  }
  const end = behind.findIndex((word) => nameOf(word) === undefined);
  const whole = [step, ...[operand, ...behind.slice(0, end < 0 ? undefined : end)].map(inStep)].join(" ");
  throw new Usage(`\`${operand}\` is a parameter of ${filter.name}; put the step in quotes: ${inQuotes(whole)}`);
}

/** The name of what looks like a parameter. */
const nameOf = (operand: string) => /^\s*([A-Za-z]\w*)=/.exec(operand)?.[1];

const filterOf = (step: string) => filters.find(({ name }) => name === /^\s*(\w+)(?=\s|$)/.exec(step)?.[1]);

/** A parameter whose quotes the shell has taken away. */
function inStep(parameter: string): string {
  const [, name = "", value = ""] = /^\s*(\w+)=(.*)$/s.exec(parameter) ?? [];
  return /^[^[{].*\s/s.test(value) ? `${name}='${value.replace(/[\\']/g, "\\$&")}'` : parameter;
}

const inQuotes = (step: string) => (/["$`\\]/.test(step) && !step.includes("'") ? `'${step}'` : `"${step}"`);

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

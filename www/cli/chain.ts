/** The chain of filters that the command line asks for: steps as text or JSON, and files of JSON. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type FilterInfo, type FilterInput, filters, type ParameterInfo } from "../src/index.js";
import { instead } from "../src/words.js";
import { namedAlone, readPicture, readValue } from "./parameter-text.js";
import { parseStep } from "./step-text.js";
import { Usage } from "./stop.js";
import { inWords } from "./words.js";

/** A step, which the pool checks: here it is only read. */
export type Step = { kind: string } & Record<string, unknown>;

/** The steps of a file, then those that were typed. */
export async function readChain(file: string | undefined, typed: readonly string[]): Promise<FilterInput> {
  const steps = file === undefined ? [] : await chainOfFile(file);
  for (const text of typed) steps.push(...(await stepsOf(text)));
  return steps as unknown as FilterInput;
}

/** One step as text, or steps as JSON. */
export async function stepsOf(text: string): Promise<Step[]> {
  if (/^\s*[[{]/.test(text)) return chainOfJson(text, "the step", ".");
  const { kind, parameters } = parseStep(text);
  const filter = findFilter(kind);
  const step: Step = { kind };
  for (const [name, value] of parameters) {
    const parameter = findParameter(filter, name);
    const where = `${kind}: ${name}`;
    step[name] = value === undefined ? namedAlone(parameter, where) : await readValue(parameter, value, where);
  }
  return [step];
}

async function chainOfFile(file: string): Promise<Step[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new Usage(`--chain ${file} cannot be read: ${inWords(error)}`);
  }
  return chainOfJson(text, file, path.dirname(file));
}

/** A chain in the form that the pool takes. In the place of an image stands its path, from `folder` on. */
async function chainOfJson(text: string, where: string, folder: string): Promise<Step[]> {
  let chain: unknown;
  try {
    // Some editors of Windows begin a file with a mark.
    chain = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Usage(`${where} is no JSON: ${inWords(error)}`);
  }
  const steps: Step[] = [];
  for (const entry of Array.isArray(chain) ? (chain as unknown[]) : [chain]) {
    const step: unknown = typeof entry === "string" ? { kind: entry } : entry;
    if (typeof step !== "object" || step === null || !("kind" in step) || typeof step.kind !== "string") {
      throw new Usage(
        `${where} is no chain: a filter is a name or an object with a kind, got ${JSON.stringify(entry)}`,
      );
    }
    steps.push(await withPictures(step as Step, folder));
  }
  return steps;
}

async function withPictures(step: Step, folder: string): Promise<Step> {
  const pictures: Record<string, File> = {};
  for (const { type, name } of findFilter(step.kind).parameters) {
    const file = step[name];
    if (type !== "image" || typeof file !== "string") continue;
    pictures[name] = await readPicture(path.resolve(folder, file), `${step.kind}: ${name}`);
  }
  return { ...step, ...pictures };
}

/** The filter of a name. `also`: what else it is not. */
export function findFilter(kind: string, also = ""): FilterInfo {
  const filter = filters.find(({ name }) => name === kind);
  if (filter) return filter;
  const names = filters.map(({ name }) => name);
  const meant = instead(kind, names);
  const hint = meant.startsWith("; there are") ? "; `pixelpool filters` lists them all" : meant;
  throw new Usage(`there is no filter ${JSON.stringify(kind)}${also}${hint}`);
}

function findParameter(filter: FilterInfo, name: string): ParameterInfo {
  const parameter = filter.parameters.find((parameter) => parameter.name === name);
  if (parameter) return parameter;
  const names = filter.parameters.map(({ name }) => name);
  const hint = names.length > 0 ? instead(name, names) : "; it has none";
  throw new Usage(`${filter.name}: ${name} is no parameter of this filter${hint}`);
}

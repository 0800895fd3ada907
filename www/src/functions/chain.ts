/** Chains with functions of the user's in them: what is given for such a step, checked, and the parts between functions. Pure. */
import { mistake } from "../errors.js";
import { inWords } from "../errors.js";
import { isA } from "../realm.js";
import { typeName } from "../words.js";
import type { Step } from "../protocol.js";
import type { Callee } from "./messages.js";

/** The kind of a checked step that calls a function: no filter has this name. */
const KIND = "a function";

/** A checked step that calls a function. */
export interface CallStep extends Step {
  callee: Callee;
}

/** Whether a checked step calls a function. */
export function isCall(step: Step): step is CallStep {
  return step.kind === KIND;
}

/** Whether what is given for a step names a function. */
export function namesFunction(step: object): boolean {
  return "module" in step || "function" in step;
}

/** Checks such a step. Addresses of modules are of the page where they are relative. */
export function checkCall(step: object): CallStep {
  const { module, function: served, name, kind, ...given } = step as Record<string, unknown>;
  const wrong = (parameter: string, rule: string, got: unknown) =>
    mistake("TypeError", `a function of your own: ${parameter} must be ${rule}, got ${typeName(got)}`, {
      code: "invalid-parameter",
      parameter,
    });
  if (kind !== undefined || (module !== undefined && served !== undefined)) {
    const message = "a step names one thing: a kind, a module or a function";
    throw mistake("TypeError", message, { code: "unknown-filter" });
  }
  if (served !== undefined) {
    if (typeof served !== "string") throw wrong("function", "the name that it is served by", served);
    if (name !== undefined) throw wrong("name", "left out with a function that is served", name);
    return callStep({ name: served, label: served, parameters: parametersOf(given, served) });
  }
  if (typeof module !== "string" && !isA(module, "URL")) throw wrong("module", "the address of a module", module);
  if (name !== undefined && typeof name !== "string") throw wrong("name", "the name of an export", name);
  const address = resolve(String(module));
  if (address === undefined) {
    const rule = `a whole address, such as new URL("./heavy.js", import.meta.url): there is no page that ${JSON.stringify(String(module))} could be of`;
    throw mistake("TypeError", `a function of your own: module must be ${rule}`, {
      code: "invalid-parameter",
      parameter: "module",
    });
  }
  const label = name === undefined || name === "default" ? fileOf(address) : name;
  return callStep({ address, name: name ?? "default", label, parameters: parametersOf(given, label) });
}

const callStep = (callee: Callee): CallStep => ({ kind: KIND, callee });

function resolve(address: string): string | undefined {
  try {
    return new URL(address, typeof document === "object" ? document.baseURI : undefined).href;
  } catch {
    return undefined;
  }
}

/** The last part of an address. */
function fileOf(address: string): string {
  if (address.startsWith("data:") || address.startsWith("blob:")) return "the module";
  return new URL(address).pathname.split("/").at(-1) || address;
}

/** A copy as functions get it, so that what is changed after the call changes nothing. */
function parametersOf(given: Record<string, unknown>, filter: string): Record<string, unknown> {
  try {
    return structuredClone(given);
  } catch (cause) {
    const message = `${filter}: its parameters cannot be sent to a worker: ${inWords(cause)}`;
    throw mistake("TypeError", message, { code: "invalid-parameter", filter });
  }
}

/** A part of a chain: filters that follow one another, or one function. */
export type ChainPart = { steps: readonly Step[] } | { callee: Callee };

/** The parts of a checked chain. */
export function partsOf(chain: readonly Step[]): ChainPart[] {
  const parts: ChainPart[] = [];
  let steps: Step[] = [];
  const end = () => {
    if (steps.length > 0) parts.push({ steps });
    steps = [];
  };
  for (const step of chain) {
    if (!isCall(step)) {
      steps.push(step);
      continue;
    }
    end();
    parts.push({ callee: step.callee });
  }
  end();
  return parts;
}

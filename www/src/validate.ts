/**
 * Checks filters and parameters on the page, before any pixel is touched, from the same definitions that the engine
 * checks against. Pure: no wasm, no worker, no DOM.
 */
import { mistake } from "./errors.js";
import { filters } from "./generated/filters.js";
import { checkLimits, limitsInWords } from "./limits.js";
import type { Change, Step } from "./protocol.js";
import type { FilterInfo, NumberParameter, NumbersParameter, ParameterInfo } from "./types.js";

const byName = new Map<string, FilterInfo>(filters.map((info) => [info.name, info]));

/** A chain as a list of checked steps. Lists of numbers become plain arrays, so that they can be sent. */
export function checkChain(filter: unknown): Step[] {
  const list = Array.isArray(filter) ? (filter as unknown[]) : [filter];
  return list.map((entry) => {
    const step: unknown = typeof entry === "string" ? { kind: entry } : entry;
    if (typeof step !== "object" || step === null || !("kind" in step) || typeof step.kind !== "string") {
      const message = `a filter is a name or an object with a kind, got ${typeName(entry)}`;
      throw mistake("TypeError", message, { code: "unknown-filter" });
    }
    const { kind, ...given } = step as { kind: string };
    return { kind, ...checkParameters(find(kind), given) };
  });
}

/** What a tuple's third element changes, checked; `undefined` where it changes nothing. */
export function checkChange(steps: readonly Step[], intensity: unknown): Change | undefined {
  if (intensity === undefined || intensity === null) return undefined;
  if (typeof intensity === "object" && !Array.isArray(intensity)) {
    const target = changedStep(steps);
    if (!target) throw noIntensity();
    const { kind, ...own } = target;
    const given = Object.fromEntries(Object.entries(intensity).filter(([, value]) => value !== undefined));
    const changed = checkParameters(find(kind), { ...own, ...given });
    return Object.fromEntries(Object.keys(given).map((name) => [name, changed[name]]));
  }
  const principal = steps.find(hasIntensity);
  const info = principal && find(principal.kind);
  const parameter = info?.parameters.find(({ name }) => name === info.intensity);
  if (!info || !parameter) throw noIntensity();
  checkParameter(info, parameter, intensity, {});
  return intensity as number;
}

const hasIntensity = ({ kind }: Step) => find(kind).intensity !== null;

/** The step that parameters in a tuple's third place are for. */
export function changedStep(steps: readonly Step[]): Step | undefined {
  return steps.find(hasIntensity) ?? steps[0];
}

function noIntensity(): Error {
  const message = "an intensity was given, but no filter of this chain has one";
  return mistake("TypeError", message, { code: "invalid-parameter" });
}

function find(kind: string): FilterInfo {
  const info = byName.get(kind);
  if (info) return info;
  const message = `there is no filter "${kind}"; there are ${filters.map(({ name }) => name).join(", ")}`;
  throw mistake("TypeError", message, { code: "unknown-filter", filter: kind });
}

function checkParameters(info: FilterInfo, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const values: Record<string, unknown> = Object.fromEntries(present);
  for (const [name, value] of present) {
    const parameter = info.parameters.find((parameter) => parameter.name === name);
    if (!parameter) {
      const known = info.parameters.map(({ name }) => name).join(", ");
      const message = `${info.name}: ${name} is no parameter of this filter; it has ${known || "none"}`;
      throw mistake("TypeError", message, { code: "invalid-parameter", filter: info.name, parameter: name });
    }
    if (parameter.type === "numbers" && ArrayBuffer.isView(value)) values[name] = Array.from(value as Uint8Array);
  }
  for (const parameter of info.parameters) checkParameter(info, parameter, values[parameter.name], values);
  return values;
}

function checkParameter(
  info: FilterInfo,
  parameter: ParameterInfo,
  value: unknown,
  all: Readonly<Record<string, unknown>>,
): void {
  const wrong = (kind: "TypeError" | "RangeError", rule: string) =>
    mistake(kind, `${info.name}: ${parameter.name} ${rule}`, {
      code: "invalid-parameter",
      filter: info.name,
      parameter: parameter.name,
    });
  const checkNumber = (parameter: NumberParameter | NumbersParameter, number: number) => {
    const allowed = checkLimits(parameter, number);
    if (allowed !== undefined) throw wrong("RangeError", `must be ${allowed}, got ${number}`);
  };
  if (value === undefined) {
    if (parameter.type === "numbers" && parameter.required) throw wrong("TypeError", "is required: a list of numbers");
    if (parameter.type === "number" && parameter.required)
      throw wrong("TypeError", `is required: ${limitsInWords(parameter)}`);
    return;
  }
  switch (parameter.type) {
    case "number":
      if (typeof value !== "number") throw wrong("TypeError", `must be a number, got ${typeName(value)}`);
      checkNumber(parameter, value);
      return;
    case "boolean":
      if (typeof value !== "boolean") throw wrong("TypeError", `must be true or false, got ${typeName(value)}`);
      return;
    case "choice": {
      const choices = `one of "${parameter.choices.join('", "')}"`;
      if (typeof value !== "string") throw wrong("TypeError", `must be ${choices}, got ${typeName(value)}`);
      if (!parameter.choices.includes(value)) throw wrong("TypeError", `must be ${choices}, got "${value}"`);
      return;
    }
    case "numbers": {
      if (!Array.isArray(value) || !isNumbers(value)) {
        throw wrong("TypeError", `must be a list of numbers, got ${typeName(value)}`);
      }
      const length = wantedLength(info, parameter, all);
      if (value.length !== length) throw wrong("RangeError", `must have ${length} numbers, got ${value.length}`);
      for (const element of value) checkNumber(parameter, element);
    }
  }
}

function wantedLength(info: FilterInfo, parameter: NumbersParameter, all: Readonly<Record<string, unknown>>): number {
  if (typeof parameter.length === "number") return parameter.length;
  const factors = parameter.length.map((name) => {
    const other = info.parameters.find((candidate) => candidate.name === name);
    return Number(all[name] ?? (other?.type === "number" ? other.default : 0));
  });
  return factors.reduce((product, factor) => product * factor, 1);
}

/** Holes are no numbers, and `every` does not see them. */
function isNumbers(list: readonly unknown[]): list is number[] {
  return Array.from(list).every((element) => typeof element === "number");
}

/** The type of a value in words, for messages. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) {
    return isNumbers(value) ? "a list of numbers" : "a list of other things than numbers";
  }
  if (typeof value === "object") return "an object";
  return { number: "a number", string: "a string", boolean: "a boolean" }[typeof value as string] ?? typeof value;
}

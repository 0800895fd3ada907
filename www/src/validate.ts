/**
 * Checks filters and parameters on the page, before any pixel is touched, from the same definitions that the engine
 * checks against. Pure: no wasm, no worker, no DOM.
 */
import { mistake } from "./errors.js";
import { isFile } from "./formats.js";
import { checkCall, isCall, namesFunction } from "./functions/chain.js";
import { rules } from "./generated/rules.js";
import { limitsInWords, within } from "./limits.js";
import type { Change, Step } from "./protocol.js";
import { checkPixels } from "./pixel-format.js";
import { isA, typedArrayName } from "./realm.js";
import type { ParameterInfo } from "./filter-info.js";
import type { FilterRule, ParameterRule } from "./filter-rule.js";
import { instead, isNumbers, typeName } from "./words.js";

const byName = new Map<string, FilterRule>(rules.map((rule) => [rule.name, rule]));

/** Of a step that is none of the built-in filters, what is known of its filter. It stays here: no message takes a symbol along. */
const OWN = Symbol("own filter");

/** What is known of the filters that a pool has beside the built-in ones, by name. */
export type OwnRules = ReadonlyMap<string, FilterRule>;

/** What is known of the filter of a checked step, where that is none of the built-in ones. */
export const ownRule = (step: Step): FilterRule | undefined => (step as { [OWN]?: FilterRule })[OWN];

const ruleOf = (step: Step): FilterRule => ownRule(step) ?? find(step.kind);

type NumbersRule = Extract<ParameterRule, { type: "numbers" }>;

/** A chain as a list of checked steps. Lists of numbers become `Float64Array`s, which are quick to send, however long. */
export function checkChain(filter: unknown, own?: OwnRules): Step[] {
  const list = Array.isArray(filter) ? (filter as unknown[]) : [filter];
  return list.map((entry) => {
    const step: unknown = typeof entry === "string" ? { kind: entry } : entry;
    if (typeof step === "object" && step !== null && namesFunction(step)) return checkCall(step);
    if (typeof step !== "object" || step === null || !("kind" in step) || typeof step.kind !== "string") {
      const hint =
        typeof entry === "function" ? "; a function of your own is { module, name }: where it is exported" : "";
      const message = `a filter is a name or an object with a kind, got ${typeName(entry)}${hint}`;
      throw mistake("TypeError", message, { code: "unknown-filter" });
    }
    const { kind, ...given } = step as { kind: string };
    const rule = own?.get(kind);
    return { kind, ...checkParameters(rule ?? find(kind, own), given), ...(rule && { [OWN]: rule }) };
  });
}

/** The steps of a checked chain that are filters of the package's. */
export function filtersOf(steps: readonly Step[]): readonly Step[] {
  return steps.some(isCall) ? steps.filter((step) => !isCall(step)) : steps;
}

/** Whether the engine may refuse a checked chain, for what it alone can tell. */
export function isCheckedByEngine(steps: readonly Step[]): boolean {
  return steps.some((step) => !isCall(step) && ruleOf(step).checkedByEngine);
}

/** Whether images of bytes with fewer channels may lie in memory as RGBA while a checked chain works. */
export function keepsRgba(steps: readonly Step[]): boolean {
  return steps.some((step) => !isCall(step) && ruleOf(step).keepsRgba);
}

/** A parameter of a step, as it was given. */
export interface GivenParameter {
  step: Step;
  parameter: string;
  value: unknown;
}

/** The parameters of these types of a checked chain that have been given. */
export function givenOf(steps: readonly Step[], ...types: readonly ParameterInfo["type"][]): GivenParameter[] {
  return filtersOf(steps).flatMap((step) =>
    ruleOf(step).parameters.flatMap(({ type, name }) =>
      types.includes(type) && step[name] !== undefined ? [{ step, parameter: name, value: step[name] }] : [],
    ),
  );
}

/** What a tuple's third element changes, checked; `undefined` where it changes nothing. */
export function checkChange(steps: readonly Step[], intensity: unknown): Change | undefined {
  if (intensity === undefined || intensity === null) return undefined;
  const firstCall = steps.findIndex(isCall);
  // A function of the user's gets the third element as it is, and it is for no filter after that.
  if (firstCall >= 0) {
    const before = steps.slice(0, firstCall);
    return before.some(hasIntensity) ? checkChange(before, intensity) : undefined;
  }
  if (typeof intensity === "object" && !Array.isArray(intensity)) {
    const target = changedStep(steps);
    if (!target) throw noIntensity(steps);
    const { kind, ...own } = target;
    const given = Object.fromEntries(Object.entries(intensity).filter(([, value]) => value !== undefined));
    const info = ownRule(target) ?? find(kind);
    for (const parameter of info.parameters) {
      if (parameter.type === "image" && parameter.name in given) throw noImageOfItem(info, parameter);
    }
    const changed = checkParameters(info, { ...own, ...given }, own);
    return Object.fromEntries(Object.keys(given).map((name) => [name, changed[name]]));
  }
  const principal = steps.find(hasIntensity);
  const info = principal && ruleOf(principal);
  const parameter = info?.parameters.find(({ name }) => name === info.intensity);
  if (!info || !parameter) throw noIntensity(steps);
  checkParameter(info, parameter, intensity, {});
  return intensity as number;
}

function noImageOfItem({ name: filter }: FilterRule, { name: parameter }: ParameterRule): Error {
  const message = `${filter}: ${parameter} cannot be changed for one item: give the image with the filter`;
  return mistake("TypeError", message, { code: "invalid-parameter", filter, parameter });
}

const hasIntensity = (step: Step) => ruleOf(step).intensity !== null;

/** The step that parameters in a tuple's third place are for. */
export function changedStep(steps: readonly Step[]): Step | undefined {
  return steps.find(hasIntensity) ?? steps[0];
}

function noIntensity(steps: readonly Step[]): Error {
  const names = steps.map(({ kind }) => kind);
  const [filter] = names;
  if (filter === undefined) {
    return mistake("TypeError", "an intensity was given, but the chain is empty", { code: "invalid-parameter" });
  }
  const who = names.length > 1 ? `none of ${names.join(", ")} has one` : `${filter} has none`;
  return mistake("TypeError", `an intensity was given, but ${who}`, { code: "invalid-parameter", filter });
}

function find(kind: string, own?: OwnRules): FilterRule {
  const info = byName.get(kind);
  if (info) return info;
  const message = `there is no filter "${kind}"${instead(kind, [...byName.keys(), ...(own?.keys() ?? [])])}`;
  throw mistake("TypeError", message, { code: "unknown-filter", filter: kind });
}

/** `known` are values that have been checked: a list may be long, and an image may have been given away since. */
function checkParameters(
  info: FilterRule,
  given: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const values: Record<string, unknown> = Object.fromEntries(present);
  for (const [name, value] of present) {
    const parameter = info.parameters.find((parameter) => parameter.name === name);
    if (!parameter) {
      const known = info.parameters.map(({ name }) => name);
      const message = `${info.name}: ${name} is no parameter of this filter${known.length > 0 ? instead(name, known) : "; it has none"}`;
      throw mistake("TypeError", message, { code: "invalid-parameter", filter: info.name, parameter: name });
    }
    if (parameter.type === "numbers" && value !== known[name]) values[name] = numbersOf(value, parameter);
  }
  for (const parameter of info.parameters) {
    if (parameter.type === "image" && known[parameter.name] !== undefined) continue;
    checkParameter(info, parameter, values[parameter.name], values, known);
  }
  return values;
}

/** A list of numbers, however it was given, as groups too where it has some; what is none is left as it is. */
function numbersOf(value: unknown, { length }: NumbersRule): unknown {
  if (typeof length === "object" && "groups" in length && Array.isArray(value)) {
    const isGroup = (group: unknown) => Array.isArray(group) && group.length === length.groups && isNumbers(group);
    if (value.length > 0 && value.every(isGroup)) return new Float64Array((value as number[][]).flat());
  }
  const name = typedArrayName(value);
  const isList = Array.isArray(value)
    ? isNumbers(value)
    : name !== undefined && name !== "BigInt64Array" && name !== "BigUint64Array";
  return isList ? new Float64Array(value as ArrayLike<number>) : value;
}

function checkParameter(
  info: FilterRule,
  parameter: ParameterRule,
  value: unknown,
  all: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, unknown>> = {},
): void {
  const wrong = (kind: "TypeError" | "RangeError", rule: string) =>
    mistake(kind, `${info.name}: ${parameter.name} ${rule}`, {
      code: "invalid-parameter",
      filter: info.name,
      parameter: parameter.name,
    });
  if (value === undefined) {
    if (!("required" in parameter) || !parameter.required) return;
    const what = parameter.type === "number" ? limitsInWords(parameter) : KINDS[parameter.type];
    throw wrong("TypeError", `is required: ${what}`);
  }
  switch (parameter.type) {
    case "number":
      if (typeof value !== "number")
        throw wrong("TypeError", `must be ${limitsInWords(parameter)}, got ${typeName(value)}`);
      if (!within(parameter)(value)) throw wrong("RangeError", `must be ${limitsInWords(parameter)}, got ${value}`);
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
      const grouped =
        typeof parameter.length === "object" && "groups" in parameter.length ? parameter.length : undefined;
      if (!(value instanceof Float64Array)) {
        const what = grouped ? `a list of groups of ${grouped.groups} numbers` : KINDS.numbers;
        throw wrong("TypeError", `must be ${what}, got ${typeName(value)}`);
      }
      if (grouped) {
        const { groups, least } = grouped;
        if (value.length < least * groups || value.length % groups > 0)
          throw wrong("RangeError", `must be at least ${least} groups of ${groups} numbers, got ${value.length}`);
      }
      const length = wantedLength(info, parameter, all);
      if (length !== undefined && value.length !== length)
        throw wrong("RangeError", `must have ${length} numbers, got ${value.length}`);
      if (value === known[parameter.name]) return;
      const isAllowed = within(parameter);
      for (let at = 0; at < value.length; at++) {
        const number = value[at] as number;
        if (isAllowed(number)) continue;
        throw wrong("RangeError", `at position ${at} must be ${limitsInWords(parameter)}, got ${number}`);
      }
      return;
    }
    case "text":
      if (typeof value !== "string") throw wrong("TypeError", `must be ${KINDS.text}, got ${typeName(value)}`);
      return;
    case "image": {
      const refusal = whyNoImage(value);
      if (refusal) throw wrong(refusal.name, refusal.message);
    }
  }
}

const KINDS = { numbers: "a list of numbers", text: "a string", image: "an image" } as const;

/** What is wrong with an image, as far as that can be told at once: files are read later. */
function whyNoImage(value: unknown): { name: "TypeError" | "RangeError"; message: string } | undefined {
  if (PICTURES.some((name) => isA(value, name)) || isFileOfBytes(value)) return undefined;
  if (typeof value !== "object" || value === null || !("data" in value && "width" in value && "height" in value)) {
    return { name: "TypeError", message: `must be ${KINDS.image}, got ${typeName(value)}` };
  }
  try {
    checkPixels(value);
    return undefined;
  } catch (error) {
    const { name, message } = error as { name: "TypeError" | "RangeError"; message: string };
    return { name, message: `must be an image: ${message}` };
  }
}

/** Whether a value is the bytes of a file. */
function isFileOfBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) && isFile(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
}

const PICTURES = [
  ...(["Blob", "ArrayBuffer", "Response"] as const),
  ...(["ImageBitmap", "VideoFrame", "HTMLImageElement", "HTMLCanvasElement", "OffscreenCanvas"] as const),
];

/** How long a list must be. Where what says it is missing, the filter tells so, which knows when it may be. */
function wantedLength(
  info: FilterRule,
  parameter: NumbersRule,
  all: Readonly<Record<string, unknown>>,
): number | undefined {
  if (typeof parameter.length === "number") return parameter.length;
  const valueOf = (name: string) => {
    const other = info.parameters.find((candidate) => candidate.name === name);
    return Number(all[name] ?? (other?.type === "number" ? (other.default ?? NaN) : NaN));
  };
  const { length } = parameter;
  if ("groups" in length) return undefined;
  const wanted = "triples" in length ? 3 * valueOf(length.triples) ** 3 : valueOf(length[0]) * valueOf(length[1]);
  return Number.isNaN(wanted) ? undefined : wanted;
}

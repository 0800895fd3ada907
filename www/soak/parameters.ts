/** Random filters with random parameters, from the package's own list of what is allowed. Small enough to be quick. Pure. */
import type { FilterInfo, NumberParameter, NumbersParameter, ParameterInfo } from "../src/filter-info.js";
import type { Chance } from "./chance.js";

export type Step = Readonly<Record<string, unknown>> & { readonly kind: string };

/** Radii and pauses are kept this short, so that a round is. */
const LONGEST: Record<string, number> = { px: 4, ms: 12 };
const WIDEST_KERNEL = 5;

export function randomStep(info: FilterInfo, chance: Chance): Step {
  const values: Record<string, unknown> = {};
  // A text, such as that of a file, stands in the place of numbers that say the same.
  const text = info.parameters.find(({ type }) => type === "text");
  // What only fits together has its examples.
  const together = info.checkedByEngine && !text;
  for (const parameter of info.parameters) {
    if (text && parameter !== text && parameter.type !== "choice") continue;
    // A side that follows from the other makes a thin image too large for the smallest limits.
    const isSide = info.size?.rule === "parameters" && [info.size.width, info.size.height].includes(parameter.name);
    const isNeeded = isSide || parameter === text || ("required" in parameter && parameter.required);
    if (together && parameter.type === "numbers") values[parameter.name] = parameter.example;
    else if (together && parameter.type === "number" && !isNeeded) continue;
    else if (isNeeded || chance.below(5) < 3) values[parameter.name] = randomValue(info, parameter, values, chance);
  }
  return { kind: info.name, ...values };
}

/** An allowed value of a parameter, where the parameters before it have these values. */
function randomValue(
  info: FilterInfo,
  parameter: ParameterInfo,
  values: Readonly<Record<string, unknown>>,
  chance: Chance,
): unknown {
  switch (parameter.type) {
    case "boolean":
      return chance.oneIn(2);
    case "choice":
      return chance.pick(parameter.choices);
    case "number":
      return randomNumber(parameter, chance);
    case "numbers": {
      const { minimum = -1, maximum = 1, integer = false } = parameter;
      const scale = integer ? 1 : 64;
      const one = () => chance.between(minimum * scale, maximum * scale) / scale;
      return Array.from({ length: wantedLength(info, parameter.length, values) }, one);
    }
    case "text":
      return parameter.example;
    case "image":
      return { data: Uint8Array.from({ length: 36 }, () => chance.below(256)), width: 3, height: 3 };
  }
}

function randomNumber(parameter: NumberParameter, chance: Chance): number {
  const { softMinimum, softMaximum, unit } = parameter;
  const longest = Math.max(softMinimum, Math.min(softMaximum, LONGEST[unit ?? ""] ?? Infinity));
  const most = parameter.odd ? WIDEST_KERNEL : longest;
  const scale = parameter.integer ? 1 : 64;
  let value = chance.between(Math.ceil(softMinimum * scale), Math.floor(most * scale)) / scale;
  if (parameter.odd && value % 2 === 0) value -= 1;
  if (parameter.exclusiveMinimum && value <= (parameter.minimum ?? -Infinity)) value = most;
  if (parameter.nonZero && value === 0) value = 1;
  return value;
}

function wantedLength(
  info: FilterInfo,
  length: NumbersParameter["length"],
  values: Readonly<Record<string, unknown>>,
): number {
  if (typeof length === "number") return length;
  const valueOf = (name: string) => {
    const other = info.parameters.find((parameter) => parameter.name === name);
    return Number(values[name] ?? (other?.type === "number" ? other.default : 0));
  };
  if ("groups" in length) return length.groups * length.least;
  return "triples" in length ? 3 * valueOf(length.triples) ** 3 : valueOf(length[0]) * valueOf(length[1]);
}

/** A third element that a chain allows: a number, some parameters of one filter, or nothing. */
export function randomIntensity(chain: readonly Step[], filters: readonly FilterInfo[], chance: Chance): unknown {
  const infos = chain.map(({ kind }) => filters.find(({ name }) => name === kind));
  const principal = infos.find((info) => info && info.intensity !== null);
  const parameter = principal?.parameters.find(({ name }) => name === principal.intensity);
  if (parameter?.type === "number" && chance.oneIn(2)) return randomNumber(parameter, chance);
  const target = principal ?? infos[0];
  if (!target || chance.oneIn(3)) return chance.oneIn(2) ? null : undefined;
  // The length of a list hangs on some numbers, which cannot change without it.
  const fixed = target.parameters.flatMap((one) => {
    if (one.type !== "numbers") return [];
    const { name, length } = one;
    if (typeof length === "number" || "groups" in length) return [name];
    return [name, "triples" in length ? length.triples : length].flat();
  });
  // An image cannot be changed for one item.
  const free = target.parameters.filter(
    ({ name, type }) => !fixed.includes(name) && type !== "image" && (!target.checkedByEngine || type === "choice"),
  );
  const chosen = free.filter(() => chance.oneIn(2));
  return Object.fromEntries(chosen.map((one) => [one.name, randomValue(target, one, {}, chance)]));
}

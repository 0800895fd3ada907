/** How large images become on their way through a chain that changes their size, so that memory is counted for it. Pure. */
import { rules } from "./generated/rules.js";
import type { Change, Step } from "./protocol.js";
import type { ResultSize } from "./filter-info.js";
import type { FilterRule } from "./filter-rule.js";
import { isCall } from "./functions/chain.js";
import { changedStep, ownRule } from "./validate.js";

export interface Size {
  width: number;
  height: number;
}

/** A side that is longer by less than this is so by the rounding of sines alone. */
const ROUNDING = 1e-6;

/** How large an image becomes on its way. */
export interface Growth {
  /** Pixels of the largest image, as a multiple of the first; at least 1. */
  factor: number;
  /** Pixels of the largest image that is made, as a multiple of the first. */
  made: number;
  /**
   * The size of the result, in whole pixels; rarely another one, where sizes are rounded. Absent where the pixels decide it: it is
   * counted as for the largest that there may be.
   */
  result?: Size;
  /** Whether there is no largest: a side is set, and the other follows from a shape that the pixels decide. */
  isOpen?: true;
  /** The filter that makes it, where it is larger than the first. */
  filter?: string;
}

/** How large an image of this size becomes on its way through a chain. */
export function growth(steps: readonly Step[], change: Change | undefined, size: Size | undefined): Growth {
  const largest: Growth = { factor: 1, made: 1 };
  if (!size) return largest;
  let isFirst = true;
  let isTrimmed = false;
  const changed = change === undefined ? undefined : changedStep(steps);
  let now = size;
  for (const step of steps) {
    const info = ownRule(step) ?? rules.find(({ name }) => name === step.kind);
    if (isFirst && info?.size) largest.made = 0;
    isFirst = false;
    if (!info?.size) continue;
    const values = valueOf(info, step === changed ? changedBy(info, step, change) : step);
    const most = isTrimmed && info.size.rule === "parameters" ? largestSize(info.size, values, now) : undefined;
    if (most === "open") largest.isOpen = true;
    now = most === undefined || most === "open" ? resultSize(info.size, values, now) : most;
    isTrimmed ||= info.size.rule === "trimmed";
    const factor = (now.width * now.height) / (size.width * size.height);
    largest.made = Math.max(largest.made, factor);
    if (factor > largest.factor) Object.assign(largest, { factor, filter: info.name });
  }
  // What a function of the user's gives back may have any size.
  if (!isTrimmed && !steps.some(isCall))
    largest.result = { width: Math.round(now.width), height: Math.round(now.height) };
  return largest;
}

type Values = Readonly<Record<string, unknown>>;

/** The largest result of any image that is at most so large: the shape decides, and may be any. */
function largestSize(
  rule: Extract<ResultSize, { rule: "parameters" }>,
  valueOf: (name: string) => unknown,
  { width, height }: Size,
): Size | "open" {
  const [across, down] = [valueOf(rule.width), valueOf(rule.height)];
  const fit = rule.fit === undefined ? "fill" : valueOf(rule.fit);
  const enlarges = rule.enlarge === undefined || valueOf(rule.enlarge) !== false;
  if (!enlarges && fit !== "contain") {
    // A side that is not set, or may be longer than is set, is at most what it was.
    const side = (set: unknown, was: number) =>
      typeof set === "number" && fit !== "outside" ? Math.min(set, was) : was;
    return { width: side(across, width), height: side(down, height) };
  }
  if (typeof across !== "number" || typeof down !== "number" || fit === "outside") return "open";
  return { width: across, height: down };
}

function changedBy({ intensity }: FilterRule, step: Step, change: Change | undefined): Values {
  return { ...step, ...(typeof change === "object" ? change : intensity !== null && { [intensity]: change }) };
}

/** Parameters by name, as they are given or by default. */
function valueOf({ parameters }: FilterRule, given: Values): (name: string) => unknown {
  return (name) => {
    const parameter = parameters.find((parameter) => parameter.name === name);
    return given[name] ?? (parameter && "default" in parameter ? parameter.default : undefined);
  };
}

/** The size of a filter's result. */
export function resultSize(rule: ResultSize, valueOf: (name: string) => unknown, { width, height }: Size): Size {
  switch (rule.rule) {
    case "parameters": {
      const across = valueOf(rule.width) as number | null | undefined;
      const down = valueOf(rule.height) as number | null | undefined;
      const most = rule.enlarge !== undefined && valueOf(rule.enlarge) === false ? 1 : Infinity;
      const fit = rule.fit === undefined ? "fill" : valueOf(rule.fit);
      const scaled = (by: number): Size => ({ width: width * Math.min(by, most), height: height * Math.min(by, most) });
      // What is left out follows from the shape.
      if (typeof across !== "number" || typeof down !== "number")
        return scaled(typeof across === "number" ? across / width : (down ?? height) / height);
      const [a, b] = [across / width, down / height];
      const least = (one: Size): Size => ({ width: Math.min(across, one.width), height: Math.min(down, one.height) });
      if (fit === "inside") return scaled(Math.min(a, b));
      if (fit === "outside") return scaled(Math.max(a, b));
      if (fit === "cover") return least(scaled(Math.max(a, b)));
      return fit === "contain"
        ? { width: across, height: down }
        : least({ width: width * most, height: height * most });
    }
    case "padded": {
      const more = (name: string) => valueOf(name) as number;
      return {
        width: more(rule.left) + width + more(rule.right),
        height: more(rule.top) + height + more(rule.bottom),
      };
    }
    case "swapped":
      if (rule.parameter !== undefined && !((valueOf(rule.parameter) as number) >= rule.least)) break;
      return { width: height, height: width };
    case "turned": {
      if (!valueOf(rule.expand)) break;
      // The rest of a division is exact, however large the angle; its product with π might be infinite.
      const radians = (((valueOf(rule.degrees) as number) % 360) * Math.PI) / 180;
      const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
      const side = (length: number) => Math.max(1, Math.ceil(length - ROUNDING));
      return { width: side(width * cos + height * sin), height: side(width * sin + height * cos) };
    }
  }
  return { width, height };
}

/** The limits of numbers: of parameters that are a number, and of those that are a list of them. Pure. */
import type { NumberParameter, NumbersParameter } from "./filter-info.js";

/** A parameter that is a list has no `exclusiveMinimum`, `odd` and `nonZero`. */
type Limits = Pick<
  NumberParameter,
  "minimum" | "maximum" | "exclusiveMinimum" | "integer" | "odd" | "nonZero" | "unit"
>;

/**
 * Checks a number against the limits of its parameter, as the pool does; for a list, each of its numbers. Returns `undefined`
 * where it is allowed, and otherwise what is, in words: `"a finite number from 0 to 250 px"`.
 */
export function checkLimits(parameter: NumberParameter | NumbersParameter, value: number): string | undefined {
  return within(parameter)(value) ? undefined : limitsInWords(parameter);
}

/** Whether a number is within limits. They are looked up once: lists may have millions of numbers. */
export function within(limits: Limits): (value: number) => boolean {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, integer, odd, nonZero } = limits;
  const isUsual = !exclusiveMinimum && !integer && !odd && !nonZero;
  const isUnusual = (value: number) =>
    (exclusiveMinimum && value === minimum) ||
    (integer && !Number.isInteger(value)) ||
    (odd && value % 2 === 0) ||
    (nonZero && value === 0);
  return (value) => Number.isFinite(value) && value >= minimum && value <= maximum && (isUsual || !isUnusual(value));
}

/** What is allowed, in words. */
export function limitsInWords(limits: Limits): string {
  const { minimum, maximum, unit } = limits;
  const kind = limits.odd ? "an odd whole number" : limits.integer ? "a whole number" : "a finite number";
  const of = unit ? ` ${unit}` : "";
  let range = "";
  if (minimum !== undefined && maximum !== undefined) {
    range = limits.exclusiveMinimum
      ? ` above ${minimum} and at most ${maximum}${of}`
      : ` from ${minimum} to ${maximum}${of}`;
  } else if (minimum !== undefined) {
    range = limits.exclusiveMinimum ? ` above ${minimum}${of}` : ` of at least ${minimum}${of}`;
  }
  return kind + range + (limits.nonZero ? " and not 0" : "");
}

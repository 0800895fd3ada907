/** What is told of options that are wrong. */
import { mistake } from "./errors.js";
import { instead } from "./words.js";

export function invalidOption(kind: "TypeError" | "RangeError", name: string, rule: string): Error {
  return mistake(kind, `${name} must be ${rule}`, { code: "invalid-option", parameter: name });
}

/** A misspelt option would be ignored otherwise. */
export function checkNames(options: object, known: readonly string[], prefix = ""): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const message = `there is no option ${prefix}${unknown}${instead(unknown, known)}`;
  throw mistake("TypeError", message, { code: "invalid-option", parameter: prefix + unknown });
}

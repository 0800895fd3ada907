/** The type of a value in words, for messages. Knows nothing above it. */

/** Holes are no numbers, and `every` does not see them. */
export function isNumbers(list: readonly unknown[]): list is number[] {
  for (let index = 0; index < list.length; index++) if (typeof list[index] !== "number") return false;
  return true;
}

/** As in "got a list of numbers". */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) {
    return isNumbers(value) ? "a list of numbers" : "a list of other things than numbers";
  }
  if (typeof value === "object") return "an object";
  return { number: "a number", string: "a string", boolean: "a boolean" }[typeof value as string] ?? typeof value;
}

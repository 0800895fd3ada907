/** Values and names in words, for messages. Knows nothing above it. */

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

/** What is longer is no misspelt name, and takes long to compare. */
const LONGEST_NAME = 40;

/** The name that was meant, if one is near enough: a third of its letters may be wrong, capital or not. */
function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const wanted = name.toLowerCase();
  const distances = names.map((known) => ({ known, distance: editDistance(wanted, known.toLowerCase()) }));
  const [first] = distances.sort((a, b) => a.distance - b.distance);
  return first && first.distance < first.known.length && first.distance <= Math.max(1, first.known.length / 3)
    ? first.known
    : undefined;
}

/** Letters to insert, take away or change, to make one word of another (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (const [i, letter] of Array.from(one).entries()) {
    let [left, diagonal] = [i + 1, i];
    row = row.map((above, j) => {
      if (j > 0) left = Math.min(left + 1, above + 1, diagonal + (letter === other[j - 1] ? 0 : 1));
      diagonal = above;
      return left;
    });
  }
  return row[other.length] ?? 0;
}

/** What there is in the place of an unknown name, as in `"; did you mean sigma?"`, or all that there is. */
export function instead(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  return meant === undefined ? `; there are ${names.join(", ")}` : `; did you mean ${meant}?`;
}

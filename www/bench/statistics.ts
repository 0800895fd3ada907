/** The few numbers that measurements are told in. Medians, since machines are shared and the mean is the noise's. */

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const line = sorted(values);
  const [low = NaN, high = NaN] = [line[(line.length - 1) >> 1], line[line.length >> 1]];
  return (low + high) / 2;
}

export const largest = (values: readonly number[]): number => sorted(values).at(-1) ?? NaN;

export const smallest = (values: readonly number[]): number => sorted(values)[0] ?? NaN;

/** With so many digits after the point, and with commas between thousands. */
export const shown = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The same numbers between 0 and 1 in every run. */
export function random(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rows of Markdown, the first of them the heading; left as they are by what formats the document. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const [head = [], ...body] = rows.map((row) => `| ${row.join(" | ")} |`);
  const rule = `| ${(rows[0] ?? []).map(() => "---").join(" | ")} |`;
  return ["<!-- prettier-ignore-start -->\n", head, rule, ...body, "\n<!-- prettier-ignore-end -->"].flat().join("\n");
}

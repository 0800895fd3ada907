/** The control for a list of numbers: a small text area laid out in rows. */
import { checkLimits, type NumbersParameter } from "pixelpool";
import { field, type Control, type ControlContext } from "./controls.js";
import { el } from "./dom.js";

/** Numbers between any commas, semicolons, blanks or brackets; `NaN` for what is not a number. */
function parse(text: string): number[] {
  return text
    .split(/[\s,;[\]]+/)
    .filter((word) => word !== "")
    .map(Number);
}

/** How many numbers make a readable row, where the filter does not say. */
function columnsFor(length: number): number {
  if (length <= 4) return length;
  const root = Math.sqrt(length);
  if (Number.isInteger(root)) return root;
  return length % 5 === 0 ? 5 : Math.min(length, 8);
}

function layOut(numbers: readonly number[], columns: number): string {
  const rows: string[] = [];
  const words = numbers.map(String);
  const width = Math.max(...words.map((word) => word.length));
  for (let i = 0; i < words.length; i += columns) {
    const row = words.slice(i, i + columns).map((word) => word.padStart(width));
    rows.push(row.join("  "));
  }
  return rows.join("\n");
}

/** What is wrong with the first number that is not allowed, or `null`. */
function checkEach(numbers: readonly number[], parameter: NumbersParameter): string | null {
  for (const [i, number] of numbers.entries()) {
    const allowed = checkLimits(parameter, number);
    if (allowed !== undefined) return `Entry ${i + 1} must be ${allowed}.`;
  }
  return null;
}

export function numbersControl(parameter: NumbersParameter, { id, sibling, changed }: ControlContext): Control {
  const { length, example, required, default: usual } = parameter;
  const area = el("textarea", { spellcheck: "false", autocapitalize: "off", rows: 3 });
  const fit = el("button", { type: "button", class: "small" });
  const { element, showError } = field(parameter, id, area, area, fit);

  const expected = (): { total: number; columns: number } | undefined => {
    if (typeof length === "number") return { total: length, columns: columnsFor(length) };
    if ("groups" in length) {
      const { groups, least } = length;
      const given = Math.ceil(parse(area.value).length / groups);
      return { total: groups * Math.max(least, given), columns: groups };
    }
    if ("triples" in length) {
      const side = Number(sibling(length.triples));
      return side > 0 ? { total: 3 * side ** 3, columns: 3 } : undefined;
    }
    const [columns, rows] = [Number(sibling(length[0])), Number(sibling(length[1]))];
    return columns && rows && columns > 0 && rows > 0 ? { total: columns * rows, columns } : undefined;
  };
  const write = (numbers: readonly number[]): void => {
    const columns = expected()?.columns ?? columnsFor(numbers.length);
    area.value = layOut(numbers, columns);
    area.rows = Math.min(8, Math.max(2, Math.ceil(numbers.length / columns)));
  };
  const check = (): string | null => {
    const numbers = parse(area.value);
    const total = expected()?.total;
    const absent = numbers.length === 0 && !required;
    const wrongLength = !absent && total !== undefined && numbers.length !== total;
    const message = absent
      ? null
      : (checkEach(numbers, parameter) ?? (wrongLength ? `Needs ${total} numbers, has ${numbers.length}.` : null));
    fit.hidden = !wrongLength || total > 1024;
    fit.textContent = `Make it ${total ?? ""} numbers`;
    showError(message);
    return message;
  };
  area.addEventListener("input", () => {
    check();
    changed();
  });
  fit.addEventListener("click", () => {
    const total = expected()?.total ?? example.length;
    const numbers = parse(area.value).map((n) => (Number.isFinite(n) ? n : 0));
    write(Array.from({ length: total }, (_, i) => numbers[i] ?? 0));
    check();
    changed();
    area.focus();
  });
  if (required) write(example);
  else if (usual) write(usual);
  // The siblings that give the length may not be there yet; the step checks again when it is complete.
  fit.hidden = true;
  return {
    element,
    value: () => {
      const numbers = parse(area.value);
      return numbers.length === 0 && !required ? undefined : numbers;
    },
    check,
    showError,
    focus: () => area.focus(),
  };
}

/**
 * What the page knows of the filters in `tests/faults/lib.rs`. In the package that `scripts/package.mjs --faults` makes, this
 * module stands in the place of `filters.ts` and `rules.ts` in `www/src/generated/`.
 */
import { filters as realFilters } from "../src/generated/filters.js";
import { rules as realRules } from "../src/generated/rules.js";
import type { FilterInfo } from "../src/filter-info.js";
import type { FilterRule } from "../src/filter-rule.js";

export { BYTES_A_CHARACTER, BYTES_A_NUMBER, MOST_IMAGE_BYTES } from "../src/generated/rules.js";

/** What goes wrong. */
export const faults = ["none", "panic", "trap", "memory"] as const;

const more = [
  {
    name: "fault",
    title: "Fault",
    doc: "Copies the image, and goes wrong on the way.",
    category: "technical",
    intensity: null,
    flat: false,
    parameters: [
      { type: "choice", name: "what", doc: "What goes wrong.", default: "none", choices: faults },
      {
        type: "number",
        name: "at",
        doc: "The part of the rows that lies above.",
        default: 0.5,
        minimum: 0,
        maximum: 1,
        step: 0.01,
        softMinimum: 0,
        softMaximum: 1,
      },
    ],
  },
  {
    name: "stamp",
    title: "Stamp",
    doc: "Adds the first byte of an image to every byte, and reports how many pixels there are.",
    category: "technical",
    intensity: null,
    size: null,
    flat: false,
    parameters: [{ type: "image", name: "image", doc: "The image.", required: true }],
  },
] as unknown as readonly FilterInfo[];

export const filters: readonly FilterInfo[] = [...realFilters, ...more];
export const rules: readonly FilterRule[] = [...realRules, ...more];

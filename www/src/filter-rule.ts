/** What the pool knows of filters: what it checks, and no word that is only for people. */
import type { FilterInfo, ParameterInfo } from "./filter-info.js";

/** What is only for people and controls. */
type Shown = "doc" | "step" | "softMinimum" | "softMaximum" | "example";

type Rule<P> = P extends unknown ? Omit<P, Shown> : never;

/** What is checked of a parameter. */
export type ParameterRule = Rule<ParameterInfo>;

/** What is known of a filter without its description. */
export interface FilterRule extends Omit<FilterInfo, "name" | "title" | "doc" | "category" | "flat" | "parameters"> {
  readonly name: string;
  readonly parameters: readonly ParameterRule[];
}

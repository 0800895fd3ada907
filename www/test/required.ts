/** What filters require, as their descriptions show it. */
import type { FilterInfo, ParameterInfo } from "../src/filter-info.js";

/** For parameters that are images. */
const IMAGE = { data: Uint8Array.of(90, 160, 40, 200), width: 1, height: 1 };

/** A value that the parameter may have, where it shows one. */
export function exampleOf(parameter: ParameterInfo): unknown {
  if (parameter.type === "image") return IMAGE;
  return "example" in parameter ? parameter.example : undefined;
}

/** What must be given, with its example; and what besides where a parameter is given that does not have to be. */
export function requiredOf({ parameters }: FilterInfo, given?: ParameterInfo): [name: string, value: unknown][] {
  const required = parameters.flatMap((parameter): [string, unknown][] =>
    "required" in parameter && parameter.required ? [[parameter.name, exampleOf(parameter)]] : [],
  );
  // A table has three numbers for each of its entries, which are a cube.
  const isTable = given?.type === "numbers" && typeof given.length === "object" && "triples" in given.length;
  return isTable ? [...required, [given.length.triples, Math.cbrt(given.example.length / 3)]] : required;
}

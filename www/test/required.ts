/** What filters require, as their descriptions show it. */
import type { FilterInfo, ParameterInfo } from "../src/types.js";

/** For parameters that are images. */
const IMAGE = { data: Uint8Array.of(90, 160, 40, 200), width: 1, height: 1 };

/** A value that the parameter may have, where it shows one. */
export function exampleOf(parameter: ParameterInfo): unknown {
  if (parameter.type === "image") return IMAGE;
  return "example" in parameter ? parameter.example : undefined;
}

/** What must be given, with its example. */
export function requiredOf({ parameters }: FilterInfo): [name: string, value: unknown][] {
  return parameters.flatMap((parameter): [string, unknown][] =>
    "required" in parameter && parameter.required ? [[parameter.name, exampleOf(parameter)]] : [],
  );
}

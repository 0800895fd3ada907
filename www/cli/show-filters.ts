/** `pixelpool filters`: what there is, and what each takes. */
import { type FilterInfo, filters, type ParameterInfo } from "../src/index.js";
import { limitsInWords } from "../src/limits.js";
import { findFilter } from "./chain.js";

export function showFilters(name: string | undefined, json: boolean): string {
  const chosen = name === undefined ? undefined : findFilter(name);
  if (json) return JSON.stringify(chosen ?? filters, null, 2);
  return chosen ? oneFilter(chosen) : allFilters();
}

function allFilters(): string {
  const width = Math.max(...filters.map(({ name }) => name.length));
  const groups = new Map<string, string[]>();
  for (const { name, doc, category } of filters) {
    const lines = groups.get(category) ?? [];
    lines.push(`  ${name.padEnd(width)}  ${firstSentence(doc)}`);
    groups.set(category, lines);
  }
  return [...groups].map(([category, lines]) => `${category}\n${lines.join("\n")}\n`).join("\n");
}

const firstSentence = (doc: string) => /^.*?[.:;](?=\s|$)/s.exec(doc)?.[0].replace(/[:;]$/, ".") ?? doc;

function oneFilter({ name, doc, parameters }: FilterInfo): string {
  const head = `${name}\n${wrapped(doc, "  ")}\n`;
  if (parameters.length === 0) return `${head}\nIt has no parameters.`;
  const lines = parameters.map((parameter) => {
    const { name, doc } = parameter;
    return `  ${name}=${form(parameter)}\n${wrapped(`${doc} ${rule(parameter)}`, "      ")}`;
  });
  return `${head}\n${lines.join("\n")}\n\nAs a step: "${[name, ...(NEEDED[name] ?? parameters.filter(isRequired).map(sample))].join(" ")}"`;
}

/** What filters need of which each parameter may be left out. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  resize: ["width=1600", "fit=inside"],
  lut3d: ["cube=@FILE"],
};

const isRequired = (parameter: ParameterInfo) => "required" in parameter && parameter.required;

function sample(parameter: ParameterInfo): string {
  if (parameter.type === "image") return `${parameter.name}=FILE`;
  const example = "example" in parameter ? parameter.example : undefined;
  return `${parameter.name}=${Array.isArray(example) && example.length > 20 ? "@FILE" : String(example)}`;
}

/** What stands for the value. */
function form(parameter: ParameterInfo): string {
  switch (parameter.type) {
    case "number":
      return "NUMBER";
    case "boolean":
      return "true|false";
    case "choice":
      return parameter.choices.join("|");
    case "numbers":
      return "N,N,…";
    case "text":
      return "TEXT or @FILE";
    case "image":
      return "FILE";
  }
}

function rule(parameter: ParameterInfo): string {
  if (isRequired(parameter)) return `Required${limits(parameter)}.`;
  const value = "default" in parameter ? parameter.default : undefined;
  const usual = value === undefined || value === null ? "left out, it does not apply" : `default: ${String(value)}`;
  const allowed = limits(parameter).replace(/^: /, "");
  const said = allowed === "" ? usual : `${allowed}; ${usual}`;
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

function limits(parameter: ParameterInfo): string {
  if (parameter.type === "number") {
    const words = limitsInWords(parameter);
    return `: ${words}`;
  }
  if (parameter.type !== "numbers") return "";
  const { length } = parameter;
  const many =
    typeof length === "number"
      ? `${length} numbers`
      : "groups" in length
        ? `at least ${length.least} groups of ${length.groups} numbers`
        : "triples" in length
          ? `3 · ${length.triples}³ numbers`
          : `${length.join(" · ")} numbers`;
  const { minimum, maximum } = parameter;
  const range = minimum !== undefined && maximum !== undefined ? ` from ${minimum} to ${maximum}` : "";
  return `: ${many}${range}${maximum === 255 ? ", or colours as #rrggbb" : ""}`;
}

const WIDTH = 96;

function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > WIDTH && line.trim() !== "") {
      lines.push(line);
      line = indent;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

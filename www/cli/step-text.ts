/** The grammar of a step: `kind name=value name=value`. Knows no filter. */
import { Usage } from "./stop.js";

/** A step as it was typed. A name alone has no value. */
export interface TypedStep {
  kind: string;
  parameters: readonly (readonly [name: string, text: string | undefined])[];
}

const SPACE = /\s*/y;
const NAME = /[^\s=]+/y;
const PLAIN = /\S*/y;

/** Takes a step apart. A value with spaces stands in quotes; in brackets it may have them, too. */
export function parseStep(text: string): TypedStep {
  const reader = new Reader(text);
  const kind = reader.take(NAME);
  if (reader.next === "=") throw new Usage(`a step begins with the name of a filter, got ${JSON.stringify(text)}`);
  const parameters: [string, string | undefined][] = [];
  for (reader.take(SPACE); reader.next !== undefined; reader.take(SPACE)) {
    const name = reader.take(NAME);
    if (name === "") throw new Usage(`a parameter has no name in ${JSON.stringify(text)}: write name=value`);
    if (parameters.some(([other]) => other === name)) throw new Usage(`${kind}: ${name} is given twice`);
    parameters.push([name, reader.next === "=" ? reader.value(`${kind}: ${name}`) : undefined]);
  }
  return { kind, parameters };
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.trim();
  }

  get next(): string | undefined {
    return this.#text[this.#at];
  }

  take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  /** What stands behind the `=` here. */
  value(where: string): string {
    this.#at += 1;
    const { next } = this;
    if (next === '"' || next === "'") {
      const value = this.#quoted(next, where);
      if (this.next !== undefined && !/\s/.test(this.next)) {
        throw new Usage(`${where} goes on behind its closing quote`);
      }
      return value;
    }
    return next === "[" || next === "{" ? this.#bracketed(where) : this.take(PLAIN);
  }

  #quoted(quote: string, where: string): string {
    let value = "";
    for (this.#at += 1; this.next !== quote; this.#at += 1) {
      if (this.next === undefined) throw new Usage(`${where} lacks its closing quote ${quote}`);
      const after = this.#text[this.#at + 1];
      if (this.next === "\\" && (after === quote || after === "\\")) this.#at += 1;
      value += this.next;
    }
    this.#at += 1;
    return value;
  }

  #bracketed(where: string): string {
    const start = this.#at;
    let depth = 0;
    do {
      if (this.next === undefined) throw new Usage(`${where} lacks a closing bracket`);
      if (this.next === "[" || this.next === "{") depth += 1;
      if (this.next === "]" || this.next === "}") depth -= 1;
      this.#at += 1;
    } while (depth > 0);
    return this.#text.slice(start, this.#at) + this.take(PLAIN);
  }
}

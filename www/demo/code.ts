/** The chain as the line of code that does the same. */
import type { FilterInput } from "pixelpool";
import { announce, find } from "./dom.js";

/** A value as people write it in JavaScript; long lists are cut for reading. */
function source(value: unknown, full: boolean): string {
  if (Array.isArray(value)) {
    const cut = !full && value.length > 12 && typeof value[0] === "number";
    const parts = value.slice(0, cut ? 6 : undefined).map((part) => source(part, full));
    return `[${parts.join(", ")}${cut ? ", …" : ""}]`;
  }
  if (value instanceof File) return `await file(${JSON.stringify(value.name)})`;
  if (value instanceof HTMLCanvasElement) return 'document.querySelector("canvas")';
  if (typeof value === "string" && !full && value.length > 60) return `${JSON.stringify(value.slice(0, 40))}…`;
  if (value !== null && typeof value === "object") {
    const parts = Object.entries(value).map(([name, part]) => `${name}: ${source(part, full)}`);
    return `{ ${parts.join(", ")} }`;
  }
  return JSON.stringify(value);
}

function program(chain: FilterInput, full: boolean): string {
  const steps = (chain as readonly unknown[]).map((step) => `  ${source(step, full)},\n`).join("");
  return `import { createPool } from "pixelpool";

await using pool = await createPool();
const chain = [
${steps}];
for await (const result of pool.imap(chain, photos)) show(result);`;
}

export class ChainCode {
  readonly #code = find("#code", HTMLElement);
  #full = "";

  constructor() {
    const button = find("#copy-code", HTMLButtonElement);
    button.addEventListener("click", () => void this.#copy(button));
  }

  async #copy(button: HTMLButtonElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#full);
      button.textContent = "Copied";
      announce("Code copied.");
    } catch {
      // Where the page may not write there, what is shown is selected for the visitor to copy.
      button.textContent = "Press Ctrl+C";
      getSelection()?.selectAllChildren(this.#code);
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  }

  show(chain: FilterInput): void {
    this.#full = program(chain, true);
    this.#code.textContent = program(chain, false);
  }
}

/** The few helpers for making and finding elements. */

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Makes an element; `true` sets an attribute without a value, `false` leaves it out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** Documentation as the library has it: what stands between backticks is code, and between pairs of asterisks it is strong. */
export function prose(text: string): (Node | string)[] {
  return text.split(MARKED).map((part) => {
    if (part.length > 2 && part.startsWith("`") && part.endsWith("`")) return el("code", {}, part.slice(1, -1));
    return part.length > 4 && part.startsWith("**") && part.endsWith("**") ? el("strong", {}, part.slice(2, -2)) : part;
  });
}

/** The same as text alone. */
export const plain = (text: string): string =>
  prose(text)
    .map((part) => (typeof part === "string" ? part : part.textContent))
    .join("");

const MARKED = /(`[^`]+`|\*\*[^*]+\*\*)/;

/** Finds an element that `index.html` is known to hold. */
export function find<T extends Element>(selector: string, type: new () => T, root: ParentNode = document): T {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`No ${type.name} matches ${selector}`);
  return element;
}

/** One of the icons defined in `index.html`. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows an icon and is named by `label`. */
export function iconButton(name: string, label: string, onClick: () => void): HTMLButtonElement {
  const button = el("button", { type: "button", class: "icon-button", "aria-label": label, title: label }, icon(name));
  button.addEventListener("click", onClick);
  return button;
}

/** Offers a file to the user. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  // The download has taken its own hold of the blob by the time this fires.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Scrolls to what would not be seen otherwise: where the page is one column, results are far below the button. */
export function bringIntoView(element: Element): void {
  if (element.getBoundingClientRect().top < innerHeight / 2) return;
  element.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

/** Tells screen readers. Meant for the few moments that matter: a batch's start, its end, a failure. */
export function announce(message: string): void {
  find("#announcer", HTMLElement).textContent = message;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The control for a short text in a language of its own: a field that grows with it, and underlines what is wrong. */
import type { TextParameter } from "pixelpool";
import { field, type Control, type ControlContext } from "./controls.js";
import { el } from "./dom.js";

/** What is wrong, and where: the character, counted from 1 on. */
interface Refusal {
  readonly message: string;
  readonly position: number | undefined;
}

export interface CodeControl extends Control {
  /** Sets the text, as a choice among examples does. */
  set(text: string): void;
  /** Takes what the library has said of the text as it stands; `null` where there is nothing. */
  refuse(refusal: Refusal | null): void;
}

export function isCodeControl(control: Control): control is CodeControl {
  return "refuse" in control;
}

export function codeControl(parameter: TextParameter, { id, changed }: ControlContext, start: string): CodeControl {
  const area = el("textarea", { spellcheck: "false", autocapitalize: "off", autocomplete: "off", rows: 1 });
  if (!parameter.required) area.placeholder = "unchanged";
  // The same text, behind: it makes the field as high as the text is, and holds the line.
  const shade = el("div", { class: "code-shade", "aria-hidden": "true" });
  const { element, showError } = field(parameter, id, area, el("div", { class: "code-field" }, shade, area));
  let refusal: Refusal | null = null;

  const draw = (): void => {
    const text = area.value;
    const at = refusal?.position === undefined ? undefined : Math.min(refusal.position - 1, text.length);
    if (at === undefined) {
      shade.replaceChildren(`${text} `);
      return;
    }
    const word = /^\w+/.exec(text.slice(at))?.[0] ?? text.slice(at, at + 1);
    const isSeen = word.trim() !== "";
    const rest = isSeen ? text.slice(at + word.length) : text.slice(at);
    shade.replaceChildren(text.slice(0, at), el("mark", {}, isSeen ? word : "\u00a0"), `${rest} `);
  };
  const refuse = (next: Refusal | null): void => {
    refusal = next;
    showError(next?.message ?? null);
    draw();
  };
  area.addEventListener("input", () => {
    refuse(null);
    changed();
  });
  area.value = start;
  draw();
  return {
    element,
    value: () => (area.value.trim() === "" && !parameter.required ? undefined : area.value),
    check: () => refusal?.message ?? null,
    showError: (message) => refuse(message === null ? null : { message, position: undefined }),
    focus: () => area.focus(),
    set(text) {
      area.value = text;
      refuse(null);
    },
    refuse,
  };
}

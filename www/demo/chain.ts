/** The chain of filters: a list of steps that can be added to, reordered and emptied. */
import type { FilterInfo, FilterInput, ParameterInfo } from "pixelpool";
import { createControl, humanName, type Control } from "./controls.js";
import { announce, el, iconButton, messageOf, prose } from "./dom.js";

interface Step {
  readonly info: FilterInfo;
  readonly controls: ReadonlyMap<string, Control>;
  readonly element: HTMLLIElement;
  readonly up: HTMLButtonElement;
  readonly down: HTMLButtonElement;
}

/** Focuses a control, unfolding what hides it. */
function reveal(control: Control): void {
  const fold = control.element.closest("details");
  if (fold) fold.open = true;
  control.focus();
}

export class ChainBuilder {
  readonly #list: HTMLOListElement;
  readonly #error: HTMLElement;
  readonly #onChange: () => void;
  readonly #steps: Step[] = [];
  #nextId = 0;

  constructor(list: HTMLOListElement, error: HTMLElement, onChange: () => void) {
    this.#list = list;
    this.#error = error;
    this.#onChange = onChange;
  }

  get length(): number {
    return this.#steps.length;
  }

  add(info: FilterInfo): void {
    const step = this.#createStep(info);
    this.#steps.push(step);
    this.#arrange();
    for (const control of step.controls.values()) control.check();
  }

  /** For when a filter was added by hand: shows it and tells of it. */
  revealLast(): void {
    const step = this.#steps.at(-1);
    if (!step) return;
    step.element.scrollIntoView({ block: "nearest" });
    step.element.focus();
    announce(`${step.info.title} added as step ${this.#steps.length}.`);
  }

  /** The chain as the library takes it, or `undefined` after showing what is wrong with it. */
  read(): FilterInput | undefined {
    this.#showError(null);
    if (this.#steps.length === 0) {
      this.#showError("The chain is empty: add a filter first.");
      return undefined;
    }
    const wrong = this.#steps.flatMap(({ controls }) => [...controls.values()].filter((control) => control.check()));
    if (wrong[0]) reveal(wrong[0]);
    return wrong.length > 0 ? undefined : this.#filters();
  }

  /** The chain as it stands, checked or not: for showing it as code. */
  peek(): FilterInput {
    return this.#filters();
  }

  /** Shows an error of the library beside the control that it is about, or else beside the chain. */
  report(error: unknown): void {
    const { filter, parameter } = error as { filter?: string; parameter?: string };
    const step = this.#steps.find(({ info }) => info.name === filter);
    const control = parameter === undefined ? undefined : step?.controls.get(parameter);
    if (control) {
      control.showError(messageOf(error));
      reveal(control);
    } else {
      this.#showError(messageOf(error));
    }
  }

  #filters(): FilterInput {
    const chain = this.#steps.map(({ info, controls }) => {
      // Defaults are left to the library, which keeps the chain short as code; the intensity always stands there.
      const given = info.parameters.flatMap((parameter) => {
        const value = controls.get(parameter.name)?.value();
        const usual = isDefault(parameter, value) && parameter.name !== info.intensity;
        return value === undefined || usual ? [] : [[parameter.name, value] as const];
      });
      return { kind: info.name, ...Object.fromEntries(given) };
    });
    return chain;
  }

  #createStep(info: FilterInfo): Step {
    const number = this.#nextId++;
    const controls = new Map<string, Control>();
    const changed = (): void => {
      for (const control of controls.values()) control.check();
      this.#showError(null);
      this.#onChange();
    };
    for (const parameter of info.parameters) {
      const id = `step-${number}-${parameter.name}`;
      const sibling = (name: string): unknown => controls.get(name)?.value();
      // Of two sides one must be given.
      const isGiven = info.size?.rule === "parameters" && info.size.width === parameter.name;
      controls.set(parameter.name, createControl(parameter, { id, sibling, changed, isGiven }));
    }
    const up = iconButton("up", `Move ${info.title} up`, () => this.#move(step, -1));
    const down = iconButton("down", `Move ${info.title} down`, () => this.#move(step, 1));
    const remove = iconButton("remove", `Remove ${info.title}`, () => this.#remove(step));
    const element = el(
      "li",
      { class: "step", "data-testid": "step", "data-filter": info.name, tabindex: -1, "aria-label": info.title },
      el("div", { class: "step-head" }, el("h3", {}, info.title), up, down, remove),
      el("p", { class: "doc" }, ...prose(info.doc)),
      ...this.#layOut(info, controls),
    );
    const step: Step = { info, controls, element, up, down };
    return step;
  }

  /** The principal parameter, or a text, first and always in sight; the rest folded away where there are many. */
  #layOut(info: FilterInfo, controls: ReadonlyMap<string, Control>): HTMLElement[] {
    const elements = new Map([...controls].map(([name, control]) => [name, control.element]));
    const first = info.intensity ?? info.parameters.find(({ type }) => type === "text")?.name;
    if (elements.size <= 2 || first === undefined) return [...elements.values()];
    const required = info.parameters.filter((p) => "required" in p && p.required).map((p) => p.name);
    const shown = [...new Set([first, ...required])];
    const rest = [...elements].filter(([name]) => !shown.includes(name));
    const fold = el(
      "details",
      { class: "more" },
      el("summary", {}, `More: ${rest.map(([name]) => humanName(name).toLowerCase()).join(", ")}`),
      ...rest.map(([, element]) => element),
    );
    return [...shown.flatMap((name) => elements.get(name) ?? []), ...(rest.length > 0 ? [fold] : [])];
  }

  #move(step: Step, by: -1 | 1): void {
    const from = this.#steps.indexOf(step);
    this.#steps.splice(from, 1);
    this.#steps.splice(from + by, 0, step);
    this.#arrange();
    const [wanted, other] = by < 0 ? [step.up, step.down] : [step.down, step.up];
    (wanted.disabled ? other : wanted).focus();
    announce(`${step.info.title} is now step ${from + by + 1} of ${this.#steps.length}.`);
  }

  #remove(step: Step): void {
    const at = this.#steps.indexOf(step);
    this.#steps.splice(at, 1);
    this.#arrange();
    const neighbour = this.#steps[at] ?? this.#steps[at - 1];
    (neighbour?.element ?? document.getElementById("add-filter"))?.focus();
    announce(`${step.info.title} removed.`);
  }

  #arrange(): void {
    this.#list.replaceChildren(...this.#steps.map(({ element }) => element));
    this.#steps.forEach(({ up, down }, i) => {
      up.disabled = i === 0;
      down.disabled = i === this.#steps.length - 1;
    });
    this.#showError(null);
    this.#onChange();
  }

  #showError(message: string | null): void {
    this.#error.textContent = message ?? "";
    this.#error.hidden = message === null;
  }
}

function isDefault(parameter: ParameterInfo, value: unknown): boolean {
  if (!("default" in parameter)) return false;
  const { default: usual } = parameter;
  if (!Array.isArray(value)) return value === usual;
  return Array.isArray(usual) && usual.length === value.length && value.every((number, i) => number === usual[i]);
}

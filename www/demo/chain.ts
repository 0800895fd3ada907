/** The chain of filters: a list of steps that can be added to, reordered and emptied. */
import type { FilterInfo, FilterInput, ParameterInfo } from "pixelpool";
import { isCodeControl } from "./code-control.js";
import { createControl, humanName, type Control } from "./controls.js";
import { announce, el, iconButton, messageOf, prose } from "./dom.js";
import { presetsOf } from "./presets.js";

/** What the library says against a chain; `undefined` where it says nothing, or cannot be asked now. */
export type Ask = (chain: FilterInput) => Promise<unknown>;

/** Milliseconds without a key before the library is asked. */
const PAUSE = 150;

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
  readonly #ask: Ask;
  readonly #steps: Step[] = [];
  #nextId = 0;

  constructor(list: HTMLOListElement, error: HTMLElement, onChange: () => void, ask: Ask) {
    this.#list = list;
    this.#error = error;
    this.#onChange = onChange;
    this.#ask = ask;
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
    const { filter, parameter, position } = error as { filter?: string; parameter?: string; position?: number };
    const step = this.#steps.find(({ info }) => info.name === filter);
    const control = parameter === undefined ? undefined : step?.controls.get(parameter);
    if (control) {
      if (isCodeControl(control)) control.refuse({ message: shortened(error), position });
      else control.showError(messageOf(error));
      reveal(control);
    } else {
      this.#showError(messageOf(error));
    }
  }

  #filters(): FilterInput {
    return this.#steps.map(({ info, controls }) => filterOf(info, controls));
  }

  /** Asks, after a pause, whether texts that are code are right, and says what is wrong beside the one that is. */
  #watch(info: FilterInfo, controls: ReadonlyMap<string, Control>): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = 0;
    return () => {
      clearTimeout(timer);
      const number = ++asked;
      timer = setTimeout(() => {
        void this.#ask([filterOf(info, controls)]).then((error) => {
          if (number !== asked) return; // it has changed meanwhile
          const { parameter, position } = (error ?? {}) as { parameter?: string; position?: number };
          for (const [name, control] of controls) {
            if (!isCodeControl(control)) continue;
            const isWrong = name === parameter && error instanceof Error;
            control.refuse(isWrong ? { message: shortened(error), position } : null);
          }
        });
      }, PAUSE);
    };
  }

  /** A choice among examples, which fill the texts. */
  #presets(info: FilterInfo, controls: ReadonlyMap<string, Control>, changed: () => void): HTMLElement[] {
    const presets = presetsOf(info.name);
    if (presets.length === 0) return [];
    const options = presets.map(({ title }, i) => el("option", { value: i }, title));
    const select = el("select", { "aria-label": `Example of ${info.title}` }, ...options);
    select.addEventListener("change", () => {
      const texts = presets[Number(select.value)]?.texts ?? {};
      for (const [name, control] of controls) {
        if (!isCodeControl(control)) continue;
        control.set(texts[name] ?? "");
        const fold = control.element.closest("details");
        if (fold && texts[name]) fold.open = true;
      }
      changed();
    });
    return [el("label", { class: "preset" }, "Example ", select)];
  }

  #createStep(info: FilterInfo): Step {
    const number = this.#nextId++;
    const controls = new Map<string, Control>();
    const [preset] = presetsOf(info.name);
    const watch = info.parameters.some(isCode) ? this.#watch(info, controls) : undefined;
    const changed = (): void => {
      for (const control of controls.values()) control.check();
      watch?.();
      this.#showError(null);
      this.#onChange();
    };
    for (const parameter of info.parameters) {
      const id = `step-${number}-${parameter.name}`;
      const sibling = (name: string): unknown => controls.get(name)?.value();
      // Of two sides one must be given.
      const isGiven = info.size?.rule === "parameters" && info.size.width === parameter.name;
      controls.set(
        parameter.name,
        createControl(parameter, { id, sibling, changed, isGiven, start: preset?.texts[parameter.name] }),
      );
    }
    const up = iconButton("up", `Move ${info.title} up`, () => this.#move(step, -1));
    const down = iconButton("down", `Move ${info.title} down`, () => this.#move(step, 1));
    const remove = iconButton("remove", `Remove ${info.title}`, () => this.#remove(step));
    const element = el(
      "li",
      { class: "step", "data-testid": "step", "data-filter": info.name, tabindex: -1, "aria-label": info.title },
      el("div", { class: "step-head" }, el("h3", {}, info.title), up, down, remove),
      el("p", { class: "doc" }, ...prose(info.doc)),
      ...this.#presets(info, controls, changed),
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
    const written = info.parameters.filter((p) => isCode(p) && controls.get(p.name)?.value() !== undefined);
    const shown = [
      ...new Set([...written.map(({ name }) => name), ...(written.length > 0 ? [] : [first]), ...required]),
    ];
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

/** A filter as the library takes it. Defaults are left to the library; the intensity always stands there. */
function filterOf(info: FilterInfo, controls: ReadonlyMap<string, Control>): { kind: FilterInfo["name"] } {
  const given = info.parameters.flatMap((parameter) => {
    const value = controls.get(parameter.name)?.value();
    const usual = isDefault(parameter, value) && parameter.name !== info.intensity;
    return value === undefined || usual ? [] : [[parameter.name, value] as const];
  });
  return { kind: info.name, ...Object.fromEntries(given) };
}

/** Whether a parameter is a text in a language of its own. */
function isCode(parameter: ParameterInfo): boolean {
  return parameter.type === "text" && parameter.code === true;
}

/** What an error says, without the names of filter and parameter, which stand beside it. */
function shortened(error: unknown): string {
  const { filter, parameter } = error as { filter?: string; parameter?: string };
  const said = messageOf(error);
  const names = `${filter}: ${parameter} `;
  const rest = said.startsWith(names) ? said.slice(names.length) : said;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function isDefault(parameter: ParameterInfo, value: unknown): boolean {
  if (!("default" in parameter)) return false;
  const { default: usual } = parameter;
  if (!Array.isArray(value)) return value === usual;
  return Array.isArray(usual) && usual.length === value.length && value.every((number, i) => number === usual[i]);
}

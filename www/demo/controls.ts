/** One control for one parameter, made from what the library tells of it. */
import {
  checkLimits,
  type BooleanParameter,
  type ChoiceParameter,
  type NumberParameter,
  type ParameterInfo,
  type TextParameter,
} from "pixelpool";
import { codeControl } from "./code-control.js";
import { el, messageOf, prose } from "./dom.js";
import { numbersControl } from "./numbers-control.js";
import { pictureControl } from "./picture-control.js";

export interface Control {
  readonly element: HTMLElement;
  /** The value to send; `undefined` leaves it to the library. */
  value(): unknown;
  /** What is wrong with what was typed, or `null`. Shows it too. */
  check(): string | null;
  /** Shows a message beside the control. */
  showError(message: string | null): void;
  focus(): void;
}

/** What a control needs to know of the step that it belongs to. */
export interface ControlContext {
  /** Unique on the page. */
  readonly id: string;
  /** The value of another parameter of the same filter. */
  readonly sibling: (name: string) => unknown;
  readonly changed: () => void;
  /** It has a value from the start, though it may be left out: it or another one of its filter must be given. */
  readonly isGiven: boolean;
  /** A text that it begins with. */
  readonly start: string | undefined;
}

export function createControl(parameter: ParameterInfo, context: ControlContext): Control {
  switch (parameter.type) {
    case "number":
      return numberControl(parameter, context);
    case "boolean":
      return booleanControl(parameter, context);
    case "choice":
      return choiceControl(parameter, context);
    case "numbers":
      return numbersControl(parameter, context);
    case "text":
      return parameter.code
        ? codeControl(parameter, context, context.start ?? (parameter.required ? parameter.example : ""))
        : textControl(parameter, context);
    case "image":
      return pictureControl(parameter, context);
  }
}

/** Names that are too short to be read as words, or are not spelled as this page is. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  interp: "interpolation",
  op: "operation",
  color: "colour",
  r: "red",
  g: "green",
  b: "blue",
  a: "alpha",
  let: "names",
};

/** `sigmaColor` → `Sigma color` */
export function humanName(name: string): string {
  const words = LONG_NAMES[name] ?? name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The frame that all controls share: label, the control itself, its documentation and its message. */
export function field(
  parameter: ParameterInfo,
  id: string,
  input: HTMLElement,
  ...body: HTMLElement[]
): { element: HTMLElement; showError: (message: string | null) => void } {
  const unit = parameter.unit ? el("span", { class: "unit" }, parameter.unit) : "";
  const error = el("p", { class: "field-error", id: `${id}-error`, hidden: true });
  input.id = id;
  input.setAttribute("aria-describedby", `${id}-doc ${id}-error`);
  const element = el(
    "div",
    { class: `field field-${parameter.type}`, "data-parameter": parameter.name },
    el("label", { for: id }, humanName(parameter.name), unit ? " " : "", unit),
    ...body,
    el("p", { class: "doc", id: `${id}-doc` }, ...prose(parameter.doc)),
    error,
  );
  return {
    element,
    showError(message) {
      error.textContent = message ?? "";
      error.hidden = message === null;
      input.setAttribute("aria-invalid", String(message !== null));
    },
  };
}

/** Where the slider meets a value that is not allowed, the nearest one that is. */
function allowedNear(value: number, parameter: NumberParameter): number {
  return checkLimits(parameter, value) === undefined ? value : value + (parameter.odd ? 1 : parameter.step);
}

function numberControl(parameter: NumberParameter, { id, changed, isGiven }: ControlContext): Control {
  const { softMinimum, softMaximum, step, minimum, maximum } = parameter;
  const name = humanName(parameter.name);
  const usual = isGiven ? softMaximum / 8 : 1;
  const start =
    parameter.default ??
    parameter.example ??
    allowedNear(Math.max(softMinimum, Math.min(softMaximum, usual)), parameter);
  const box = el("input", { type: "number", value: start, step: "any", inputmode: "decimal" });
  if (minimum !== undefined) box.min = String(minimum);
  if (maximum !== undefined) box.max = String(maximum);
  const slider = el("input", { type: "range", min: softMinimum, max: softMaximum, step, "aria-label": name });
  slider.value = String(start);
  const row = el("div", { class: "slider-row" }, slider, box);

  const auto =
    parameter.default === null && !parameter.required
      ? el("input", { type: "checkbox", checked: !isGiven })
      : undefined;
  if (auto) row.append(el("label", { class: "auto" }, auto, "auto"));
  const isAuto = (): boolean => auto?.checked ?? false;

  const { element, showError } = field(parameter, id, box, row);
  const update = (): void => {
    const automatic = isAuto();
    box.disabled = slider.disabled = automatic;
    const span = Number(slider.max) - Number(slider.min) || 1;
    slider.style.setProperty("--fill", `${((Number(slider.value) - Number(slider.min)) / span) * 100}%`);
    check();
    changed();
  };
  const check = (): string | null => {
    const allowed = isAuto() ? undefined : checkLimits(parameter, box.valueAsNumber);
    const message = allowed === undefined ? null : `Must be ${allowed}.`;
    showError(message);
    return message;
  };
  slider.addEventListener("input", () => {
    box.value = String(allowedNear(slider.valueAsNumber, parameter));
    update();
  });
  box.addEventListener("input", () => {
    if (Number.isFinite(box.valueAsNumber)) slider.value = box.value;
    update();
  });
  auto?.addEventListener("change", () => {
    update();
    if (!auto.checked) box.focus();
  });
  update();
  return {
    element,
    value: () => (isAuto() ? undefined : box.valueAsNumber),
    check,
    showError,
    focus: () => box.focus(),
  };
}

function booleanControl(parameter: BooleanParameter, { id, changed }: ControlContext): Control {
  const box = el("input", { type: "checkbox", class: "switch", checked: parameter.default });
  box.addEventListener("change", changed);
  const { element, showError } = field(parameter, id, box, box);
  return { element, value: () => box.checked, check: () => null, showError, focus: () => box.focus() };
}

function choiceControl(parameter: ChoiceParameter, { id, changed }: ControlContext): Control {
  const options = parameter.choices.map((choice) =>
    el("option", { value: choice, selected: choice === parameter.default }, choice),
  );
  const select = el("select", {}, ...options);
  const { element, showError } = field(parameter, id, select, select);
  select.addEventListener("change", () => {
    showError(null);
    changed();
  });
  return { element, value: () => select.value, check: () => null, showError, focus: () => select.focus() };
}

/** A text area, and a button that fills it from a file. */
function textControl(parameter: TextParameter, { id, changed }: ControlContext): Control {
  const area = el("textarea", { spellcheck: "false", autocapitalize: "off", rows: 3 });
  area.value = parameter.example;
  const file = el("input", { type: "file", id: `${id}-file`, class: "visually-hidden" });
  const open = el("label", { class: "button small", for: file.id }, "Open a file");
  const { element, showError } = field(parameter, id, area, area, el("div", {}, file, open));
  const check = (): string | null => {
    const message = parameter.required && area.value === "" ? "Needs a text." : null;
    showError(message);
    return message;
  };
  const update = (): void => {
    check();
    changed();
  };
  area.addEventListener("input", update);
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    file.value = ""; // so that the same file can be chosen again
    void chosen.text().then(
      (text) => {
        area.value = text;
        update();
      },
      (error: unknown) => showError(messageOf(error)),
    );
  });
  const value = () => (area.value === "" && !parameter.required ? undefined : area.value);
  return { element, value, check, showError, focus: () => area.focus() };
}

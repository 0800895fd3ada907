/** The dialog for choosing a filter: by group, in the order that people work, with a picture of each, and searched by typing. */
import { filters, type FilterInfo } from "pixelpool";
import { humanName } from "./controls.js";
import { el, find, plain, prose } from "./dom.js";
import { PICTURE, type FilterPictures } from "./filter-pictures.js";

interface Entry {
  readonly info: FilterInfo;
  readonly button: HTMLButtonElement;
  readonly canvas: HTMLCanvasElement;
  /** What is searched. */
  readonly text: string;
}

interface Group {
  readonly section: HTMLElement;
  readonly link: HTMLButtonElement;
  readonly entries: readonly Entry[];
}

export function setUpPicker(pictures: FilterPictures, onPick: (info: FilterInfo) => void): void {
  const dialog = find("#picker", HTMLDialogElement);
  const search = find("#picker-search", HTMLInputElement);
  const list = find("#picker-groups", HTMLElement);
  const links = find("#picker-links", HTMLElement);
  const nothing = find("#picker-nothing", HTMLElement);
  let picked: FilterInfo | undefined;

  const choose = (info: FilterInfo): void => {
    picked = info;
    dialog.close();
  };
  const groups = [...new Set(filters.map((info) => info.category))].map((category): Group => {
    const entries = filters.filter((info) => info.category === category).map((info) => entryOf(info, choose));
    const name = humanName(category);
    const heading = el("h3", { id: `category-${category}`, tabindex: -1 }, name);
    const buttons = entries.map(({ button }) => button);
    const section = el(
      "section",
      { "aria-labelledby": heading.id },
      heading,
      el("div", { class: "picks" }, ...buttons),
    );
    const link = el("button", { type: "button", class: "small" }, name);
    link.addEventListener("click", () => {
      section.scrollIntoView({ block: "start" });
      heading.focus({ preventScroll: true });
    });
    return { section, link, entries };
  });
  list.append(...groups.map(({ section }) => section));
  links.append(...groups.map(({ link }) => link));
  const entries = groups.flatMap(({ entries }) => entries);
  const visible = (): Entry[] => entries.filter(({ button }) => !button.hidden);

  const byCanvas = new Map<Element, Entry>(entries.map((entry) => [entry.canvas, entry]));
  const seen = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) {
        const entry = byCanvas.get(target);
        if (!entry) continue;
        if (isIntersecting) pictures.want(entry.canvas, entry.info);
        else pictures.leave(entry.canvas);
      }
    },
    { root: list, rootMargin: "120px" },
  );

  const narrow = (): void => {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const { button, text } of entries) button.hidden = !words.every((word) => text.includes(word));
    for (const { section, link, entries } of groups) {
      section.hidden = link.disabled = entries.every(({ button }) => button.hidden);
    }
    nothing.hidden = visible().length > 0;
    list.scrollTop = 0;
  };
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    const first = visible()[0];
    if (event.key === "Enter" && first) {
      event.preventDefault();
      choose(first.info);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      first?.button.focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    const buttons = visible().map(({ button }) => button);
    const next = nextButton(buttons, event.key);
    if (next === undefined) return;
    event.preventDefault();
    (next ?? search).focus();
  });

  const opener = find("#add-filter", HTMLButtonElement);
  opener.addEventListener("click", () => {
    picked = undefined;
    search.value = "";
    narrow();
    dialog.showModal();
    search.focus();
    for (const { canvas } of entries) seen.observe(canvas);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  find("#picker-close", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    seen.disconnect();
    for (const { canvas } of entries) pictures.leave(canvas);
    if (picked) onPick(picked);
  });
}

function entryOf(info: FilterInfo, choose: (info: FilterInfo) => void): Entry {
  const canvas = el("canvas", { ...PICTURE, "aria-hidden": "true" });
  const button = el(
    "button",
    { type: "button", class: "pick", "data-filter": info.name },
    canvas,
    el("span", { class: "pick-text" }, el("strong", {}, info.title), el("span", {}, ...prose(info.doc))),
  );
  button.addEventListener("click", () => choose(info));
  return { info, button, canvas, text: `${info.title} ${info.name} ${plain(info.doc)} ${info.category}`.toLowerCase() };
}

/** Where an arrow leads: by rows and columns as they lie on the screen. `null` is above the first row, `undefined` no arrow. */
function nextButton(buttons: readonly HTMLButtonElement[], key: string): HTMLButtonElement | null | undefined {
  const at = buttons.findIndex((button) => button === document.activeElement);
  const current = buttons[at];
  if (!current) return undefined;
  if (key === "ArrowRight") return buttons[at + 1] ?? current;
  if (key === "ArrowLeft") return buttons[at - 1] ?? null;
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  const placeOf = (button: HTMLButtonElement) => button.getBoundingClientRect();
  const { left, top } = placeOf(current);
  const [before, after] = [buttons.slice(0, at).reverse(), buttons.slice(at + 1)];
  const ahead = key === "ArrowUp" ? before : after;
  const row = ahead.find((button) => Math.abs(placeOf(button).top - top) > 4);
  if (!row) return key === "ArrowUp" ? null : current;
  const rowTop = placeOf(row).top;
  // Of the next row, the one that is nearest.
  return ahead
    .filter((button) => Math.abs(placeOf(button).top - rowTop) <= 4)
    .reduce((best, button) =>
      Math.abs(placeOf(button).left - left) < Math.abs(placeOf(best).left - left) ? button : best,
    );
}

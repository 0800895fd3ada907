/** The dialog for choosing a filter: grouped by category, searched by typing. */
import { filters, type FilterInfo } from "pixelpool";
import { humanName } from "./controls.js";
import { el, find, prose } from "./dom.js";

export function setUpPicker(onPick: (info: FilterInfo) => void): void {
  const dialog = find("#picker", HTMLDialogElement);
  const search = find("#picker-search", HTMLInputElement);
  const groups = find("#picker-groups", HTMLElement);
  const nothing = find("#picker-nothing", HTMLElement);
  const entries: { button: HTMLButtonElement; text: string; info: FilterInfo }[] = [];
  let picked: FilterInfo | undefined;

  const choose = (info: FilterInfo): void => {
    picked = info;
    dialog.close();
  };
  for (const category of new Set(filters.map((info) => info.category))) {
    const members = filters.filter((info) => info.category === category);
    const buttons = members.map((info) => {
      const button = el(
        "button",
        { type: "button", class: "pick", "data-filter": info.name },
        el("strong", {}, info.title),
        el("span", {}, ...prose(info.doc)),
      );
      button.addEventListener("click", () => choose(info));
      entries.push({ button, info, text: `${info.title} ${info.name} ${info.doc} ${category}`.toLowerCase() });
      return button;
    });
    const heading = el("h3", { id: `category-${category}` }, humanName(category));
    groups.append(el("section", { "aria-labelledby": heading.id }, heading, el("div", { class: "picks" }, ...buttons)));
  }
  const visible = (): typeof entries => entries.filter(({ button }) => !button.hidden);

  const narrow = (): void => {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const { button, text } of entries) button.hidden = !words.every((word) => text.includes(word));
    for (const group of groups.children) {
      (group as HTMLElement).hidden = group.querySelector("button:not([hidden])") === null;
    }
    nothing.hidden = visible().length > 0;
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
  groups.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const buttons = visible().map(({ button }) => button);
    const at = buttons.findIndex((button) => button === document.activeElement);
    (buttons[at + (event.key === "ArrowDown" ? 1 : -1)] ?? search).focus();
  });

  const opener = find("#add-filter", HTMLButtonElement);
  opener.addEventListener("click", () => {
    picked = undefined;
    search.value = "";
    narrow();
    dialog.showModal();
    search.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  find("#picker-close", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    if (picked) onPick(picked);
  });
}

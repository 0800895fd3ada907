/** The control for an image: a picture from a file, and a mark until one is chosen. */
import type { ImageParameterInfo } from "pixelpool";
import { field, humanName, type Control, type ControlContext } from "./controls.js";
import { el } from "./dom.js";
import { drawMark } from "./mark.js";

export function pictureControl(parameter: ImageParameterInfo, { id, changed }: ControlContext): Control {
  const mark = drawMark();
  const file = el("input", { type: "file", accept: "image/*", class: "visually-hidden" });
  const choose = el("label", { class: "button small", for: id }, "Choose a picture");
  const reset = el("button", { type: "button", class: "small", hidden: true }, "Use sample");
  const name = el("span", { class: "hint" });
  const preview = el("div", { class: "picture" }, mark);
  const { element, showError } = field(
    parameter,
    id,
    file,
    preview,
    el("div", { class: "picture-row" }, file, choose, reset),
    name,
  );
  let chosen: File | undefined;
  let message: string | null = null;
  let shown: HTMLImageElement | undefined;

  const show = (next: File | undefined): void => {
    if (shown) URL.revokeObjectURL(shown.src);
    chosen = next;
    message = null;
    reset.hidden = !next;
    name.textContent = next?.name ?? "A sample mark, until you choose a picture of your own";
    if (next) {
      const picture = (shown = el("img", { src: URL.createObjectURL(next), alt: humanName(parameter.name) }));
      picture.addEventListener("error", () => {
        if (picture !== shown) return;
        message = "This browser cannot read that file as a picture. Choose another one.";
        showError(message);
        preview.hidden = true;
      });
    } else {
      shown = undefined;
    }
    preview.replaceChildren(shown ?? mark);
    preview.hidden = false;
    showError(null);
  };
  file.addEventListener("change", () => {
    const [next] = file.files ?? [];
    if (!next) return;
    file.value = ""; // so that the same file can be chosen again
    show(next);
    changed();
  });
  reset.addEventListener("click", () => {
    show(undefined);
    changed();
    file.focus();
  });
  show(undefined);
  const check = (): string | null => {
    showError(message);
    return message;
  };
  return { element, value: () => chosen ?? mark, check, showError, focus: () => file.focus() };
}

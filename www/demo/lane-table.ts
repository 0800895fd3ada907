/** The timeline in words and numbers: a label beside each lane, a sentence, and a table for screen readers. */
import type { Span } from "pixelpool";
import { el, find } from "./dom.js";
import { count, duration, percent } from "./format.js";

export class LaneTable {
  readonly #labels = find("#timeline-labels", HTMLElement);
  readonly #rows = find("#timeline-rows", HTMLElement);
  readonly #readout = find("#timeline-readout", HTMLElement);
  #shares: HTMLElement[] = [];
  summary = "";

  begin(threads: number): void {
    this.summary = "";
    this.#shares = Array.from({ length: threads }, () => el("span", { class: "share" }));
    const label = (share: HTMLElement, i: number): HTMLElement =>
      el(
        "div",
        { class: "lane-label" },
        el("span", {}, el("span", { class: "word" }, "Thread "), String(i + 1)),
        share,
      );
    this.#labels.replaceChildren(...this.#shares.map(label));
    this.#rows.replaceChildren();
  }

  finish(lanes: readonly (readonly Span[])[], elapsed: number): void {
    const busy = lanes.map((lane) => lane.reduce((sum, { start, end }) => sum + end - start, 0));
    const all = busy.reduce((a, b) => a + b, 0);
    lanes.forEach((lane, i) => {
      const ms = busy[i] ?? 0;
      const images = new Set(lane.map(({ index }) => index)).size;
      const share = this.#shares[i];
      if (share) share.textContent = percent(ms / elapsed);
      const cells = [String(images), duration(ms), percent(ms / elapsed), percent(all > 0 ? ms / all : 0)];
      const row = [el("th", { scope: "row" }, `Thread ${i + 1}`), ...cells.map((cell) => el("td", {}, cell))];
      this.#rows.append(el("tr", {}, ...row));
    });
    this.summary = all > 0 ? this.#sentence(busy, all) : "";
    this.#readout.textContent = this.summary;
  }

  #sentence(busy: readonly number[], all: number): string {
    if (busy.length === 1) return "One thread did all the work.";
    const [least, most] = [Math.min(...busy) / all, Math.max(...busy) / all];
    const each = percent(least) === percent(most) ? percent(most) : `${percent(least)} to ${percent(most)}`;
    return `${count(busy.length, "thread")}, each with ${each} of the work.`;
  }
}

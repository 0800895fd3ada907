/** What the pool reports of its threads: a label beside each row, a sentence, and a table for screen readers. */
import type { RunReport } from "pixelpool";
import { el, find } from "./dom.js";
import { count, duration, percent } from "./format.js";

export class ThreadTable {
  readonly #labels = find("#timeline-labels", HTMLElement);
  readonly #rows = find("#timeline-rows", HTMLElement);
  readonly #readout = find("#timeline-readout", HTMLElement);
  #shares: HTMLElement[] = [];
  summary = "";

  begin(threads: number): void {
    this.summary = "";
    this.#shares = Array.from({ length: threads }, () => el("span", { class: "share" }));
    const label = (share: HTMLElement, i: number): HTMLElement =>
      el("div", { class: "row-label" }, el("span", {}, el("span", { class: "word" }, "Thread "), String(i + 1)), share);
    this.#labels.replaceChildren(...this.#shares.map(label));
    this.#rows.replaceChildren();
  }

  finish(report: RunReport): void {
    // A thread that had nothing to do is not in the report, but has a row.
    const threads = this.#shares.map(
      (_, thread) => report.busy.find((one) => one.thread === thread) ?? { thread, busy: 0, share: 0, items: 0 },
    );
    const all = threads.reduce((sum, { busy }) => sum + busy, 0);
    const parts = threads.map(({ busy }) => (all > 0 ? busy / all : 0));
    this.#rows.replaceChildren(
      ...threads.map(({ thread, busy, share, items }, i) => {
        const cells = [String(items), duration(busy), percent(share), percent(parts[i] ?? 0)];
        const row = [el("th", { scope: "row" }, `Thread ${thread + 1}`), ...cells.map((cell) => el("td", {}, cell))];
        return el("tr", {}, ...row);
      }),
    );
    this.#shares.forEach((share, i) => void (share.textContent = percent(threads[i]?.share ?? 0)));
    this.summary = all > 0 ? this.#sentence(parts) : "";
    this.#readout.textContent = this.summary;
  }

  /** `parts`: each thread's part of the work. */
  #sentence(parts: readonly number[]): string {
    if (parts.length === 1) return "One thread did all the work.";
    const [least, most] = [percent(Math.min(...parts)), percent(Math.max(...parts))];
    return `${count(parts.length, "thread")}, each with ${least === most ? most : `${least} to ${most}`} of the work.`;
  }
}

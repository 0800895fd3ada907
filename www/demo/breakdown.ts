/** Where the time of a run went: the pool's own report as a table with bars, and its facts in a line. */
import type { RunReport } from "pixelpool";
import { el, find } from "./dom.js";
import { modeTitles } from "./pool-holder.js";
import { count, duration, megabytes, percent } from "./format.js";

type Stage = keyof RunReport["stages"];

/** In the order a photo goes through them. */
const titles: Readonly<Record<Stage, string>> = {
  reading: "Taking the next photo",
  looking: "Reading files",
  memory: "Waiting for memory",
  packing: "Packing",
  decoding: "Decoding",
  copyingIn: "Copying in",
  filtering: "Filters",
  copyingOut: "Copying out",
  encoding: "Making bitmaps",
  waiting: "In queues",
  ordering: "Waiting for their turn",
  taking: "Waiting for the page",
};
const order = Object.keys(titles) as Stage[];
/** A smaller part of the whole is not worth a row of its own. */
const leastShare = 0.01;

interface Row {
  /** What its colour goes by. */
  readonly stage: Stage | "rest";
  readonly title: string;
  readonly ms: number;
}

export class Breakdown {
  readonly #root = find("#breakdown", HTMLElement);
  readonly #note = find("#breakdown-note", HTMLElement);
  readonly #rows = find("#breakdown-rows", HTMLElement);
  readonly #facts = find("#breakdown-facts", HTMLElement);

  clear(): void {
    this.#root.hidden = true;
    this.#rows.replaceChildren();
    this.#facts.replaceChildren();
  }

  show(report: RunReport): void {
    // What was dropped half way has spent time as well.
    const photos = Math.max(1, report.items + report.dropped);
    const all = order.reduce((sum, stage) => sum + report.stages[stage], 0);
    const rows = all > 0 ? worthShowing(report.stages, all) : [];
    const longest = Math.max(...rows.map(({ ms }) => ms));
    this.#rows.replaceChildren(
      ...rows.map(({ stage, title, ms }) => {
        const bar = el("span", { class: "length" });
        bar.style.setProperty("--length", `${(ms / longest) * 100}%`);
        return el(
          "tr",
          { "data-stage": stage },
          el("th", { scope: "row" }, title),
          el("td", { class: "measure" }, bar),
          el("td", {}, duration(ms / photos)),
          el("td", {}, percent(ms / all)),
        );
      }),
    );
    const note = `Average of ${count(photos, "photo")}, several under way at a time. Striped: waiting.`;
    this.#note.textContent = rows.length > 0 ? note : "Nothing was begun.";
    this.#facts.replaceChildren(...facts(report).map((fact) => el("li", {}, fact)));
    this.#root.hidden = false;
  }
}

/** The stages that matter, and what the others come to. */
function worthShowing(stages: RunReport["stages"], all: number): Row[] {
  const rows: Row[] = order
    .filter((stage) => stages[stage] / all >= leastShare)
    .map((stage) => ({ stage, title: titles[stage], ms: stages[stage] }));
  const ms = all - rows.reduce((sum, row) => sum + row.ms, 0);
  return ms / all >= leastShare ? [...rows, { stage: "rest", title: "All else", ms }] : rows;
}

function facts({ mode, reason, threads, bytes, dropped }: RunReport): string[] {
  return [
    `${modeTitles[mode]}, ${count(threads, "thread")}: ${reason}`,
    `${megabytes(bytes.in)} of files in, ${megabytes(bytes.out)} of pixels out`,
    `${megabytes(bytes.peak)} of ${megabytes(bytes.limit)} in flight at most`,
    ...(dropped > 0 ? [`${count(dropped, "photo")} dropped half way`] : []),
  ];
}

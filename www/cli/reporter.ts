/** What is told of a run while it goes on, and at its end: a bar on a terminal, else lines; lines of JSON where they are asked for. */
import { MultiBar, type SingleBar } from "cli-progress";
import { change, count, inBytes, inTime } from "./words.js";

export interface Style {
  json: boolean;
  quiet: boolean;
}

/** What became of a file. */
export type Outcome =
  | { status: "written"; source: string; target: string; before: number; after: number; ms: number; warning?: string }
  | { status: "planned"; source: string; target: string }
  | { status: "skipped"; source: string; target: string }
  | { status: "failed"; source: string; message: string; code?: string };

const FORMAT = "[{bar}] {value}/{total} files, {left} left";

export class Reporter {
  readonly #style: Style;
  readonly #bars: MultiBar | undefined;
  readonly #bar: SingleBar | undefined;
  readonly #began = performance.now();
  readonly #counts = { written: 0, planned: 0, skipped: 0, failed: 0 };
  #before = 0;
  #after = 0;
  #total: number;

  constructor(total: number, style: Style, withBar: boolean) {
    this.#style = style;
    this.#total = total;
    if (!withBar || style.quiet || !process.stderr.isTTY) return;
    this.#bars = new MultiBar({
      format: FORMAT,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      linewrap: true,
      barCompleteChar: "#",
      barIncompleteChar: ".",
      barsize: 30,
      gracefulExit: false,
    });
    this.#bar = this.#bars.create(total, 0, { left: "?" });
  }

  get failed(): number {
    return this.#counts.failed;
  }

  tell(outcome: Outcome): void {
    this.#counts[outcome.status] += 1;
    if (outcome.status === "written") {
      this.#before += outcome.before;
      this.#after += outcome.after;
    }
    if (this.#style.json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
    this.#tellPeople(outcome);
    const { written, skipped, failed } = this.#counts;
    this.#bar?.update(written + skipped + failed, { left: this.#left() });
  }

  /** Takes the bar away, and tells what has come of all. */
  end(): void {
    if (this.#bars) {
      // Lines that still wait are written with the bar.
      this.#bars.update();
      this.#bars.stop();
    }
    if (!this.#style.quiet) process.stderr.write(`${this.#summary()}\n`);
  }

  #tellPeople(outcome: Outcome): void {
    const { quiet, json } = this.#style;
    if (outcome.status === "failed") this.#line(`${outcome.source}: ${outcome.message}`);
    if (outcome.status === "failed" || quiet) return;
    if (outcome.status === "planned") {
      if (!json) process.stdout.write(`${outcome.source} → ${outcome.target}\n`);
      return;
    }
    if (outcome.status === "skipped") {
      if (!this.#bars && !json) this.#line(`${outcome.source}: skipped, ${outcome.target} is there already`);
      return;
    }
    const { source, target, before, after, warning } = outcome;
    if (warning !== undefined) this.#line(`${source}: ${warning}`);
    if (this.#bars || json) return;
    this.#line(`${source} → ${target}, ${inBytes(before)} → ${inBytes(after)}`);
  }

  /** A line of its own, above the bar. */
  #line(text: string): void {
    if (this.#bars) this.#bars.log(`${text}\n`);
    else process.stderr.write(`${text}\n`);
  }

  /** Skipped files take no time. */
  #left(): string {
    const { written, skipped, failed } = this.#counts;
    const worked = written + failed;
    if (worked === 0) return "?";
    return inTime(((performance.now() - this.#began) / worked) * (this.#total - worked - skipped));
  }

  #summary(): string {
    const { written, planned, skipped, failed } = this.#counts;
    const parts = [
      ...(planned > 0 ? [`${planned} would be written`] : [`${written} written`]),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ...(failed > 0 ? [`${failed} failed`] : []),
    ];
    const sizes =
      written > 0 ? `; ${inBytes(this.#before)} → ${inBytes(this.#after)} (${change(this.#before, this.#after)})` : "";
    const time = inTime(performance.now() - this.#began);
    return `${count(written + planned + skipped + failed, "file")}: ${parts.join(", ")}${sizes}; ${time}`;
  }
}

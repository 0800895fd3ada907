/** The picture of which thread worked on which image: a row for each thread, a block for each stretch of work. */
import type { RunReport, Span } from "pixelpool";
import { ThreadTable } from "./thread-table.js";
import { el, find } from "./dom.js";
import { duration } from "./format.js";

const axisHeight = 20;
/** The golden angle keeps neighbouring images apart in colour. */
const hueStep = 137.508;

const colourOf = (index: number): string =>
  `oklch(${0.66 + 0.08 * (index % 3)} 0.125 ${(195 + index * hueStep) % 360})`;

export class Timeline {
  readonly #root = find("#timeline", HTMLElement);
  readonly #canvas = find("#timeline-canvas", HTMLCanvasElement);
  readonly #water = find("#timeline-water", HTMLElement);
  readonly #mark = find("#timeline-mark", HTMLElement);
  readonly #readout = find("#timeline-readout", HTMLElement);
  readonly #table = new ThreadTable();
  #rows: Span[][] = [];
  /** Spans that came since the last frame. */
  #fresh: Span[] = [];
  #names: readonly string[] = [];
  #start = 0;
  #end = 0;
  /** Milliseconds that the width shows. */
  #domain = 1000;
  #rowHeight = 28;
  /** The water's own, kept since asking for it while a batch runs makes the browser lay the page out at once. */
  #width = 0;
  #stale = true;
  #current: Span | undefined;

  constructor() {
    new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      this.redraw();
    }).observe(this.#water);
    this.#water.addEventListener("pointermove", (event) => this.#point(event));
    this.#water.addEventListener("pointerleave", () => this.#select(undefined));
    this.#water.addEventListener("keydown", (event) => this.#onKey(event));
    this.#water.addEventListener("blur", () => this.#select(undefined));
  }

  clear(): void {
    this.#root.hidden = true;
  }

  begin(threads: number, names: readonly string[]): void {
    this.#root.hidden = false;
    this.#names = names;
    this.#rows = Array.from({ length: threads }, () => []);
    this.#fresh = [];
    this.#start = this.#end = performance.now();
    this.#domain = 1000;
    this.#rowHeight = threads > 8 ? 18 : 28;
    this.#root.style.setProperty("--row-height", `${this.#rowHeight}px`);
    this.#water.style.height = `${threads * this.#rowHeight + axisHeight}px`;
    const rope = (): HTMLElement => el("div", { class: "timeline-row" });
    this.#water.replaceChildren(...this.#rows.map(rope), this.#canvas, this.#mark);
    this.#select(undefined);
    this.#table.begin(threads);
    this.redraw();
  }

  add(span: Span): void {
    this.#fresh.push(span);
  }

  /** Called before every paint while a batch runs: draws what is new, and all only when the scale changes. */
  frame(): void {
    for (const span of this.#fresh) {
      this.#rows[span.thread]?.push(span);
      this.#end = Math.max(this.#end, span.end);
    }
    const shown = this.#end - this.#start;
    if (shown > this.#domain) {
      this.#domain = shown * 1.6;
      this.#stale = true;
    }
    if (this.#stale) this.#drawAll();
    else this.#draw(this.#fresh);
    this.#fresh = [];
  }

  /** Fits the picture to the run and sums it up; there is no report of a run that never began. */
  finish(report: RunReport | undefined): void {
    this.frame();
    this.#domain = Math.max(1, this.#end - this.#start);
    this.redraw();
    if (report) this.#table.finish(report);
  }

  redraw(): void {
    this.#stale = true;
    requestAnimationFrame(() => this.#stale && this.#drawAll());
  }

  #scale(): number {
    return this.#width / this.#domain;
  }

  #context(): CanvasRenderingContext2D | null {
    const context = this.#canvas.getContext("2d");
    context?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    return context;
  }

  #drawAll(): void {
    this.#stale = false;
    const width = this.#width;
    const height = this.#rows.length * this.#rowHeight + axisHeight;
    // Setting the size clears the canvas.
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    this.#drawAxis(width, height);
    for (const row of this.#rows) this.#draw(row);
  }

  #draw(spans: readonly Span[]): void {
    const context = this.#context();
    if (!context) return;
    const scale = this.#scale();
    const inset = this.#rowHeight > 20 ? 5 : 3;
    for (const { thread, index, start, end } of spans) {
      const x = (start - this.#start) * scale;
      const width = Math.max(1, (end - start) * scale - 1);
      context.fillStyle = colourOf(index);
      context.beginPath();
      context.roundRect(
        x,
        thread * this.#rowHeight + inset,
        width,
        this.#rowHeight - 2 * inset,
        Math.min(3, width / 2),
      );
      context.fill();
    }
  }

  #drawAxis(width: number, height: number): void {
    const context = this.#context();
    if (!context) return;
    const style = getComputedStyle(this.#canvas);
    context.fillStyle = style.color;
    context.font = `11px ${style.fontFamily}`;
    context.textBaseline = "bottom";
    const rough = this.#domain / Math.max(2, width / 110);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power;
    for (let time = 0; time <= this.#domain; time += step) {
      const x = time * this.#scale();
      const label = time === 0 ? "0" : step < 1000 ? `${Math.round(time)} ms` : `${time / 1000} s`;
      const room = context.measureText(label).width;
      context.fillText(label, Math.max(3, Math.min(x - room / 2, width - room - 3)), height - 2);
    }
  }

  #point(event: PointerEvent): void {
    const box = this.#water.getBoundingClientRect();
    const row = this.#rows[Math.floor((event.clientY - box.top) / this.#rowHeight)];
    const time = this.#start + (event.clientX - box.left) / this.#scale();
    const slack = 2 / this.#scale();
    this.#select(row?.find(({ start, end }) => start - slack <= time && time <= end + slack));
  }

  #onKey(event: KeyboardEvent): void {
    const along = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const across = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (along === undefined && across === undefined) return;
    event.preventDefault();
    const first = this.#rows.find((row) => row.length > 0)?.[0];
    const { thread, start } = this.#current ?? first ?? { thread: 0, start: 0 };
    const row = this.#rows[thread + (across ?? 0)];
    if (!this.#current) this.#select(first);
    else if (along !== undefined) this.#select(row?.[row.indexOf(this.#current) + along] ?? this.#current);
    else this.#select(row?.find(({ end }) => end > start) ?? row?.at(-1) ?? this.#current);
    this.#readout.setAttribute("aria-live", "polite");
  }

  #select(span: Span | undefined): void {
    if (span === this.#current && span !== undefined) return;
    this.#current = span;
    this.#mark.hidden = span === undefined;
    if (!span) {
      // Without this, moving a mouse across the rows would flood a screen reader.
      this.#readout.setAttribute("aria-live", "off");
      this.#readout.textContent = this.#table.summary;
      return;
    }
    const { thread, index, start, end } = span;
    const scale = this.#scale();
    this.#mark.style.transform = `translate(${(start - this.#start) * scale - 2}px, ${thread * this.#rowHeight}px)`;
    this.#mark.style.width = `${Math.max(1, (end - start) * scale) + 3}px`;
    this.#readout.textContent = `${this.#names[index] ?? `Image ${index + 1}`} · thread ${thread + 1} · ${duration(end - start)}`;
  }
}

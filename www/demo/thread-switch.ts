/** The number of threads, and how the pool runs them and why. */
import type { Pool } from "pixelpool";
import { el, find } from "./dom.js";
import { modeTitles, shortTitles, type PoolHolder } from "./pool-holder.js";
import { count } from "./format.js";

export class ThreadSwitch {
  readonly #slider = find("#threads", HTMLInputElement);
  readonly #value = find("#threads-value", HTMLOutputElement);
  readonly #mode = find("#mode", HTMLElement);
  readonly #title = find("#mode-title", HTMLElement);
  readonly #chip = find("#mode-chip", HTMLElement);
  readonly #reason = find("#mode-reason", HTMLElement);
  readonly #holder: PoolHolder;

  constructor(holder: PoolHolder, onChange: (threads: number) => void) {
    this.#holder = holder;
    this.#slider.max = String(holder.maxThreads);
    find("#threads-most", HTMLElement).textContent = String(holder.maxThreads);
    this.#slider.value = String(holder.threads);
    this.#label();
    this.#slider.addEventListener("input", () => this.#label());
    // Not while it is being dragged: each change closes a pool and starts another.
    this.#slider.addEventListener("change", () => onChange(this.#slider.valueAsNumber));
  }

  enable(enabled: boolean): void {
    this.#slider.disabled = !enabled || this.#holder.maxThreads < 2;
  }

  show({ mode, reason, threads }: Pool): void {
    this.#mode.dataset["mode"] = this.#chip.dataset["mode"] = mode;
    this.#title.textContent = modeTitles[mode];
    const text = (title: string): string => `${title}, ${count(threads, "thread")}`;
    this.#chip.replaceChildren(
      el("span", { class: "roomy" }, text(modeTitles[mode])),
      el("span", { class: "narrow" }, text(shortTitles[mode])),
    );
    this.#reason.textContent = reason;
    this.#slider.value = String(threads);
    this.#label();
  }

  showFailure(): void {
    this.#mode.dataset["mode"] = this.#chip.dataset["mode"] = "failed";
    this.#title.textContent = this.#chip.textContent = "Not running";
    this.#reason.textContent = "The pool could not start.";
  }

  #label(): void {
    const threads = this.#slider.valueAsNumber;
    this.#value.textContent = count(threads, "thread");
    const span = Number(this.#slider.max) - 1 || 1;
    this.#slider.style.setProperty("--fill", `${((threads - 1) / span) * 100}%`);
  }
}

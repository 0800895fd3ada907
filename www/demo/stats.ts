/** The figures of a run: progress, speed, time left, and how long the page itself ever paused. */
import type { Progress } from "pixelpool";
import { announce, find } from "./dom.js";
import { count, duration, rate } from "./format.js";

/** Text that changes more often than this cannot be read. */
const refreshEvery = 100;

export class Stats {
  readonly #bar = find("#progress", HTMLProgressElement);
  readonly #status = find("#progress-text", HTMLElement);
  readonly #images = find("#images-rate", HTMLElement);
  readonly #pixels = find("#pixels-rate", HTMLElement);
  readonly #time = find("#elapsed", HTMLElement);
  readonly #gap = find("#longest-gap", HTMLElement);
  #total = 0;
  #progress: Progress | undefined;
  #started = 0;
  #lastFrame = 0;
  #lastText = 0;
  #longestGap = 0;

  get longestGap(): number {
    return this.#longestGap;
  }

  reset(total: number): void {
    this.#progress = undefined;
    this.#bar.max = Math.max(1, total);
    this.#bar.value = 0;
    for (const figure of [this.#images, this.#pixels, this.#time, this.#gap]) figure.textContent = "–";
    this.say(total > 0 ? `${count(total, "photo")} ready` : "No photos yet");
  }

  begin(total: number): void {
    this.reset(total);
    this.#total = total;
    this.#started = performance.now();
    this.#lastFrame = this.#lastText = this.#longestGap = 0;
    this.say("Starting…");
  }

  note(progress: Progress): void {
    this.#progress = progress;
  }

  /** Called before every paint while a batch runs. */
  frame(now: number): void {
    // Frames stop while the page is hidden; that is no pause of ours.
    if (this.#lastFrame > 0 && !document.hidden) this.#longestGap = Math.max(this.#longestGap, now - this.#lastFrame);
    this.#lastFrame = document.hidden ? 0 : now;
    if (now - this.#lastText < refreshEvery) return;
    this.#lastText = now;
    this.#show(performance.now() - this.#started);
  }

  end(cancelled: boolean): void {
    const { done = 0, failed = 0, elapsed = performance.now() - this.#started } = this.#progress ?? {};
    this.#show(elapsed);
    const good = count(done - failed, "photo");
    const time = duration(elapsed);
    const broken = failed > 0 ? `, ${failed} failed` : "";
    const summary = cancelled ? `Cancelled after ${good}` : `${good} in ${time}${broken}`;
    this.say(summary);
    announce(summary);
  }

  say(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  #show(elapsed: number): void {
    this.#gap.textContent = this.#longestGap > 0 ? duration(this.#longestGap) : "–";
    this.#time.textContent = duration(elapsed);
    const progress = this.#progress;
    if (!progress || progress.done === 0) return;
    const seconds = progress.elapsed / 1000;
    this.#bar.value = progress.done;
    this.#images.textContent = rate(progress.done / seconds);
    this.#pixels.textContent = rate(progress.pixels / 1e6 / seconds);
    const left = (progress.elapsed / progress.done) * (this.#total - progress.done);
    const time = left < 1000 ? "less than a second" : `about ${Math.ceil(left / 1000)} s`;
    this.say(`${progress.done} of ${this.#total} · ${time} left`);
  }
}

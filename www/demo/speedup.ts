/** The speed-up over one thread: always measured on this page, never assumed. */
import type { FilterInput } from "pixelpool";
import { timeBatch } from "./batch.js";
import { announce, el, find } from "./dom.js";
import type { PoolHolder } from "./pool-holder.js";
import { count, duration } from "./format.js";
import type { Photo } from "./samples.js";

/** Enough to keep many threads busy, few enough to wait for. */
const sampleSize = 16;
/** Each number of threads runs this often, by turns, and its best time counts: the first run warms caches up. */
const rounds = 2;

interface Measurement {
  readonly threads: number;
  /** Milliseconds with one thread, and with `threads`. */
  readonly one: number;
  readonly many: number;
  readonly note: string;
}

export class SpeedUp {
  readonly #figure = find("#speedup-figure", HTMLElement);
  readonly #note = find("#speedup-note", HTMLElement);
  readonly #bars = find("#speedup-bars", HTMLElement);
  /** Best milliseconds by number of threads, for each batch and chain that was run here. */
  readonly #records = new Map<string, Map<number, number>>();
  /** What the button measured, shown until whole runs say more. */
  readonly #measured = new Map<string, Measurement>();
  readonly #batchIds = new WeakMap<readonly Photo[], number>();
  #nextBatchId = 0;

  /** Keeps the time of a complete run. */
  record(photos: readonly Photo[], chain: FilterInput, threads: number, ms: number): void {
    const key = this.#key(photos, chain);
    const times = this.#records.get(key) ?? new Map<number, number>();
    this.#records.set(key, times.set(threads, Math.min(ms, times.get(threads) ?? Infinity)));
  }

  /** Shows what is known for this batch, chain and number of threads. */
  show(photos: readonly Photo[], chain: FilterInput, threads: number): void {
    const key = this.#key(photos, chain);
    const times = this.#records.get(key);
    const one = times?.get(1);
    const many = threads > 1 ? threads : Math.max(0, ...(times?.keys() ?? []));
    const other = many > 1 ? times?.get(many) : undefined;
    const measured = this.#measured.get(key);
    if (one !== undefined && other !== undefined) {
      const note = `Same ${count(photos.length, "photo")}, same chain.`;
      this.#present({ threads: many, one, many: other, note });
    } else if (measured && (threads === 1 || threads === measured.threads)) {
      this.#present(measured);
    } else {
      this.#figure.textContent = "–";
      this.#bars.replaceChildren();
      this.#note.textContent =
        threads === 1 && one !== undefined
          ? "One thread is timed. Run again with more threads to compare."
          : "Run the same batch with one thread and with more, or measure a part of it now.";
    }
  }

  /** Runs a part of the batch with one thread and with `threads`, by turns. */
  async measure(
    holder: PoolHolder,
    photos: readonly Photo[],
    chain: FilterInput,
    threads: number,
    signal: AbortSignal,
  ): Promise<void> {
    const part = photos.slice(0, sampleSize);
    const counts = [1, threads];
    const best = new Map<number, number>();
    for (let round = 1; round <= rounds; round++) {
      for (const n of counts) {
        this.#note.textContent = `Round ${round} of ${rounds}: ${count(part.length, "photo")} with ${count(n, "thread")}…`;
        signal.throwIfAborted();
        const pool = n === holder.threads ? holder.pool : await holder.sibling(n);
        try {
          if (round === 1) await timeBatch(pool, chain, part.slice(0, n), signal);
          best.set(n, Math.min(await timeBatch(pool, chain, part, signal), best.get(n) ?? Infinity));
        } finally {
          if (pool !== holder.pool) await pool.close();
        }
      }
    }
    const [one = 0, many = 0] = counts.map((n) => best.get(n));
    const note = `${count(part.length, "photo")}, best of ${rounds} runs each.`;
    const measurement = { threads, one, many, note };
    this.#measured.set(this.#key(photos, chain), measurement);
    this.#present(measurement);
    announce(`Measured: ${this.#figure.textContent} with ${threads} threads.`);
  }

  #present({ threads, one, many, note }: Measurement): void {
    this.#figure.textContent = `${(one / many).toFixed(2)}×`;
    this.#note.textContent = `with ${count(threads, "thread")}. ${note}`;
    const longest = Math.max(one, many);
    const bar = (name: string, ms: number): HTMLElement => {
      const fill = el("span", { class: "bar" });
      fill.style.setProperty("--length", `${(ms / longest) * 100}%`);
      return el("li", {}, el("span", {}, name), fill, el("span", { class: "figure" }, duration(ms)));
    };
    this.#bars.replaceChildren(bar("1 thread", one), bar(count(threads, "thread"), many));
  }

  #key(photos: readonly Photo[], chain: FilterInput): string {
    let id = this.#batchIds.get(photos);
    if (id === undefined) this.#batchIds.set(photos, (id = this.#nextBatchId++));
    return `${id} ${JSON.stringify(chain)}`;
  }
}

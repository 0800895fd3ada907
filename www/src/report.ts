/** What happened in one call, counted while it runs. Pure: knows no image, no worker, no promise. */
import type { SpanData, Times } from "./protocol.js";
import type { RunReport, StageTimes, ThreadReport } from "./report-types.js";

export type Stage = keyof StageTimes;

/** For how long some thread was at work: what an item waits for between the parts of its chain is no work. */
export function timeAtWork(spans: readonly SpanData[]): number {
  let [sum, until] = [0, -Infinity];
  for (const [, start, end] of [...spans].sort(([, a], [, b]) => a - b)) {
    sum += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return sum;
}

/** From the first start to the last end; of no spans, from infinity to minus infinity. */
function extent(spans: readonly SpanData[]): [first: number, last: number] {
  let [first, last] = [Infinity, -Infinity];
  for (const [, start, end] of spans) {
    first = Math.min(first, start);
    last = Math.max(last, end);
  }
  return [first, last];
}

/** Counts stages, bytes and threads; see {@link RunReport}. */
export class Account {
  readonly #stages: StageTimes = {
    ...{ reading: 0, looking: 0, memory: 0, packing: 0, decoding: 0, copyingIn: 0 },
    ...{ filtering: 0, copyingOut: 0, encoding: 0, waiting: 0, ordering: 0, taking: 0 },
  };
  readonly #threads = new Map<number, { busy: number; items: number }>();
  #first = Infinity;
  #last = -Infinity;
  #inFlight = 0;
  #bytes = { in: 0, out: 0, peak: 0 };

  /** Notes time that an item spent. */
  spent(stage: Stage, milliseconds: number): void {
    this.#stages[stage] += Math.max(0, milliseconds);
  }

  /** Notes pixels that came in, or went out. */
  moved(direction: "in" | "out", bytes: number): void {
    this.#bytes[direction] += bytes;
  }

  /** Bytes that are in flight. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Notes bytes that are in flight from now on, or no more. */
  holds(bytes: number): void {
    this.#inFlight += bytes;
    this.#bytes.peak = Math.max(this.#bytes.peak, this.#inFlight);
  }

  /** Notes what the workers did with one item; `away` is how long it was with them. */
  worked(spans: readonly SpanData[], times: Times | undefined, away: number): void {
    const [decoding, copyingIn, copyingOut, encoding] = times ?? [0, 0, 0, 0];
    const [first, last] = extent(spans);
    const filtering = timeAtWork(spans);
    this.spent("decoding", decoding);
    this.spent("copyingIn", copyingIn);
    this.spent("filtering", filtering);
    this.spent("copyingOut", copyingOut);
    this.spent("encoding", encoding);
    this.spent("waiting", away - decoding - copyingIn - filtering - copyingOut - encoding);
    this.#first = Math.min(this.#first, first);
    this.#last = Math.max(this.#last, last);
    spans.forEach(([thread, start, end], i) => {
      const known = this.#thread(thread);
      known.busy += end - start;
      if (spans.findIndex(([other]) => other === thread) === i) known.items += 1;
    });
  }

  #thread(thread: number): { busy: number; items: number } {
    const known = this.#threads.get(thread) ?? { busy: 0, items: 0 };
    this.#threads.set(thread, known);
    return known;
  }

  /** The stages, the bytes and the threads as they are now. */
  sums(): Pick<RunReport, "stages" | "busy"> & { bytes: Omit<RunReport["bytes"], "limit"> } {
    const whole = this.#last - this.#first;
    const busy = [...this.#threads]
      .sort(([a], [b]) => a - b)
      .map(([thread, { busy, items }]): ThreadReport => ({ thread, busy, items, share: whole > 0 ? busy / whole : 0 }));
    return { stages: { ...this.#stages }, bytes: { ...this.#bytes }, busy };
  }
}

/** Hands the outcomes of one call to its reader, in input order or as they come, and then the end. */
import { Ordered } from "./ordered.js";
import { isA } from "./realm.js";
import type { Account } from "./report.js";
import type { Settled } from "./types.js";

/** An outcome; `since` is when it came, then when it was its turn. */
interface Outcome<Id> {
  settled: Settled<Id>;
  /** Bytes that it keeps in flight until the reader takes it. */
  bytes: number;
  since: number;
}

interface Reader<Id> {
  resolve: (result: IteratorResult<Settled<Id>>) => void;
  reject: (reason: unknown) => void;
}

/** What the reader gets after the last outcome: the end of the loop, or first an error. */
export type End = "done" | { reason: unknown };

export interface DeliveryListener {
  /** Called with the bytes of an outcome that are in flight no more. */
  released: (bytes: number) => void;
  /** Called when the reader has taken an outcome. */
  taken: () => void;
}

export class Delivery<Id> {
  readonly #order: Ordered<Outcome<Id>> | undefined;
  readonly #account: Account;
  readonly #listener: DeliveryListener;
  /** Outcomes that the reader may have. */
  readonly #ready: Outcome<Id>[] = [];
  /** Calls of `next()` that wait for an outcome. */
  readonly #readers: Reader<Id>[] = [];
  /** `undefined` as long as more outcomes may come. */
  #end: End | undefined;

  constructor(ordered: boolean, account: Account, listener: DeliveryListener) {
    this.#order = ordered ? new Ordered() : undefined;
    this.#account = account;
    this.#listener = listener;
  }

  /** Outcomes that the reader may take. */
  get ready(): number {
    return this.#ready.length;
  }

  /** Outcomes that the reader has not taken, those included that wait for an earlier one. */
  get untaken(): number {
    return this.#ready.length + (this.#order?.waiting ?? 0);
  }

  /** Takes an outcome, which the reader gets with the next {@link deliver}. */
  add(settled: Settled<Id>, bytes: number): void {
    const now = performance.now();
    const outcome = { settled, bytes, since: now };
    for (const next of this.#order ? this.#order.push(settled.index, outcome) : [outcome]) {
      this.#account.spent("ordering", now - next.since);
      next.since = now;
      this.#ready.push(next);
    }
  }

  /** Gives what is ready to the calls of `next()` that wait. */
  deliver(): void {
    while (this.#ready.length > 0 && this.#readers.length > 0) {
      const [outcome, reader] = [this.#ready.shift(), this.#readers.shift()];
      if (outcome && reader) reader.resolve(this.#hand(outcome));
    }
  }

  next(): Promise<IteratorResult<Settled<Id>>> {
    const outcome = this.#ready.shift();
    if (outcome) return Promise.resolve(this.#hand(outcome));
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#tellEnd();
    });
  }

  /** Ends it: after what is ready, the reader gets `end`. */
  close(end: End): void {
    this.#end = end;
    this.#tellEnd();
  }

  /** Drops what the reader has not taken. */
  drop(): void {
    this.discard(...this.#ready.splice(0));
    this.dropEarly();
  }

  /** Drops what waits for an earlier outcome. */
  dropEarly(): void {
    this.discard(...(this.#order?.drain() ?? []));
  }

  /** Frees outcomes that no reader will take. */
  discard(...outcomes: Pick<Outcome<Id>, "settled" | "bytes">[]): void {
    for (const { bytes, settled } of outcomes) {
      this.#listener.released(bytes);
      const image: unknown = settled.image;
      if (isA(image, "ImageBitmap")) image.close();
    }
  }

  /** Where it has ended, the first call of `next()` that waits gets the error, if there is one; all others get the end. */
  #tellEnd(): void {
    if (!this.#end) return;
    for (const { resolve, reject } of this.#readers.splice(0)) {
      if (this.#end === "done") resolve({ done: true, value: undefined });
      else reject(this.#end.reason);
      this.#end = "done";
    }
  }

  #hand({ settled, bytes, since }: Outcome<Id>): IteratorResult<Settled<Id>> {
    this.#account.spent("taking", performance.now() - since);
    this.#listener.released(bytes);
    this.#listener.taken();
    return { done: false, value: settled };
  }
}

/** Verdicts of trials, each made once in the life of a worker. Pure. */
export class Trials<Key, Verdict> {
  readonly #verdicts = new Map<Key, Promise<Verdict>>();
  readonly #make: (key: Key) => Promise<Verdict>;

  constructor(make: (key: Key) => Promise<Verdict>) {
    this.#make = make;
  }

  /** A trial that could not be made, for want of memory perhaps, rejects, says nothing, and is made again the next time. */
  of(key: Key): Promise<Verdict> {
    const known = this.#verdicts.get(key);
    if (known) return known;
    const verdict = this.#make(key);
    this.#verdicts.set(key, verdict);
    verdict.catch(() => this.#verdicts.delete(key));
    return verdict;
  }
}

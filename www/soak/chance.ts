/** Chance from a seed, in the few forms that a plan needs. */
import { random } from "../test/unit/random.js";

export class Chance {
  /** A whole number from 0, below a bound. */
  readonly below: (bound: number) => number;

  constructor(seed: number) {
    this.below = random(seed);
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** `true` once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(things: readonly T[]): T {
    const thing = things[this.below(things.length)];
    if (thing === undefined) throw new Error("nothing to pick from");
    return thing;
  }

  /** The seed of something that shall be repeatable by itself. */
  seed(): number {
    return this.below(2 ** 32);
  }
}

/** Numbers that look random and are the same for the same seed. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** The seed of this run: given from outside to repeat one, else always the same. */
export const SEED = Number(process.env.SEED ?? 20240229);

/** Every order of some things. */
export function* permutations<T>(things: readonly T[]): Generator<T[]> {
  if (things.length === 0) yield [];
  for (const [at, first] of things.entries()) {
    for (const rest of permutations(things.toSpliced(at, 1))) yield [first, ...rest];
  }
}

/** Lets everything happen that waits for nothing but promises. */
export function calm(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

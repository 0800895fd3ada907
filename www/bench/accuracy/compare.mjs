/** How far a result is from what is expected: in levels, over all samples of an image. */

/**
 * The largest difference, and how many of the samples are equal. Where a case says `premultiplied`, colours count times alpha, and
 * are equal where they differ by less than half a level, since the stored colours of what can hardly be seen are free in it. Where
 * the exact value lies between two levels, either is right.
 */
export function compare({ expected, premultiplied, isEither, isFree }, got) {
  if (got.length !== expected.length) return undefined;
  let [largest, equal] = [0, 0];
  for (let pixel = 0; pixel < expected.length; pixel += 4) {
    const b = expected[pixel + 3];
    // Colours do not pay for an alpha that may be either.
    const a = isEither(pixel + 3) && Math.abs(got[pixel + 3] - b) === 1 ? b : got[pixel + 3];
    for (let i = pixel; i < pixel + 4; i++) {
      const isColour = i !== pixel + 3;
      let difference = Math.abs(got[i] - expected[i]);
      if (isFree(i)) difference = 0;
      else if (isColour && premultiplied) difference = Math.abs(got[i] * a - expected[i] * b) / 255;
      else if (isColour && a === 0 && b === 0) difference = 0;
      if (difference === 1 && isEither(i)) difference = 0;
      if (difference < (premultiplied ? 0.5 : 1e-9)) equal++;
      largest = Math.max(largest, difference);
    }
  }
  return { largest, equal, samples: expected.length };
}

/** What is said of several cases together. */
export class Sum {
  cases = 0;
  largest = 0;
  equal = 0;
  samples = 0;
  /** Results of another size than the definition's, and calls that have failed. */
  otherSize = 0;
  failed = 0;
  errors = new Set();

  add(found) {
    this.cases++;
    if (!found) {
      this.otherSize++;
      return;
    }
    this.largest = Math.max(this.largest, found.largest);
    this.equal += found.equal;
    this.samples += found.samples;
  }

  fail(error) {
    this.cases++;
    this.failed++;
    this.errors.add(error);
  }
}

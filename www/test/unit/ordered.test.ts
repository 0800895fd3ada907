/** Every order comes out as the one order. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ordered } from "../../src/ordered.js";
import { permutations, random, SEED } from "./random.js";

describe("Ordered", () => {
  it("puts every permutation of six values into line", () => {
    let count = 0;
    for (const order of permutations([0, 1, 2, 3, 4, 5])) {
      const ordered = new Ordered<string>();
      const pushed = new Set<number>();
      const line: string[] = [];
      for (const index of order) {
        pushed.add(index);
        line.push(...ordered.push(index, `value ${index}`));
        // As many as are there without a gap, and not one more.
        let gapless = 0;
        while (pushed.has(gapless)) gapless += 1;
        assert.equal(line.length, gapless, `after ${[...pushed].join()} of ${order.join()}`);
        assert.equal(ordered.waiting, pushed.size - gapless);
      }
      assert.deepEqual(
        line,
        [0, 1, 2, 3, 4, 5].map((index) => `value ${index}`),
      );
      count += 1;
    }
    assert.equal(count, 720);
  });

  it("lets a value in line through at once", () => {
    const ordered = new Ordered<number>();
    for (let index = 0; index < 10; index++) assert.deepEqual(ordered.push(index, index), [index]);
    assert.equal(ordered.waiting, 0);
  });

  it("keeps early values until the late one comes, then gives all of them", () => {
    const ordered = new Ordered<string>();
    assert.deepEqual(ordered.push(2, "c"), []);
    assert.deepEqual(ordered.push(1, "b"), []);
    assert.equal(ordered.waiting, 2);
    assert.deepEqual(ordered.push(0, "a"), ["a", "b", "c"]);
    assert.equal(ordered.waiting, 0);
  });

  it("stops at the next gap", () => {
    const ordered = new Ordered<string>();
    ordered.push(1, "b");
    ordered.push(3, "d");
    assert.deepEqual(ordered.push(0, "a"), ["a", "b"]);
    assert.equal(ordered.waiting, 1);
    assert.deepEqual(ordered.push(2, "c"), ["c", "d"]);
  });

  it("gives early values up when it is drained, and those only", () => {
    const ordered = new Ordered<string>();
    ordered.push(0, "a");
    ordered.push(2, "c");
    ordered.push(3, "d");
    assert.deepEqual(ordered.drain(), ["c", "d"]);
    assert.equal(ordered.waiting, 0);
    assert.deepEqual(ordered.drain(), []);
    assert.deepEqual(ordered.push(1, "b"), ["b"]);
  });

  it("takes values that are false, zero, empty or null for values", () => {
    const ordered = new Ordered<unknown>();
    assert.deepEqual(ordered.push(1, 0), []);
    assert.deepEqual(ordered.push(2, null), []);
    assert.deepEqual(ordered.push(3, ""), []);
    assert.deepEqual(ordered.push(0, false), [false, 0, null, ""]);
  });

  it("puts ten thousand values of a random order into line", (t) => {
    t.diagnostic(`SEED=${SEED}`);
    const next = random(SEED);
    const order = Array.from({ length: 10_000 }, (_, index) => index);
    for (let i = order.length - 1; i > 0; i--) {
      const j = next(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    const ordered = new Ordered<number>();
    const line = order.flatMap((index) => ordered.push(index, index));
    assert.deepEqual(
      line,
      order.toSorted((a, b) => a - b),
    );
    assert.equal(ordered.waiting, 0);
  });
});

/** Whose turn it is, among batches of any length. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FairQueue } from "../../src/fair-queue.js";
import { random, SEED } from "./random.js";

/** Takes everything, in order. */
function rest(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  while (queue.length > 0) {
    const next = queue.peek();
    const taken = queue.shift();
    assert.equal(taken, next);
    items.push(taken!);
  }
  return items;
}

function filled(...items: string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.push(Number(item[0]), item);
  return queue;
}

describe("FairQueue", () => {
  it("keeps the order within a batch", () => {
    assert.deepEqual(rest(filled("1a", "1b", "1c")), ["1a", "1b", "1c"]);
  });

  it("gives each batch its turn, in the order in which they came", () => {
    const queue = filled("2a", "2b", "2c", "1a", "3a", "3b");
    assert.equal(queue.length, 6);
    assert.deepEqual(rest(queue), ["2a", "1a", "3a", "2b", "3b", "2c"]);
  });

  it("gives a batch that comes later its turn after those that wait", () => {
    const queue = filled("1a", "1b", "1c", "2a", "2b");
    assert.equal(queue.shift(), "1a");
    queue.push(3, "3a");
    assert.deepEqual(rest(queue), ["2a", "1b", "3a", "2b", "1c"]);
  });

  it("gives a batch that was empty for a while no turn before the others", () => {
    const queue = filled("1a", "2a", "2b");
    queue.shift();
    queue.push(1, "1b");
    assert.deepEqual(rest(queue), ["2a", "1b", "2b"]);
  });

  it("has nothing where it is empty", () => {
    const queue = filled();
    assert.deepEqual([queue.peek(), queue.shift(), queue.length], [undefined, undefined, 0]);
    assert.deepEqual([queue.remove(), queue.remove(5)], [[], []]);
    assert.equal(queue.length, 0);
  });

  it("takes out one batch and leaves the others their turns", () => {
    const queue = filled("1a", "2a", "1b", "3a", "2b");
    assert.deepEqual(queue.remove(2), ["2a", "2b"]);
    assert.deepEqual(queue.remove(2), []);
    assert.equal(queue.length, 3);
    assert.deepEqual(rest(queue), ["1a", "3a", "1b"]);
  });

  it("takes out all of them", () => {
    const queue = filled("1a", "2a", "1b");
    assert.deepEqual(queue.remove().sort(), ["1a", "1b", "2a"]);
    assert.equal(queue.length, 0);
    assert.equal(queue.shift(), undefined);
  });

  it("does what a list of waiting batches does, whatever is asked of it", (t) => {
    t.diagnostic(`SEED=${SEED} and the 99 after it`);
    for (let seed = SEED; seed < SEED + 100; seed++) {
      const next = random(seed);
      const queue = new FairQueue<number>();
      /** The batches in the order of their turns. */
      let model: { batch: number; items: number[] }[] = [];
      for (let step = 0; step < 200; step++) {
        const batch = next(5);
        const waiting = model.find((other) => other.batch === batch);
        const what = next(20);
        if (what < 10) {
          queue.push(batch, step);
          if (waiting) waiting.items.push(step);
          else model.push({ batch, items: [step] });
        } else if (what < 19) {
          const first = model.shift();
          assert.equal(queue.shift(), first?.items.shift(), `SEED=${seed}`);
          if (first && first.items.length > 0) model.push(first);
        } else {
          assert.deepEqual(queue.remove(batch), waiting?.items ?? [], `SEED=${seed}`);
          model = model.filter((other) => other !== waiting);
        }
        assert.equal(queue.peek(), model[0]?.items[0], `SEED=${seed}`);
        const waits = model.reduce((sum, { items }) => sum + items.length, 0);
        assert.equal(queue.length, waits, `SEED=${seed}`);
      }
      const all = model.flatMap(({ items }) => items);
      assert.deepEqual(queue.remove(), all, `SEED=${seed}`);
    }
  });
});

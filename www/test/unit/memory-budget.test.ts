/** When bytes are reserved, and that none is lost. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MemoryBudget } from "../../src/memory-budget.js";
import { calm, random, SEED } from "./random.js";

const never = () => false;
const always = () => true;
const nothing = () => undefined;

/** Reserves bytes at once. */
function fill(budget: MemoryBudget, bytes: number): void {
  assert.equal(budget.reserve(bytes, never, nothing), undefined);
}

describe("MemoryBudget", () => {
  it("reserves at once whatever fits, and counts it", () => {
    const budget = new MemoryBudget(100);
    assert.equal(budget.reserve(60, never, nothing), undefined);
    assert.equal(budget.reserve(40, never, nothing), undefined);
    assert.equal(budget.used, 100);
    budget.release(60);
    budget.release(40);
    assert.equal(budget.used, 0);
  });

  it("does not call `granted` where bytes are reserved at once", () => {
    const budget = new MemoryBudget(100);
    assert.equal(
      budget.reserve(10, never, () => assert.fail("nobody waited")),
      undefined,
    );
    assert.equal(budget.used, 10);
  });

  it("makes wait what does not fit, until there is room", async () => {
    const budget = new MemoryBudget(100);
    fill(budget, 60);
    const reserving = budget.reserve(41, never, nothing);
    assert.ok(reserving instanceof Promise);
    assert.equal(budget.used, 60);
    budget.release(60);
    await reserving;
    assert.equal(budget.used, 41);
  });

  it("calls `granted` in the moment of reserving, before the promise resolves", async () => {
    const budget = new MemoryBudget(100);
    fill(budget, 100);
    const events: string[] = [];
    const reserving = budget.reserve(50, never, () => events.push(`granted at ${budget.used}`));
    void reserving?.then(() => events.push("resolved"));
    budget.release(100);
    events.push("released");
    await reserving;
    assert.deepEqual(events, ["granted at 50", "released", "resolved"]);
  });

  it("reserves more than its limit for a request that may exceed it", () => {
    const budget = new MemoryBudget(100);
    assert.equal(budget.reserve(1000, always, nothing), undefined);
    assert.equal(budget.used, 1000);
  });

  it("reserves what is larger than its limit as soon as nothing else is in flight", async () => {
    const budget = new MemoryBudget(100);
    fill(budget, 10);
    const reserving = budget.reserve(1000, () => budget.used === 0, nothing);
    assert.ok(reserving);
    await calm();
    assert.equal(budget.used, 10);
    budget.release(10);
    await reserving;
    assert.equal(budget.used, 1000);
    const next = budget.reserve(1, never, nothing);
    assert.ok(next);
    budget.release(1000);
    await next;
    assert.equal(budget.used, 1);
  });

  it("refuses bytes that are no finite number, even where the limit may be exceeded, and counts on", () => {
    const budget = new MemoryBudget(100);
    fill(budget, 10);
    for (const bytes of [NaN, Infinity, -Infinity]) {
      for (const mayExceed of [never, always]) {
        assert.throws(() => budget.reserve(bytes, mayExceed, nothing), { name: "PixelpoolError", code: "too-large" });
      }
    }
    assert.equal(budget.used, 10);
  });

  it("looks again at requests that wait when nothing but their own condition has changed", async () => {
    const budget = new MemoryBudget(100);
    fill(budget, 100);
    let free = false;
    const reserving = budget.reserve(50, () => free, nothing);
    budget.release(0);
    assert.equal(budget.used, 100);
    free = true;
    budget.release(0);
    await reserving;
    assert.equal(budget.used, 150);
  });

  it("grants requests that wait in the order they came", async () => {
    const budget = new MemoryBudget(10);
    fill(budget, 10);
    const order: number[] = [];
    const all = [1, 2, 3, 4].map(async (name) => budget.reserve(5, never, () => order.push(name)));
    budget.release(10);
    assert.deepEqual(order, [1, 2]);
    budget.release(5);
    assert.deepEqual(order, [1, 2, 3]);
    budget.release(5);
    await Promise.all(all);
    assert.deepEqual(order, [1, 2, 3, 4]);
  });

  it("grants no new request before those that wait, though there is room for it", async () => {
    const budget = new MemoryBudget(10);
    fill(budget, 8);
    const order: string[] = [];
    const large = budget.reserve(5, never, () => order.push("large"));
    const small = budget.reserve(1, never, () => order.push("small"));
    assert.ok(large && small);
    assert.equal(budget.used, 8);
    budget.release(8);
    await Promise.all([large, small]);
    assert.deepEqual(order, ["large", "small"]);
  });

  it("grants a smaller request that waits before a larger one that does not fit yet", async () => {
    const budget = new MemoryBudget(10);
    fill(budget, 6);
    fill(budget, 4);
    const order: string[] = [];
    const large = budget.reserve(9, never, () => order.push("large"));
    const small = budget.reserve(3, never, () => order.push("small"));
    budget.release(4);
    await small;
    assert.deepEqual(order, ["small"]);
    budget.release(6);
    budget.release(3);
    await large;
    assert.deepEqual(order, ["small", "large"]);
  });

  it("grants a request that may exceed the limit, though others wait that may not", () => {
    const budget = new MemoryBudget(100);
    fill(budget, 100);
    assert.ok(budget.reserve(50, never, nothing));
    assert.equal(budget.reserve(50, always, nothing), undefined);
  });

  it("never holds more than its limit but for requests that may exceed it, and forgets none", async (t) => {
    for (let seed = SEED; seed < SEED + 50; seed++) {
      const next = random(seed);
      const budget = new MemoryBudget(1 + next(200));
      const inside: number[] = [];
      let [excesses, waiting, reserved, asked] = [0, 0, 0, 0];
      const ask = (bytes: number, exceeds: boolean) => {
        const mayExceed = () => exceeds && ++excesses > 0;
        const granted = () => {
          waiting -= 1;
          arrive(bytes);
        };
        asked += 1;
        if (budget.reserve(bytes, mayExceed, granted)) waiting += 1;
        else arrive(bytes);
      };
      const arrive = (bytes: number) => {
        reserved += 1;
        inside.push(bytes);
        const sum = inside.reduce((a, b) => a + b, 0);
        assert.equal(budget.used, sum, `SEED=${seed}`);
        if (excesses === 0) assert.ok(sum <= budget.limit, `${sum} of ${budget.limit} used, SEED=${seed}`);
        // What was granted beyond the limit must have been allowed to exceed it.
        excesses = 0;
      };
      for (let step = 0; step < 300; step++) {
        if (next(3) > 0) ask(1 + next(budget.limit), next(20) === 0);
        else if (inside.length > 0) budget.release(inside.splice(next(inside.length), 1)[0]!);
        excesses = 0;
      }
      while (inside.length > 0) budget.release(inside.pop()!);
      await calm();
      assert.deepEqual(
        { waiting, reserved, used: budget.used },
        { waiting: 0, reserved: asked, used: 0 },
        `SEED=${seed}`,
      );
    }
    t.diagnostic(`SEED=${SEED} and the 49 after it`);
  });
});

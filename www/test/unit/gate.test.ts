/** Who may enter when, and that no byte is lost. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Gate } from "../../src/gate.js";
import { calm, random, SEED } from "./random.js";

const never = () => false;
const always = () => true;
const nothing = () => undefined;

/** Enters at once. */
function fill(gate: Gate, bytes: number): void {
  assert.equal(gate.enter(bytes, never, nothing), undefined);
}

describe("Gate", () => {
  it("lets in at once whatever fits, and counts it", () => {
    const gate = new Gate(100);
    assert.equal(gate.enter(60, never, nothing), undefined);
    assert.equal(gate.enter(40, never, nothing), undefined);
    assert.equal(gate.used, 100);
    gate.leave(60);
    gate.leave(40);
    assert.equal(gate.used, 0);
  });

  it("does not call `passed` for who enters at once", () => {
    const gate = new Gate(100);
    assert.equal(
      gate.enter(10, never, () => assert.fail("nobody waited")),
      undefined,
    );
    assert.equal(gate.used, 10);
  });

  it("makes wait what does not fit, until there is room", async () => {
    const gate = new Gate(100);
    fill(gate, 60);
    const entering = gate.enter(41, never, nothing);
    assert.ok(entering instanceof Promise);
    assert.equal(gate.used, 60);
    gate.leave(60);
    await entering;
    assert.equal(gate.used, 41);
  });

  it("calls `passed` in the moment of entering, before the promise resolves", async () => {
    const gate = new Gate(100);
    fill(gate, 100);
    const events: string[] = [];
    const entering = gate.enter(50, never, () => events.push(`passed at ${gate.used}`));
    void entering?.then(() => events.push("resolved"));
    gate.leave(100);
    events.push("left");
    await entering;
    assert.deepEqual(events, ["passed at 50", "left", "resolved"]);
  });

  it("lets in more than its limit where the one who asks may pass", () => {
    const gate = new Gate(100);
    assert.equal(gate.enter(1000, always, nothing), undefined);
    assert.equal(gate.used, 1000);
  });

  it("lets in what is larger than its limit as soon as it is alone", async () => {
    const gate = new Gate(100);
    fill(gate, 10);
    const entering = gate.enter(1000, () => gate.used === 0, nothing);
    assert.ok(entering);
    await calm();
    assert.equal(gate.used, 10);
    gate.leave(10);
    await entering;
    assert.equal(gate.used, 1000);
    const next = gate.enter(1, never, nothing);
    assert.ok(next);
    gate.leave(1000);
    await next;
    assert.equal(gate.used, 1);
  });

  it("looks again at who waits when nothing but their own condition has changed", async () => {
    const gate = new Gate(100);
    fill(gate, 100);
    let free = false;
    const entering = gate.enter(50, () => free, nothing);
    gate.leave(0);
    assert.equal(gate.used, 100);
    free = true;
    gate.leave(0);
    await entering;
    assert.equal(gate.used, 150);
  });

  it("lets those who wait in, in the order they came", async () => {
    const gate = new Gate(10);
    fill(gate, 10);
    const order: number[] = [];
    const all = [1, 2, 3, 4].map(async (name) => gate.enter(5, never, () => order.push(name)));
    gate.leave(10);
    assert.deepEqual(order, [1, 2]);
    gate.leave(5);
    assert.deepEqual(order, [1, 2, 3]);
    gate.leave(5);
    await Promise.all(all);
    assert.deepEqual(order, [1, 2, 3, 4]);
  });

  it("lets no newcomer before those who wait, though there is room for it", async () => {
    const gate = new Gate(10);
    fill(gate, 8);
    const order: string[] = [];
    const large = gate.enter(5, never, () => order.push("large"));
    const small = gate.enter(1, never, () => order.push("small"));
    assert.ok(large && small);
    assert.equal(gate.used, 8);
    gate.leave(8);
    await Promise.all([large, small]);
    assert.deepEqual(order, ["large", "small"]);
  });

  it("lets a smaller one that waits past a larger one that does not fit yet", async () => {
    const gate = new Gate(10);
    fill(gate, 6);
    fill(gate, 4);
    const order: string[] = [];
    const large = gate.enter(9, never, () => order.push("large"));
    const small = gate.enter(3, never, () => order.push("small"));
    gate.leave(4);
    await small;
    assert.deepEqual(order, ["small"]);
    gate.leave(6);
    gate.leave(3);
    await large;
    assert.deepEqual(order, ["small", "large"]);
  });

  it("lets in who may pass, though others wait who may not", () => {
    const gate = new Gate(100);
    fill(gate, 100);
    assert.ok(gate.enter(50, never, nothing));
    assert.equal(gate.enter(50, always, nothing), undefined);
  });

  it("never holds more than its limit but for who may pass, and forgets nobody", async (t) => {
    for (let seed = SEED; seed < SEED + 50; seed++) {
      const next = random(seed);
      const gate = new Gate(1 + next(200));
      const inside: number[] = [];
      let [passes, waiting, entered, asked] = [0, 0, 0, 0];
      const enter = (bytes: number, pass: boolean) => {
        const mayPass = () => pass && ++passes > 0;
        const passed = () => {
          waiting -= 1;
          arrive(bytes);
        };
        asked += 1;
        if (gate.enter(bytes, mayPass, passed)) waiting += 1;
        else arrive(bytes);
      };
      const arrive = (bytes: number) => {
        entered += 1;
        inside.push(bytes);
        const sum = inside.reduce((a, b) => a + b, 0);
        assert.equal(gate.used, sum, `SEED=${seed}`);
        if (passes === 0) assert.ok(sum <= gate.limit, `${sum} of ${gate.limit} used, SEED=${seed}`);
        // Who entered beyond the limit must have been allowed to.
        passes = 0;
      };
      for (let step = 0; step < 300; step++) {
        if (next(3) > 0) enter(1 + next(gate.limit), next(20) === 0);
        else if (inside.length > 0) gate.leave(inside.splice(next(inside.length), 1)[0]!);
        passes = 0;
      }
      while (inside.length > 0) gate.leave(inside.pop()!);
      await calm();
      assert.deepEqual({ waiting, entered, used: gate.used }, { waiting: 0, entered: asked, used: 0 }, `SEED=${seed}`);
    }
    t.diagnostic(`SEED=${SEED} and the 49 after it`);
  });
});

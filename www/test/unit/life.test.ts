/** Who lives, told by locks. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { locks } from "./fake-locks.js";
import { allGone, live, newLife, newPoolName, watch } from "../../src/life.js";
import { calm } from "./random.js";

/** More than any of these tests takes. */
const LONG_MS = 60_000;

/** Whether something has been called, or a promise has resolved. */
function noted(promise?: Promise<unknown>): { done: boolean; call: () => void } {
  const note = { done: false, call: () => void (note.done = true) };
  void promise?.then(note.call);
  return note;
}

describe("names", () => {
  it("of pools are all different and say whose they are", () => {
    const names = Array.from({ length: 1000 }, newPoolName);
    assert.equal(new Set(names).size, 1000);
    for (const name of names) assert.ok(name.startsWith("pixelpool "));
  });

  it("of workers are all different, of one pool or of two, and say what they do", () => {
    const lives = ["a", "b", "a", "a"].map((pool) => newLife(pool, "thread"));
    assert.deepEqual(
      lives.map(({ pool }) => pool),
      ["a", "b", "a", "a"],
    );
    assert.equal(new Set(lives.map(({ own }) => own)).size, 4);
    for (const { pool, own } of lives) assert.ok(own.startsWith(`${pool} thread `) && own !== pool);
  });

  it("of workers are all different though page and coordinator name them without knowing of each other", async () => {
    // Another address is another module, as in another worker.
    const addresses = ["../../src/life.js?page", "../../src/life.js?coordinator"];
    const modules = await Promise.all(addresses.map((address) => import(address)));
    const lives = (modules as (typeof import("../../src/life.js"))[]).flatMap((module) =>
      Array.from({ length: 1000 }, () => module.newLife("a", "thread")),
    );
    assert.equal(new Set(lives.map(({ own }) => own)).size, 2000);
  });
});

describe("a worker that lives", () => {
  it("holds its own name and shares its pool's, when it says so", async () => {
    const pool = newPoolName();
    const [one, other] = [newLife(pool, "worker"), newLife(pool, "worker")];
    await Promise.all([live(one), live(other)]);
    for (const name of [pool, one.own, other.own]) assert.equal(locks.held[name], 0);
  });

  it("knows whether it holds them: where locks are refused, as in frames without an origin, it does not", async (t) => {
    assert.equal(await live(newLife(newPoolName(), "worker")), true);
    t.mock.method(locks, "request", () => Promise.reject(new DOMException("no origin", "SecurityError")));
    assert.equal(await live(newLife(newPoolName(), "worker")), false);
  });

  it("does not say so before its name is free", async () => {
    const life = newLife(newPoolName(), "worker");
    const release = locks.hold(life.own);
    const living = noted(live(life));
    await calm();
    assert.ok(!living.done);
    release();
    await calm();
    assert.ok(living.done);
  });
});

describe("a watch", () => {
  it("tells when the worker has ended, and not before", async () => {
    const life = newLife(newPoolName(), "worker");
    const end = locks.hold(life.own);
    const gone = noted();
    watch(life, gone.call);
    await calm();
    assert.ok(!gone.done);
    end();
    await calm();
    assert.ok(gone.done);
    await calm();
    assert.equal(locks.held[life.own], undefined);
  });

  it("that was ended tells nothing, and waits for nothing", async () => {
    const life = newLife(newPoolName(), "worker");
    const end = locks.hold(life.own);
    const gone = noted();
    const endWatch = watch(life, gone.call);
    await calm();
    assert.equal(locks.held[life.own], 1);
    endWatch();
    endWatch();
    await calm();
    assert.equal(locks.held[life.own], 0);
    end();
    await calm();
    assert.ok(!gone.done);
  });

  it("that was ended while the lock was being granted tells nothing", async (t) => {
    let grant: () => unknown = () => assert.fail("it was not asked for");
    t.mock.method(locks, "request", (_name: string, _options: LockOptions, work: () => unknown) => {
      grant = work;
      return new Promise(() => undefined);
    });
    const gone = noted();
    const endWatch = watch(newLife(newPoolName(), "worker"), gone.call);
    endWatch();
    await grant();
    assert.ok(!gone.done);
  });
});

describe("allGone", () => {
  it("waits for every worker of the pool, and for none of another", async () => {
    const [pool, other] = [newPoolName(), newPoolName()];
    const ends = [1, 2, 3].map(() => locks.hold(pool, "shared"));
    locks.hold(other, "shared");
    const gone = noted(allGone(pool, LONG_MS));
    for (const end of ends) {
      await calm();
      assert.ok(!gone.done);
      end();
    }
    await calm();
    assert.ok(gone.done);
    assert.equal(locks.held[pool], undefined);
  });

  it("resolves at once where there is none", async () => {
    await allGone(newPoolName(), LONG_MS);
  });

  it("gives up after its time", async () => {
    const pool = newPoolName();
    locks.hold(pool, "shared");
    // Its own timer keeps nothing alive.
    const awake = setTimeout(() => undefined, LONG_MS);
    await allGone(pool, 5);
    clearTimeout(awake);
    assert.equal(locks.held[pool], 0);
  });
});

describe("where there are no locks", () => {
  it("everybody lives, nobody is told of an end, and nobody waits", async () => {
    const { navigator } = globalThis;
    Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
    // Another address is another module, which looks for locks anew.
    const address = "../../src/life.js?without";
    const without = (await import(address)) as typeof import("../../src/life.js");
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
    const life = without.newLife(without.newPoolName(), "worker");
    const gone = noted();
    const endWatch = without.watch(life, gone.call);
    await without.live(life);
    await without.allGone(life.pool, LONG_MS);
    endWatch();
    await calm();
    assert.ok(!gone.done);
    assert.equal(locks.held[life.own], undefined);
  });
});

/** Who lives, told by locks. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { locks } from "./fake-locks.js";
import { allGone, holdLocks, newLockNames, newPoolName, watch } from "../../src/liveness.js";
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
    const names = ["a", "b", "a", "a"].map((pool) => newLockNames(pool, "thread"));
    assert.deepEqual(
      names.map(({ pool }) => pool),
      ["a", "b", "a", "a"],
    );
    assert.equal(new Set(names.map(({ own }) => own)).size, 4);
    for (const { pool, own } of names) assert.ok(own.startsWith(`${pool} thread `) && own !== pool);
  });

  it("of workers are all different though page and coordinator name them without knowing of each other", async () => {
    // Another address is another module, as in another worker.
    const addresses = ["../../src/liveness.js?page", "../../src/liveness.js?coordinator"];
    const modules = await Promise.all(addresses.map((address) => import(address)));
    const names = (modules as (typeof import("../../src/liveness.js"))[]).flatMap((module) =>
      Array.from({ length: 1000 }, () => module.newLockNames("a", "thread")),
    );
    assert.equal(new Set(names.map(({ own }) => own)).size, 2000);
  });
});

describe("a worker that lives", () => {
  it("holds its own name and shares its pool's, when it says so", async () => {
    const pool = newPoolName();
    const [one, other] = [newLockNames(pool, "worker"), newLockNames(pool, "worker")];
    await Promise.all([holdLocks(one), holdLocks(other)]);
    for (const name of [pool, one.own, other.own]) assert.equal(locks.held[name], 0);
  });

  it("knows whether it holds them: where locks are refused, as in frames without an origin, it does not", async (t) => {
    assert.equal(await holdLocks(newLockNames(newPoolName(), "worker")), true);
    t.mock.method(locks, "request", () => Promise.reject(new DOMException("no origin", "SecurityError")));
    assert.equal(await holdLocks(newLockNames(newPoolName(), "worker")), false);
  });

  it("does not say so before its name is free", async () => {
    const lockNames = newLockNames(newPoolName(), "worker");
    const release = locks.hold(lockNames.own);
    const living = noted(holdLocks(lockNames));
    await calm();
    assert.ok(!living.done);
    release();
    await calm();
    assert.ok(living.done);
  });
});

describe("a watch", () => {
  it("tells when the worker has ended, and not before", async () => {
    const lockNames = newLockNames(newPoolName(), "worker");
    const end = locks.hold(lockNames.own);
    const gone = noted();
    watch(lockNames, gone.call);
    await calm();
    assert.ok(!gone.done);
    end();
    await calm();
    assert.ok(gone.done);
    await calm();
    assert.equal(locks.held[lockNames.own], undefined);
  });

  it("that was ended tells nothing, and waits for nothing", async () => {
    const lockNames = newLockNames(newPoolName(), "worker");
    const end = locks.hold(lockNames.own);
    const gone = noted();
    const endWatch = watch(lockNames, gone.call);
    await calm();
    assert.equal(locks.held[lockNames.own], 1);
    endWatch();
    endWatch();
    await calm();
    assert.equal(locks.held[lockNames.own], 0);
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
    const endWatch = watch(newLockNames(newPoolName(), "worker"), gone.call);
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
    const address = "../../src/liveness.js?without";
    const without = (await import(address)) as typeof import("../../src/liveness.js");
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
    const lockNames = without.newLockNames(without.newPoolName(), "worker");
    const gone = noted();
    const endWatch = without.watch(lockNames, gone.call);
    await without.holdLocks(lockNames);
    await without.allGone(lockNames.pool, LONG_MS);
    endWatch();
    await calm();
    assert.ok(!gone.done);
    assert.equal(locks.held[lockNames.own], undefined);
  });
});

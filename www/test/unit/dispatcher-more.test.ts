/** The part of the engine that only rare filters need comes to every worker, once, and to those that come later. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RestOfEngine } from "../../src/wasm.js";
import { module, start, type FakeWorker } from "./fake-workers.js";
import { calm } from "./random.js";

const COMMON = new Set(["invert"]);
const RARE = [{ kind: "invert" }, { kind: "median" }];
const bytes = new ArrayBuffer(4);
const MORE = { type: "more", module, bytes };

/** An engine whose rest is there, but for as many times as `fails`. */
function rest(fails = 0): RestOfEngine & { asked: number } {
  const rest = {
    common: COMMON,
    asked: 0,
    load: () => (rest.asked++ < fails ? Promise.reject(new Error("not yet")) : Promise.resolve({ module, bytes })),
  };
  return rest;
}

const startWith = (more: RestOfEngine, workers: number) => start(workers, false, undefined, undefined, more);

const moreOf = ({ told }: FakeWorker) => told.filter(({ type }) => type === "more");

describe("the rest of the engine", () => {
  it("is needed by chains with a filter that is not common, until it is there", async () => {
    const { dispatcher } = await startWith(rest(), 2);
    assert.equal(dispatcher.needsMore([{ kind: "invert" }]), false);
    assert.equal(dispatcher.needsMore(RARE), true);
    await dispatcher.useMore();
    assert.equal(dispatcher.needsMore(RARE), false);
    await dispatcher.terminate();
  });

  it("is needed by none where the engine is whole", async () => {
    const { dispatcher } = await start(1);
    assert.equal(dispatcher.needsMore(RARE), false);
    await dispatcher.terminate();
  });

  it("is given to every worker, once, before the batch that needs it", async () => {
    const { dispatcher, workers } = await startWith(rest(), 3);
    await Promise.all([dispatcher.useMore(), dispatcher.useMore()]);
    dispatcher.open(1, RARE);
    for (const worker of workers) {
      assert.deepEqual(moreOf(worker), [MORE]);
      assert.deepEqual(worker.events, ["open 0", "more", "open 1"]);
    }
    await dispatcher.terminate();
  });

  it("is given to the worker in the place of one that was lost, before its batches", async () => {
    const { dispatcher, workers } = await startWith(rest(), 1);
    await dispatcher.useMore();
    dispatcher.open(1, RARE);
    workers[0]!.lose();
    await calm();
    await calm();
    assert.deepEqual(workers[1]?.events.slice(0, 2), ["more", "open 0"]);
    assert.ok(workers[1].events.includes("open 1"));
    await dispatcher.terminate();
  });

  it("is asked for again where it could not be loaded", async () => {
    const more = rest(1);
    const { dispatcher, workers } = await startWith(more, 1);
    await assert.rejects(dispatcher.useMore(), /not yet/);
    assert.equal(dispatcher.needsMore(RARE), true);
    assert.deepEqual(moreOf(workers[0]!), []);
    await dispatcher.useMore();
    assert.deepEqual(moreOf(workers[0]!), [MORE]);
    assert.equal(more.asked, 2);
    await dispatcher.terminate();
  });
});

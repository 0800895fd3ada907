/** A call with a filter that needs more of the engine than there is: nothing is read or told to workers before that has come. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PixelpoolError } from "../../src/errors.js";
import { checkChain } from "../../src/validate.js";
import { all, Endless, pixel, Place } from "./fake-dispatcher.js";
import { calm } from "./random.js";

function place(filter: Parameters<typeof checkChain>[0]): Place {
  const place = new Place(1e9, true);
  place.dispatcher.rare.add("median").add("formula");
  place.steps = checkChain(filter);
  return place;
}

describe("a call with a rare filter", () => {
  it("waits for what the filter needs, then opens its batch and reads", async () => {
    const here = place(["invert", "median"]);
    const batch = new Endless();
    const run = here.run(batch);
    await calm();
    assert.deepEqual([batch.read, here.dispatcher.opened.size, here.dispatcher.wanting.length], [0, 0, 1]);
    assert.ok(!run.quiet);
    here.dispatcher.wanting[0]!.there();
    assert.equal((await run.next()).done, false);
    assert.deepEqual([...here.dispatcher.opened.values()], [here.steps]);
    await run.return();
    await calm();
    here.assertEmpty();
  });

  it("asks the engine about its chain afterwards", async () => {
    const here = place({ kind: "formula", r: "g" });
    const results = all(here.run([[1, pixel()]] as const));
    await calm();
    assert.equal(here.dispatcher.asked.length, 0);
    here.dispatcher.wanting[0]!.there();
    await calm();
    assert.equal(here.dispatcher.asked.length, 1);
    here.dispatcher.asked[0]!();
    assert.equal((await results).length, 1);
    here.assertEmpty();
  });

  it("ends with the reason where that cannot be had, and nothing of it is read or given away", async () => {
    const here = place("median");
    const image = pixel();
    const results = all(here.run([[1, image]] as const, { transfer: true }));
    await calm();
    const reason = new PixelpoolError("it is not there", { code: "unsupported" });
    here.dispatcher.wanting[0]!.failed(reason);
    await assert.rejects(results, reason);
    assert.deepEqual([here.dispatcher.opened.size, image.data.byteLength], [0, 4]);
    here.assertEmpty();
  });

  it("opens nothing where it is left while it waits", async () => {
    const here = place("median");
    const run = here.run(new Endless());
    await calm();
    await run.return();
    here.dispatcher.wanting[0]!.there();
    await calm();
    assert.equal(here.dispatcher.opened.size, 0);
    here.assertEmpty();
  });

  it("waits for nothing where all of its filters are common", async () => {
    const here = place(["invert", "gaussianBlur"]);
    assert.equal((await all(here.run([[1, pixel()]] as const))).length, 1);
    assert.equal(here.dispatcher.wanting.length, 0);
    here.assertEmpty();
  });
});

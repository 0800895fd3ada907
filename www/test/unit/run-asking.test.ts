/** A call whose filter the engine checks further than the page can: nothing is read before its word. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toError, type ErrorData } from "../../src/errors.js";
import { checkChain, isCheckedByEngine } from "../../src/validate.js";
import { all, Endless, pixel, Place, watch } from "./fake-dispatcher.js";
import { calm } from "./random.js";

const REFUSAL: ErrorData = {
  code: "invalid-parameter",
  class: "TypeError",
  message: "lut3d: cube has a wrong line",
  filter: "lut3d",
  parameter: "cube",
};

/** A place with such a chain. */
function place(): Place {
  const place = new Place(1e9, true);
  place.steps = checkChain(["invert", { kind: "lut3d", cube: "no table" }]);
  return place;
}

describe("isCheckedByEngine", () => {
  it("is so of chains with a filter that refuses more than the list of its parameters", () => {
    const matrix = [1, 0, 0, 0, 1, 0, 0, 0, 0];
    for (const filter of [{ kind: "lut3d", cube: "" }, ["invert", { kind: "warp", matrix, width: 1, height: 1 }]]) {
      assert.ok(isCheckedByEngine(checkChain(filter)));
    }
    for (const filter of [[], "invert", ["gaussianBlur", { kind: "rotate", degrees: 5 }]]) {
      assert.ok(!isCheckedByEngine(checkChain(filter)));
    }
  });
});

describe("a call that waits for the engine's word", () => {
  it("reads nothing until its chain is taken", async () => {
    const here = place();
    const batch = new Endless();
    const run = here.run(batch);
    await calm();
    assert.equal(batch.read, 0);
    assert.ok(!run.quiet);
    assert.deepEqual([...here.dispatcher.opened.values()], [here.steps]);
    for (const answer of here.dispatcher.asked.splice(0)) answer();
    assert.equal((await run.next()).done, false);
    await run.return();
    await calm();
    here.assertEmpty();
  });

  it("ends with the refusal as its own mistake, its batch closed and nothing of it read or taken", async () => {
    for (const kind of ["TypeError", "RangeError"] as const) {
      const here = place();
      const image = pixel();
      const batch = new Endless();
      const results = all(here.run(batch, { transfer: true }));
      const given = all(here.run([[1, image]] as const, { transfer: true }));
      await calm();
      for (const answer of here.dispatcher.asked.splice(0)) answer({ ...REFUSAL, class: kind });
      for (const each of [results, given]) {
        const { name, message } = toError({ ...REFUSAL, class: kind });
        await assert.rejects(each, { name, message, code: "invalid-parameter", filter: "lut3d", parameter: "cube" });
      }
      await calm();
      assert.equal(batch.read, 0);
      assert.equal(image.data.byteLength, 4);
      assert.deepEqual(here.dispatcher.forgotten, [0, 1]);
      here.assertEmpty();
    }
  });

  it("may be left or cancelled meanwhile", async () => {
    const here = place();
    const controller = new AbortController();
    const cancelled = watch(all(here.run(new Endless(), { signal: controller.signal })));
    const run = here.run(new Endless());
    await calm();
    controller.abort("no more");
    await run.return();
    await calm();
    assert.deepEqual([cancelled.state, cancelled.reason], ["rejected", "no more"]);
    assert.equal(here.dispatcher.seen.length, 0);
    here.assertEmpty();
  });

  it("is no other: where the page can tell all, reading begins at once", async () => {
    const here = new Place();
    here.steps = checkChain({ kind: "rotate", degrees: 5 });
    const batch = new Endless();
    const run = here.run(batch);
    assert.equal(here.dispatcher.asked.length, 0);
    assert.equal(batch.read, 1);
    await run.return();
  });
});

/** A batch that is opened with a question: who answers, and that somebody always does. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorData } from "../../src/errors.js";
import { BROKEN, mockTimeouts, starting, start } from "./fake-workers.js";
import { watch } from "./fake-dispatcher.js";
import { calm } from "./random.js";

const REFUSAL: ErrorData = { code: "invalid-parameter", class: "TypeError", message: "no table" };
const STEPS = [{ kind: "lut3d", cube: "" }];
const ASKED = { type: "open", batch: 1, steps: STEPS, images: [], asks: true };

describe("a batch that is opened with a question", () => {
  it("is told to every worker, and the first answer counts", async () => {
    for (const refusal of [undefined, REFUSAL]) {
      const { dispatcher, workers } = await start(2);
      const answer = watch(dispatcher.openAsking(1, STEPS, []));
      for (const { told } of workers) assert.deepEqual(told.at(-1), ASKED);
      await calm();
      assert.equal(answer.state, "pending");
      workers[1]!.say({ type: "opened", batch: 1, ...(refusal && { refusal }) });
      workers[0]!.say({ type: "opened", batch: 1, refusal: BROKEN });
      await calm();
      assert.deepEqual([answer.state, answer.value], ["resolved", refusal]);
      await dispatcher.terminate();
    }
  });

  it("is asked again of a worker that takes the place of a lost one, but not for ever", async () => {
    const { dispatcher, workers } = await start(1);
    const answer = watch(dispatcher.openAsking(1, STEPS, []));
    for (let lost = 0; lost < 3; lost++) {
      await calm();
      assert.equal(answer.state, "pending");
      assert.deepEqual(workers.at(-1)?.told.at(-1), ASKED);
      workers.at(-1)?.lose();
    }
    await calm();
    const { message } = BROKEN;
    assert.deepEqual(answer.value, { code: "worker-lost", class: "PixelpoolError", message });
    dispatcher.forget(1);
    await dispatcher.terminate();
  });

  it("is not given up for workers that jobs have cost, or cancelled work", async (t) => {
    const tick = mockTimeouts(t);
    const { dispatcher, workers, run, runOf } = await start(1);
    const answer = watch(dispatcher.openAsking(1, STEPS, []));
    for (let job = 0; job < 4; job++) {
      run(job);
      await calm();
      workers.at(-1)?.lose([job]);
      await calm();
    }
    for (let job = 10; job < 14; job++) {
      dispatcher.open(job, []);
      runOf(job, job);
      await calm();
      dispatcher.forget(job);
      tick(150);
      await calm();
    }
    assert.equal(workers.length, 9);
    assert.equal(answer.state, "pending");
    workers.at(-1)?.say({ type: "opened", batch: 1 });
    await calm();
    assert.deepEqual([answer.state, answer.value], ["resolved", undefined]);
    await dispatcher.terminate();
  });

  it("is answered where it is forgotten, where no worker is left, and where the pool ends", async () => {
    const { dispatcher, workers } = await start(1, false, (worker) => worker.lose());
    const [forgotten, dead] = [1, 2].map((batch) => watch(dispatcher.openAsking(batch, STEPS, [])));
    dispatcher.forget(1);
    await calm();
    assert.equal(forgotten?.value?.code, "closed");
    workers[0]!.lose();
    for (let turn = 0; turn < 10; turn++) await calm();
    assert.equal(dead?.value?.code, "worker-lost");
    assert.equal((await dispatcher.openAsking(3, STEPS, []))?.code, "worker-lost");

    const other = starting(1);
    other.workers[0]!.ready();
    const ending = await other.started;
    const answer = ending.openAsking(1, STEPS, []);
    await ending.terminate();
    assert.equal((await answer)?.code, "closed");
    assert.equal((await ending.openAsking(2, STEPS, []))?.code, "closed");
  });
});

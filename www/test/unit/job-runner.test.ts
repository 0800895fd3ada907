/** The worker's side of jobs, over an engine that is none. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createContext, runInContext } from "node:vm";
import type { Engine } from "pixelpool-glue";
import type { Codec } from "../../src/codec.js";
import type { FromWorker } from "../../src/protocol.js";
import { BufferShelf } from "../../src/staging.js";
import { JobRunner } from "../../src/job-runner.js";

const codec: Codec = {
  decode: () => assert.fail("there is no file"),
  shape: () => assert.fail("nothing was asked for"),
};

/** What a job runner over a memory tells after one job, which has ended when `start` returns, as it has without threads. */
function runOne(t: TestContext, memory: WebAssembly.Memory): FromWorker[] {
  const told: FromWorker[] = [];
  let ended: number[] = [];
  const engine = {
    bell: () => 0,
    open: () => undefined,
    prepareNumbers: () => 64,
    start: (job: number) => (ended = [job, 2, 64, 3, 1, 0]),
    drain: () => Float64Array.from(ended.splice(0)),
    release: () => undefined,
  };
  const broken = (error: unknown) => assert.fail(String(error));
  const post = (message: FromWorker) => void told.push(message);
  const runner = new JobRunner(engine as unknown as Engine, memory, codec, 1, new BufferShelf(0), post, broken);
  t.after(() => runner.stop());
  runner.receive({ type: "open", batch: 0, steps: [] });
  const numbers = Float64Array.of(1, 2, 3);
  const job = { job: 5, batch: 0, input: { kind: "numbers", numbers }, output: "pixels" } as const;
  runner.receive({ type: "run", jobs: [job] });
  return told;
}

describe("a job runner", () => {
  it("answers where its memory is of another realm than it is, as under some test runners", (t) => {
    const memory = runInContext("new WebAssembly.Memory({ initial: 1 })", createContext({})) as WebAssembly.Memory;
    assert.ok(!(memory.buffer instanceof ArrayBuffer), "the other realm is this one");
    for (const each of [new WebAssembly.Memory({ initial: 1 }), memory]) {
      const told = runOne(t, each);
      assert.equal(told.length, 1);
      const [answer] = told;
      assert.ok(answer?.type === "done");
      assert.deepEqual(answer.results[0]?.outcome, { kind: "numbers", numbers: Float64Array.of(1, 2, 3) });
    }
  });

  it("waits for the bell where its memory is shared", (t) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    assert.deepEqual(runOne(t, memory), []);
  });
});

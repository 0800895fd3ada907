/** The worker's side of jobs, over an engine that is none. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createContext, runInContext } from "node:vm";
import type { FromWorker } from "../../src/protocol.js";
import { makeRunner } from "./fake-engine.js";

/** What a job runner over a memory tells after one job, which has ended when `start` returns, as it has without threads. */
function runOne(t: TestContext, memory: WebAssembly.Memory): FromWorker[] {
  let ended: number[] = [];
  const engine = {
    bell: () => 0,
    open: () => undefined,
    prepareNumbers: () => 64,
    start: (job: number) => (ended = [job, 2, 64, 3, 1, 0, 0]),
    drain: () => Float64Array.from(ended.splice(0)),
    parts: () => new Float64Array(0),
    release: () => undefined,
  };
  const { runner, told } = makeRunner({ engine, memory });
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

  it("copies bytes of every format in and out, tells what was found out, and makes RGBA bytes where they are asked for", (t) => {
    for (const output of ["pixels", "rgba8"] as const) {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const prepared: number[][] = [];
      let ended: number[] = [];
      const engine = {
        bell: () => 0,
        open: () => undefined,
        preparePixels: (...given: number[]) => {
          prepared.push(given);
          return 65;
        },
        start: (job: number) => {
          const bytes = new Uint8Array(memory.buffer, 65, 4);
          assert.deepEqual([...bytes], [0xff, 0xff, 0, 0]);
          bytes.set([0, 0x80], 2);
          ended = [job, 1, 65, 2, 1, 1, 0];
        },
        reports: () => [["otsu", "threshold", 77]],
        drain: () => Float64Array.from(ended.splice(0)),
        parts: () => new Float64Array(0),
        release: () => undefined,
      };
      const { runner, told } = makeRunner({ engine, memory });
      t.after(() => runner.stop());
      runner.receive({ type: "open", batch: 3, steps: [] });
      const { buffer } = Uint16Array.of(65535, 0);
      const format = { sample: 1, channels: 1 } as const;
      const input = { kind: "pixels", width: 2, height: 1, buffer, format } as const;
      runner.receive({ type: "run", jobs: [{ job: 5, batch: 3, input, output, change: 0.5 }] });
      assert.deepEqual(prepared, [[5, 3, 2, 1, 17, 0.5]]);
      const [answer] = told;
      assert.ok(answer?.type === "done");
      const [result] = answer.results;
      assert.ok(result?.outcome.kind === "pixels");
      assert.deepEqual(result.measured, [{ filter: "otsu", name: "threshold", value: 77 }]);
      const bytes = [...new Uint8Array(result.outcome.buffer)];
      assert.deepEqual(bytes, output === "pixels" ? [255, 255, 0, 128] : [255, 255, 255, 255, 128, 128, 128, 255]);
    }
  });

  it("gives a batch its images before it is opened, and lets go of them after", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const calls: unknown[] = [];
    const engine = {
      bell: () => 0,
      prepareImage: (...given: number[]) => {
        calls.push(["prepare", ...given]);
        return 64;
      },
      open: (batch: number, steps: unknown) => {
        calls.push(["open", batch, steps, ...new Uint8Array(memory.buffer, 64, 3)]);
      },
      releaseImage: (image: number) => calls.push(["release", image]),
    };
    const { runner, told } = makeRunner({ engine, memory });
    const format = { sample: 0, channels: 3 } as const;
    const { buffer } = Uint8Array.of(4, 5, 6);
    const pixels = { kind: "pixels", width: 1, height: 1, buffer, format } as const;
    const steps = [{ kind: "blend", image: { image: 8 } }];
    runner.receive({ type: "open", batch: 3, steps, images: [{ image: 8, pixels }] });
    assert.deepEqual(calls, [
      ["prepare", 8, 1, 1, 3],
      ["open", 3, steps, 4, 5, 6],
      ["release", 8],
    ]);
    assert.deepEqual(told, []);
  });

  it("refuses the jobs of a batch whose image the engine does not take, by filter and parameter, and lives on", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const calls: string[] = [];
    const noRoom = { code: "out-of-memory", class: "PixelpoolError", message: "there is no memory" };
    const engine = {
      bell: () => 0,
      prepareImage: (image: number) => {
        // The engine throws data.
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        if (image === 9) throw noRoom;
        return 64;
      },
      open: () => assert.fail("its image is not there"),
      releaseImage: (image: number) => calls.push(`release ${image}`),
      close: (batch: number) => calls.push(`close ${batch}`),
      drain: () => new Float64Array(0),
      parts: () => new Float64Array(0),
    };
    const { runner, told } = makeRunner({ engine, memory });
    const pixels = { kind: "pixels", width: 1, height: 1, buffer: new ArrayBuffer(4) } as const;
    const steps = [
      { kind: "blend", image: { image: 8 } },
      { kind: "blend", image: { image: 9 } },
    ];
    const images = [8, 9].map((image) => ({ image, pixels }));
    runner.receive({ type: "open", batch: 3, steps, images });
    runner.receive({ type: "run", jobs: [{ job: 5, batch: 3, input: pixels, output: "pixels" }] });
    const [answer] = told;
    assert.ok(answer?.type === "done");
    const message = "blend: image cannot be used: there is no memory";
    const error = { ...noRoom, message, filter: "blend", parameter: "image" };
    assert.deepEqual(answer.results[0]?.outcome, { kind: "failed", error });
    runner.receive({ type: "forget", batch: 3 });
    assert.deepEqual(calls, ["release 8", "release 9", "close 3"]);
  });

  it("answers whether the engine takes a chain, where it is asked", () => {
    const refusal = { code: "invalid-parameter", class: "RangeError", message: "it is singular" };
    const engine = {
      bell: () => 0,
      open: (batch: number) => {
        // The engine throws data.
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        if (batch === 4) throw refusal;
      },
    };
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { runner, told } = makeRunner({ engine, memory });
    runner.receive({ type: "open", batch: 2, steps: [] });
    for (const batch of [3, 4]) runner.receive({ type: "open", batch, steps: [], asks: true });
    assert.deepEqual(told, [
      { type: "opened", batch: 3 },
      { type: "opened", batch: 4, refusal },
    ]);
  });
});

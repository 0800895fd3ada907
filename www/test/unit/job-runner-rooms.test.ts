/** The worker's side of rooms and old buffers, what is left of jobs, and a runner that joins an engine. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FakeEngine, noCodec, INPUT, makeRunner, RESULT } from "./fake-engine.js";
import { fileOf, makeJob } from "./fake-workers.js";
import { calm } from "./random.js";
import type { FromWorker, Job, JobInput, JobOutcome } from "../../src/protocol.js";

const lent = (room: number): JobInput => ({ kind: "lent", room, width: 2, height: 1 });

function pixels(length = 8, isShared = false): Extract<JobInput, { kind: "pixels" }> {
  const buffer = isShared ? new SharedArrayBuffer(length) : new ArrayBuffer(length);
  return { kind: "pixels", width: 2, height: 1, buffer };
}

const own = () => new WebAssembly.Memory({ initial: 1 });
const shared = () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });

/** The outcomes that were told, by job. */
function outcomes(told: readonly FromWorker[]): Map<number, JobOutcome> {
  const results = told.flatMap((message) => (message.type === "done" ? message.results : []));
  return new Map(results.map(({ job, outcome }) => [job, outcome]));
}

/** What became of jobs, in words. */
const codes = (told: readonly FromWorker[]) =>
  [...outcomes(told)].map(([job, outcome]) => [job, outcome.kind === "failed" ? outcome.error.code : outcome.kind]);

describe("pixels in a room", () => {
  it("are prepared by their room, with what they are, and not copied", () => {
    const [engine, memory] = [new FakeEngine(), own()];
    const { runner, told } = makeRunner({ engine, memory });
    runner.receive({ type: "open", batch: 3, steps: [] });
    const whole = new Uint8Array(memory.buffer);
    whole.fill(7, 0, RESULT).fill(9, RESULT);
    const format = { sample: 1, channels: 1 } as const;
    const input = { kind: "lent", room: 2000, width: 2, height: 1, format, colorSpace: "display-p3" } as const;
    runner.receive({ type: "run", jobs: [{ job: 5, batch: 3, input, change: 0.5, output: "pixels" }] });
    assert.deepEqual(engine.calls.slice(1), [
      ["prepareLent", 5, 3, 2000, 2, 1, 17, 0.5],
      ["start", 5],
    ]);
    assert.ok(whole.subarray(0, RESULT).every((byte) => byte === 7));
    const outcome = outcomes(told).get(5);
    assert.ok(outcome?.kind === "pixels");
    assert.deepEqual([...new Uint8Array(outcome.buffer)], [9, 9, 9, 9]);
    assert.equal(outcome.colorSpace, "display-p3");
  });

  it("become RGBA bytes where those are asked for", () => {
    const [engine, memory] = [new FakeEngine(), own()];
    const { runner, told } = makeRunner({ engine, memory });
    runner.receive({ type: "open", batch: 0, steps: [] });
    new Uint8Array(memory.buffer, RESULT).set([10, 20]);
    const input = { ...lent(64), format: { sample: 0, channels: 1 } } as JobInput;
    runner.receive({ type: "run", jobs: [{ ...makeJob(0, 0, input), output: "rgba8" }] });
    const outcome = outcomes(told).get(0);
    assert.ok(outcome?.kind === "pixels");
    assert.deepEqual([...new Uint8Array(outcome.buffer)], [10, 10, 10, 255, 20, 20, 20, 255]);
  });

  it("cost their job alone where the engine does not know the room", () => {
    const engine = new FakeEngine();
    engine.prepareLent = () => {
      // The engine throws data.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw { code: "out-of-memory", class: "PixelpoolError", message: "there is no such room" };
    };
    const { runner, told } = makeRunner({ engine, memory: own() });
    runner.receive({ type: "open", batch: 0, steps: [] });
    runner.receive({ type: "run", jobs: [makeJob(0, 0, lent(64))] });
    runner.receive({ type: "run", jobs: [makeJob(1, 0, pixels())] });
    assert.deepEqual(codes(told), [
      [0, "out-of-memory"],
      [1, "pixels"],
    ]);
  });
});

describe("rooms", () => {
  it("are lent as they are asked for, wherever they lie, and 0 where the engine has no memory for one", () => {
    const engine = new FakeEngine();
    engine.lend = (bytes) => {
      // The engine throws data.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (bytes === 2) throw { code: "out-of-memory", class: "PixelpoolError", message: "there is no memory" };
      return bytes === 3 ? -16 : bytes * 100;
    };
    const { runner, told } = makeRunner({ engine, memory: own() });
    for (const bytes of [[1, 2, 3], [2], []]) runner.receive({ type: "lend", bytes });
    assert.deepEqual(told, [
      { type: "lent", rooms: [100, 0, 2 ** 32 - 16] },
      { type: "lent", rooms: [0] },
      { type: "lent", rooms: [] },
    ]);
  });

  it("cost the instance where asking for one is a trap", () => {
    const engine = new FakeEngine();
    engine.lend = () => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
    const { runner, told } = makeRunner({ engine, memory: own() });
    assert.throws(() => runner.receive({ type: "lend", bytes: [1] }), WebAssembly.RuntimeError);
    assert.deepEqual(told, []);
  });

  it("are taken back", () => {
    const engine = new FakeEngine();
    const { runner, told } = makeRunner({ engine, memory: own() });
    runner.receive({ type: "takeBack", rooms: [64, 128] });
    assert.deepEqual(engine.calls, [
      ["takeBack", 64],
      ["takeBack", 128],
    ]);
    assert.deepEqual(told, []);
  });
});

describe("a result lies", () => {
  /** The buffer of the result of a job, and what was transferred with it. */
  function resultOf(input: JobInput, into?: ArrayBuffer): ArrayBuffer {
    const memory = own();
    new Uint8Array(memory.buffer, RESULT, 8).fill(9);
    const { runner, told, transferred } = makeRunner({ engine: new FakeEngine(), memory });
    runner.receive({ type: "open", batch: 0, steps: [] });
    runner.receive({ type: "run", jobs: [{ ...makeJob(0, 0, input), ...(into && { into }) }] });
    const outcome = outcomes(told).get(0);
    assert.ok(outcome?.kind === "pixels");
    assert.deepEqual([...new Uint8Array(outcome.buffer)], Array(8).fill(9));
    assert.equal(transferred.length, 1);
    assert.equal(transferred[0], outcome.buffer);
    return outcome.buffer;
  }

  it("in the input's own buffer where that is as long", () => {
    const [input, into] = [pixels(8), new ArrayBuffer(8)];
    assert.equal(resultOf(input), input.buffer);
    assert.equal(resultOf(input, into), input.buffer);
  });

  it("in the old buffer that came with it where that is as long", () => {
    for (const input of [lent(64), pixels(12), pixels(8, true)]) {
      const into = new ArrayBuffer(8);
      assert.equal(resultOf(input, into), into);
    }
  });

  it("in a buffer of its own where neither is, nor in shared memory", () => {
    for (const input of [lent(64), pixels(12), pixels(8, true)]) {
      for (const length of [4, 7, 9, 16, 0]) {
        const into = new ArrayBuffer(length);
        const buffer = resultOf(input, into);
        const taken: unknown[] = [into, "buffer" in input && input.buffer];
        assert.ok(buffer instanceof ArrayBuffer && !taken.includes(buffer), `${length}`);
      }
    }
  });
});

describe("parts of a large result", () => {
  /** A runner whose only job runs on. */
  function running(input: JobInput, into?: ArrayBuffer) {
    const [engine, memory] = [new FakeEngine(), own()];
    engine.runsOn = true;
    const { runner, told } = makeRunner({ engine, memory });
    runner.receive({ type: "open", batch: 0, steps: [] });
    runner.receive({ type: "run", jobs: [{ ...makeJob(0, 0, input), ...(into && { into }) }] });
    /** Lets it look for what is finished. */
    const look = () => runner.receive({ type: "run", jobs: [] });
    return { engine, runner, told, look, result: new Uint8Array(memory.buffer, RESULT, 8) };
  }

  const bytesIn = (told: readonly FromWorker[]) => {
    const outcome = outcomes(told).get(0);
    assert.ok(outcome?.kind === "pixels");
    return [...new Uint8Array(outcome.buffer)];
  };

  it("are copied out while the rest is worked on, in whatever order, and not once more at its end", () => {
    const into = new ArrayBuffer(8);
    const { engine, told, look, result } = running(lent(64), into);
    result.fill(5);
    engine.finish(0, 6, 8, 8);
    engine.finish(0, 0, 2, 8);
    look();
    assert.deepEqual([...new Uint8Array(into)], [5, 5, 0, 0, 0, 0, 5, 5]);
    assert.deepEqual(told, []);
    result.fill(7);
    engine.finish(0, 2, 6, 8);
    engine.end(0);
    look();
    assert.deepEqual(bytesIn(told), [5, 5, 7, 7, 7, 7, 5, 5]);
  });

  it("that are not all of it do not keep the whole from being copied", () => {
    const { engine, told, look, result } = running(lent(64));
    result.fill(5);
    engine.finish(0, 0, 4, 8);
    look();
    result.fill(7);
    engine.end(0);
    look();
    assert.deepEqual(bytesIn(told), Array(8).fill(7));
  });

  it("are left alone where their batch is forgotten, and where nobody knows their job", () => {
    const into = new ArrayBuffer(8);
    const { engine, runner, told, look, result } = running(lent(64), into);
    result.fill(5);
    runner.receive({ type: "forget", batch: 0 });
    engine.finish(0, 0, 8, 8);
    engine.finish(99, 0, 8, 8);
    look();
    assert.deepEqual([...new Uint8Array(into)], Array(8).fill(0));
    engine.end(0);
    look();
    assert.deepEqual(codes(told), [[0, "closed"]]);
  });

  it("are never written into an input that is given back as whole", () => {
    const input = pixels(8);
    new Uint8Array(input.buffer).fill(1);
    const { engine, runner, look, result } = running(input);
    result.fill(5);
    engine.finish(0, 0, 4, 8);
    look();
    for (const left of runner.abandon().jobs) {
      assert.ok(left.input.kind === "pixels");
      assert.deepEqual([...new Uint8Array(left.input.buffer)], Array(8).fill(1));
    }
  });
});

describe("a runner that is given up", () => {
  it("gives back what it has whole, running, waiting or a file, and nothing that lies in a room, once", () => {
    const engine = new FakeEngine();
    engine.runsOn = true;
    const decoding = new Promise<never>(() => undefined);
    const codec = { ...noCodec, decode: () => decoding };
    const { runner, told } = makeRunner({ engine, memory: shared(), codec });
    runner.receive({ type: "open", batch: 0, steps: [] });
    const job = (number: number, input: JobInput): Job => ({ ...makeJob(number, 0, input), change: number });
    const file: JobInput = fileOf(1);
    const running = [job(0, pixels()), job(1, lent(64)), job(2, makeJob(2).input)];
    const waiting = [job(3, lent(128)), { ...job(4, pixels()), into: new ArrayBuffer(8) }, job(5, pixels(8, true))];
    const files = [job(6, file), job(7, file)];
    Object.assign(engine, { prepareNumbers: () => INPUT });
    runner.receive({ type: "run", jobs: [...running, ...waiting, ...files] });
    assert.deepEqual(engine.started, [0, 1, 2]);
    // What came when the instance was lost already.
    runner.stop();
    const picture = { width: 1, height: 1, close: () => undefined };
    const late = [job(8, lent(192)), job(9, pixels()), job(10, { kind: "picture", picture })];
    runner.keep(late);
    const { jobs, transfer } = runner.abandon();
    assert.deepEqual(
      jobs.map((each) => each.job),
      [6, 7, 10, 0, 2, 4, 5, 9],
    );
    const given = new Map([...running, ...waiting, ...files, ...late].map((each) => [each.job, each]));
    for (const each of jobs) {
      const before = given.get(each.job)!;
      assert.deepEqual(each, before);
      assert.ok(each.input === before.input && each.into === before.into);
    }
    const buffers = [0, 4, 9].map((number) => (given.get(number)!.input as ReturnType<typeof pixels>).buffer);
    const numbers = (given.get(2)!.input as { numbers: Float64Array }).numbers.buffer;
    const wanted = new Set<unknown>([...buffers, numbers, given.get(4)!.into, picture]);
    assert.equal(transfer.length, wanted.size);
    assert.ok(transfer.every((each) => wanted.has(each)));
    assert.deepEqual(runner.abandon(), { jobs: [], transfer: [] });
    assert.deepEqual([engine.started, told], [[0, 1, 2], []]);
  });

  it("gives back no job that has ended", async () => {
    const engine = new FakeEngine();
    engine.runsOn = true;
    const { runner, told } = makeRunner({ engine, memory: shared() });
    runner.receive({ type: "open", batch: 0, steps: [] });
    runner.receive({ type: "run", jobs: [makeJob(0, 0, pixels()), makeJob(1, 0, pixels())] });
    engine.end(0);
    runner.listenToBell();
    await calm();
    assert.deepEqual(codes(told), [[0, "pixels"]]);
    assert.deepEqual(
      runner.abandon().jobs.map(({ job }) => job),
      [1],
    );
  });

  it("takes no more", () => {
    const engine = new FakeEngine();
    const { runner, told } = makeRunner({ engine, memory: own() });
    runner.receive({ type: "open", batch: 0, steps: [] });
    runner.abandon();
    runner.receive({ type: "run", jobs: [makeJob(0, 0, pixels())] });
    assert.deepEqual([engine.started, told], [[], []]);
  });
});

describe("a runner that joins an engine", () => {
  it("takes jobs of batches that another has opened, which one that does not join takes for cancelled", async () => {
    for (const joins of [true, false]) {
      const engine = new FakeEngine();
      const { runner, told } = makeRunner({ engine, memory: own(), joins });
      runner.receive({ type: "run", jobs: [makeJob(0, 7, pixels()), makeJob(1, 8, lent(64))] });
      // Without threads it listens between jobs, where some time has passed.
      while (codes(told).length < 2) await new Promise((resolve) => setTimeout(resolve));
      const code = joins ? "pixels" : "closed";
      assert.deepEqual(codes(told), [
        [0, code],
        [1, code],
      ]);
      assert.deepEqual(engine.started, joins ? [0, 1] : []);
      assert.ok(engine.calls.every(([name]) => name !== "open"));
    }
  });

  it("forgets them, and ends what of them waits or runs as cancelled", async () => {
    const engine = new FakeEngine();
    engine.runsOn = true;
    const { runner, told } = makeRunner({ engine, memory: shared(), joins: true });
    runner.receive({ type: "run", jobs: [0, 1, 2, 3].map((job) => makeJob(job, 7, lent(64 * (1 + job)))) });
    assert.deepEqual(engine.started, [0, 1, 2]);
    runner.receive({ type: "forget", batch: 7 });
    assert.deepEqual(engine.calls.at(-1), ["close", 7]);
    for (const job of [0, 1, 2]) engine.end(job);
    runner.listenToBell();
    await calm();
    runner.stop();
    assert.deepEqual(
      codes(told),
      [0, 1, 2, 3].map((job) => [job, "closed"]),
    );
    assert.deepEqual(engine.started, [0, 1, 2]);
  });
});

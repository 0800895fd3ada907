/** The worker's side of files: their pixels go straight into the room of their job, and results are read where they lie. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AnyPixels, Codec } from "../../src/codec.js";
import type { Room } from "../../src/pixel-view.js";
import type { Job, JobOutput } from "../../src/protocol.js";
import { FakeEngine, INPUT, makeRunner, noCodec, RESULT } from "./fake-engine.js";
import { BY_BROWSER } from "./fake-workers.js";
import { calm } from "./random.js";

const SIZE = { width: 2, height: 1 };
const PLACED: AnyPixels = { ...SIZE, address: INPUT };

function fileJob(job: number, output: JobOutput = "pixels", bits: 8 | 16 = 8, size: typeof SIZE | null = SIZE): Job {
  const input = {
    kind: "encoded",
    blob: new Blob(["file"]),
    read: { ...BY_BROWSER, codec: "png", bits },
    ...(size && { size }),
  };
  return { job, batch: 0, input: input as Job["input"], output };
}

/** A codec that notes what it is asked, and does what it is told. */
function fakeCodec(decoded: () => Promise<AnyPixels> = () => Promise.resolve(PLACED)) {
  const rooms: (Room | undefined)[] = [];
  const shaped: AnyPixels[] = [];
  const forgotten: number[] = [];
  const endings: (() => void)[] = [];
  const codec: Codec = {
    ...noCodec,
    decode: (_, batch, room) => {
      assert.equal(batch, 0);
      rooms.push(room);
      return decoded();
    },
    shape: (pixels) => {
      shaped.push(pixels);
      return new Promise((resolve) => {
        endings.push(() => resolve({ outcome: { kind: "blob", blob: new Blob(["made"]) } }));
      });
    },
    forget: (batch) => void forgotten.push(batch),
  };
  return { codec, rooms, shaped, forgotten, endings };
}

function opened(codec: Codec) {
  const engine = new FakeEngine();
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { runner, told } = makeRunner({ engine, memory, codec });
  runner.receive({ type: "open", batch: 0, steps: [] });
  const outcomes = () => told.flatMap((message) => (message.type === "done" ? message.results : []));
  return { engine, memory, runner, outcomes };
}

describe("a file's job", () => {
  it("has its room before its file is decoded, and is started from there without a copy", async () => {
    const { codec, rooms } = fakeCodec();
    const { engine, runner, outcomes } = opened(codec);
    runner.receive({ type: "run", jobs: [fileJob(4)] });
    assert.deepEqual(engine.calls.slice(1), [["preparePixels", 4, 0, 2, 1, 4, undefined]]);
    assert.deepEqual(rooms, [{ address: INPUT, ...SIZE }]);
    await calm();
    assert.deepEqual(engine.calls.slice(2), [["start", 4]]);
    assert.deepEqual(engine.discarded, []);
    assert.equal(outcomes()[0]?.outcome.kind, "pixels");
  });

  it("has a room for what is decoded: 16 bits, where that is asked for; and none where its size is not known", async () => {
    const decoded = { ...SIZE, buffer: new ArrayBuffer(8) };
    const { codec, rooms } = fakeCodec(() => Promise.resolve(decoded));
    const { engine, runner } = opened(codec);
    runner.receive({ type: "run", jobs: [fileJob(1, "pixels", 16)] });
    assert.deepEqual(engine.calls.at(-1), ["preparePixels", 1, 0, 2, 1, 20, undefined]);
    assert.deepEqual(rooms[0]?.format, { sample: 1, channels: 4 });
    await calm();
    runner.receive({ type: "run", jobs: [fileJob(2, "pixels", 8, null)] });
    await calm();
    assert.equal(rooms[1], undefined);
    // Of the first, what was decoded did not fit its room.
    assert.deepEqual(engine.discarded, [1]);
    assert.deepEqual(engine.started, [1, 2]);
  });

  it("that fails, or is cancelled while it is decoded, gives its room up", async () => {
    const failing = fakeCodec(() => Promise.reject(new Error("it is damaged")));
    const first = opened(failing.codec);
    first.runner.receive({ type: "run", jobs: [fileJob(1)] });
    await calm();
    assert.deepEqual([first.engine.discarded, first.outcomes()[0]?.outcome.kind], [[1], "failed"]);

    let end: (pixels: AnyPixels) => void = () => undefined;
    const slow = fakeCodec(() => new Promise((resolve) => (end = resolve)));
    const second = opened(slow.codec);
    second.runner.receive({ type: "run", jobs: [fileJob(2)] });
    second.runner.receive({ type: "forget", batch: 0 });
    assert.deepEqual(slow.forgotten, [0]);
    end(PLACED);
    await calm();
    assert.deepEqual([second.engine.discarded, second.engine.started], [[2], []]);
    const outcome = second.outcomes()[0]?.outcome;
    assert.ok(outcome?.kind === "failed" && outcome.error.code === "closed");
  });

  it("costs nothing where another thread has just ended the engine: it is kept, and the page is told", async () => {
    const { codec, rooms } = fakeCodec();
    const engine = new FakeEngine();
    engine.preparePixels = () => {
      throw new Error("Module terminated");
    };
    const broken: unknown[] = [];
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { runner, told } = makeRunner({ engine, memory, codec, broken: (error) => broken.push(error) });
    runner.receive({ type: "open", batch: 0, steps: [] });
    runner.receive({ type: "run", jobs: [fileJob(1), fileJob(2), fileJob(3)] });
    await calm();
    assert.deepEqual([broken.length, told, rooms], [1, [], []]);
    assert.deepEqual(
      runner
        .abandon()
        .jobs.map(({ job }) => job)
        .sort(),
      [1, 2, 3],
    );
  });

  it("that the engine refuses fails before it is decoded", async () => {
    const { codec, rooms } = fakeCodec();
    const { engine, runner, outcomes } = opened(codec);
    engine.preparePixels = () => {
      // The engine throws data.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw { code: "too-large", class: "RangeError", message: "its result is too large", filter: "resize" };
    };
    runner.receive({ type: "run", jobs: [fileJob(3)] });
    await calm();
    const outcome = outcomes()[0]?.outcome;
    assert.ok(outcome?.kind === "failed");
    assert.deepEqual([outcome.error.code, outcome.error.filter, rooms], ["too-large", "resize", []]);
  });

  it("whose result becomes a file keeps it in the engine until that is written", async () => {
    const { codec, shaped, endings } = fakeCodec();
    const { engine, runner, outcomes } = opened(codec);
    runner.receive({ type: "run", jobs: [fileJob(7, { type: "image/png" })] });
    await calm();
    assert.deepEqual(shaped, [{ ...SIZE, address: RESULT }]);
    assert.deepEqual([engine.released, outcomes()], [[], []]);
    endings[0]!();
    await calm();
    assert.deepEqual(engine.released, [7]);
    assert.equal(outcomes()[0]?.outcome.kind, "blob");
  });

  it("of other pixels than codecs take is converted first", async () => {
    const { codec, shaped, endings } = fakeCodec();
    const { engine, memory, runner } = opened(codec);
    new Uint8Array(memory.buffer, RESULT).set([10, 20]);
    const input = { kind: "pixels", ...SIZE, buffer: new ArrayBuffer(2) } as const;
    const format = { sample: 0, channels: 1 } as const;
    runner.receive({
      type: "run",
      jobs: [{ job: 1, batch: 0, input: { ...input, format }, output: { type: "image/png" } }],
    });
    const [pixels] = shaped;
    assert.ok(pixels && "buffer" in pixels);
    assert.deepEqual([...new Uint8Array(pixels.buffer)], [10, 10, 10, 255, 20, 20, 20, 255]);
    // It was copied: the engine has it no longer than that takes.
    assert.deepEqual(engine.released, [1]);
    endings[0]!();
    await calm();
    assert.deepEqual(engine.released, [1]);
  });

  it("and nothing is asked of an engine that is lost meanwhile", async () => {
    const { codec, endings } = fakeCodec();
    const { engine, runner } = opened(codec);
    runner.receive({ type: "run", jobs: [fileJob(7, { type: "image/png" })] });
    await calm();
    runner.abandon();
    endings[0]!();
    await calm();
    assert.deepEqual(engine.released, []);
  });
});

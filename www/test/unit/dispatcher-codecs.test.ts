/** Codecs of the package's own come to every worker, once, and to those that come later. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MISSING } from "./fake-codecs.js";
import { start, startLanes, type FakeWorker } from "./fake-workers.js";
import { calm } from "./random.js";

/** The codecs that a worker was given, in order. */
function codecsOf({ told }: FakeWorker): string[] {
  return told.flatMap((message) => {
    if (message.type !== "codec") return [];
    assert.ok(message.module instanceof WebAssembly.Module);
    return [message.name];
  });
}

describe("a codec of the package", () => {
  it("is given to every worker, once, however many ask for it at the same time", async () => {
    const { dispatcher, workers } = await start(3);
    await Promise.all([dispatcher.useCodec("png"), dispatcher.useCodec("png"), dispatcher.useCodec("jpeg")]);
    await dispatcher.useCodec("jpeg");
    for (const worker of workers) assert.deepEqual(codecsOf(worker).sort(), ["jpeg", "png"]);
    await dispatcher.terminate();
  });

  it("is announced before it is there, once", async () => {
    const { dispatcher, workers } = await start(2);
    const expected = () => workers.map(({ told }) => told.filter(({ type }) => type === "expectFiles").length);
    const coming = dispatcher.useCodec("png");
    assert.deepEqual([expected(), codecsOf(workers[0]!)], [[1, 1], []]);
    await coming;
    await dispatcher.useCodec("jpeg");
    assert.deepEqual(expected(), [1, 1]);
    await dispatcher.terminate();
  });

  it("is given to the worker in the place of one that was lost, before its jobs", async () => {
    const { dispatcher, workers, runKept } = await start(2);
    await dispatcher.useCodec("webp");
    runKept(0, 1);
    await calm();
    workers[0]!.die();
    await calm();
    await calm();
    assert.equal(workers.length, 3);
    assert.deepEqual(codecsOf(workers[2]!), ["webp"]);
    const types = workers[2]!.told.map(({ type }) => type);
    assert.ok(types.includes("run"), types.join());
    assert.ok(types.indexOf("codec") < types.indexOf("run"), types.join());
    await dispatcher.terminate();
  });

  it("is asked for again where it could not be loaded, and the others are there", async () => {
    const { dispatcher, workers } = await start(1);
    for (let i = 0; i < 2; i++) {
      await assert.rejects(dispatcher.useCodec(MISSING), {
        code: "unsupported",
        message: /^the codec for gif could not be loaded: /,
      });
    }
    await dispatcher.useCodec("png");
    assert.deepEqual(codecsOf(workers[0]!), ["png"]);
    await dispatcher.terminate();
  });

  it("is given to an instance of several lanes, and to that in its place", async () => {
    const { dispatcher, workers, lanes } = await startLanes();
    await dispatcher.useCodec("color");
    const given = lanes.filter((lane) => codecsOf(lane).length > 0);
    assert.ok(given.includes(workers[0]!));
    lanes[1]!.lose();
    await calm();
    await calm();
    assert.deepEqual(codecsOf(workers[1]!), ["color"]);
    await dispatcher.terminate();
  });
});

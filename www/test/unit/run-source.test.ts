/** What an outcome tells of the file that its image came from. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "../../src/inspect.js";
import { all, Place, pixel, until, watch } from "./fake-dispatcher.js";
import * as files from "./header-files.js";
import { fileOf, zeros } from "./header-files.js";
import { calm } from "./random.js";

/** An animation whose last frame comes when a test wants it: longer than what is read at once. */
function slowFile() {
  const frames = [files.gifFrame({ data: zeros(1_100_000) }), files.gifFrame()];
  const bytes = Uint8Array.from(files.gif(undefined, { frames }));
  let finish: (error?: Error) => void = () => undefined;
  const end = new Promise<void>((resolve, reject) => {
    finish = (error) => (error ? reject(error) : resolve());
  });
  const file = fileOf(bytes);
  file.slice = (from = 0, to = bytes.length) => {
    const part = new Blob([bytes.subarray(from, to)]);
    return from === 0 ? part : ({ arrayBuffer: () => end.then(() => part.arrayBuffer()) } as Blob);
  };
  return { file, finish };
}

describe("the source of an outcome", () => {
  it("is what inspect tells of its file", async () => {
    const inputs = [files.png(), files.jpeg(files.exifSegment(files.orientation(6))), files.gif()].map(fileOf);
    for (const ordered of [true, false]) {
      const place = new Place(1e9, true);
      const outcomes = await all(
        place.run(
          inputs.map((file, id) => [id, file]),
          {},
          ordered,
        ),
      );
      assert.equal(outcomes.length, inputs.length);
      for (const { id, source } of outcomes) assert.deepEqual(source, await inspect(inputs[id]!));
      place.assertEmpty();
    }
  });

  it("is not there for images that are no files, for files of other kinds, and for failures", async () => {
    const tiff = fileOf(files.text("II*\0\x08\0\0\0"));
    for (const image of [pixel(), tiff, fileOf(files.png().slice(0, 12))]) {
      const [outcome] = await all(new Place(1e9, true).run([["a", image]]));
      assert.equal(outcome?.status, "fulfilled");
      assert.ok(!("source" in outcome));
    }
    const place = new Place();
    const run = place.run([["a", fileOf(files.png())]]);
    await until(() => place.dispatcher.busy);
    place.dispatcher.fail(0, { code: "decode-failed", class: "PixelpoolError", message: "no" });
    const [failed] = await all(run);
    assert.ok(failed?.status === "rejected" && !("source" in failed));
  });

  it("does not keep a file from being sent, and is waited for when it has been filtered", async () => {
    const place = new Place();
    const { file, finish } = slowFile();
    const run = place.run([["a", file]]);
    await until(() => place.dispatcher.busy);
    place.dispatcher.end();
    const next = watch(run.next());
    await calm();
    assert.equal(next.state, "pending");
    assert.equal(run.isEnded(), false);
    finish();
    await until(() => next.state === "resolved");
    assert.equal(next.value?.done === false && next.value.value.source?.frames, 2);
    await all(run);
    place.assertEmpty();
  });

  it("is left out where the file cannot be read any more", async () => {
    const place = new Place(1e9, true);
    const { file, finish } = slowFile();
    finish(new Error("it is gone"));
    const [outcome] = await all(place.run([["a", file]]));
    assert.ok(outcome?.status === "fulfilled" && !("source" in outcome));
    place.assertEmpty();
  });

  it("keeps nothing of a run that is stopped while it is waited for", async () => {
    const place = new Place();
    const { file, finish } = slowFile();
    const run = place.run([["a", file]]);
    await until(() => place.dispatcher.busy);
    place.dispatcher.end();
    const next = watch(run.next());
    const reason = new Error("stop");
    run.stop(reason);
    finish();
    await until(() => next.state === "rejected");
    assert.equal(next.reason, reason);
    await calm();
    await calm();
    place.assertEmpty();
  });
});

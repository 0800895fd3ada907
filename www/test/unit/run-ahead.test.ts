/** Files are looked at beside each other, and sent in their order; images of other kinds are read one at a time. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runInNewContext } from "node:vm";
import type { BatchItem } from "../../src/types.js";
import { all, ids, pixel, Place, until } from "./fake-dispatcher.js";
import { fileOf, png } from "./header-files.js";
import { calm } from "./random.js";

/** A file whose bytes come when the test wants it, and what it was asked for. */
function slowFile(begun: () => void = () => undefined) {
  let finish: () => void = () => undefined;
  const file = fileOf(png());
  const bytes = file.arrayBuffer.bind(file);
  file.arrayBuffer = async () => {
    begun();
    await new Promise<void>((resolve) => (finish = resolve));
    return bytes();
  };
  return { file, finish: () => finish() };
}

describe("a batch of files", () => {
  it("is looked at eight files at a time, and sent in its order", async () => {
    const place = new Place(1e9, false, 16);
    let begun = 0;
    const files = Array.from({ length: 20 }, () => slowFile(() => (begun += 1)));
    const results = all(place.run(files.map(({ file }, id) => [id, file])));
    await calm();
    assert.deepEqual([begun, place.dispatcher.jobs.length], [8, 0]);
    // The second is there before the first.
    files[1]!.finish();
    await calm();
    assert.deepEqual([begun, place.dispatcher.jobs.length], [8, 0]);
    files[0]!.finish();
    await calm();
    assert.deepEqual([begun, place.dispatcher.jobs.length], [10, 2]);
    for (const { finish } of files.slice(2)) {
      finish();
      await calm();
    }
    while (place.dispatcher.busy) {
      place.dispatcher.end();
      await calm();
    }
    assert.deepEqual(ids(await results), [...files.keys()]);
    place.assertEmpty();
  });

  it("is looked at so too where its items come one by one, of whatever realm", async () => {
    const plain = async function* (files: readonly Blob[]): AsyncGenerator<BatchItem<number>> {
      for (const [id, file] of files.entries()) yield [id, await Promise.resolve(file)];
    };
    const source = "(async function* (files) { for (const [id, file] of files.entries()) yield [id, file]; })";
    const foreign = runInNewContext(source) as typeof plain;
    for (const batch of [plain, foreign]) {
      const place = new Place(1e9, true, 16);
      let begun = 0;
      const files = Array.from({ length: 10 }, () => slowFile(() => (begun += 1)));
      const results = all(place.run(batch(files.map(({ file }) => file))));
      await calm();
      assert.equal(begun, 8);
      for (const { finish } of files) {
        finish();
        await calm();
      }
      assert.deepEqual(ids(await results), [...files.keys()]);
      place.assertEmpty();
    }
  });

  it("goes on where an item comes only after the one before it has its outcome", async () => {
    const outcomes: (() => void)[] = [];
    const makeBatch = (files: readonly Blob[], next: () => Promise<void>) => {
      const source = `(async function* (files, next) { for (const [id, file] of files.entries()) { yield [id, file]; await next(); } })`;
      return (runInNewContext(source) as (...given: unknown[]) => AsyncGenerator<BatchItem<number>>)(files, next);
    };
    const place = new Place(1e9, true);
    const next = () => new Promise<void>((resolve) => outcomes.push(resolve));
    const run = place.run(makeBatch([fileOf(png()), fileOf(png())], next));
    assert.equal((await run.next()).done, false);
    outcomes[0]!();
    assert.equal((await run.next()).done, false);
    await until(() => outcomes.length === 2);
    outcomes[1]!();
    assert.deepEqual(await run.next(), { done: true, value: undefined });
  });

  it("is sent as far as it was read, though the next item is long in coming", async () => {
    const place = new Place(1e9, true);
    let end: () => void = () => undefined;
    async function* batch(): AsyncGenerator<BatchItem<number>> {
      yield [0, fileOf(png())];
      yield [1, fileOf(png())];
      await new Promise<void>((resolve) => (end = resolve));
      yield [2, fileOf(png())];
    }
    const run = place.run(batch());
    const first = [await run.next(), await run.next()].map(({ value }) => (value as { id: number }).id);
    assert.deepEqual(first, [0, 1]);
    end();
    assert.deepEqual(ids(await all(run)), [2]);
    place.assertEmpty();
  });

  it("that throws ends after the files that it gave", async () => {
    for (const isAsync of [false, true]) {
      const place = new Place(1e9, true);
      const cause = new Error("the folder is gone");
      function* plain(): Generator<BatchItem<number>> {
        yield [0, fileOf(png())];
        yield [1, fileOf(png())];
        throw cause;
      }
      async function* later(): AsyncGenerator<BatchItem<number>> {
        await calm();
        yield* plain();
      }
      const run = place.run(isAsync ? later() : plain());
      assert.equal((await run.next()).done, false);
      assert.equal((await run.next()).done, false);
      await assert.rejects(run.next(), cause);
      place.assertEmpty();
    }
  });

  it("that is stopped leaves nothing of the files that were looked at", async () => {
    const place = new Place();
    const files = Array.from({ length: 8 }, () => slowFile());
    const run = place.run(files.map(({ file }, id) => [id, file]));
    await calm();
    run.stop(new Error("enough"));
    for (const { finish } of files) {
      finish();
      await calm();
    }
    await assert.rejects(run.next(), /enough/);
    assert.equal(place.dispatcher.jobs.length, 0);
    place.assertEmpty();
  });

  it("has images of other kinds read one at a time", async () => {
    const place = new Place(1e9, false, 16);
    let read = 0;
    const slow = new Promise<never>(() => undefined);
    function* batch(): Generator<BatchItem<number>> {
      for (;;) yield [read++, read === 3 ? slow : pixel()];
    }
    const run = place.run(batch());
    await calm();
    assert.equal(read, 3);
    run.stop(new Error("enough"));
    await assert.rejects(run.next(), /enough/);
  });
});

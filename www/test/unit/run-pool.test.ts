/** What a run has to do with its pool: its dispatcher, its budget and its end. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, Endless, ids, idOf, IN_FLIGHT, items, pixel, Place, UNREAD, watch } from "./fake-dispatcher.js";
import { calm } from "./random.js";

describe("a run in its pool", () => {
  it("makes its chain known before its first job, and forgets it once at the end", async () => {
    const place = new Place(1e9, true);
    const run = place.run(items(2));
    assert.deepEqual([...place.dispatcher.opened], [[0, [{ kind: "gaussianBlur" }]]]);
    assert.deepEqual(place.dispatcher.forgotten, []);
    await all(run);
    assert.deepEqual(place.dispatcher.forgotten, [0]);
  });

  it("gives each job a number of its own, and the output that was asked for", async () => {
    const place = new Place(1e9, true);
    await Promise.all([all(place.run(items(3), { output: "bitmap" })), all(place.run(items(3)))]);
    assert.deepEqual(place.dispatcher.seen.map(({ job }) => job).sort(), [0, 1, 2, 3, 4, 5]);
    const outputs = place.dispatcher.seen.map(({ output }) => output);
    assert.deepEqual(outputs.sort(), ["bitmap", "bitmap", "bitmap", "pixels", "pixels", "pixels"]);
  });

  it("copies what is kept and sends what is given away as it is", async () => {
    for (const transfer of [false, true]) {
      const place = new Place(1e9, true);
      const image = pixel();
      await all(place.run([["a", image]], { transfer }));
      const input = place.dispatcher.seen[0]?.input;
      assert.ok(input?.kind === "pixels");
      assert.equal(input.buffer === image.data.buffer, transfer);
    }
  });

  it("is not quiet while something runs or is read, and quiet when all is done", async () => {
    const place = new Place();
    const run = place.run(items(2));
    assert.equal(run.quiet, false);
    await calm();
    assert.equal(run.quiet, false);
    place.dispatcher.end();
    assert.equal(run.isEnded(), false);
    const { changes } = place;
    place.dispatcher.end();
    assert.ok(run.isEnded());
    assert.ok(place.changes > changes);
    // Its results are still there for their reader.
    assert.deepEqual(ids(await all(run)), [0, 1]);
    place.assertEmpty();
  });

  it("is quiet while it waits for memory for its own reader, and no longer", async () => {
    const place = new Place(2 * UNREAD + IN_FLIGHT - 1, true);
    const batch = new Endless();
    const run = place.run(batch);
    await calm();
    assert.equal(batch.read, 3);
    assert.equal(run.quiet, true);
    place.dispatcher.answers = false;
    await run.next();
    assert.equal(run.quiet, false);
    await calm();
    assert.equal(run.quiet, false);
    await run.return();
    await calm();
    place.assertEmpty();
  });

  it("that is stopped rejects its reader with the reason, and drops what is unread", async () => {
    const place = new Place();
    const [read, unread] = [place.run(items(3)), place.run(items(3), {}, false)];
    const waiting = [watch(read.next()), watch(read.next())] as const;
    await calm();
    place.dispatcher.end(place.dispatcher.jobs.findIndex(({ job }) => job.batch === 1));
    const reason = new Error("closed");
    read.stop(reason);
    unread.stop(reason);
    await calm();
    assert.equal(waiting[0].reason, reason);
    assert.deepEqual(waiting[1].value, { done: true, value: undefined });
    await assert.rejects(unread.next(), (error) => error === reason);
    assert.ok(read.quiet && unread.quiet);
    place.assertEmpty();
  });

  it("may be stopped again", async () => {
    const place = new Place();
    const run = place.run(items(3));
    await calm();
    run.stop("first");
    run.stop("second");
    await assert.rejects(run.next(), (reason) => reason === "first");
    run.stop("third");
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    assert.deepEqual(place.dispatcher.forgotten, [0]);
    await calm();
    place.assertEmpty();
  });
});

describe("a run whose reader never stands still", () => {
  it("is not quiet before it has ended, however far ahead it has read", async () => {
    const place = new Place(1e9, true);
    const [patient, eager] = [place.run(new Endless()), place.run(new Endless(), {}, true, true)];
    await calm();
    assert.deepEqual([patient.quiet, eager.quiet], [true, false]);
    for (const run of [patient, eager]) await run.return();
    assert.deepEqual([patient.quiet, eager.quiet], [true, true]);
    await calm();
    place.assertEmpty();
  });

  it("is not quiet while it waits for memory, nor when all is done but its end", async () => {
    const place = new Place(2 * UNREAD + IN_FLIGHT - 1, true);
    const run = place.run(items(3), {}, true, true);
    await calm();
    assert.equal(place.dispatcher.seen.length, 2);
    assert.equal(run.quiet, false);
    assert.deepEqual(ids(await all(run)), [0, 1, 2]);
    assert.ok(run.isEnded() && run.quiet);
    place.assertEmpty();
  });
});

describe("a run that is cut", () => {
  it("gives what is ready, then the reason", async () => {
    const place = new Place();
    const run = place.run(items(5));
    await calm();
    place.dispatcher.end(0);
    place.dispatcher.end(0);
    const reason = new Error("closed");
    run.cut(reason);
    run.cut(new Error("again"));
    assert.ok(run.isEnded() && run.quiet);
    assert.equal(idOf(await run.next()), 0);
    assert.equal(idOf(await run.next()), 1);
    await assert.rejects(run.next(), (error) => error === reason);
    assert.deepEqual(await run.next(), { done: true, value: undefined });
    await calm();
    place.assertEmpty();
  });

  it("is stopped where nothing is ready", async () => {
    const place = new Place();
    const run = place.run(items(5));
    const reading = watch(run.next());
    await calm();
    run.cut("closed");
    await calm();
    assert.equal(reading.reason, "closed");
    place.assertEmpty();
  });

  it("gives back the room of what is ready before its turn", async () => {
    const place = new Place();
    const run = place.run(items(4));
    await calm();
    place.dispatcher.end(3);
    place.dispatcher.end(0);
    run.cut("closed");
    assert.equal(idOf(await run.next()), 0);
    await calm();
    place.assertEmpty();
  });

  it("changes nothing once it has ended", async () => {
    const place = new Place(1e9, true);
    const run = place.run(items(2));
    await calm();
    run.cut("closed");
    assert.deepEqual(ids(await all(run)), [0, 1]);
    place.assertEmpty();
  });
});

/** Rows 32 and 33 of docs/pool-semantics.md, and what is given away or cancelled: nothing is kept that nobody needs. */
import assert from "node:assert/strict";
import type { BatchItem, ImageOutput } from "../../../src/types.js";
import { inEachMode } from "./rows.js";

inEachMode("memory", ({ row, inPage, withPool }) => {
  row("32: inputs, ids and results are released after use, with the pool still open", async () => {
    const { made, kept, after } = await withPool(async (pool) => {
      const held: WeakRef<object>[] = [];
      const hold = <Value extends object>(value: Value): Value => {
        held.push(new WeakRef(value));
        return value;
      };
      const holdAll = (results: [unknown, ImageOutput][]) => results.forEach(([, image]) => hold(image));
      const images = () =>
        Array.from({ length: 8 }, (_, i): BatchItem<object> => [hold({ i }), hold(tools.noise(64, 64, i)), 1]);
      const numbers = () => Array.from({ length: 8 }, (_, i): BatchItem<object> => [hold({ i }), hold([i, i]), 2]);
      const rounds: (() => Promise<unknown>)[] = [
        async () => holdAll(await pool.starmap("invert", images())),
        async () => holdAll(await pool.starmap("multiply", numbers())),
        async () => {
          for await (const settled of pool.imapUnordered("gaussianBlur", images())) hold(settled);
        },
        async () => hold(await pool.apply("invert", hold(tools.noise(64, 64)))),
        async () => holdAll(await pool.starmap("invert", images(), { transfer: true })),
        async () => pool.recycle(...(await pool.starmap("invert", images())).map(([, image]) => hold(image))),
        // Failed, left and aborted.
        async () =>
          hold(
            (await tools.thrownBy(() =>
              pool.starmap("invert", [...images(), [hold({}), hold({})] as never]),
            )) as object,
          ),
        async () => {
          for await (const settled of pool.imap("delay", images())) {
            hold(settled);
            break;
          }
        },
        async () => {
          const controller = new AbortController();
          const call = pool.starmap("delay", images(), { signal: controller.signal });
          controller.abort(hold(new Error("enough")));
          await tools.thrownBy(() => call);
        },
      ];
      for (const round of [...rounds, ...rounds]) await round();
      const after = await pool.apply("multiply", [1], 2);
      const alive = () => held.filter((reference) => reference.deref() !== undefined).length;
      await tools.collected(() => alive() === 0);
      return { made: held.length, kept: alive(), after };
    });
    assert.ok(made > 250, `${made} objects were looked after`);
    assert.equal(kept, 0, `${kept} of ${made} objects are still there`);
    assert.deepEqual(after, [2]);
  });

  row("32: a call that nobody reads is released when nobody can read it any more", async () => {
    const kept = await withPool(async (pool) => {
      const held: WeakRef<object>[] = [];
      const start = async () => {
        const ids = Array.from({ length: 8 }, (_, i) => ({ i }));
        let done = 0;
        const batch = ids.map((id): BatchItem<object> => [id, tools.noise(64, 64)]);
        const iterator = pool.imap("invert", batch, { onProgress: () => done++ });
        held.push(new WeakRef(iterator), ...ids.map((id) => new WeakRef(id)));
        await tools.until(() => done === 8);
      };
      await start();
      const alive = () => held.filter((reference) => reference.deref() !== undefined).length;
      await tools.collected(() => alive() === 0);
      return alive();
    });
    assert.equal(kept, 0);
  });

  row("32: a pool that is closed is released, with everything that it made", async () => {
    const kept = await inPage(async (mode) => {
      const held: WeakRef<object>[] = [];
      const use = async (end: "close" | "terminate") => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const iterator = pool.imap("multiply", tools.lists(20));
        held.push(new WeakRef(pool), new WeakRef(iterator));
        await iterator.next();
        await pool[end]();
      };
      await use("close");
      await use("terminate");
      const alive = () => held.filter((reference) => reference.deref() !== undefined).length;
      await tools.collected(() => alive() === 0);
      return alive();
    });
    assert.equal(kept, 0);
  });

  row("33: a pool that is dropped without an end is ended, and says so", async ({ page }) => {
    const warnings: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "warning") warnings.push(message.text());
    });
    const { before, gone } = await inPage(async (mode) => {
      const use = async () => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        await pool.starmap("multiply", tools.lists(5));
        await tools.until(async () => (await tools.living()) > 0);
        return tools.living();
      };
      const before = await use();
      return { before, gone: await tools.collected(async () => (await tools.living()) === 0) };
    });
    assert.ok(before > 0);
    assert.equal(gone, true, "its workers live on");
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /pool.*close/);
  });

  row("33: a pool that was ended says nothing when it is dropped; one that works is not ended", async ({ page }) => {
    const warnings: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "warning") warnings.push(message.text());
    });
    const slept = await inPage(async (mode) => {
      const end = async (how: "close" | "terminate") => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        await pool.apply("multiply", [1]);
        await pool[how]();
        return new WeakRef(pool);
      };
      const ended = [await end("close"), await end("terminate")];
      await tools.collected(() => ended.every((pool) => pool.deref() === undefined));
      // Nothing but the promise of its work is held.
      const pool = await pixelpool.createPool({ mode, threads: 2 });
      const keep = { pool };
      const working = keep.pool.starmap("delay", tools.sleeps(10, 60));
      for (let i = 0; i < 5; i++) {
        await tools.collect();
        await tools.pause(20);
      }
      const slept = (await working).length;
      await keep.pool.close();
      return slept;
    });
    assert.equal(slept, 10);
    assert.deepEqual(warnings, []);
  });

  row("extra: transfer gives the input's buffer away; without it the input is untouched", async () => {
    const { kept, given } = await withPool(async (pool) => {
      const look = async (transfer: boolean | undefined) => {
        const make = () => ({
          imageData: tools.noise(20, 10),
          plain: { data: new Uint8Array(tools.noise(20, 10).data), width: 20, height: 10 },
        });
        const [{ imageData, plain }, original] = [make(), make()];
        const options = transfer === undefined ? {} : { transfer };
        const results = await pool.starmap(
          "invert",
          [
            [0, imageData],
            [1, plain],
          ],
          options,
        );
        const expected = tools.inverted(original.imageData);
        const second = results[1]?.[1] as typeof plain;
        return {
          bytes: [imageData.data.byteLength, plain.data.byteLength],
          untouched:
            !transfer &&
            tools.isSame(imageData, original.imageData) &&
            String(plain.data) === String(original.plain.data),
          right: [tools.isSame(results[0]?.[1], expected), String(second.data) === String(expected.data)],
        };
      };
      return { kept: [await look(undefined), await look(false)], given: await look(true) };
    });
    for (const { bytes, untouched, right } of kept) {
      assert.deepEqual([bytes, untouched, right], [[800, 800], true, [true, true]]);
    }
    assert.deepEqual(given.bytes, [0, 0]);
    assert.deepEqual(given.right, [true, true]);
  });

  row(
    "extra: abort stops what is queued, rejects with the signal's reason, and the pool takes the next batch",
    async () => {
      const result = await withPool(async (pool) => {
        const controller = new AbortController();
        let read = 0;
        const lazily = function* () {
          for (const item of tools.sleeps(600, 20)) {
            read += 1;
            yield item;
          }
        };
        const got: number[] = [];
        let progress = 0;
        const reason = new Error("the user has changed their mind");
        const neighbour = pool.starmap("multiply", [["other", [21], 2]]);
        const thrown = await tools.thrownBy(async () => {
          const options = { signal: controller.signal, onProgress: () => progress++ };
          for await (const settled of pool.imap("delay", lazily(), options)) {
            got.push(settled.index);
            if (got.length === 6) controller.abort(reason);
          }
        });
        const [readThen, progressThen] = [read, progress];
        const next = await pool.starmap("multiply", [["next", [1, 2], 3]]);
        const early = await tools.thrownBy(() =>
          pool.starmap("multiply", [[1, [1], 2]], { signal: AbortSignal.abort(reason) }),
        );
        await tools.pause(50);
        return {
          got,
          same: [thrown === reason, early === reason],
          next,
          neighbour: await neighbour,
          more: [read - readThen, progress - progressThen],
          progress,
        };
      });
      assert.deepEqual(result.got, [0, 1, 2, 3, 4, 5]);
      assert.deepEqual(result.same, [true, true]);
      assert.deepEqual(result.next, [["next", [3, 6]]]);
      assert.deepEqual(result.neighbour, [["other", [42]]]);
      assert.deepEqual(result.more, [0, 0]);
      assert.ok(result.progress < 20, `${result.progress} of 600 were done`);
    },
  );

  row("extra: abort frees the memory of what was queued", async () => {
    const { kept, after } = await withPool(async (pool) => {
      const held: WeakRef<ImageData>[] = [];
      const batch = function* (): Generator<BatchItem<number>> {
        for (let id = 0; ; id++) {
          const image = tools.noise(32, 32, id);
          held.push(new WeakRef(image));
          yield [id, image, 20];
        }
      };
      const controller = new AbortController();
      const call = pool.starmap("delay", batch(), { signal: controller.signal });
      await tools.until(() => held.length > 20);
      controller.abort();
      await tools.thrownBy(() => call);
      const alive = () => held.filter((reference) => reference.deref() !== undefined).length;
      await tools.collected(() => alive() === 0);
      return { kept: alive(), after: await pool.apply("multiply", [1], 2) };
    });
    assert.equal(kept, 0);
    assert.deepEqual(after, [2]);
  });
});

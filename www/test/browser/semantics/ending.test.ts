/** Rows 23 to 25 and 27 of docs/pool-semantics.md: a pool that ends does what it promised, and leaves nothing. */
import assert from "node:assert/strict";
import type { ImageOutput, Pool } from "../../../src/types.js";
import { inEachMode } from "./rows.js";

inEachMode("the end of a pool", ({ row, inPage }) => {
  row("23: close takes no more work, finishes what is queued, and may be called again", async () => {
    const { finished, refused, kept, after, living } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2 });
      const lists = tools.lists(300);
      const images = tools.images(40);
      const running = [
        pool.starmap("delay", tools.sleeps(6, 30)),
        pool.starmap("multiply", lists),
        pool.starmap("invert", images),
      ] as const;
      const closing = pool.close();
      const refusals = () => [
        tools.thrownBy(() => pool.starmap("multiply", [[1, [1]]])),
        tools.thrownBy(() => pool.imap("multiply", [])),
        tools.thrownBy(() => pool.imapUnordered("multiply", [])),
        tools.thrownBy(() => pool.apply("multiply", [1])),
      ];
      const refused = await Promise.all(refusals());
      await closing;
      const living = await tools.living();
      const [slept, multiplied, inverted] = await Promise.all(running);
      await Promise.all([pool.close(), pool.terminate(), pool.close()]);
      await pool.close();
      const after = await Promise.all(refusals());
      pool.recycle([1, 2]);
      return {
        finished: [
          slept.length,
          JSON.stringify(multiplied) === JSON.stringify(tools.multiplied(lists)),
          inverted.every(([, image], i) => tools.isSame(image, tools.inverted(images[i]![1]))),
        ],
        refused: refused.map(tools.tell),
        kept: refused.every((error) => error instanceof pixelpool.PixelpoolError),
        after: after.map(tools.tell),
        living,
      };
    });
    assert.deepEqual(finished, [6, true, true]);
    assert.deepEqual(
      [...refused, ...after].map(({ code }) => code),
      new Array(8).fill("closed"),
    );
    assert.equal(kept, true);
    assert.equal(living, 0);
  });

  row("23: close hands over what is finished: a long first item and many behind it, none is lost", async () => {
    const { ordered, tiny } = await inPage(async (mode) => {
      const results = async (filter: "delay" | "multiply", batch: [number, number[], number][]) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const running = pool.starmap(filter, batch);
        await pool.close();
        return (await running).map(([, list]) => list);
      };
      const delays = [200, 5, 5, 5, 5, 5, 5, 5];
      return {
        ordered: await results(
          "delay",
          delays.map((delay, id) => [id, [id], delay]),
        ),
        tiny: await results(
          "multiply",
          Array.from({ length: 200 }, (_, id) => [id, [id], 2]),
        ),
      };
    });
    assert.deepEqual(ordered, [[0], [1], [2], [3], [4], [5], [6], [7]]);
    assert.deepEqual(
      tiny,
      Array.from({ length: 200 }, (_, id) => [2 * id]),
    );
  });

  row("23: close does not wait for a reader that stands still; what is ready may still be taken", async () => {
    const { taken, code } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2 });
      const endless = function* (): Generator<[number, number[], number]> {
        for (let id = 0; ; id++) yield [id, [id], 2];
      };
      const standing = pool.imap("multiply", endless());
      await standing.next();
      await pool.close();
      const taken: number[] = [];
      const stopped = await tools.thrownBy(async () => {
        for await (const { index } of standing) taken.push(index);
      });
      return { taken, code: tools.tell(stopped).code };
    });
    assert.equal(code, "closed");
    assert.ok(taken.length > 0 && taken.length <= 256, `${taken.length} were ready`);
    assert.deepEqual(
      taken,
      taken.map((_, i) => i + 1),
    );
  });

  row("24: terminate with ten thousand sleeps of a minute queued ends them all now", async () => {
    const { codes, ended, living } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2 });
      const minute = 60_000;
      const calls: Promise<unknown>[] = Array.from({ length: 10_000 }, () => pool.apply("delay", [1], minute));
      calls.push(pool.starmap("delay", tools.sleeps(10_000, minute)));
      const codes = Promise.all(calls.map(async (call) => tools.tell(await tools.thrownBy(() => call)).code));
      await tools.pause(50);
      await pool.terminate();
      const living = await tools.living();
      const list = await codes;
      return { codes: [...new Set(list)], ended: list.length, living };
    });
    // Had it waited for one of them, the test's own limit would have ended it.
    assert.deepEqual({ codes, ended, living }, { codes: ["closed"], ended: 10_001, living: 0 });
  });

  row("24: terminate while the pool closes does not wait any more", async () => {
    const { codes, living } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2 });
      const running = tools.thrownBy(() => pool.starmap("delay", tools.sleeps(4, 60_000)));
      const closing = pool.close();
      await tools.pause(30);
      await pool.terminate();
      await closing;
      await pool.terminate();
      return { codes: [tools.tell(await running).code], living: await tools.living() };
    });
    assert.deepEqual({ codes, living }, { codes: ["closed"], living: 0 });
  });

  row("24: a signal of the pool's own terminates it", async () => {
    const { codes, living } = await inPage(async (mode) => {
      const controller = new AbortController();
      const pool = await pixelpool.createPool({ mode, threads: 2, signal: controller.signal });
      const running = tools.thrownBy(() => pool.starmap("delay", tools.sleeps(4, 60_000)));
      controller.abort();
      const codes = [tools.tell(await running).code];
      codes.push(tools.tell(await tools.thrownBy(() => pool.apply("multiply", [1]))).code);
      await pool.terminate();
      return { codes, living: await tools.living() };
    });
    assert.deepEqual({ codes, living }, { codes: ["closed", "closed"], living: 0 });
  });

  row("24: a pool that is aborted while it starts never is, and no worker stays", async () => {
    const early = await inPage(async (mode) => {
      const early: boolean[] = [];
      for (const after of [0, 5, 20]) {
        const controller = new AbortController();
        const reason = new Error("not now");
        const starting = pixelpool.createPool({ mode, threads: 2, signal: controller.signal }).catch((e: unknown) => e);
        await tools.pause(after);
        controller.abort(reason);
        const started = await starting;
        // Where it was quicker than the signal, it is a pool that has been terminated.
        if (started === reason) early.push(true);
        else
          early.push(
            tools.tell(await tools.thrownBy(() => (started as Pool).apply("multiply", [1]))).code === "closed",
          );
      }
      // A worker that had not yet begun holds its lock a little later.
      await tools.pause(50);
      await tools.until(async () => (await tools.living()) === 0);
      return early;
    });
    assert.deepEqual(early, [true, true, true]);
  });

  row("25: whatever is pending when a pool is terminated rejects, and what was taken stays", async () => {
    const { first, codes, later } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2 });
      const minute = 60_000;
      const batch: [number, number[], number][] = [[0, [7], 0], ...tools.sleeps(4, minute)];
      const ordered = pool.imap("delay", batch);
      const unordered = pool.imapUnordered("delay", tools.sleeps(4, minute));
      const first = (await ordered.next()).value as { image: ImageOutput };
      const calls: (() => unknown)[] = [
        () => ordered.next(),
        () => unordered.next(),
        () => pool.starmap("delay", tools.sleeps(4, minute)),
        () => pool.apply("delay", [1], minute),
        () => pool.starmap("multiply", [[0, new Promise<number[]>(() => undefined)]]),
        () =>
          pool.starmap("multiply", {
            [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
          }),
      ];
      const pending = Promise.all(calls.map(async (call) => tools.tell(await tools.thrownBy(call)).code));
      await tools.pause(20);
      await pool.terminate();
      const codes = await pending;
      return { first: first.image, codes, later: [(await ordered.next()).done, (await unordered.next()).done] };
    });
    assert.deepEqual(first, [7]);
    assert.deepEqual(codes, new Array(6).fill("closed"));
    assert.deepEqual(later, [true, true]);
  });

  row("27: a disposed pool has finished its work, and may be disposed of again", async () => {
    const { finished, code, living } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2 });
      const running = pool.starmap("delay", tools.sleeps(4, 20));
      // That none lives afterwards says something only if it can be seen that one does.
      await tools.until(async () => (await tools.living()) > 0);
      await pool[Symbol.asyncDispose]();
      const living = await tools.living();
      await pool[Symbol.asyncDispose]();
      await pool.close();
      const refused = await tools.thrownBy(() => pool.starmap("multiply", []));
      return { finished: (await running).length, code: tools.tell(refused).code, living };
    });
    assert.deepEqual({ finished, code, living }, { finished: 4, code: "closed", living: 0 });
  });

  row("27: a pool after a pool, and two at once, know nothing of each other", async () => {
    const results = await inPage(async (mode) => {
      const first = await pixelpool.createPool({ mode, threads: 2 });
      const second = await pixelpool.createPool({ mode, threads: 1 });
      const running = tools.thrownBy(() => first.starmap("delay", tools.sleeps(4, 60_000)));
      const other = second.starmap("delay", tools.sleeps(3, 20));
      await first.terminate();
      const results: unknown[] = [(await other).length, tools.tell(await running).code];
      const third = await pixelpool.createPool({ mode, threads: 2 });
      results.push(await third.apply("multiply", [1, 2], 2), await second.apply("multiply", [1, 2], 3));
      await Promise.all([second.close(), third.close()]);
      return results;
    });
    assert.deepEqual(results, [3, "closed", [2, 4], [3, 6]]);
  });
});

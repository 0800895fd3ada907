/** Rows 15 to 18, 29 and 34 of docs/pool-semantics.md: how far a batch is read, promises and listeners, calls side by side. */
import assert from "node:assert/strict";
import type { BatchItem } from "../../../src/types.js";
import type { Progress } from "../../../src/report-types.js";
import { inEachMode } from "./rows.js";

inEachMode("flow", ({ row, inPage, withPool }) => {
  row("15: imap reads 256 items ahead of its reader and stands still until the reader goes on", async () => {
    const { standing, further, outcomes } = await withPool(async (pool) => {
      let read = 0;
      const batch = function* (): Generator<BatchItem<number>> {
        while (read < 2000) yield [read, [read++], 2];
      };
      const iterator = pool.imap("multiply", batch());
      await tools.until(() => read >= 256);
      await tools.pause(100);
      const standing = read;
      for (let i = 0; i < 10; i++) await iterator.next();
      await tools.until(() => read >= 266);
      await tools.pause(100);
      const further = read;
      return { standing, further, outcomes: (await tools.all(iterator)).map(tools.brief) };
    });
    assert.deepEqual({ standing, further }, { standing: 256, further: 266 });
    assert.deepEqual(
      outcomes,
      Array.from({ length: 1990 }, (_, i) => [i + 10, [2 * (i + 10)]]),
    );
  });

  row("15: large images are read only as far ahead as the memory limit allows", async () => {
    const { standing, further, wrong } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2, memoryLimit: 16 << 20 });
      const image = tools.noise(512, 512);
      let read = 0;
      const batch = function* (): Generator<BatchItem<number>> {
        while (read < 60) yield [read++, image];
      };
      const iterator = pool.imap("invert", batch());
      let before = -1;
      while (before !== read) {
        before = read;
        await tools.pause(150);
      }
      const standing = read;
      for (let i = 0; i < 5; i++) await iterator.next();
      await tools.until(() => read > standing);
      await tools.pause(150);
      const further = read;
      const expected = tools.inverted(image);
      const rest = await tools.all(iterator);
      await pool.close();
      const wrong = rest.filter((settled) => settled.status === "rejected" || !tools.isSame(settled.image, expected));
      return { standing, further, wrong: [wrong.length, rest.length] };
    });
    // Sixteen results of a megabyte each fill the limit; one more waits for memory.
    assert.ok(standing >= 2 && standing <= 17, `${standing} images of a megabyte under a limit of 16`);
    assert.ok(further <= standing + 6, `${further - standing} more after five were taken`);
    assert.deepEqual(wrong, [0, 55]);
  });

  row("15: leaving the loop cancels the rest, and an endless batch is read no further", async () => {
    const result = await withPool(async (pool) => {
      let read = 0;
      let returned = false;
      const endless = function* (): Generator<[number, number[], number]> {
        try {
          for (;;) yield [read++, [1], 1];
        } finally {
          returned = true;
        }
      };
      for await (const settled of pool.imap("delay", endless())) if (settled.index === 3) break;
      const after = await pool.apply("multiply", [5], 2);
      const readThen = read;
      await tools.pause(100);
      return { after, more: read - readThen, returned, read };
    });
    assert.deepEqual(result.after, [10]);
    assert.equal(result.more, 0);
    assert.equal(result.returned, true);
    assert.ok(result.read <= 300, `an endless batch was read ${result.read} items far`);
  });

  row("16: a time limit is a signal, and the call rejects with its reason", async () => {
    const { same, names, after } = await withPool(async (pool) => {
      const endless = function* (): Generator<BatchItem<number>> {
        for (let id = 0; ; id++) yield [id, [id], 10];
      };
      const calls: ((signal: AbortSignal) => unknown)[] = [
        (signal) => pool.starmap("delay", endless(), { signal }),
        (signal) => tools.all(pool.imap("delay", endless(), { signal })),
        (signal) => tools.all(pool.imapUnordered("delay", endless(), { signal })),
        (signal) => pool.apply("delay", [1], 300, { signal }),
      ];
      const same: boolean[] = [];
      const names: string[] = [];
      for (const call of calls) {
        const signal = AbortSignal.timeout(40);
        const thrown = await tools.thrownBy(() => call(signal));
        same.push(thrown === signal.reason);
        names.push((thrown as Error).name);
      }
      const generous = AbortSignal.timeout(60_000);
      return { same, names, after: await pool.starmap("multiply", [[0, [3], 2]], { signal: generous }) };
    });
    assert.deepEqual(same, [true, true, true, true]);
    assert.deepEqual(names, new Array(4).fill("TimeoutError"));
    assert.deepEqual(after, [[0, [6]]]);
  });

  row("17: a promise settles once, however often it is asked", async () => {
    const same = await withPool(async (pool) => {
      const bad = pool.starmap("multiply", [[0, [1], NaN]]);
      const errors = [await tools.thrownBy(() => bad), await tools.thrownBy(() => bad)];
      const good = pool.starmap("multiply", [[0, [1], 2]]);
      const [first, second] = [await good, await good];
      return [first === second, errors[0] === errors[1], errors[0] instanceof pixelpool.BatchError];
    });
    assert.deepEqual(same, [true, true, true]);
  });

  row("17: next may be asked for many at once, and after the end there is nothing but the end", async () => {
    const { items, surplus, returned } = await withPool(async (pool) => {
      const items: unknown[] = [];
      const surplus: unknown[] = [];
      for (const method of ["imap", "imapUnordered"] as const) {
        const iterator = pool[method]("multiply", tools.lists(6));
        const steps = await Promise.all(Array.from({ length: 10 }, () => iterator.next()));
        items.push(steps.slice(0, 6).map((step) => (step.value as { index: number } | undefined)?.index));
        surplus.push(...steps.slice(6), await iterator.next(), await iterator.return?.(), await iterator.next());
      }
      const left = pool.imap("delay", tools.sleeps(5, 20));
      const pending = [left.next(), left.next()];
      const returned = [
        await left.return?.(),
        ...(await Promise.all(pending)),
        await left.next(),
        await left.return?.(),
      ];
      return { items, surplus, returned };
    });
    const [ordered, unordered] = items as number[][];
    assert.deepEqual(ordered, [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(unordered?.sort(), [0, 1, 2, 3, 4, 5]);
    const end = { done: true, value: undefined };
    assert.deepEqual(surplus, new Array(14).fill(end));
    assert.deepEqual(returned, new Array(5).fill(end));
  });

  row("18: then or catch is called, once and never both", async () => {
    const calls = await withPool(async (pool) => {
      const calls = { good: [0, 0], bad: [0, 0] };
      const count = (kind: keyof typeof calls, promise: Promise<unknown>) =>
        promise.then(
          () => void (calls[kind][0]! += 1),
          () => void (calls[kind][1]! += 1),
        );
      await Promise.all([
        count("good", pool.starmap("multiply", tools.lists(20))),
        count("bad", pool.starmap("multiply", [...tools.lists(20), "wrong"] as never)),
      ]);
      await tools.pause(20);
      return calls;
    });
    assert.deepEqual(calls, { good: [1, 0], bad: [0, 1] });
  });

  row("18: tells progress once an item, only upwards, with the total of a list, and spans of every item", async () => {
    const { told, spans, unknown } = await withPool(async (pool) => {
      const told: Record<string, Progress[]> = {};
      const spans: number[] = [];
      const unknown: Progress[] = [];
      const batch = Array.from({ length: 9 }, (_, id): [number, ImageData, number] => [id, tools.noise(10, 10), 1]);
      for (const method of ["imap", "imapUnordered"] as const) {
        const list: Progress[] = (told[method] = []);
        await tools.all(pool[method]("invert", batch, { onProgress: (progress) => list.push(progress) }));
      }
      const failing = (told.failing = [] as Progress[]);
      const items = batch.map(([id, image]): BatchItem => [id, image, id % 3 === 1 ? -1 : 1]);
      await tools.all(pool.imap("invert", items, { onProgress: (progress) => failing.push(progress) }));
      await pool.starmap("invert", batch.values(), {
        onProgress: (progress) => unknown.push(progress),
        onSpan: ({ index }) => spans.push(index),
      });
      return { told, spans, unknown };
    });
    const upwards = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    for (const [name, list] of Object.entries({ ...told, unknown })) {
      const done = list.map((progress) => progress.done);
      assert.deepEqual(done, upwards, name);
      assert.deepEqual(
        list.map(({ pixels }) => pixels),
        list.map(({ done, failed }) => (done - failed) * 100),
      );
      assert.ok(
        list.every(({ elapsed }, i) => elapsed >= (list[i - 1]?.elapsed ?? 0)),
        name,
      );
      assert.deepEqual(new Set(list.map(({ total }) => total)), new Set([name === "unknown" ? undefined : 9]));
    }
    assert.deepEqual(
      [told.imap, told.imapUnordered, told.failing, unknown].map((list) => list?.at(-1)?.failed),
      [0, 0, 3, 0],
    );
    assert.deepEqual([...new Set(spans)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  row("18: a listener that throws costs nothing", async ({ complaints }) => {
    const { right, calls } = await withPool(async (pool) => {
      let calls = 0;
      const fail = () => {
        calls += 1;
        throw new Error("a listener's own affair");
      };
      const batch = tools.lists(7);
      const results = await pool.starmap("multiply", batch, { onProgress: fail, onSpan: fail });
      return { right: JSON.stringify(results) === JSON.stringify(tools.multiplied(batch)), calls };
    });
    assert.equal(right, true);
    assert.equal(calls, 14);
    // It is told where uncaught errors are.
    assert.deepEqual(complaints.splice(0), new Array(14).fill("Error: a listener's own affair"));
  });

  row("29: the same workers serve one call after another", async () => {
    const { started, after } = await withPool(async (pool) => {
      const started = tools.workers.length;
      for (let i = 0; i < 20; i++) await pool.starmap("multiply", tools.lists(i));
      return { started, after: tools.workers.length };
    });
    assert.ok(started > 0);
    assert.equal(after, started);
  });

  row("29: calls in flight at once do not mix", async () => {
    const wrong = await withPool(async (pool) => {
      const wrong: string[] = [];
      const check = (name: string, right: boolean) => {
        if (!right) wrong.push(name);
      };
      const calls = Array.from({ length: 30 }, async (_, i) => {
        if (i % 3 === 0) {
          const batch = tools.lists(10 + i, i);
          const results = await pool.starmap("multiply", batch);
          check(`starmap ${i}`, JSON.stringify(results) === JSON.stringify(tools.multiplied(batch)));
        } else if (i % 3 === 1) {
          const images = tools.images(10 + i);
          const method = i % 2 ? "imap" : "imapUnordered";
          const outcomes = await tools.all(pool[method]("invert", images));
          const good = outcomes.filter(
            (settled) =>
              settled.status === "fulfilled" && tools.isSame(settled.image, tools.inverted(images[settled.index]![1])),
          );
          check(`${method} ${i}`, good.length === images.length);
        } else {
          const result = await pool.apply("multiply", [i, 2 * i], i);
          check(`apply ${i}`, JSON.stringify(result) === JSON.stringify([i * i, 2 * i * i]));
        }
      });
      await Promise.all(calls);
      return wrong;
    });
    assert.deepEqual(wrong, []);
  });

  row("34: a hundred applies in flight, with a number or with parameters by name", async () => {
    const { results, blurred } = await withPool(async (pool) => {
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, i) => pool.apply("multiply", [i, 1], i % 2 ? i : { factor: i })),
      );
      const image = tools.noise(30, 20);
      const [byNumber, byName, inFilter, otherwise] = await Promise.all([
        pool.apply("gaussianBlur", image, 2.5),
        pool.apply("gaussianBlur", image, { sigma: 2.5 }),
        pool.apply({ kind: "gaussianBlur", sigma: 2.5 }, image),
        pool.apply("gaussianBlur", image, { sigma: 2.5, border: "wrap" }),
      ]);
      return {
        results,
        blurred: [
          tools.isSame(byName, byNumber),
          tools.isSame(inFilter, byNumber),
          tools.isSame(otherwise, byNumber),
          tools.isSame(byNumber, image),
        ],
      };
    });
    assert.deepEqual(
      results,
      Array.from({ length: 100 }, (_, i) => [i * i, i]),
    );
    assert.deepEqual(blurred, [true, true, false, false]);
  });
});

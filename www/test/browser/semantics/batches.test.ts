/** Rows 1 to 8 and 12 of docs/pool-semantics.md: what a batch may be, and the order and the number of what comes of it. */
import assert from "node:assert/strict";
import type { Batch, BatchItem, ImageInput } from "../../../src/types.js";
import { inEachMode } from "./rows.js";

inEachMode("batches", ({ row, mode, withPool, inPage }) => {
  row("1: keeps the input's order when later items finish first, and gives them early where asked", async () => {
    const { ordered, mapped, unordered } = await withPool(async (pool) => {
      const delays = [300, 10, 10, 10];
      const batch = delays.map((delay, index): [string, number[], number] => [`item ${index}`, [index], delay]);
      const ordered: unknown[] = [];
      for await (const settled of pool.imap("delay", batch)) ordered.push([settled.id, settled.index]);
      const unordered: number[] = [];
      for await (const settled of pool.imapUnordered("delay", batch)) unordered.push(settled.index);
      return { ordered, mapped: await pool.starmap("delay", batch), unordered };
    });
    assert.deepEqual(
      ordered,
      [0, 1, 2, 3].map((index) => [`item ${index}`, index]),
    );
    assert.deepEqual(
      mapped,
      [0, 1, 2, 3].map((index) => [`item ${index}`, [index]]),
    );
    assert.deepEqual([...unordered].sort(), [0, 1, 2, 3]);
    assert.equal(unordered[0], mode === "single" ? 0 : 1);
  });

  row("1: keeps the order of images, large ones first and small ones behind them", async () => {
    const right = await withPool(async (pool) => {
      const batch = Array.from({ length: 30 }, (_, i): [string, ImageData] => {
        const side = i % 10 === 0 ? 400 : 10 + i;
        return [`photo ${i}`, tools.noise(side, side, i)];
      });
      const results = await pool.starmap("invert", batch);
      return results.map(([id, image], i) => id === batch[i]?.[0] && tools.isSame(image, tools.inverted(batch[i][1])));
    });
    assert.deepEqual(right, new Array(30).fill(true));
  });

  row("2: a row of the wrong length, or that is no tuple at all, is its own item's error", async () => {
    const { outcomes, failed, after } = await withPool(async (pool) => {
      const rows: unknown[] = [
        [0, [1], 2],
        [],
        [2],
        [3, [1], 2, 3],
        "four",
        5,
        null,
        undefined,
        { id: 8, image: [1] },
        new Set([9, [1]]),
        () => [10, [1]],
        Symbol("eleven"),
        new Uint8Array([12, 1]),
        [13, [1], 2],
      ];
      const outcomes: unknown[] = [];
      for await (const settled of pool.imap("multiply", rows as never)) {
        outcomes.push(settled.status === "fulfilled" ? settled.image : tools.tell(settled.reason));
      }
      const failed = await tools.thrownBy(() => pool.starmap("multiply", rows as never));
      return { outcomes, failed: tools.tell(failed), after: await pool.apply("multiply", [2], 3) };
    });
    assert.equal(outcomes.length, 14);
    assert.deepEqual([outcomes[0], outcomes[13]], [[2], [2]]);
    for (const [i, told] of outcomes.slice(1, 13).entries()) {
      const { class: kind, code, index, message } = told as import("./tools.js").Told;
      assert.deepEqual([kind, code, index], ["TypeError", "invalid-item", i + 1]);
      assert.match(message, /^an item is a tuple \[id, image\] or \[id, image, intensity\], got /);
    }
    assert.match(failed.message, /^12 of 14 images failed; the first, at index 1: an item is a tuple/);
    assert.deepEqual(after, [6]);
  });

  row("3: any iterable is a batch, also an asynchronous one", async () => {
    const { wrong, names } = await withPool(async (pool) => {
      const batch = tools.lists(25);
      const expected = JSON.stringify(tools.multiplied(batch));
      class Reversed extends Array<BatchItem<number>> {
        override *[Symbol.iterator](): ArrayIterator<BatchItem<number>> {
          for (let i = this.length - 1; i >= 0; i--) yield this[i]!;
        }
      }
      const own = () => {
        let at = 0;
        return { next: () => (at < 25 ? { done: false, value: batch[at++]! } : { done: true, value: undefined }) };
      };
      const kinds: Record<string, () => Batch<number>> = {
        list: () => batch,
        "frozen list": () => Object.freeze([...batch]),
        "list with an iterator of its own": () => Reversed.from([...batch].reverse()),
        set: () => new Set(batch),
        "values of a map": () => new Map(batch.map((item) => [item[0], item])).values(),
        generator: () =>
          (function* () {
            yield* batch;
          })(),
        "zip of two ranges": () =>
          (function* () {
            for (const [id, list, factor] of batch) yield [id, list, factor] as const;
          })(),
        "object with next": () => ({ [Symbol.iterator]: own }) as Iterable<BatchItem<number>>,
        "asynchronous generator": () =>
          (async function* () {
            for (const item of batch) {
              if (item[0] % 10 === 3) await tools.pause(5);
              yield item;
            }
          })(),
        "asynchronous object": () => ({
          [Symbol.asyncIterator]: () => {
            const { next } = own();
            return { next: () => Promise.resolve(next() as IteratorResult<BatchItem<number>>) };
          },
        }),
        stream: () =>
          new ReadableStream<BatchItem<number>>({
            start: (controller) => {
              for (const item of batch) controller.enqueue(item);
              controller.close();
            },
          }),
      };
      const wrong: string[] = [];
      for (const [name, make] of Object.entries(kinds)) {
        if (JSON.stringify(await pool.starmap("multiply", make())) !== expected) wrong.push(`starmap: ${name}`);
        const streamed = (await tools.all(pool.imap("multiply", make()))).map((settled) => [
          settled.id,
          settled.status === "fulfilled" ? settled.image : settled.reason.message,
        ]);
        if (JSON.stringify(streamed) !== expected) wrong.push(`imap: ${name}`);
      }
      return { wrong, names: Object.keys(kinds) };
    });
    assert.equal(names.length, 11);
    assert.deepEqual(wrong, []);
  });

  row("3: a map is a batch of its keys and values, and an image may be a promise", async () => {
    const { mapped, promised } = await withPool(async (pool) => {
      const map = new Map([
        ["a", [1, 2]],
        ["b", [3]],
      ]);
      const later = tools.pause(20).then((): ImageInput => [5]);
      const promises: BatchItem<number>[] = [
        [0, later, 2],
        [1, Promise.resolve([7]), 2],
      ];
      return {
        mapped: await pool.starmap({ kind: "multiply", factor: 10 }, map),
        promised: await pool.starmap("multiply", promises),
      };
    });
    assert.deepEqual(mapped, [
      ["a", [10, 20]],
      ["b", [30]],
    ]);
    assert.deepEqual(promised, [
      [0, [10]],
      [1, [14]],
    ]);
  });

  row("3: what is not iterable is refused at the call, and so is a string", async () => {
    const told = await withPool(async (pool) => {
      const told: unknown[] = [];
      for (const batch of [5, null, undefined, {}, true, "photos", () => [], Symbol("batch"), 5n] as never[]) {
        const errors = [
          await tools.thrownBy(() => pool.starmap("multiply", batch)),
          await tools.thrownBy(() => pool.imap("multiply", batch)),
          await tools.thrownBy(() => pool.imapUnordered("multiply", batch)),
        ];
        for (const error of errors) told.push([tools.tell(error).class, tools.tell(error).code]);
      }
      await pool.apply("multiply", [1]);
      return told;
    });
    assert.deepEqual(told, new Array(27).fill(["TypeError", "invalid-batch"]));
  });

  row("4: starmap reads its batch as it goes, 256 items ahead at most", async () => {
    const { furthest, read, results } = await withPool(async (pool) => {
      let [read, done, furthest] = [0, 0, 0];
      const batch = function* (): Generator<BatchItem<number>> {
        for (; read < 1500;) {
          furthest = Math.max(furthest, read - done);
          yield [read, [read++], 2];
        }
      };
      const results = await pool.starmap("multiply", batch(), {
        onProgress: (progress) => {
          done = progress.done;
        },
      });
      return { furthest, read, results };
    });
    assert.equal(read, 1500);
    assert.ok(furthest <= 256, `read ${furthest} items ahead`);
    assert.deepEqual(
      results,
      Array.from({ length: 1500 }, (_, id) => [id, [2 * id]]),
    );
  });

  row("5: nothing in, nothing out, at once and beside other work", async () => {
    const { results, ended, told, busy } = await withPool(async (pool) => {
      const empties: (() => Batch)[] = [
        () => [],
        () => new Set<BatchItem>(),
        () => new Map<unknown, number[]>(),
        () => ({ [Symbol.iterator]: () => ({ next: () => ({ done: true, value: undefined }) }) }),
        async function* (): AsyncGenerator<BatchItem> {},
      ];
      let told = 0;
      const options = { onProgress: () => told++, onSpan: () => told++ };
      const busy = pool.starmap("delay", tools.sleeps(2, 30));
      const results: unknown[] = [];
      const ended: unknown[] = [];
      for (const empty of empties) {
        results.push(await pool.starmap("multiply", empty(), options));
        results.push(await tools.all(pool.imap("multiply", empty(), options)));
        results.push(await tools.all(pool.imapUnordered("multiply", empty(), options)));
        ended.push(await pool.imap("multiply", empty()).next());
      }
      const many = await Promise.all(Array.from({ length: 100 }, () => pool.starmap("invert", [])));
      return { results: [...results, ...many], ended, told, busy: await busy };
    });
    assert.deepEqual(results, new Array(115).fill([]));
    assert.ok(ended.every((end) => (end as IteratorResult<unknown>).done === true));
    assert.equal(told, 0);
    assert.deepEqual(busy, [
      [0, [0]],
      [1, [1]],
    ]);
  });

  row("6: the number and the sizes of the items change no result", async () => {
    const wrong = await withPool(async (pool) => {
      const wrong: string[] = [];
      for (const count of [0, 1, 3, 20, 100, 1000]) {
        const batch = tools.lists(count, count);
        const results = await pool.starmap("multiply", batch);
        if (JSON.stringify(results) !== JSON.stringify(tools.multiplied(batch))) wrong.push(`${count} lists`);
        if (count === 1000) continue;
        const images = tools.images(count);
        const negatives = await tools.all(pool.imapUnordered("invert", images));
        const bad = negatives.filter(
          (settled) =>
            settled.status === "rejected" || !tools.isSame(settled.image, tools.inverted(images[settled.index]![1])),
        );
        if (bad.length > 0 || negatives.length !== count) wrong.push(`${count} images: ${bad.length} wrong`);
      }
      return wrong;
    });
    assert.deepEqual(wrong, []);
  });

  row("6: a large image among small ones is blurred as it is alone", async () => {
    const same = await withPool(async (pool) => {
      const images = [...tools.images(20), [20, tools.noise(500, 300)], ...tools.images(20)] as [number, ImageData][];
      const alone: ImageData[] = [];
      for (const [, image] of images) alone.push(await pool.apply("gaussianBlur", image, 3));
      const together = await pool.starmap({ kind: "gaussianBlur", sigma: 3 }, images);
      return together.map(([, image], i) => tools.isSame(image, alone[i]!) && !tools.isSame(image, images[i]![1]));
    });
    // An image of a single pixel is its own blur: the first of each twenty.
    const expected = Array.from({ length: 41 }, (_, i) => i !== 0 && i !== 21);
    assert.deepEqual(same, expected);
  });

  row("7: every item is a task of its own", async () => {
    const spans = await withPool(async (pool) => {
      const spans: number[] = [];
      await pool.starmap("delay", tools.sleeps(40, 1), { onSpan: ({ index }) => spans.push(index) });
      return spans;
    });
    assert.deepEqual(
      spans.sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, index) => index),
    );
  });

  row("8: chunksize is refused at the call, whatever its value", async () => {
    const { told, read } = await withPool(async (pool) => {
      let read = 0;
      const batch = function* (): Generator<BatchItem<number>> {
        yield [read++, [1], 2];
      };
      const told: unknown[] = [];
      for (const chunksize of [1, 3, 100, 0, -1, 2.5, "2", null]) {
        const options = { chunksize } as object;
        const errors = [
          await tools.thrownBy(() => pool.starmap("multiply", batch(), options)),
          await tools.thrownBy(() => pool.imap("multiply", batch(), options)),
          await tools.thrownBy(() => pool.imapUnordered("multiply", batch(), options)),
          await tools.thrownBy(() => pool.apply("multiply", [1], 2, options)),
        ];
        for (const error of errors) {
          const { class: kind, code, parameter } = tools.tell(error);
          told.push([kind, code, parameter]);
        }
      }
      await pool.apply("multiply", [1]);
      return { told, read };
    });
    assert.deepEqual(told, new Array(32).fill(["TypeError", "invalid-option", "chunksize"]));
    assert.equal(read, 0);
  });

  row("12: no item is skipped because another failed", async () => {
    const { streamed, unordered, kept } = await withPool(async (pool) => {
      const batch = tools.lists(100).map((item): unknown => (item[0] % 7 === 3 ? [item[0], item[1], "much"] : item));
      const streamed = (await tools.all(pool.imap("multiply", batch as never))).map(tools.brief);
      const unordered = (await tools.all(pool.imapUnordered("multiply", batch as never))).map(tools.brief);
      const error = await tools.thrownBy(() => pool.starmap("multiply", batch as never));
      const kept = error instanceof pixelpool.BatchError ? error.results.map(tools.brief) : [];
      return { streamed, unordered: unordered.sort(([a], [b]) => a - b), kept };
    });
    const lists = await inPage(() => tools.multiplied(tools.lists(100)));
    const expected = lists.map(([id, list]) => [id, id % 7 === 3 ? "invalid-parameter" : list]);
    assert.deepEqual(streamed, expected);
    assert.deepEqual(unordered, expected);
    assert.deepEqual(kept, expected);
  });
});

/** Rows 9 and 10 of docs/pool-semantics.md: batches that throw, and batches that lie. */
import assert from "node:assert/strict";
import type { Batch, BatchItem } from "../../../src/types.js";
import { inEachMode } from "./rows.js";

inEachMode("faulty batches", ({ row, withPool }) => {
  row("9: starmap rejects with the very thing that the batch throws, and the pool stays usable", async () => {
    const { same, done, after } = await withPool(async (pool) => {
      const reasons: unknown[] = [new Error("the disk is gone"), "a word", undefined, { code: 7 }];
      const same: boolean[] = [];
      const done: number[] = [];
      const after: unknown[] = [];
      for (const reason of reasons) {
        // The first item, the fourth, and the first again.
        for (const good of [0, 3, 0]) {
          const batch = function* (): Generator<BatchItem<number>> {
            for (let id = 0; id < good; id++) yield [id, [id], 2];
            throw reason;
          };
          let count = 0;
          const failed = await tools.thrownBy(() => pool.starmap("multiply", batch(), { onProgress: () => count++ }));
          same.push(failed === reason);
          done.push(count);
          after.push(await pool.starmap("multiply", [[0, [2], 3]]));
        }
      }
      return { same, done, after };
    });
    assert.deepEqual(same, new Array(12).fill(true));
    assert.deepEqual(done, [0, 3, 0, 0, 3, 0, 0, 3, 0, 0, 3, 0]);
    assert.deepEqual(after, new Array(12).fill([[0, [6]]]));
  });

  row("9: so it does wherever the batch breaks", async () => {
    const wrong = await withPool(async (pool) => {
      const reason = new Error("the disk is gone");
      const fail = (): never => {
        throw reason;
      };
      const kinds: Record<string, () => unknown> = {
        "asks for its iterator": () => ({ [Symbol.iterator]: fail }),
        "asks for its asynchronous iterator": () => ({ [Symbol.asyncIterator]: fail }),
        next: () => ({ [Symbol.iterator]: () => ({ next: fail }) }),
        "next rejects": () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(reason) }) }),
        "done throws": () => ({
          [Symbol.iterator]: () => ({
            next: () => ({
              get done() {
                return fail();
              },
            }),
          }),
        }),
        "value throws": () => ({
          [Symbol.iterator]: () => ({
            next: () => ({
              done: false,
              get value() {
                return fail();
              },
            }),
          }),
        }),
        "asynchronous generator": async function* () {
          yield [0, [1]];
          await tools.pause(5);
          fail();
        },
      };
      const wrong: string[] = [];
      for (const [name, make] of Object.entries(kinds)) {
        const mapped = await tools.thrownBy(() => pool.starmap("multiply", make() as Batch));
        if (mapped !== reason) wrong.push(`starmap: ${name}: ${String(mapped)}`);
        const streamed = await tools.thrownBy(async () => tools.all(pool.imap("multiply", make() as Batch)));
        if (streamed !== reason) wrong.push(`imap: ${name}: ${String(streamed)}`);
        const after = await pool.apply("multiply", [1], 2);
        if (after[0] !== 2) wrong.push(`after ${name}`);
      }
      return wrong;
    });
    assert.deepEqual(wrong, []);
  });

  row("9: when starmap has rejected, nothing of it runs any more", async () => {
    const { startedAtEnd, startedLater, done } = await withPool(async (pool) => {
      let [started, done] = [0, 0];
      const batch = function* (): Generator<BatchItem<number>> {
        for (let id = 0; id < 6; id++) yield [id, [id], 30];
        throw new Error("the disk is gone");
      };
      await tools.thrownBy(() => pool.starmap("delay", batch(), { onSpan: () => started++, onProgress: () => done++ }));
      const startedAtEnd = started;
      await tools.pause(150);
      return { startedAtEnd, startedLater: started - startedAtEnd, done };
    });
    assert.deepEqual({ startedAtEnd, startedLater, done }, { startedAtEnd: 6, startedLater: 0, done: 6 });
  });

  row("9: a batch may lie of its length, or change it while it is read", async () => {
    const { lengths, totals, read } = await withPool(async (pool) => {
      const lengths: number[] = [];
      const totals: boolean[] = [];
      const items = (count: number) => Array.from({ length: count }, (_, id): BatchItem<number> => [id, [id], 2]);
      class Liar extends Array<BatchItem<number>> {
        override *[Symbol.iterator](): ArrayIterator<BatchItem<number>> {
          yield* items(3);
        }
      }
      const growing = items(3);
      const shrinking = items(600);
      const batches: [batch: Batch<number>, onProgress?: (done: number) => unknown][] = [
        [Object.assign(items(3).values(), { length: 1000 })],
        [Liar.from(items(10))],
        [growing, (done) => done <= 3 && growing.push([done + 2, [1]])],
        [shrinking, (done) => done === 10 && (shrinking.length = 300)],
      ];
      for (const [batch, change] of batches) {
        const totalsSeen: boolean[] = [];
        const options = {
          onProgress: ({ done, total }: import("../../../src/report-types.js").Progress) => {
            totalsSeen.push(total === undefined || done <= total);
            change?.(done);
          },
        };
        lengths.push((await pool.starmap("multiply", batch, options)).length);
        totals.push(totalsSeen.every(Boolean));
      }
      return { lengths, totals, read: await pool.apply("multiply", [1], 3) };
    });
    assert.deepEqual(lengths.slice(0, 2), [3, 3]);
    // What was added or cut off after the batch had been read that far is none of its items.
    assert.ok([3, 4, 5, 6].includes(lengths[2] ?? 0), `${lengths[2]} of a growing list`);
    assert.equal(lengths[3], 300);
    assert.deepEqual(totals.slice(0, 2), [true, true]);
    assert.deepEqual(read, [3]);
  });

  row("10: imap gives the good results first, then the very thing that the batch throws, then its end", async () => {
    const rounds = await withPool(async (pool) => {
      const reason = new Error("the disk is gone");
      const rounds: unknown[] = [];
      for (const good of [0, 1, 7, 300]) {
        for (const method of ["imap", "imapUnordered"] as const) {
          const batch = function* (): Generator<BatchItem<number>> {
            yield* tools.lists(good);
            throw reason;
          };
          const expected = tools.multiplied(tools.lists(good));
          const right = new Set<number>();
          const iterator = pool[method]("multiply", batch());
          const thrown = await tools.thrownBy(async () => {
            for await (const settled of iterator) {
              const [index, list] = tools.brief(settled);
              if (JSON.stringify(list) === JSON.stringify(expected[index]?.[1])) right.add(index);
            }
          });
          rounds.push([right.size === good, thrown === reason, await iterator.next(), await iterator.next()]);
        }
      }
      rounds.push(await pool.apply("multiply", [1], 7));
      return rounds;
    });
    const end = { done: true, value: undefined };
    assert.deepEqual(rounds, [...new Array<unknown>(8).fill([true, true, end, end]), [7]]);
  });

  row("10: an error of an item and one of the batch are two things", async () => {
    const { got, same } = await withPool(async (pool) => {
      const reason = new Error("the disk is gone");
      const batch = function* (): Generator<BatchItem<number>> {
        yield [0, [1], 2];
        yield [1, [1], NaN];
        yield [2, [1], 3];
        throw reason;
      };
      const got: unknown[] = [];
      const streamed = await tools.thrownBy(async () => {
        for await (const settled of pool.imap("multiply", batch())) got.push(tools.brief(settled));
      });
      const mapped = await tools.thrownBy(() => pool.starmap("multiply", batch()));
      return { got, same: [streamed === reason, mapped === reason] };
    });
    assert.deepEqual(got, [
      [0, [2]],
      [1, "invalid-parameter"],
      [2, [3]],
    ]);
    assert.deepEqual(same, [true, true]);
  });
});

/** Row 26 of docs/pool-semantics.md: a worker that dies costs the item that killed it, and nothing else. */
import assert from "node:assert/strict";
import type { BatchItem, Settled } from "../../../src/types.js";
import { MOST_AHEAD } from "../../../src/worker-handle.js";
import { inEachMode } from "./rows.js";

/** The package with one more filter, `fault`, which fails where it is told to: `scripts/package.mjs --faults` makes it. */
const FAULTS = "/target/faults/dist/index.js";

inEachMode("lost workers", ({ row, mode, inPage }) => {
  row("26: a worker that is ended from outside costs at most the items that it was working on", async () => {
    const { outcomes, right, lost, after, living } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2 });
      const images = tools.images(100);
      const slept = tools.all(pool.imap("delay", tools.sleeps(30, 20)));
      const inverted = tools.all(pool.imapUnordered("invert", images));
      await tools.pause(60);
      tools.workers.at(-1)?.deref()?.terminate();
      const outcomes = (await slept).map(tools.brief);
      const right = (await inverted).filter(
        (settled) =>
          settled.status === "fulfilled" && tools.isSame(settled.image, tools.inverted(images[settled.index]![1])),
      ).length;
      const lists = tools.lists(40);
      const after = await pool.starmap("multiply", lists);
      const living = await tools.living();
      await pool.close();
      return {
        outcomes,
        right,
        lost: (await inverted).map(tools.brief).filter(([, outcome]) => outcome === "worker-lost").length,
        after: JSON.stringify(after) === JSON.stringify(tools.multiplied(lists)),
        living,
      };
    });
    const gone = outcomes.filter(([, outcome]) => outcome === "worker-lost").map(([index]) => index);
    assert.deepEqual(
      outcomes,
      Array.from({ length: 30 }, (_, id) => [id, gone.includes(id) ? "worker-lost" : [id]]),
    );
    assert.equal(right + lost, 100);
    // Two threads work on two items. Quick ones are sent ahead to a worker with one thread, which has their pixels then.
    const most = mode === "workers" ? MOST_AHEAD : 2 - gone.length;
    assert.ok(gone.length <= 2 && lost <= most, `${gone.length} and ${lost} items were lost`);
    assert.equal(after, true);
    assert.ok(living > 0);
  });

  row("26: a worker that is ended again and again, and a pool that ends with one just lost, hang nowhere", async () => {
    const { settled, codes, right } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2 });
      let done = 0;
      const options = { onProgress: () => done++ };
      const running = tools.all(pool.imap("delay", tools.sleeps(12, 30), options));
      for (let i = 1; i <= 2; i++) {
        await tools.until(() => done >= 3 * i);
        tools.workers.at(-1)?.deref()?.terminate();
      }
      const settled = (await running).map(tools.brief);
      const right = await pool.apply("multiply", [4], 2);
      const last = tools.all(pool.imap("delay", tools.sleeps(4, 30)));
      tools.workers.at(-1)?.deref()?.terminate();
      await pool.close();
      const codes = (await last.catch(() => [])).map(tools.brief);
      return { settled, codes, right };
    });
    for (const [index, outcome] of [...settled, ...codes]) {
      if (outcome !== "worker-lost") assert.deepEqual(outcome, [index]);
    }
    assert.equal(settled.length, 12);
    assert.equal(codes.length, 4);
    assert.deepEqual(right, [8]);
  });

  const faults = { panic: "filter-panicked", trap: "worker-lost", memory: "out-of-memory" } as const;
  for (const [what, code] of Object.entries(faults)) {
    row(
      `26: a filter that ends in a ${what} costs its own item its result, in the middle of a batch and again`,
      async () => {
        const { outcomes, told, after, living } = await inPage(
          async (mode, { address, what }) => {
            const { createPool } = (await import(address)) as typeof pixelpool;
            const pool = await createPool({ mode, threads: 2 });
            const images = tools.images(24).map(([, image]) => image);
            images[7] = tools.noise(300, 300, 7);
            const batch = images.map((image, id): BatchItem => [
              id,
              image,
              id % 10 === 7 ? { what, at: 0.5 } : undefined,
            ]);
            const fault = { kind: "fault", what: "none", at: 0 } as never;
            const other = pool.starmap("multiply", tools.lists(60));
            const settled = await tools.all(pool.imap(fault, batch));
            const outcomes = settled.map((one) =>
              one.status === "fulfilled" ? tools.isSame(one.image, images[one.index]!) : tools.tell(one.reason).code,
            );
            const reason = settled[7]?.status === "rejected" ? tools.tell(settled[7].reason) : undefined;
            const beside = JSON.stringify(await other) === JSON.stringify(tools.multiplied(tools.lists(60)));
            const alone = tools.tell(await tools.thrownBy(() => pool.apply(fault, images[0]!, { what, at: 0 })));
            const after = [beside, alone.code, await pool.apply("multiply", [5], 2)];
            const living = await tools.living();
            await pool.close();
            return { outcomes, told: [reason?.class, reason?.index, reason?.id], after, living };
          },
          { address: FAULTS, what },
        );
        assert.deepEqual(
          outcomes,
          Array.from({ length: 24 }, (_, id) => (id % 10 === 7 ? code : true)),
        );
        assert.deepEqual(told, ["PixelpoolError", 7, 7]);
        assert.deepEqual(after, [true, code, [10]]);
        assert.ok(living >= (mode === "workers" ? 2 : 1));
      },
    );
  }

  row(
    "26: starmap keeps what the others gave when one item kills its worker; close waits for the replacement's work",
    async () => {
      const { kept, message } = await inPage(async (mode, address) => {
        const { createPool, BatchError } = (await import(address)) as typeof pixelpool;
        const pool = await createPool({ mode, threads: 2 });
        const image = tools.noise(40, 40);
        const batch = Array.from({ length: 10 }, (_, id): BatchItem => [
          id,
          image,
          id === 2 ? { what: "trap" } : undefined,
        ]);
        const mapping = tools.thrownBy(() => pool.starmap({ kind: "fault", what: "none", at: 0.5 } as never, batch));
        await pool.close();
        const error = await mapping;
        if (!(error instanceof BatchError)) throw error as Error;
        const results: readonly Settled[] = error.results;
        const kept = results.map((one) => (one.status === "fulfilled" ? tools.isSame(one.image, image) : "lost"));
        return { kept, message: error.message };
      }, FAULTS);
      assert.deepEqual(
        kept,
        Array.from({ length: 10 }, (_, id) => (id === 2 ? "lost" : true)),
      );
      assert.match(message, /^1 of 10 images failed; the first, at index 2: /);
    },
  );
});

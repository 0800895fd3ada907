/** The sentence below the rows of docs/pool-semantics.md: how threads share work, within a batch and between batches. */
import assert from "node:assert/strict";
import { inEachMode } from "./rows.js";

inEachMode("sharing", ({ row, mode, inPage, withPool }) => {
  const teams = { shared: [2, 4], workers: [2], single: [1] }[mode];
  for (const threads of teams) {
    row(`extra: a hundred equal items are shared evenly by ${threads} threads`, async () => {
      const { counts, got } = await inPage(async (mode, threads) => {
        const pool = await pixelpool.createPool({ mode, threads });
        const counts = new Array<number>(threads).fill(0);
        for await (const settled of pool.imapUnordered("delay", tools.sleeps(100, 20))) {
          if (settled.status === "fulfilled") counts[settled.thread]! += 1;
        }
        await pool.close();
        return { counts, got: pool.threads };
      }, threads);
      assert.equal(got, threads);
      const mean = 100 / threads;
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        100,
      );
      for (const [thread, count] of counts.entries()) {
        assert.ok(Math.abs(count - mean) <= 0.05 * mean + 1, `thread ${thread} had ${count} of 100`);
      }
    });
  }

  for (const kind of ["lists", "images"] as const) {
    row(`extra: a short batch of ${kind} ends long before a long one that was started before it`, async () => {
      const { done, short, long } = await inPage(async (mode, kind) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const image = tools.noise(40, 30);
        const batch = (count: number): [number, number[] | ImageData, number][] =>
          tools.sleeps(count, 10).map(([id, list, delay]) => [id, kind === "lists" ? list : image, delay]);
        let done = 0;
        const running = pool.starmap("delay", batch(100), { onProgress: (progress) => void (done = progress.done) });
        await tools.until(() => done >= 2);
        const short = (await pool.starmap("delay", batch(4))).length;
        const doneThen = done;
        const long = (await running).length;
        await pool.close();
        return { done: doneThen, short, long };
      }, kind);
      assert.deepEqual([short, long], [4, 100]);
      // Taking turns, four of the one are done with four or so of the other.
      assert.ok(done <= 50, `${done} of the long one's 100 were done before the short one's 4`);
    });
  }

  row("extra: a batch that nobody reads does not hold another up", async () => {
    const results = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 2, memoryLimit: 4 << 20 });
      const image = tools.noise(512, 256);
      const standing = pool.imap("invert", new Array(40).fill([0, image]));
      await standing.next();
      await tools.pause(50);
      const expected = tools.inverted(image);
      const results = await pool.starmap("invert", new Array(10).fill([0, image]));
      const right = results.filter(([, result]) => tools.isSame(result, expected)).length;
      const rest = (await tools.all(standing)).length;
      await pool.close();
      return { right, rest };
    });
    assert.deepEqual(results, { right: 10, rest: 39 });
  });

  row("extra: works with one thread", async () => {
    const { threads, right } = await inPage(async (mode) => {
      const pool = await pixelpool.createPool({ mode, threads: 1 });
      const [lists, images] = [tools.lists(50), tools.images(30)];
      const [multiplied, inverted] = await Promise.all([
        pool.starmap("multiply", lists),
        tools.all(pool.imapUnordered("invert", images)),
      ]);
      const right = [
        JSON.stringify(multiplied) === JSON.stringify(tools.multiplied(lists)),
        inverted.every(
          (settled) =>
            settled.status === "fulfilled" && tools.isSame(settled.image, tools.inverted(images[settled.index]![1])),
        ),
      ];
      await pool.close();
      return { threads: pool.threads, right };
    });
    assert.equal(threads, 1);
    assert.deepEqual(right, [true, true]);
  });

  row("extra: works where the page is isolated and where it is not, in the mode that it tells", async () => {
    const told = await inPage(async () => {
      const pool = await pixelpool.createPool({ threads: 2 });
      const result = await pool.apply("multiply", [1], 2);
      await pool.close();
      return { mode: pool.mode, reason: pool.reason.length > 20, isolated: crossOriginIsolated, result };
    });
    const isolated = mode === "shared";
    assert.deepEqual(told, { mode: isolated ? "shared" : "workers", reason: true, isolated, result: [2] });
  });

  row("extra: a page that is frozen for a while loses no work", async ({ page }) => {
    const session = await page.context().newCDPSession(page);
    const running = withPool(async (pool) => {
      const lists = tools.lists(60);
      const [slept, multiplied] = await Promise.all([
        pool.starmap("delay", tools.sleeps(40, 20)),
        pool.starmap("multiply", lists),
      ]);
      return [slept.length, JSON.stringify(multiplied) === JSON.stringify(tools.multiplied(lists))];
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await session.send("Page.setWebLifecycleState", { state: "active" });
    assert.deepEqual(await running, [40, true]);
    await session.detach();
  });
});

/** Row 20 of docs/pool-semantics.md, where buffers are given away: none costs another item its result. */
import assert from "node:assert/strict";
import type { BatchItem } from "../../../src/types.js";
import { inEachMode } from "./rows.js";

inEachMode("buffers that are given away", ({ row, withPool }) => {
  row("20: a buffer that is given away twice fails its second item alone, in words that say so", async () => {
    const told = await withPool(async (pool) => {
      const image = new ImageData(4, 4);
      const batch = [image, image, new ImageData(4, 4)].map((image, id): [number, ImageData] => [id, image]);
      const told: [number, string][] = [];
      for await (const outcome of pool.imap("invert", batch, { transfer: true })) {
        told.push([outcome.id, outcome.status === "fulfilled" ? "" : outcome.reason.message]);
      }
      return told;
    });
    assert.deepEqual(
      told.map(([id, message]) => [id, message === "" ? "fulfilled" : /given away/.test(message)]),
      [
        [0, "fulfilled"],
        [1, true],
        [2, "fulfilled"],
      ],
    );
  });

  row("20: a buffer that is given away twice, or cannot be given away, costs no other item its result", async () => {
    const { outcomes, after } = await withPool(async (pool) => {
      const twice = tools.noise(8, 8);
      const memory = new WebAssembly.Memory({ initial: 1 });
      const foreign = { data: new Uint8Array(memory.buffer), width: 128, height: 128 };
      const fine = tools.noise(9, 9);
      const expected = [tools.inverted(twice), tools.inverted(fine)];
      const batch: BatchItem<number>[] = [
        [0, twice],
        [1, twice],
        [2, foreign],
        [3, fine],
      ];
      const outcomes = await tools.all(pool.imap("invert", batch, { transfer: true }));
      return {
        outcomes: outcomes.map((settled) => {
          const [index, outcome] = tools.brief(settled);
          return outcome instanceof ImageData ? tools.isSame(outcome, expected[index === 0 ? 0 : 1]!) : outcome;
        }),
        after: await pool.apply("multiply", [1], 2),
      };
    });
    assert.deepEqual(outcomes, [true, "invalid-image", "invalid-image", true]);
    assert.deepEqual(after, [2]);
  });

  row("20: images that share a buffer lose nothing to each other when they are given away", async () => {
    const { outcomes, bytes } = await withPool(async (pool) => {
      const buffer = new ArrayBuffer(3 * 64);
      new Uint8Array(buffer).forEach((_, i, all) => (all[i] = i));
      const batch = [0, 1, 2].map((id): [number, { data: Uint8Array; width: number; height: number }] => [
        id,
        { data: new Uint8Array(buffer, id * 64, 64), width: 4, height: 4 },
      ]);
      const results = await pool.starmap("flipV", batch, { transfer: true });
      const outcomes = results.map(([, { data }]) => [data[0], data[48]]);
      return { outcomes, bytes: buffer.byteLength };
    });
    assert.deepEqual(
      outcomes,
      [0, 64, 128].map((first) => [first + 48, first]),
    );
    assert.equal(bytes, 3 * 64);
  });
});

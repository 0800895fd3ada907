/** Rows 11, 13, 14 and 19 to 22 of docs/pool-semantics.md: items that fail cost no other its result, and say what failed. */
import assert from "node:assert/strict";
import type { BatchItem } from "../../../src/types.js";
import { inEachMode } from "./rows.js";

inEachMode("failures", ({ row, withPool, inPage }) => {
  row("11: starmap waits for every item, then names the lowest that failed, whichever failed first", async () => {
    const { firstToFail, done, told, kept, cause } = await withPool(async (pool) => {
      // Item 2 fails when its file is made, 80 ms after the ones that are no tuples: nothing makes noise so short.
      const noise = new ImageData(300, 300);
      for (let at = 0; at < noise.data.length; at++) noise.data[at] = at % 4 === 3 ? 255 : (at * at * 7919) >> 7;
      const batch: unknown[] = [
        [0, new ImageData(2, 2), 40],
        [1, new ImageData(2, 2), 1],
        [2, noise, 80],
        "three",
        [4, new ImageData(2, 2), 40],
        "five",
        [6, new ImageData(2, 2), 1],
      ];
      const output = { type: "image/jpeg", maxBytes: 1500 } as const;
      let firstToFail = -1;
      for await (const settled of pool.imapUnordered("delay", batch as never, { output })) {
        if (settled.status === "rejected" && firstToFail < 0) firstToFail = settled.index;
      }
      let done = 0;
      const options = { output, onProgress: () => done++ };
      const error = await tools.thrownBy(() => pool.starmap("delay", batch as never, options));
      if (!(error instanceof pixelpool.BatchError)) throw error;
      return {
        firstToFail,
        done,
        told: tools.tell(error),
        kept: error.results.map((settled) => {
          const [index, outcome] = tools.brief(settled);
          return [index, outcome instanceof Blob ? outcome.type : outcome];
        }),
        cause: error.results[2]?.status === "rejected" && error.cause === error.results[2].reason,
      };
    });
    assert.equal(firstToFail, 3);
    assert.equal(done, 7);
    assert.deepEqual([told.class, told.code], ["BatchError", "batch-failed"]);
    assert.match(told.message, /^3 of 7 images failed; the first, at index 2: /);
    assert.equal(cause, true);
    const jpeg = "image/jpeg";
    assert.deepEqual(kept, [
      [0, jpeg],
      [1, jpeg],
      [2, "encode-failed"],
      [3, "invalid-item"],
      [4, jpeg],
      [5, "invalid-item"],
      [6, jpeg],
    ]);
  });

  row("13: one broken file in the middle costs no other image its result, and the pool goes on", async () => {
    const result = await withPool(async (pool) => {
      const photo = await (await fetch("/www/demo/samples/macaws.jpg")).blob();
      const garbage = new Blob([new Uint8Array(5000).map((_, i) => i * 31)], { type: "image/jpeg" });
      const batch: [string, Blob][] = [
        ["a", photo],
        ["b", garbage],
        ["c", photo],
        ["empty", new Blob([])],
        ["half", photo.slice(0, 300, "image/jpeg")],
        ["d", photo],
      ];
      const error = await tools.thrownBy(() => pool.starmap("invert", batch));
      if (!(error instanceof pixelpool.BatchError)) throw error;
      const outcomes = error.results.map((settled) => {
        const [index, outcome] = tools.brief(settled);
        const size: unknown = outcome instanceof ImageData ? outcome.width : outcome;
        return [settled.id, index, size] as const;
      });
      const again = await pool.apply("invert", photo, 1);
      const { width } = await createImageBitmap(photo);
      return { outcomes, message: error.message, again: again instanceof ImageData, width };
    });
    assert.equal(result.again, true);
    assert.match(result.message, /^3 of 6 images failed; the first, at index 1: /);
    const { width } = result;
    assert.ok(width > 100);
    assert.deepEqual(result.outcomes, [
      ["a", 0, width],
      ["b", 1, "decode-failed"],
      ["c", 2, width],
      ["empty", 3, "invalid-image"],
      ["half", 4, "decode-failed"],
      ["d", 5, width],
    ]);
  });

  row("13: imap hands each error over in its place and goes on", async () => {
    const { steps, end } = await withPool(async (pool) => {
      const batch: unknown[] = [
        [0, [1], "x"],
        [1, [1], 2],
        "two",
        [3, [3], 2],
        [4, [1, "2"]],
        [5, [5], NaN],
        [6, [6], 2],
      ];
      const iterator = pool.imap("multiply", batch as never);
      const steps: unknown[] = [];
      // By hand: nothing of it may throw.
      while (steps.length < batch.length) {
        const step = await iterator.next();
        steps.push(step.done ? "the end" : tools.brief(step.value));
      }
      return { steps, end: (await iterator.next()).done };
    });
    assert.equal(end, true);
    assert.deepEqual(steps, [
      [0, "invalid-parameter"],
      [1, [2]],
      [2, "invalid-item"],
      [3, [6]],
      [4, "invalid-image"],
      [5, "invalid-parameter"],
      [6, [12]],
    ]);
  });

  row("14: imapUnordered gives every outcome once, with errors in between", async () => {
    const { failed, right, indices } = await withPool(async (pool) => {
      const images = tools.images(60);
      const batch = images.map(([id, image]) => (id % 9 === 4 ? [id, image, -1] : [id, image, 1]));
      const outcomes = await tools.all(pool.imapUnordered("invert", batch as never));
      return {
        indices: outcomes.map(({ index }) => index),
        failed: outcomes.filter(({ status }) => status === "rejected").map(tools.brief),
        right: outcomes.filter(
          (settled) =>
            settled.status === "fulfilled" && tools.isSame(settled.image, tools.inverted(images[settled.index]![1])),
        ).length,
      };
    });
    assert.deepEqual(
      indices.sort((a, b) => a - b),
      Array.from({ length: 60 }, (_, index) => index),
    );
    const wrong = [4, 13, 22, 31, 40, 49, 58];
    assert.deepEqual(
      failed.sort(([a], [b]) => a - b),
      wrong.map((index) => [index, "invalid-parameter"]),
    );
    assert.equal(right, 60 - wrong.length);
  });

  row("19: an error says what failed, where and why", async () => {
    const { told, kinds, kept } = await withPool(async (pool) => {
      const reason = new Error("the network is gone");
      const id = { name: "photo" };
      const image = () => new ImageData(4, 4);
      const garbage = new Blob([new Uint8Array(500).map((_, i) => i * 31)]);
      const batch: unknown[] = [
        [id, image(), { sigma: 251 }],
        [id, image(), { sigmaa: 1 }],
        [id, image(), "much"],
        [id, Promise.reject(reason)],
        [id, garbage],
        [id, { data: new Int16Array(4), width: 1, height: 1 }],
        [id, { data: new Uint8Array(4), width: 0, height: 1 }],
        [id, new ImageData(70_000, 1)],
      ];
      const output = { type: "image/webp" } as const;
      const outcomes = await tools.all(pool.imap("gaussianBlur", batch as never, { output }));
      const reasons = outcomes.map((settled) => {
        if (settled.status === "fulfilled") throw new Error(`item ${settled.index} did not fail`);
        return settled.reason;
      });
      const applied = await tools.thrownBy(() => pool.apply("gaussianBlur", image(), { sigma: -1 }));
      return {
        told: [...reasons, applied].map((error) => {
          const { message, class: kind, code, filter, parameter, index } = tools.tell(error);
          return { message, place: [kind, code, filter, parameter, index].filter((part) => part !== undefined) };
        }),
        kinds: reasons.map((error) => [
          error instanceof TypeError,
          error instanceof RangeError,
          error instanceof pixelpool.PixelpoolError,
        ]),
        kept: [reasons.every((error) => error.id === id), reasons[3]?.cause === reason],
      };
    });
    const filter = "gaussianBlur";
    assert.deepEqual(
      told.map(({ place }) => place),
      [
        ["RangeError", "invalid-parameter", filter, "sigma", 0],
        ["TypeError", "invalid-parameter", filter, "sigmaa", 1],
        ["TypeError", "invalid-parameter", filter, "sigma", 2],
        ["PixelpoolError", "invalid-image", 3],
        ["PixelpoolError", "decode-failed", 4],
        ["TypeError", "invalid-image", 5],
        ["RangeError", "invalid-image", 6],
        ["PixelpoolError", "encode-failed", 7],
        ["RangeError", "invalid-parameter", filter, "sigma", 0],
      ],
    );
    assert.match(told[0]?.message ?? "", /^gaussianBlur: sigma must be .* from 0 to 250 px, got 251$/);
    assert.equal(told[3]?.message, "the network is gone");
    assert.deepEqual(
      kinds.map((kind) => kind.indexOf(true)),
      [1, 0, 0, 2, 2, 0, 1, 2],
    );
    assert.deepEqual(kept, [true, true]);
  });

  row("20: what cannot be sent is its own item's error, again and again", async () => {
    const { rounds, ids } = await withPool(async (pool) => {
      const detached = (image: ImageData) => {
        structuredClone(image.data.buffer, { transfer: [image.data.buffer] });
        return image;
      };
      const emptied = new Float64Array(8);
      structuredClone(emptied.buffer, { transfer: [emptied.buffer] });
      const unsendable = (): unknown[] => [
        { draw: () => undefined },
        () => [1],
        Symbol("image"),
        5n,
        null,
        undefined,
        new DataView(new ArrayBuffer(8)),
        new BigInt64Array(2),
        [1, () => 2],
        detached(new ImageData(4, 4)),
        { data: detached(new ImageData(4, 4)).data, width: 4, height: 4 },
        detached(new ImageData(4, 4)).data.buffer,
        emptied,
        { data: { length: 4 }, width: 1, height: 1 },
      ];
      const rounds: unknown[] = [];
      for (let round = 0; round < 20; round++) {
        const batch: unknown[] = unsendable().flatMap((image, i): unknown[] => [
          [2 * i, image],
          [2 * i + 1, [i], 2],
        ]);
        const outcomes = await tools.all(pool.imap("multiply", batch as never));
        rounds.push(outcomes.map(tools.brief));
      }
      // An id stays on the page, so it may be anything.
      const anything: unknown[] = [() => 1, Symbol("id"), undefined, null, document, Promise.resolve(1)];
      const back = await pool.starmap(
        "multiply",
        anything.map((id): BatchItem => [id, [1]]),
      );
      return { rounds, ids: back.map(([id], i) => id === anything[i]) };
    });
    const codes = new Array<string>(14).fill("invalid-image");
    const expected = codes.flatMap((code, i) => [
      [2 * i, code],
      [2 * i + 1, [2 * i]],
    ]);
    for (const round of rounds) assert.deepEqual(round, expected);
    assert.equal(rounds.length, 20);
    assert.deepEqual(ids, new Array(6).fill(true));
  });

  row("21: a result that cannot be made is its own item's error, fifty times over", async () => {
    const { outcomes, after } = await withPool(async (pool) => {
      // WebP holds 16383 pixels in a row.
      const [small, wide] = [tools.noise(8, 8), new ImageData(20_000, 1)];
      const batch = Array.from({ length: 100 }, (_, id): [number, ImageData] => [id, id % 2 ? small : wide]);
      const outcomes = await tools.all(pool.imap("invert", batch, { output: { type: "image/webp" } }));
      const after = await pool.apply("invert", wide);
      return {
        outcomes: outcomes.map(tools.brief).map(([, outcome]) => (outcome instanceof Blob ? outcome.type : outcome)),
        after: tools.isSame(after, tools.inverted(wide)),
      };
    });
    assert.deepEqual(
      outcomes,
      Array.from({ length: 100 }, (_, id) => (id % 2 ? "image/webp" : "encode-failed")),
    );
    assert.equal(after, true);
  });

  row("21: a file that cannot hold the whole image is an error, and not a part of the image", async () => {
    const outcomes = await withPool(async (pool) => {
      const sizes = [
        ["image/webp", 16_383, 1],
        ["image/webp", 1, 16_384],
        ["image/jpeg", 65_500, 1],
        ["image/jpeg", 1, 65_501],
      ] as const;
      const outcomes: unknown[] = [];
      for (const [type, width, height] of sizes) {
        const batch: BatchItem[] = [[type, new ImageData(width, height)]];
        for await (const settled of pool.imap("invert", batch, { output: { type } })) {
          const [, outcome] = tools.brief(settled);
          outcomes.push(outcome instanceof Blob ? outcome.type : outcome);
        }
      }
      return outcomes;
    });
    assert.deepEqual(outcomes, ["image/webp", "encode-failed", "image/jpeg", "encode-failed"]);
  });

  for (const end of ["close", "terminate"] as const) {
    row(`22: errors among large results do not hold ${end} up`, async () => {
      const { read, unread, mapped } = await inPage(async (mode, end) => {
        const pool = await pixelpool.createPool({ mode, threads: 2, memoryLimit: 32 << 20 });
        const large = tools.noise(1000, 1000);
        const batch = Array.from({ length: 12 }, (_, id): BatchItem<number> => [id, large, id % 3 === 1 ? -1 : 1]);
        // Nobody reads the one, so that it waits for memory; the other is in the middle of its work.
        const standing = pool.imap("invert", batch);
        const { value } = (await standing.next()) as IteratorYieldResult<import("../../../src/types.js").Settled>;
        const mapping = tools.thrownBy(() => pool.starmap("invert", batch));
        await pool[end]();
        const error = await mapping;
        const unread = [value];
        const stopped = await tools.thrownBy(async () => {
          for await (const settled of standing) unread.push(settled);
        });
        return {
          read: unread.map(({ index }) => index),
          unread: tools.tell(stopped).code,
          mapped:
            error instanceof pixelpool.BatchError ? error.results.map(({ status }) => status) : tools.tell(error).code,
        };
      }, end);
      assert.equal(unread, "closed");
      assert.deepEqual(
        read,
        read.map((_, i) => i),
      );
      const whole = Array.from({ length: 12 }, (_, id) => (id % 3 === 1 ? "rejected" : "fulfilled"));
      if (end === "close") assert.deepEqual(mapped, whole);
      else assert.deepEqual([mapped, read], ["closed", [0]]);
    });
  }
});

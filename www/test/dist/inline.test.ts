/** Where there are no workers (here: in Node, whose own are taken away) one instance serves in place. */
import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import type * as Package from "../../src/index.js";
import type { PixelImage } from "../../src/types.js";

const DIST = path.resolve(import.meta.dirname, "../../../dist/index.js");

describe("without workers", () => {
  it("everything runs on one thread, and says so", async (t) => {
    t.mock.method(process, "getBuiltinModule", () => undefined);
    const { createPool, PixelpoolError } = (await import(DIST)) as typeof Package;
    const pool = await createPool();
    assert.deepEqual([pool.mode, pool.threads], ["single", 1]);
    assert.match(pool.reason, /no workers/);
    const batch: [number, number[], number][] = [
      [1, [10, 20, 30], 2],
      [2, [40, 50, 60], 3],
    ];
    assert.deepEqual(await pool.starmap("multiply", batch), [
      [1, [20, 40, 60]],
      [2, [120, 150, 180]],
    ]);
    const image = { data: new Uint8Array(64 * 48 * 4).fill(100), width: 64, height: 48 };
    const { data } = (await pool.apply(["gaussianBlur", "invert"], image)) as PixelImage;
    assert.deepEqual([...data.subarray(0, 4)], [155, 155, 155, 100]);
    const refused = await pool.apply("invert", new Blob(["no picture"])).catch((error: unknown) => error);
    assert.ok(refused instanceof PixelpoolError);
    assert.equal(refused.code, "decode-failed");
    await assert.rejects(createPool({ mode: "shared" }), { code: "unsupported" });
    await pool.close();
    await assert.rejects(pool.starmap("multiply", batch), { code: "closed" });
  });
});

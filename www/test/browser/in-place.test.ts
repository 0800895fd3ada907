/** An engine that runs in place, as in shared workers and here in Node, whose own workers are taken away, with the build of the package that goes wrong on demand. */
import assert from "node:assert/strict";
import path from "node:path";
import { it } from "node:test";
import type * as Package from "../../src/index.js";
import type { BatchItem, FilterInput } from "../../src/types.js";

const DIST = path.resolve(import.meta.dirname, "../../../target/faults/dist/index.js");

it("an engine in place that a trap has ended costs its own item its result, and no other and no other pool", async (t) => {
  t.mock.method(process, "getBuiltinModule", () => undefined);
  const { createPool } = (await import(DIST)) as typeof Package;
  const [pool, other] = [await createPool(), await createPool()];
  const item = (id: number, what: string): BatchItem<number> => {
    return [id, { data: new Uint8ClampedArray(64 * 64 * 4), width: 64, height: 64 }, { what }];
  };
  const outcomes: unknown[] = [];
  const filter = { kind: "fault" } as unknown as FilterInput;
  for await (const settled of pool.imap(filter, [item(0, "none"), item(1, "trap"), item(2, "none")])) {
    outcomes.push(settled.status === "rejected" ? (settled.reason as Error & { code: string }).code : settled.id);
  }
  assert.deepEqual(outcomes, [0, "worker-lost", 2]);
  const third = await createPool();
  for (const one of [pool, other, third]) {
    assert.deepEqual(await one.starmap("multiply", [[1, [1, 2], 2]]), [[1, [2, 4]]]);
    await one.close();
  }
});

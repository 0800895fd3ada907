/** Rows 28, 30 and 31 of docs/pool-semantics.md: what a pool may be asked for, and what Python has and this pool has not. */
import assert from "node:assert/strict";
import { inEachMode } from "./rows.js";

inEachMode("options", ({ row, inPage, withPool }) => {
  row("28: a number of threads that there cannot be is refused before anything starts", async () => {
    const { told, started } = await inPage(async (mode) => {
      const before = tools.workers.length;
      const told: Record<string, unknown[]> = {};
      for (const threads of [0, -1, NaN, Infinity, -Infinity, 2.5, "2", null, true, [2], {}, 2n] as never[]) {
        const error = await tools.thrownBy(() => pixelpool.createPool({ mode, threads }));
        const { class: kind, code, parameter } = tools.tell(error);
        told[`${typeof threads} ${String(threads)}`] = [kind, code, parameter];
      }
      return { told, started: tools.workers.length - before };
    });
    const range = ["RangeError", "invalid-option", "threads"];
    const type = ["TypeError", "invalid-option", "threads"];
    assert.deepEqual(told, {
      "number 0": range,
      "number -1": range,
      "number NaN": range,
      "number Infinity": range,
      "number -Infinity": range,
      "number 2.5": type,
      "string 2": type,
      "object null": type,
      "boolean true": type,
      "object 2": type,
      "object [object Object]": type,
      "bigint 2": type,
    });
    assert.equal(started, 0);
  });

  row("30, 31: there is no initializer and no limit of tasks a worker; an unknown option is refused", async () => {
    const { told, started } = await inPage(async (mode) => {
      const before = tools.workers.length;
      const told: unknown[] = [];
      const unknown: Record<string, unknown> = {
        initializer: () => undefined,
        initargs: [],
        maxtasksperchild: 1,
        processes: 2,
        thread: 2,
      };
      for (const [name, value] of Object.entries(unknown)) {
        const error = await tools.thrownBy(() => pixelpool.createPool({ mode, threads: 2, [name]: value }));
        const { class: kind, code, parameter } = tools.tell(error);
        told.push([kind, code, parameter === name]);
      }
      return { told, started: tools.workers.length - before };
    });
    assert.deepEqual(told, new Array(5).fill(["TypeError", "invalid-option", true]));
    assert.equal(started, 0);
  });

  row("30: an unknown option of a call is refused, and no item of its batch is read", async () => {
    const { told, read, after } = await withPool(async (pool) => {
      let read = 0;
      const batch = function* (): Generator<[number, number[]]> {
        yield [read++, [1]];
      };
      const told: unknown[] = [];
      for (const name of ["timeout", "callback", "error_callback", "onprogress", "onError", "ordered"]) {
        const options = { [name]: () => undefined } as object;
        const calls = [
          () => pool.starmap("multiply", batch(), options),
          () => pool.imap("multiply", batch(), options),
          () => pool.imapUnordered("multiply", batch(), options),
          () => pool.apply("multiply", [1], 1, options),
        ];
        for (const call of calls) {
          const { class: kind, code, parameter } = tools.tell(await tools.thrownBy(call));
          told.push([kind, code, parameter === name]);
        }
      }
      return { told, read, after: await pool.apply("multiply", [2], 2) };
    });
    assert.deepEqual(told, new Array(24).fill(["TypeError", "invalid-option", true]));
    assert.equal(read, 0);
    assert.deepEqual(after, [4]);
  });

  row("31: a pool that has done a thousand tasks does the next one as well", async () => {
    const { right, started } = await withPool(async (pool) => {
      const image = tools.noise(20, 20);
      const expected = tools.inverted(image);
      let right = 0;
      const started = tools.workers.length;
      const batch = Array.from({ length: 1000 }, (_, id): [number, ImageData] => [id, image]);
      for await (const settled of pool.imapUnordered("invert", batch)) {
        if (settled.status === "fulfilled" && tools.isSame(settled.image, expected)) right += 1;
      }
      return { right, started: tools.workers.length - started };
    });
    assert.deepEqual({ right, started }, { right: 1000, started: 0 });
  });
});

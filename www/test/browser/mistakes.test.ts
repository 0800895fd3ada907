/** Bad input: each mistake gets a typed error that names what is wrong; nothing else is lost. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { FilterInput } from "../../src/types.js";
import { launch, modes, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** What a test looks at of an error. */
interface Told {
  class: string;
  code?: string;
  filter?: string;
  parameter?: string;
  index?: number;
  message: string;
}

for (const { mode, isolated } of modes) {
  describe(`mistakes, mode ${mode}`, () => {
    it("of the call are told at the call, and the pool goes on", async () => {
      await using tab = await openPage(browser, { isolated });
      const told = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const told: Record<string, unknown> = {};
        const tell = (error: unknown) => {
          const { name, code, filter, parameter, index, message } = error as Error & Told;
          return { class: name, code, filter, parameter, index, message };
        };
        let touched = 0;
        const batch = function* (): Generator<[number, number[]]> {
          touched += 1;
          yield [1, [1]];
        };
        const filters: Record<string, unknown> = {
          unknown: "sharpenn",
          "unknown in a chain": ["invert", { kind: "blurr" }],
          "no kind": { sigma: 2 },
          "not a filter": 7,
          "unknown parameter": { kind: "gaussianBlur", sigmaa: 2 },
          "wrong type": { kind: "gaussianBlur", sigma: "2" },
          "out of range": { kind: "gaussianBlur", sigma: 250.1 },
          negative: { kind: "brightness", amount: -0.1 },
          "not a number": { kind: "gaussianBlur", sigma: NaN },
          infinite: { kind: "multiply", factor: Infinity },
          "not whole": { kind: "median", radius: 1.5 },
          "wrong word": { kind: "sobel", mode: "l3" },
          "missing list": { kind: "colorMatrix" },
          "short list": { kind: "colorMatrix", m: [1, 2, 3] },
          "bad kernel": { kind: "convolve", kernel: [1, 2, 3, 4], width: 3, height: 3 },
        };
        for (const [name, filter] of Object.entries(filters)) {
          told[name] = await pool.starmap(filter as FilterInput, batch()).catch(tell);
          try {
            pool.imap(filter as FilterInput, batch());
          } catch (error) {
            if (tell(error).message !== (told[name] as Told).message) throw error;
            continue;
          }
          throw new Error(`imap took the filter «${name}»`);
        }
        told.signal = await pool.starmap("multiply", [], { signal: {} as AbortSignal }).catch(tell);
        told.output = await pool.starmap("multiply", [], { output: "jpeg" as "same" }).catch(tell);
        told.quality = await pool.starmap("multiply", [], { output: { type: "image/jpeg", quality: 85 } }).catch(tell);
        const after = await pool.apply("multiply", [2], 2);
        await pool.close();
        return { told: told as Record<string, Told>, touched, after };
      }, mode);
      assert.equal(told.touched, 0, "the batch was read though the call was wrong");
      assert.deepEqual(told.after, [4]);
      const expected: Record<string, [string, string, (string | undefined)?, string?]> = {
        unknown: ["TypeError", "unknown-filter", "sharpenn"],
        "unknown in a chain": ["TypeError", "unknown-filter", "blurr"],
        "no kind": ["TypeError", "unknown-filter"],
        "not a filter": ["TypeError", "unknown-filter"],
        "unknown parameter": ["TypeError", "invalid-parameter", "gaussianBlur", "sigmaa"],
        "wrong type": ["TypeError", "invalid-parameter", "gaussianBlur", "sigma"],
        "out of range": ["RangeError", "invalid-parameter", "gaussianBlur", "sigma"],
        negative: ["RangeError", "invalid-parameter", "brightness", "amount"],
        "not a number": ["RangeError", "invalid-parameter", "gaussianBlur", "sigma"],
        infinite: ["RangeError", "invalid-parameter", "multiply", "factor"],
        "not whole": ["RangeError", "invalid-parameter", "median", "radius"],
        "wrong word": ["TypeError", "invalid-parameter", "sobel", "mode"],
        "missing list": ["TypeError", "invalid-parameter", "colorMatrix", "m"],
        "short list": ["RangeError", "invalid-parameter", "colorMatrix", "m"],
        "bad kernel": ["RangeError", "invalid-parameter", "convolve", "kernel"],
        signal: ["TypeError", "invalid-option", undefined, "signal"],
        output: ["TypeError", "invalid-option", undefined, "output"],
        quality: ["RangeError", "invalid-option", undefined, "output.quality"],
      };
      for (const [name, [kind, code, filter, parameter]] of Object.entries(expected)) {
        const error = told.told[name];
        assert.deepEqual(
          [error?.class, error?.code, error?.filter, error?.parameter],
          [kind, code, filter, parameter],
          name,
        );
      }
      assert.match(
        told.told["out of range"]?.message ?? "",
        /^gaussianBlur: sigma must be .* from 0 to 250 px, got 250\.1$/,
      );
      assert.match(told.told["bad kernel"]?.message ?? "", /must have 9 numbers, got 4/);
    });

    it("that only the engine can tell are told of the call, and nothing is read, copied or given away", async () => {
      await using tab = await openPage(browser, { isolated });
      const { told, first, read, bytes, after } = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const tell = (error: unknown) => {
          const { name, code, filter, parameter, index } = error as Error & Told;
          return [name, code, filter, parameter, index];
        };
        const image = { data: new Uint8Array(16), width: 2, height: 2 };
        let read = 0;
        const batch = function* () {
          read += 1;
          yield [1, image] as const;
        };
        const matrix = [1, 2, 0, 2, 4, 0, 0, 0, 1];
        const filters: FilterInput[] = [
          { kind: "lut3d", cube: "no table" },
          { kind: "lut3d", cube: "LUT_3D_SIZE 2\n0 0 0\n" },
          ["invert", { kind: "warp", matrix, width: 2, height: 2 }],
          { kind: "lut3d" },
        ];
        const told: unknown[] = [];
        for (const filter of filters) {
          told.push(await pool.starmap(filter, batch(), { transfer: true }).catch(tell));
          told.push(await pool.apply(filter, image, undefined, { transfer: true }).catch(tell));
        }
        const first = await pool.imap(filters[0]!, batch()).next().catch(tell);
        const cube = "LUT_3D_SIZE 2\n" + "0 0 0\n".repeat(8);
        const after = await pool.apply(
          { kind: "lut3d", cube },
          { data: Uint8Array.of(9, 9, 9, 9), width: 1, height: 1 },
        );
        await pool.close();
        return { told, first, read, bytes: image.data.byteLength, after: [...after.data] };
      }, mode);
      const wanted = [
        ["TypeError", "invalid-parameter", "lut3d", "cube", undefined],
        ["RangeError", "invalid-parameter", "lut3d", "cube", undefined],
        ["RangeError", "invalid-parameter", "warp", "matrix", undefined],
        ["TypeError", "invalid-parameter", "lut3d", "cube", undefined],
      ];
      assert.deepEqual(
        told,
        wanted.flatMap((each) => [each, each]),
      );
      assert.deepEqual(first, wanted[0]);
      assert.deepEqual([read, bytes], [0, 16]);
      assert.deepEqual(after, [0, 0, 0, 9]);
    });

    it("that are told of an image's size name filter and parameter", async () => {
      await using tab = await openPage(browser, { isolated });
      const told = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2, memoryLimit: 2 ** 32 });
        const told: unknown[] = [];
        const items = [
          [{ kind: "crop", x: 1, width: 3, height: 1 }, undefined],
          [{ kind: "crop", width: 3, height: 1 }, { height: 4 }],
          [{ kind: "resize", width: 16_384, height: 16_400 }, undefined],
        ] as const;
        for (const [filter, change] of items) {
          const given = pool.apply(filter, new ImageData(3, 3), change, { transfer: true });
          const error = await given.catch((error: unknown) => error);
          const { name, code, filter: of, parameter } = error as Error & Told;
          told.push([name, code, of, parameter]);
        }
        await pool.close();
        return told;
      }, mode);
      assert.deepEqual(told, [
        ["RangeError", "invalid-parameter", "crop", "width"],
        ["RangeError", "invalid-parameter", "crop", "height"],
        // A shared memory has no room for it: then the engine is not asked.
        ["PixelpoolError", "too-large", "resize", mode === "shared" ? undefined : "height"],
      ]);
    });

    it("of one item are its own outcome, with its index, and the others get their results", async () => {
      await using tab = await openPage(browser, { isolated });
      const { settled, thrown } = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const fine = () => new ImageData(4, 4);
        const items: unknown[] = [
          [0, fine()],
          [1],
          [2, fine(), 1, 1],
          "three",
          [4, fine(), NaN],
          [5, fine(), "much"],
          [6, fine(), { amount: -1 }],
          [7, fine(), { amoun: 1 }],
          [8, { data: new Uint8ClampedArray(15), width: 2, height: 2 }],
          [9, { data: new Uint8ClampedArray(0), width: 0, height: 2 }],
          [10, { data: [1, 2, 3, 4], width: 1, height: 1 }],
          [11, "photo.jpg"],
          [12, new BigInt64Array(4)],
          [13, [1, "2"]],
          [14, [1, 2, 3]],
          [15, Promise.reject(new Error("the network is gone"))],
          [16, new Blob([])],
          [17, fine(), null],
          [18, fine(), { amount: 1 }],
        ];
        const settled: unknown[] = [];
        for await (const outcome of pool.imap("brightness", items as never)) {
          if (outcome.status === "fulfilled") {
            settled.push([outcome.index, "ok"]);
          } else {
            const { name, code, index } = outcome.reason as Error & Told;
            settled.push([outcome.index, name, code, index]);
          }
        }
        const thrown = await pool.starmap("brightness", items.slice(0, 2) as never).catch((error: unknown) => error);
        await pool.close();
        return { settled, thrown: thrown instanceof pixelpool.BatchError && thrown.results.length };
      }, mode);
      assert.deepEqual(settled, [
        [0, "ok"],
        [1, "TypeError", "invalid-item", 1],
        [2, "TypeError", "invalid-item", 2],
        [3, "TypeError", "invalid-item", 3],
        [4, "RangeError", "invalid-parameter", 4],
        [5, "TypeError", "invalid-parameter", 5],
        [6, "RangeError", "invalid-parameter", 6],
        [7, "TypeError", "invalid-parameter", 7],
        [8, "RangeError", "invalid-image", 8],
        [9, "RangeError", "invalid-image", 9],
        [10, "TypeError", "invalid-image", 10],
        [11, "TypeError", "invalid-image", 11],
        [12, "TypeError", "invalid-image", 12],
        [13, "TypeError", "invalid-image", 13],
        [14, "TypeError", "unsupported", 14],
        [15, "PixelpoolError", "invalid-image", 15],
        [16, "RangeError", "invalid-image", 16],
        [17, "ok"],
        [18, "ok"],
      ]);
      assert.equal(thrown, 2);
    });
  });
}

describe("mistakes of createPool", () => {
  it("are typed errors that name the option", async () => {
    await using tab = await openPage(browser, { isolated: false });
    const told = await tab.page.evaluate(async () => {
      const tell = (error: unknown) => {
        const { name, code, parameter } = error as Error & Told;
        return [name, code, parameter];
      };
      const wrong: unknown[] = [
        { memoryLimit: 0 },
        { mode: "fast" },
        { signal: "stop" },
        null,
        { mode: "shared" },
        { wasm: "/no/such/file.wasm" },
        { wasm: new Uint8Array([1, 2, 3]) },
      ];
      const told: unknown[] = [];
      for (const options of wrong) {
        told.push(
          await pixelpool.createPool(options as never).then(
            () => "no error",
            (error: unknown) => tell(error),
          ),
        );
      }
      const reason = new Error("not now");
      const aborted = await pixelpool
        .createPool({ signal: AbortSignal.abort(reason) })
        .catch((error: unknown) => error);
      return { told, aborted: aborted === reason };
    });
    assert.equal(told.aborted, true);
    assert.deepEqual(told.told, [
      ["RangeError", "invalid-option", "memoryLimit"],
      ["TypeError", "invalid-option", "mode"],
      ["TypeError", "invalid-option", "signal"],
      ["TypeError", "invalid-option", undefined],
      ["PixelpoolError", "unsupported", "mode"],
      ["PixelpoolError", "unsupported", undefined],
      ["PixelpoolError", "unsupported", undefined],
    ]);
  });
});

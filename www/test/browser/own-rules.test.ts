/** What single filters have of their own: a second picture, a finding, a text, rules that only the engine can know. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { builds, launch, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** What a test looks at of an error: its class, code, filter, parameter and index. */
type Told = [name: string, code?: string, filter?: string, parameter?: string, index?: number];

for (const { mode, isolated } of builds) {
  describe(`filters' own rules, mode ${mode}`, () => {
    it("blend lays a watermark over every picture, whatever it came as, in its place and no farther", async () => {
      await using tab = await openPage(browser, { isolated });
      const wrong = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const [red, half] = [200, 128];
        // One opaque pixel beside one that is half transparent.
        const pixels = [red, 40, 0, 255, red, 40, 0, half];
        const image = { data: Uint8Array.from(pixels), width: 2, height: 1 };
        const wrong: string[] = [];
        const file = await pool.apply([], image, null, { output: { type: "image/png" } });
        const marks = { PixelImage: image, Blob: new Blob([file], { type: "image/png" }) };
        for (const [what, mark] of Object.entries(marks)) {
          for (const mode of ["normal", "multiply"] as const) {
            const blend = { kind: "blend", image: mark, mode, opacity: 0.5, x: 1, y: 2 } as const;
            const batch = Array.from({ length: 7 }, (_, id): [number, ImageData] => {
              const photo = new ImageData(id + 2, 4);
              for (let at = 0; at < photo.data.length; at += 4) photo.data.set([100, 60, 20 * id, 255], at);
              return [id, photo];
            });
            for (const [id, result] of await pool.starmap(blend, batch)) {
              result.data.forEach((value, at) => {
                const pixel = at >> 2;
                const [x, y, channel] = [pixel % result.width, Math.floor(pixel / result.width), at % 4];
                const below = [100, 60, 20 * id, 255][channel] ?? NaN;
                const above = [red, 40, 0][channel];
                const isCovered = y === 2 && (x === 1 || x === 2);
                const mixed = above === undefined ? 255 : mode === "normal" ? above : (above * below) / 255;
                const share = isCovered ? (x === 1 ? 0.5 : (0.5 * half) / 255) : 0;
                const wanted = below + share * (mixed - below);
                if (Math.abs(value - wanted) > 0.51) {
                  wrong.push(`${what}, ${mode}, item ${id}, ${x} ${y} ${channel}: ${value}, not ${wanted}`);
                }
              });
            }
          }
        }
        if (image.data.length !== 8) wrong.push("the mark was taken away");
        await pool.close();
        return wrong;
      }, mode);
      assert.deepEqual(wrong, []);
      assert.deepEqual(tab.complaints, []);
    });

    it("otsu tells the threshold that it found in each picture", async () => {
      await using tab = await openPage(browser, { isolated });
      const found = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        // Two greys, of which the darker one becomes black: the threshold is the darker one itself.
        const batch = [10, 60, 200].map((dark): [number, ImageData] => {
          const image = new ImageData(8, 8);
          for (let at = 0; at < 256; at += 4)
            image.data.set(
              Array(3)
                .fill(at % 8 ? dark : 240)
                .concat(255),
              at,
            );
          return [dark, image];
        });
        const found: unknown[] = [];
        for await (const one of pool.imap(["otsu"], batch)) {
          if (one.status === "rejected") throw one.reason;
          const isRight = one.image.data.every((value, i) => value === (i % 4 === 3 || i % 8 < 4 ? 255 : 0));
          found.push([one.id, isRight, one.measured]);
        }
        for await (const one of pool.imap("invert", batch)) found.push("measured" in one ? one.measured : "nothing");
        await pool.close();
        return found;
      }, mode);
      const wanted = [10, 60, 200].map((dark) => [dark, true, [{ filter: "otsu", name: "threshold", value: dark }]]);
      assert.deepEqual(found, [...wanted, "nothing", "nothing", "nothing"]);
    });

    it("a text that is no table, a table beside a text and a matrix without an inverse name filter and parameter", async () => {
      await using tab = await openPage(browser, { isolated });
      const { told, messages, after } = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const told: Told[] = [];
        const messages: string[] = [];
        const table = Array<number>(24).fill(0.5);
        const cube = "LUT_3D_SIZE 2\n" + "0 0 0\n".repeat(7);
        for (const filter of [
          { kind: "lut3d", cube },
          { kind: "lut3d", cube: cube.replace("0 0 0\n", "0 0 nan\n") },
          { kind: "lut3d", cube: cube.replace("2", "1000") },
          { kind: "lut3d", cube: `${cube}0 0 0\n`, size: 2, table },
          { kind: "lut3d", table },
          { kind: "lut3d", size: 2 },
          { kind: "lut3d" },
          { kind: "warp", matrix: [1, 2, 3, 2, 4, 6, 0, 0, 1], width: 4, height: 4 },
        ] as const) {
          const call = pool.apply(["invert", filter], new ImageData(3, 3)).catch((error: unknown) => error);
          const error = (await call) as Error & { code: string; filter: string; parameter: string };
          told.push([error.name, error.code, error.filter, error.parameter]);
          messages.push(error.message);
        }
        // The pool goes on: with the table that was meant, too.
        const fine = await pool.apply({ kind: "lut3d", cube: `${cube}1 1 1\n` }, new ImageData(3, 3));
        const after = [fine.data[0], await pool.apply("multiply", [5], 2)];
        await pool.close();
        return { told, messages, after };
      }, mode);
      assert.deepEqual(told, [
        ["RangeError", "invalid-parameter", "lut3d", "cube"],
        ["TypeError", "invalid-parameter", "lut3d", "cube"],
        ["RangeError", "invalid-parameter", "lut3d", "cube"],
        ["TypeError", "invalid-parameter", "lut3d", "table"],
        ["TypeError", "invalid-parameter", "lut3d", "size"],
        ["TypeError", "invalid-parameter", "lut3d", "table"],
        ["TypeError", "invalid-parameter", "lut3d", "cube"],
        ["RangeError", "invalid-parameter", "warp", "matrix"],
      ]);
      assert.match(messages[0] ?? "", /^lut3d: cube must be the text of a \.cube file; line 8: .* 8 rows.* after 7$/);
      assert.match(messages[1] ?? "", /^lut3d: cube .* line 2: /);
      assert.match(messages[7] ?? "", /^warp: matrix must have an inverse/);
      assert.deepEqual(after, [0, [10]]);
    });

    it("a table of megabytes that the memory limit has no room for is refused, and costs no other call its items", async () => {
      await using tab = await openPage(browser, { isolated });
      const { told, results, sums } = await tab.page.evaluate(async (mode) => {
        const side = 129;
        const table = new Float64Array(3 * side ** 3).map((_, i) => (i % 5) / 4);
        const rows = Array.from({ length: side ** 3 }, (_, i) => [0, 1, 2].map((j) => table[3 * i + j]).join(" "));
        const cube = `LUT_3D_SIZE ${side}\n${rows.join("\n")}\n`;
        const told: Told[] = [];
        const results: number[] = [];
        const sums: number[] = [];
        for (const megabytes of [8, 64, undefined]) {
          const pool = await pixelpool.createPool({
            mode,
            threads: 2,
            ...(megabytes && { memoryLimit: megabytes << 20 }),
          });
          const others = Array.from({ length: 40 }, (_, id): [number, ImageData] => [id, new ImageData(64, 64)]);
          const beside = pool.starmap({ kind: "gaussianBlur", sigma: 9 }, others);
          for (const filter of [
            { kind: "lut3d", cube },
            { kind: "lut3d", size: side, table },
            ...[12, 40].map((count) => Array.from({ length: count }, () => ({ kind: "lut3d", cube }) as const)),
          ] as const) {
            try {
              const { data } = await pool.apply(filter, new ImageData(3, 3));
              sums.push(data.reduce((sum, value) => sum + value, 0));
            } catch (thrown) {
              const error = thrown as Error & { code: string; filter: string; parameter: string };
              told.push([error.name, error.code, error.filter, error.parameter]);
            }
          }
          results.push((await beside).length);
          await pool.close();
        }
        return { told, results, sums };
      }, mode);
      assert.deepEqual(results, [40, 40, 40]);
      for (const error of told)
        assert.match(error.join(), /^PixelpoolError,(too-large|out-of-memory),lut3d,(cube|table)$/);
      // With 8 MiB none fits, with the default one of each does, and never forty.
      assert.ok(told.length >= 7 && sums.length >= 2, `${told.length} refused, ${sums.length} made`);
    });

    it("a formula that is wrong is refused with its place, whether the batch or one item has it", async () => {
      await using tab = await openPage(browser, { isolated });
      const told = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const said = (thrown: unknown) => {
          const { name, code, filter, parameter, position, message } = thrown as Record<string, unknown>;
          return [name, code, filter, parameter, position, message];
        };
        const told: unknown[] = [];
        const formulas = [
          { r: "r * * 2" },
          { r: "r", let: "k = 1;\nm = kk" },
          { a: `a${" ".repeat(5000)}` },
          { b: "b(intensity * 20, 0)" },
        ];
        const image = new ImageData(Uint8ClampedArray.from([51, 102, 204, 255]), 1, 1);
        for (const formula of formulas) {
          const chain = [{ kind: "formula", ...formula } as const];
          told.push(await pool.starmap(chain, []).then((all) => all.length, said));
        }
        const chain = { kind: "formula", b: "b(intensity * 20, 0)" } as const;
        for await (const one of pool.imap(chain, [
          ["near", image, 1],
          ["far", image, 2],
        ])) {
          told.push(one.status === "rejected" ? said(one.reason) : Array.from(one.image.data));
        }
        const sums = { kind: "formula", r: "g + b / 4", g: "1 - r", b: "x + 0.5" } as const;
        told.push(Array.from((await pool.apply(sums, image)).data));
        await pool.close();
        return told;
      }, mode);
      const refused = (name: string, parameter: string, position: number, what: string) => {
        const message = `formula: ${parameter} must be a formula; ${what}`;
        return [name, "invalid-parameter", "formula", parameter, position, message];
      };
      const far = "character 3: expected a whole number from -32 to 32";
      assert.deepEqual(told, [
        refused("TypeError", "r", 5, 'character 5: expected a number, a name or "(", got "*"'),
        refused("TypeError", "let", 12, 'line 2, character 5: there is no "kk"; did you mean "k"?'),
        refused("RangeError", "a", 4097, "character 4097: it has more than 4096 characters"),
        0,
        [51, 102, 204, 255],
        refused("RangeError", "b", 3, far),
        [153, 204, 128, 255],
      ]);
    });

    it("a rectangle outside of a picture fails that picture alone", async () => {
      await using tab = await openPage(browser, { isolated });
      const outcomes = await tab.page.evaluate(async (mode) => {
        const pool = await pixelpool.createPool({ mode, threads: 2 });
        const batch = [
          [8, 8],
          [4, 8],
          [6, 5],
          [8, 2],
          [5, 6],
        ].map(([width = 0, height = 0], id): [number, ImageData] => {
          const image = new ImageData(width, height);
          // Each pixel says where it stood.
          for (let at = 0; at < width * height; at++)
            image.data.set([at % width, Math.floor(at / width), id, 255], 4 * at);
          return [id, image];
        });
        const outcomes: unknown[] = [];
        for await (const one of pool.imap({ kind: "crop", x: 3, y: 2, width: 2, height: 3 }, batch)) {
          if (one.status === "rejected") {
            const { name, code, filter, parameter, index, message } = one.reason as unknown as Record<string, unknown>;
            outcomes.push([one.id, name, code, filter, parameter, index, message]);
          } else {
            const { width, height, data } = one.image;
            const isRight = data.every((value, i) => {
              const pixel = i >> 2;
              return value === [3 + (pixel % 2), 2 + (pixel >> 1), one.id, 255][i % 4];
            });
            outcomes.push([one.id, width, height, isRight]);
          }
        }
        await pool.close();
        return outcomes;
      }, mode);
      const refused = (index: number, parameter: string, rule: string) => {
        const message = `crop: ${parameter} must be a whole number from ${rule}`;
        return [index, "RangeError", "invalid-parameter", "crop", parameter, index, message];
      };
      assert.deepEqual(outcomes, [
        [0, 2, 3, true],
        refused(1, "width", "1 to 1 px, since the picture is 4 px wide and 3 columns are left out before, got 2"),
        [2, 2, 3, true],
        refused(3, "y", "0 to 1 px, since the picture is 2 px high, got 2"),
        [4, 2, 3, true],
      ]);
    });
  });
}

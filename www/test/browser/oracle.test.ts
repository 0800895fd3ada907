/** The oracle's cases through the public interface, in every mode: the bytes are those of libraries nobody here wrote. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { filters } from "../../src/generated/filters.js";
import type { FilterSpec, PixelImage } from "../../src/types.js";
import { builds, launch, openPage } from "./page.js";

interface Case {
  id: string;
  op: string;
  params: Record<string, unknown> & { steps?: ({ op: string } & Record<string, unknown>)[] };
  input: string;
}

interface OracleData {
  cases: Case[];
  input(name: string): { width: number; height: number; data: Uint8Array };
  cubeText(name: string): string;
  compare(oracleCase: Case, actual: Uint8Array): { ok: boolean; message: string };
}

const FOLDER = path.resolve(import.meta.dirname, "../../../tests/oracle");

let browser: Browser;
let oracle: OracleData;
before(async () => {
  browser = await launch();
  const module = (await import(path.join(FOLDER, "oracle.mjs"))) as {
    Oracle: { open(folder: string): Promise<OracleData> };
  };
  oracle = await module.Oracle.open(FOLDER);
});
after(() => browser.close());

/** How many cases there are of filters that the package has. Who adds a filter raises it. */
const CASES = 2290;

/** A case as this package takes it. */
function chainOf({ op, params }: Case): FilterSpec[] {
  const list = params.steps?.map(({ op, ...rest }) => ({ kind: op, rest })) ?? [{ kind: op, rest: params }];
  return list.map(({ kind, rest }) => {
    const { lut, ...others } = rest as { lut?: string };
    // Tables of colours stand in a file of the oracle's, and are named.
    const cube = lut !== undefined && { cube: oracle.cubeText(lut) };
    return { kind, ...others, ...cube } as unknown as FilterSpec;
  });
}

const known = new Set<string>(filters.map(({ name }) => name));
const canRun = ({ op, params }: Case) => (params.steps ?? [{ op }]).every(({ op }) => known.has(op));

for (const { mode, isolated } of builds) {
  describe(`the oracle, mode ${mode}`, () => {
    it("agrees in every case", async () => {
      await using tab = await openPage(browser, { isolated });
      const cases = oracle.cases.filter(canRun);
      assert.equal(cases.length, CASES);
      const inputs = [...new Set(cases.map(({ input }) => input))];
      await tab.page.evaluate(
        async ({ mode, inputs }) => {
          const pool = await pixelpool.createPool({ mode, threads: 3 });
          const bytes = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          const images = new Map(
            inputs.map(({ name, width, height, data }) => [name, { width, height, data: bytes(data) }]),
          );
          Object.assign(globalThis, { pool, images });
        },
        {
          mode,
          inputs: inputs.map((name) => {
            const { width, height, data } = oracle.input(name);
            return { name, width, height, data: Buffer.from(data).toString("base64") };
          }),
        },
      );
      const failures: string[] = [];
      const PART = 100;
      for (let from = 0; from < cases.length; from += PART) {
        const part = cases.slice(from, from + PART);
        const results = await tab.page.evaluate(
          async (part: readonly { input: string; chain: unknown }[]) => {
            const { pool, images } = globalThis as unknown as {
              pool: import("../../src/types.js").Pool;
              images: Map<string, PixelImage>;
            };
            const results = part.map(async ({ input, chain }) => {
              const image = images.get(input);
              if (!image) throw new Error(`no input ${input}`);
              const { data } = (await pool.apply(chain as FilterSpec[], image)) as PixelImage;
              let text = "";
              for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
              return btoa(text);
            });
            return Promise.all(results);
          },
          part.map((oracleCase) => ({ input: oracleCase.input, chain: chainOf(oracleCase) })),
        );
        for (const [i, oracleCase] of part.entries()) {
          const actual = new Uint8Array(Buffer.from(results[i] ?? "", "base64"));
          const { ok, message } = oracle.compare(oracleCase, actual);
          if (!ok) failures.push(`${oracleCase.id}: ${message}`);
        }
      }
      assert.deepEqual(failures, []);
    });
  });
}

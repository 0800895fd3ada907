/** The two parts of the engine as it is built, in Node, where everything runs in place. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { readModule, slotsOf } from "../../../scripts/split/module.mjs";
import { COMMON_KINDS, rareFunctions } from "../../../scripts/split/rare.mjs";
import { split } from "../../../scripts/split/split.mjs";
import type * as Package from "../../src/index.js";
import type { FilterInput, NumberParameter } from "../../src/index.js";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const glue = (build: string, part: string) => readFileSync(path.join(ROOT, "target/glue", build, `${part}.wasm`));
const { createPool, filters } = (await import(path.join(ROOT, "dist/index.js"))) as typeof Package;

for (const build of ["threads", "plain"]) {
  describe(`the engine in two parts, ${build}`, () => {
    it("has all that the whole one has: exports, and functions in every slot of the table", () => {
      const named = readModule(glue(build, "pixelpool_bg"));
      const rare = rareFunctions(named);
      const parts = split(named, rare);
      assert.deepEqual([Buffer.from(parts.core), Buffer.from(parts.more)], [glue(build, "core"), glue(build, "more")]);
      assert.ok(WebAssembly.validate(parts.core) && WebAssembly.validate(parts.more));
      const [core, more] = [readModule(parts.core), readModule(parts.more)];
      const exported = new Set(core.exports.map(({ name }) => name));
      for (const { name } of named.exports) assert.ok(exported.has(name), name);
      for (const { name } of more.imports) assert.ok(exported.has(name), name);
      const slots = slotsOf(named);
      assert.deepEqual([...slotsOf(core).keys()], [...slots.keys()]);
      const moved = [...slots].filter(([, index]) => rare.has(index)).map(([slot]) => slot);
      assert.ok(moved.length > 200, `${moved.length} functions`);
      assert.deepEqual(
        [...slotsOf(more).keys()].sort((a, b) => a - b),
        moved,
      );
    });
  });
}

/** What each parameter may be: a few of its values, one at a time. */
function variants({ name: kind, parameters }: (typeof filters)[number]): Record<string, unknown>[] {
  const given: Record<string, unknown> = { kind };
  for (const parameter of parameters) {
    if ("required" in parameter && parameter.required) given[parameter.name] = exampleOf(parameter);
  }
  if (kind === "crop") Object.assign(given, { width: 3, height: 2 });
  if (kind === "resize") Object.assign(given, { width: 9, height: 5 });
  const all = [given];
  for (const parameter of parameters) {
    const values: unknown[] = [];
    if (parameter.type === "choice") values.push(...parameter.choices);
    if (parameter.type === "boolean") values.push(true, false);
    if (parameter.type === "numbers") values.push(exampleOf(parameter));
    if (parameter.type === "number") values.push(...ends(parameter));
    all.push(...values.filter((value) => value !== undefined).map((value) => ({ ...given, [parameter.name]: value })));
  }
  return all;
}

const exampleOf = (parameter: object) => ("example" in parameter ? parameter.example : undefined);
const ends = ({ softMinimum, softMaximum }: NumberParameter) => [softMinimum, softMaximum];

describe("core alone", () => {
  it("is enough for common filters, whatever their parameters and the image's format", async () => {
    // Of what is not there, Node would tell with an error that this test would see: nothing is loaded in place.
    const pool = await createPool({ mode: "single" });
    const kinds = new Set<string>(COMMON_KINDS);
    const common = filters.filter(({ name }) => kinds.has(name));
    assert.equal(common.length, kinds.size);
    for (const type of [Uint8Array, Uint16Array, Float32Array]) {
      for (const channels of [1, 2, 3, 4] as const) {
        for (const [width, height] of [
          [37, 21],
          [3, 2],
        ] as const) {
          const full = type === Float32Array ? 255 : 1;
          const numbers = Array.from({ length: width * height * channels }, (_, i) => ((i * 7) % 256) / full);
          const data = type.from(numbers);
          for (const filter of common.flatMap(variants)) {
            const done = pool.apply(filter as FilterInput, { data, width, height, channels });
            await done.catch((error: unknown) => {
              // A rectangle may be too large for the image.
              const { code, message } = error as Error & { code?: string };
              assert.equal(code, "invalid-parameter", `${JSON.stringify(filter)}: ${message}`);
            });
          }
        }
      }
    }
    await pool.close();
  });
});

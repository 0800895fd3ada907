/** `npm run accuracy`, seen from Node: runs all cases in one headless Chromium, compares, and writes docs/accuracy.md. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { filters } from "../../src/generated/filters.ts";
import { launch, openPage } from "../../test/browser/page.ts";
import { oracleCases, toldCases } from "./cases.mjs";
import { compare, Sum } from "./compare.mjs";
import { report } from "./report.mjs";

const ROOT = path.resolve(import.meta.dirname, "../../..");
/** Cases that go to the page at once. */
const PART = 40;

const { values, positionals } = parseArgs({
  options: { only: { type: "string" }, package: { type: "boolean" } },
  allowPositionals: true,
});
const only = values.only?.split(",");

const { inputs, cases: oracle } = await oracleCases();
const covered = new Set(oracle.map(({ op }) => op));
const told = toldCases(positionals[0]).filter(({ op }) => !covered.has(op));
const cases = [...oracle, ...told].filter(({ op }) => only?.includes(op) ?? true);

/** By filter, and then by whom: sums of all cases, of opaque images, and of those with alpha. */
const found = new Map();
const sumOf = (op, name) => {
  if (!found.has(op)) found.set(op, new Map());
  const ofFilter = found.get(op);
  if (!ofFilter.has(name)) ofFilter.set(name, { all: new Sum(), opaque: new Sum(), alpha: new Sum() });
  return ofFilter.get(name);
};
let beyond = 0;

/** What a filter is told by the values of, beside all cases together. */
const VARIANTS = { resize: "filter", rotate: "interp", warp: "interp", morphology: "op" };
const keysOf = ({ op, chain }) => {
  const name = VARIANTS[op];
  if (name === undefined || chain.length > 1) return [op];
  const usual = filters.find(({ name }) => name === op)?.parameters.find((parameter) => parameter.name === name);
  const value = chain[0].params[name] ?? usual?.default;
  return value === undefined ? [op] : [op, `${op}, ${value}`];
};

function note(one, results) {
  const ours = Buffer.from(results.pixelpool.bytes, "base64");
  if (one.judge && !one.judge(ours)) {
    beyond++;
    console.warn(`${one.op}: a case is beyond its tolerance`);
  }
  const expectation = one.expectation(ours);
  // What lets nothing through before and after: the others know no alpha.
  const isOpaque = one.isOpaque && (expectation.expected?.every((value, i) => i % 4 !== 3 || value === 255) ?? true);
  for (const [name, { bytes, error }] of Object.entries(results)) {
    const difference =
      error === undefined && expectation.expected ? compare(expectation, Buffer.from(bytes, "base64")) : undefined;
    for (const key of keysOf(one)) {
      const { all, opaque, alpha } = sumOf(key, name);
      for (const sum of [all, isOpaque ? opaque : alpha]) {
        if (error !== undefined) sum.fail(error);
        else if (expectation.expected) sum.add(difference);
      }
    }
  }
}

const browser = await launch();
let tab;
try {
  const { page } = (tab = await openPage(browser));
  await page.addScriptTag({ url: "/target/peers/accuracy.js", type: "module" });
  await page.waitForFunction(() => "accuracy" in globalThis);
  await page.evaluate((inputs) => globalThis.accuracy.start(inputs), inputs);
  for (let from = 0; from < cases.length; from += PART) {
    const part = cases.slice(from, from + PART);
    const results = await page.evaluate(
      (part) => globalThis.accuracy.run(part),
      part.map(({ input, chain }) => ({ input, chain })),
    );
    part.forEach((one, i) => note(one, results[i]));
    console.log(`${Math.min(from + PART, cases.length)} of ${cases.length}`);
  }
  for (const [op, sums] of found) {
    for (const [name, { all }] of sums) for (const error of all.errors) console.log(`${op}, ${name}: ${error}`);
  }
  if (only) {
    for (const [op, sums] of found) {
      for (const [name, { opaque, alpha }] of sums) {
        const shown = ({ cases, largest, equal, samples, otherSize, failed }) =>
          `${cases} cases, ${largest.toFixed(1)} / ${((100 * equal) / samples).toFixed(1)} %, ${otherSize} of another size, ${failed} failed`;
        console.log(`${op}, ${name}: opaque ${shown(opaque)}; alpha ${shown(alpha)}`);
      }
    }
  } else {
    const definitions = readFileSync(path.join(ROOT, "docs/filters.md"), "utf8");
    const counts = { oracle: oracle.length, told: told.length, beyond };
    const text = report({ filters, found, definitions, counts, browser: browser.version() });
    writeFileSync(path.join(ROOT, "docs/accuracy.md"), text);
    console.log("pixelpool: written: docs/accuracy.md");
  }
} finally {
  await tab?.[Symbol.asyncDispose]();
  await browser.close();
}

/** The examples of the README, run as they stand. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { transform } from "esbuild";
import type { Browser } from "playwright-core";
import { bodyOf, examples, withModules } from "../readme.js";
import { launch, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** What the examples take as given, and what shows that they did something. */
const SETTING = `
const { BatchError, createPool, inspect } = globalThis.pixelpool;
const load = async (name) => new File([await (await fetch("/www/demo/samples/" + name)).blob()], name);
const files = await Promise.all(["macaws.jpg", "temple.jpg", "zebra.jpg"].map(load));
const [fileA, fileB] = files;
const batch = files.map((file) => [file.name, file]);
const context = new OffscreenCanvas(100, 100).getContext("2d");
const said = [];
const console = { log: (...words) => said.push(words.join(" ")), warn: (...words) => { throw new Error(words.join(" ")); } };
let expected = 0;
const expect = (actual, wanted) => {
  expected += 1;
  const [a, b] = [actual, wanted].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error("got " + a + ", not " + b);
};
`;

describe("the README", () => {
  it("has examples", () => assert.equal(examples.length, 10));

  for (const [index, example] of examples.entries()) {
    it(`example ${index + 1} runs and does what it says`, async () => {
      await using tab = await openPage(browser);
      const code = `globalThis.example = async () => {${SETTING}{${withModules(bodyOf(example))}}\nreturn { said, expected };}`;
      // For \`await using\`, which browsers do not have everywhere yet.
      const { code: runnable } = await transform(code, { target: "es2022" });
      await tab.page.addScriptTag({ content: runnable });
      const { said, expected } = await tab.page.evaluate(() =>
        (globalThis as unknown as { example: () => Promise<{ said: string[]; expected: number }> }).example(),
      );
      assert.deepEqual(tab.complaints, []);
      assert.ok(said.length + expected >= 2, `it said ${said.join("; ")}`);
      if (index === 0) assert.match(said[0] ?? "", /^a\.jpg \d+ \d+$/);
      if (index === 1) assert.equal(said.at(-1), "3 of 3");
      if (index === 2) assert.match(said[0] ?? "", /^macaws\.jpg: \d{4,6} bytes$/);
      if (index === 3) assert.equal(expected, 2);
      if (index === 4) assert.deepEqual([said.length, expected], [3, 2]);
      if (index === 5) assert.match(said[0] ?? "", /^macaws\.jpg has \d+ bytes and 768 × 512 pixels$/);
      if (index === 7 || index === 8) assert.equal(expected, 2);
      if (index === 9) assert.match(said[0] ?? "", /^shared: the page is cross-origin isolated/);
    });
  }
});

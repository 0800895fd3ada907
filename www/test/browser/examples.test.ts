/** The pages of the examples, as they lie there: without a bundler. Under Vite: test/dist/examples.test.ts. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { Browser } from "playwright-core";
import { EXAMPLES, lookAt } from "../examples.js";
import { launch, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const name of EXAMPLES) {
  for (const isolated of [true, false]) {
    it(`${name} runs without a bundler, ${isolated ? "isolated" : "not isolated"}`, async () => {
      await using tab = await openPage(browser, { isolated });
      await tab.page.goto(new URL(`/examples/${name}/index.html`, tab.page.url()).href);
      await lookAt(name, tab.page, isolated ? "shared" : "workers");
      assert.deepEqual(tab.complaints, []);
    });
  }
}

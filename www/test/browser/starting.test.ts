/** Pools that cannot start: each tells why with a typed error, none hangs, and nothing of it is left. And pools without end. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { PoolOptions } from "../../src/types.js";
import { launch, modes, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

interface Told {
  name: string;
  code: string;
  message: string;
  /** Workers of ours that still live. */
  left: number;
}

/** How many workers of ours live on: who is ended while starting may take its time to go. */
function left(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const living = async () => ((await navigator.locks.query()).held ?? []).length;
    for (let i = 0; i < 100 && (await living()) > 0; i++) await new Promise((resolve) => setTimeout(resolve, 50));
    return living();
  });
}

/** Why a pool with these options does not start. */
async function refusal(page: Page, options: PoolOptions): Promise<Told> {
  const outcome = await page.evaluate(async (options) => {
    return pixelpool.createPool(options).then(
      (pool) => pool.close().then(() => ({ name: "none", code: "started", message: pool.mode })),
      (error: unknown) => {
        const { name, code, message } = error as Error & { code: string };
        return { name, code, message };
      },
    );
  }, options);
  return { ...outcome, left: await left(page) };
}

const POLICY = "default-src 'self' 'unsafe-inline'; connect-src 'self'";

for (const { mode, isolated } of modes) {
  describe(`a pool that cannot start, mode ${mode}`, () => {
    // Mode single does without workers where there may be none.
    const withWorkers = mode === "single" ? "auto" : mode;
    const startsInPlace = async (page: Page) => {
      if (mode === "single") assert.equal((await refusal(page, { mode })).code, "started");
    };

    it("because the page's policy allows no workers from blobs", async () => {
      const policy = `${POLICY}; script-src 'self' 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'; worker-src 'none'`;
      await using tab = await openPage(browser, { isolated, policy });
      const message =
        "no worker can be started here (its script could not be loaded): the page's Content Security Policy forbids workers from there; it must have worker-src blob:, or 'self': then give createPool({ worker }) the address of the package's worker.js";
      const told = await refusal(tab.page, { mode: withWorkers, threads: 2 });
      await startsInPlace(tab.page);
      assert.deepEqual(told, { name: "PixelpoolError", code: "unsupported", message, left: 0 });
      assert.deepEqual(await refusal(tab.page, { threads: 2 }), told);
    });

    it("because the page's policy requires trusted types and not ours, unless the page trusts the address", async () => {
      const policy = "require-trusted-types-for 'script'; trusted-types default";
      await using tab = await openPage(browser, { isolated, policy });
      const told = await refusal(tab.page, { mode: withWorkers, threads: 2 });
      await startsInPlace(tab.page);
      assert.deepEqual([told.name, told.code, told.left], ["PixelpoolError", "unsupported", 0]);
      assert.match(
        told.message,
        /^no worker can be started here \(.*'TrustedScriptURL'.*\): the page's Content Security Policy has/,
      );
      assert.match(told.message, /has require-trusted-types-for 'script'; it must have trusted-types pixelpool$/);
      assert.deepEqual(await refusal(tab.page, { threads: 2 }), told);
      await tab.page.evaluate(() => {
        type Rules = { createScriptURL: (address: string) => string };
        const { trustedTypes } = globalThis as unknown as {
          trustedTypes: { createPolicy: (name: string, rules: Rules) => void };
        };
        trustedTypes.createPolicy("default", { createScriptURL: (address) => address });
      });
      assert.equal((await refusal(tab.page, { mode, threads: 2 })).code, "started");
    });

    it("because the page's policy allows no WebAssembly", async () => {
      const policy = `${POLICY}; script-src 'self' 'unsafe-inline'; worker-src blob:`;
      await using tab = await openPage(browser, { isolated, policy });
      const told = await refusal(tab.page, { mode, threads: 2 });
      assert.deepEqual([told.name, told.code, told.left], ["PixelpoolError", "unsupported", 0]);
      assert.match(told.message, /the WebAssembly could not be loaded: .*unsafe-eval/);
    });

    it("because its WebAssembly is not there, is none, or is of the other build", async () => {
      await using tab = await openPage(browser, { isolated });
      const missing = await refusal(tab.page, { mode, threads: 2, wasm: "/nowhere/pixelpool.wasm" });
      assert.deepEqual([missing.name, missing.code, missing.left], ["PixelpoolError", "unsupported", 0]);
      assert.match(missing.message, /\/nowhere\/pixelpool\.wasm answered 404/);
      const page = await refusal(tab.page, { mode, threads: 2, wasm: "/www/test/browser/page.html" });
      assert.deepEqual([page.name, page.code, page.left], ["PixelpoolError", "unsupported", 0]);
      const other = `/dist/pixelpool-${mode === "shared" ? "plain" : "threads"}.wasm`;
      const wrong = await refusal(tab.page, { mode, threads: 2, wasm: other });
      assert.deepEqual([wrong.name, wrong.code, wrong.left], ["PixelpoolError", "unsupported", 0]);
      assert.match(wrong.message, /it is that of pixelpool .*; this package runs that of pixelpool /);
    });

    it("because a part of the package cannot be loaded", async () => {
      await using tab = await openPage(browser, { isolated });
      await tab.page.route("**/engine-*.js", (route) => route.fulfill({ status: 404 }));
      const told = await refusal(tab.page, { mode, threads: 2 });
      assert.deepEqual([told.name, told.code, told.left], ["PixelpoolError", "unsupported", 0]);
      assert.match(told.message, /the WebAssembly could not be loaded/);
    });

    it("because it was told to stop while it starts", async () => {
      await using tab = await openPage(browser, { isolated });
      const outcomes = await tab.page.evaluate(async (mode) => {
        const outcomes: string[] = [];
        for (let delay = 0; delay < 120; delay += 6) {
          const controller = new AbortController();
          setTimeout(() => controller.abort(new Error("changed my mind")), delay);
          const outcome = await pixelpool
            .createPool({ mode, threads: 2, signal: controller.signal })
            .then((pool) => pool.close().then(() => "started"))
            .catch((error: unknown) => String(error));
          outcomes.push(outcome);
        }
        return outcomes;
      }, mode);
      assert.equal(await left(tab.page), 0);
      assert.ok(outcomes.includes("Error: changed my mind"));
      for (const outcome of outcomes) assert.match(outcome, /^(started|Error: changed my mind)$/);
      assert.deepEqual(tab.complaints, []);
    });
  });
}

it("pools one after another, more than a page may have wasm memories at a time", async () => {
  await using tab = await openPage(browser);
  const { held, wrong } = await tab.page.evaluate(async () => {
    // Chromium refuses a page its 126th memory until another has been freed.
    const pools = 140;
    let wrong = 0;
    for (let i = 0; i < pools; i++) {
      const pool = await pixelpool.createPool({ mode: "shared", threads: 1 });
      const [[, image] = []] = await pool.starmap("multiply", [[i, [i], 2]]);
      if (!Array.isArray(image) || image[0] !== 2 * i) wrong += 1;
      await (i % 2 === 0 ? pool.close() : pool.terminate());
    }
    return { wrong, held: ((await navigator.locks.query()).held ?? []).length };
  });
  assert.deepEqual({ held, wrong }, { held: 0, wrong: 0 });
  assert.deepEqual(tab.complaints, []);
});

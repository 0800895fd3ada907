/** Runs tests in all three modes, on one page a file and mode, and looks after each that no worker is left. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { Mode, Pool } from "../../../src/types.js";
import { launch, modes, openPage, type TestPage } from "../page.js";
import { makeTools } from "./tools.js";

/** Far more than any test takes: told from a hang. */
const HANG_MS = 30_000;

export interface Place {
  readonly mode: Mode;
  /** A test of one row of docs/pool-semantics.md, whose number its title begins with. Complaints that it provokes it takes out. */
  readonly row: (title: string, body: (tab: TestPage) => Promise<void>) => void;
  /** Runs a function in the page, where it can close over nothing; `given` are plain data for it. */
  readonly inPage: <Result, Given = undefined>(
    body: (mode: Mode, given: Given) => Result | Promise<Result>,
    given?: Given,
  ) => Promise<Result>;
  /** The same with a pool of two threads, which is closed afterwards. */
  readonly withPool: <Result>(body: (pool: Pool, mode: Mode) => Result | Promise<Result>) => Promise<Result>;
}

export function inEachMode(title: string, define: (place: Place) => void): void {
  let browser: Browser;
  before(async () => {
    browser = await launch("--js-flags=--expose-gc");
  });
  after(() => browser.close());

  for (const { mode, isolated } of modes) {
    describe(`${title}, mode ${mode}`, () => {
      let tab: TestPage | undefined;
      let clean = false;
      const open = (): TestPage => {
        assert.ok(tab);
        return tab;
      };
      beforeEach(async () => {
        // What a test has left running is no other test's affair.
        if (!clean) {
          await tab?.[Symbol.asyncDispose]();
          tab = await openPage(browser, { isolated });
          await tab.page.evaluate(`globalThis.tools = (${String(makeTools)})()`);
        }
        clean = false;
      });
      afterEach(async () => {
        assert.deepEqual(open().complaints.splice(0), []);
        assert.equal(await open().page.evaluate(() => tools.living()), 0, "workers outlived their pool");
        clean = true;
      });
      after(() => tab?.[Symbol.asyncDispose]());
      define({
        mode,
        row: (title, body) => void it(`row ${title}`, { timeout: HANG_MS }, () => body(open())),
        inPage: (body, given) => open().page.evaluate(`(${String(body)})("${mode}", ${JSON.stringify(given)})`),
        withPool: (body) => open().page.evaluate(`(${String(runInPool)})(${String(body)}, "${mode}")`),
      });
    });
  }
}

/** Runs in the page. */
async function runInPool<Result>(
  body: (pool: Pool, mode: Mode) => Result | Promise<Result>,
  mode: Mode,
): Promise<Result> {
  const pool = await pixelpool.createPool({ mode, threads: 2 });
  try {
    return await body(pool, mode);
  } finally {
    await pool.close();
  }
}

/** A page in the browser that BROWSER names, with the built package in it. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before } from "node:test";
import { openBrowser, type BrowserName, type OpenBrowser, type Tab } from "../drivers.js";
import { serve } from "../serve.js";

const ROOT = path.resolve(import.meta.dirname, "../../..");

export const browserName = (process.env.BROWSER ?? "chromium") as BrowserName;

let browser: OpenBrowser;
before(async () => {
  browser = await openBrowser(browserName);
});
after(() => browser.close());

/** The modes that a page gets by itself. */
export const modes = [
  { mode: "shared", isolated: true },
  { mode: "workers", isolated: false },
] as const;

/** A page of its own with the package in it, and what must hold of every page at the end. */
export async function withPage(isolated: boolean, test: (tab: Tab) => Promise<void>): Promise<void> {
  const server = await serve(ROOT, { isolated });
  const tab = await browser.open(`${server.url}/www/test/browser/page.html`);
  try {
    assert.equal(await tab.evaluate(() => crossOriginIsolated, undefined), isolated);
    await test(tab);
    assert.deepEqual(await tab.complaints(), []);
  } finally {
    await tab.close();
    await server.close();
  }
}

/** A page in the browser that TEST_BROWSER names, with the built package in it. */
import assert from "node:assert/strict";
import path from "node:path";
import { after } from "node:test";
import { openBrowser, type BrowserName, type OpenBrowser, type Tab } from "../drivers.js";
import { serve } from "../serve.js";

const ROOT = path.resolve(import.meta.dirname, "../../..");

export const browserName = (process.env.TEST_BROWSER ?? "chromium") as BrowserName;

let browser: Promise<OpenBrowser> | undefined;
after(closeBrowser);

async function closeBrowser(): Promise<void> {
  const open = browser;
  browser = undefined;
  await (await open)?.close();
}

/** The modes that a page gets by itself. */
export const modes = [
  { mode: "shared", isolated: true },
  { mode: "workers", isolated: false },
] as const;

/** A page of its own with the package in it, and what must hold of every page at the end. */
export async function withPage(isolated: boolean, test: (tab: Tab) => Promise<void>): Promise<void> {
  try {
    await tryPage(isolated, test);
  } catch (error) {
    // WebKitGTK itself crashes now and then, in its own code, and takes the session of its driver with it.
    if (browserName !== "webkit" || (error as Error).name !== "NoSuchSessionError") throw error;
    console.log("the browser has crashed: the test is run once more, in a new one");
    await closeBrowser().catch(() => undefined);
    await tryPage(isolated, test);
  }
}

async function tryPage(isolated: boolean, test: (tab: Tab) => Promise<void>): Promise<void> {
  browser ??= openBrowser(browserName);
  const server = await serve(ROOT, { isolated });
  try {
    const tab = await (await browser).open(`${server.url}/www/test/browser/page.html`);
    try {
      // WebKit says that a page is loaded before modules that its modules import are.
      await tab.evaluate(async () => {
        while (!("pixelpool" in globalThis)) await new Promise((resolve) => setTimeout(resolve, 10));
      }, undefined);
      assert.equal(await tab.evaluate(() => crossOriginIsolated, undefined), isolated);
      await test(tab);
      assert.deepEqual(await tab.complaints(), []);
    } finally {
      await tab.close();
    }
  } finally {
    await server.close();
    // In a process of WebKitGTK that has seen many workers, one crashes sooner or later.
    if (browserName === "webkit") await closeBrowser();
  }
}

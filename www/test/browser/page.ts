/** A real page in headless Chromium with the built package in it. */
import path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { chromiumArgs, findChromium } from "../../../scripts/browser.mjs";
import type { Mode } from "../../src/types.js";
import { serve } from "../serve.js";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** Starts the browser, with flags of a test's own where it needs them. */
export async function launch(...flags: string[]): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("there is no Chromium; npm test installs it");
  return chromium.launch({ executablePath, args: [...chromiumArgs, ...flags] });
}

export interface TestPage extends AsyncDisposable {
  page: Page;
  /** What the page complained of: uncaught errors and errors on its console. */
  complaints: string[];
}

/** A fresh page with the package loaded as `globalThis.pixelpool`. */
export async function openPage(
  browser: Browser,
  { isolated = true, policy }: { isolated?: boolean; policy?: string } = {},
): Promise<TestPage> {
  const { url, close } = await serve(ROOT, { isolated, policy });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  // What runs these tests gives functions their names through a helper that a page does not have.
  await page.addInitScript("globalThis.__name = (named) => named");
  await page.goto(`${url}/www/test/browser/page.html`);
  await page.waitForFunction(() => "pixelpool" in globalThis);
  return {
    page,
    complaints,
    [Symbol.asyncDispose]: async () => {
      await page.close();
      await close();
    },
  };
}

/** Every mode, in the kind of page where it is what a caller gets. */
export const modes: readonly { mode: Mode; isolated: boolean }[] = [
  { mode: "shared", isolated: true },
  { mode: "workers", isolated: false },
  { mode: "single", isolated: false },
];

/** A mode for each build of the engine, where what is tested is what filters do: `single` has the build that `workers` has. */
export const builds = modes.filter(({ mode }) => mode !== "single");

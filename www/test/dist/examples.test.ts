/** The examples of filters and functions of one's own, beside the packed tarball under Vite. Without a bundler: test/every-browser/examples.test.ts. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { launch } from "../browser/page.js";
import { checkExample, type Place } from "../examples.js";
import { serve } from "../serve.js";
import { type Consumer, installTarball, root } from "./consumer.js";
import { whileDeveloping } from "./vite.js";

const FOLDERS = { "own-filter": "own-filter", "own-function": "own-function/with-vite" } as const;

describe("the examples under Vite", () => {
  let consumer: Consumer;
  let browser: Browser;

  before(async () => {
    consumer = installTarball();
    mkdirSync(path.join(consumer.folder, "examples"));
    for (const name of Object.keys(FOLDERS)) {
      const to = path.join(consumer.folder, "examples", name);
      cpSync(path.join(root, "examples", name), to, {
        recursive: true,
        filter: (file) => !file.includes("node_modules"),
      });
    }
    browser = await launch();
  });

  after(async () => {
    await browser.close();
    consumer.remove();
  });

  async function shows(example: keyof typeof FOLDERS, url: string, mode: string): Promise<void> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => {
      // Chromium warns of canvases that are read often, which the test does.
      if (message.type() === "error") complaints.push(message.text());
    });
    try {
      await page.goto(url);
      const output = page.locator("output");
      await output.filter({ hasText: /^Done/ }).waitFor();
      const at = (places: readonly Place[]) =>
        page.evaluate((places) => {
          const context = document.querySelector("canvas")?.getContext("2d");
          return places.map(([x, y]) => [...(context?.getImageData(x, y, 1, 1).data ?? [])]);
        }, places);
      await checkExample(example, { said: await output.innerText(), mode, at });
      assert.deepEqual(complaints, []);
    } finally {
      await page.close();
    }
  }

  for (const [name, folder] of Object.entries(FOLDERS) as [keyof typeof FOLDERS, string][]) {
    for (const mode of ["shared", "workers"]) {
      it(`${name}, from the development server: ${mode}`, async () => {
        const site = path.join(consumer.folder, "examples", folder);
        await whileDeveloping(site, mode === "shared", (url) => shows(name, url, mode));
      });
    }

    it(`${name}, built, in both modes`, async () => {
      const site = path.join(consumer.folder, "examples", folder);
      await build({ root: site, configFile: false, logLevel: "error" });
      for (const mode of ["shared", "workers"]) {
        const server = await serve(path.join(site, "dist"), { isolated: mode === "shared" });
        try {
          await shows(name, `${server.url}/`, mode);
        } finally {
          await server.close();
        }
      }
    });
  }
});

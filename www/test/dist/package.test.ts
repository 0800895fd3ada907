/** The packed tarball, in the hands of the people that it is for: a page without a bundler, and Vite. For TypeScript: types.test.ts. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { launch } from "../browser/page.js";
import { type Consumer, installTarball } from "./consumer.js";
import { whileDeveloping } from "./vite.js";
import { serve } from "../serve.js";

/** What the page leaves in `outcome`. */
interface Outcome {
  isolated: boolean;
  mode: string;
  threads: number;
  results: unknown;
  empty: unknown;
  error?: string;
}

/** The example of the package's documentation. `options` is the source of createPool's argument. */
const script = (options = "", filter = '"multiply"') => `
import { createPool } from "pixelpool";

try {
  await using pool = await createPool(${options});
  const batch = [[1, [10, 20, 30], 2], [2, [40, 50, 60], 3], [3, [70, 80, 90], 4], [4, [100, 110, 120], 5]];
  const results = await pool.starmap(${filter}, batch);
  const empty = await pool.starmap(${filter}, []);
  const { mode, threads } = pool;
  globalThis.outcome = { isolated: crossOriginIsolated, mode, threads, results, empty };
} catch (error) {
  globalThis.outcome = { error: String(error?.stack ?? error) };
}
`;

const expected = [
  [1, [20, 40, 60]],
  [2, [120, 150, 180]],
  [3, [280, 320, 360]],
  [4, [500, 550, 600]],
];

/** A page for a browser alone: the import map says where the package lies. */
const plainPage = (options?: string, filter?: string) => `<!doctype html>
<title>No bundler</title>
<script type="importmap">{ "imports": { "pixelpool": "/node_modules/pixelpool/dist/index.js" } }</script>
<script type="module">${script(options, filter)}</script>
`;

/** The exercise's function as a user has it: in a module, and in a worker that serves it. */
const HEAVY = "export const applyHeavyFilter = (data, intensity) => data.map((value) => value * intensity);";
const SERVED = `import { serve } from "pixelpool/functions";
import { applyHeavyFilter } from "./heavy.js";

serve({ applyHeavyFilter });
`;

describe("the packed tarball", () => {
  let consumer: Consumer;
  let browser: Browser;

  before(async () => {
    consumer = installTarball();
    browser = await launch();
  });

  after(async () => {
    await browser.close();
    consumer.remove();
  });

  /** Loads the page and waits for what it leaves; anything that the page complains of is in the error. */
  async function outcomeOf(url: string): Promise<Outcome> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    try {
      await page.goto(url);
      await page.waitForFunction("globalThis.outcome !== undefined", undefined, { timeout: 60_000 });
      return await page.evaluate<Outcome>("globalThis.outcome");
    } catch (error) {
      throw new Error(`the page left no outcome\n${complaints.join("\n")}`, { cause: error });
    } finally {
      await page.close();
    }
  }

  async function passes(url: string, mode: string) {
    const outcome = await outcomeOf(url);
    assert.equal(outcome.error, undefined);
    assert.equal(outcome.isolated, mode === "shared");
    assert.equal(outcome.mode, mode);
    assert.ok(outcome.threads >= 1);
    assert.deepEqual(outcome.results, expected);
    assert.deepEqual(outcome.empty, []);
  }

  /** The same, on a server of plain files. */
  async function passesServed(folder: string, page: string, mode: string) {
    const server = await serve(folder, { isolated: mode === "shared" });
    try {
      await passes(`${server.url}/${page}`, mode);
    } finally {
      await server.close();
    }
  }

  test("holds every file that it exports, needs nothing else, and runs nothing on installation", () => {
    const manifest = JSON.parse(readFileSync(path.join(consumer.installed, "package.json"), "utf8")) as {
      exports: Record<string, string | Record<string, string>>;
      scripts: Record<string, string>;
      dependencies?: unknown;
    };
    for (const [name, target] of Object.entries(manifest.exports)) {
      for (const file of typeof target === "string" ? [target] : Object.values(target)) {
        assert.ok(existsSync(path.join(consumer.installed, file)), `${name} → ${file}`);
      }
    }
    assert.equal(manifest.dependencies, undefined);
    for (const script of ["preinstall", "install", "postinstall", "prepare"]) assert.ok(!(script in manifest.scripts));
    assert.ok(!existsSync(path.join(consumer.installed, "www")), "the source is not in it");
  });

  test("is found also by what does not read `exports`", () => {
    const manifest = JSON.parse(readFileSync(path.join(consumer.installed, "package.json"), "utf8")) as {
      main: string;
      exports: { ".": { default: string } };
    };
    assert.equal(manifest.main, manifest.exports["."].default);
  });

  test("runs in a page without a bundler", async () => {
    consumer.write("plain.html", plainPage());
    await passesServed(consumer.folder, "plain.html", "shared");
  });

  test("runs in a page without a bundler and without isolation", async () => {
    consumer.write("plain.html", plainPage());
    await passesServed(consumer.folder, "plain.html", "workers");
  });

  for (const mode of ["shared", "workers"]) {
    test(`calls a function of the user's without a bundler: ${mode}`, async () => {
      consumer.write("heavy.js", HEAVY);
      const filter = '{ module: new URL("./heavy.js", import.meta.url), name: "applyHeavyFilter" }';
      consumer.write("function.html", plainPage(undefined, filter));
      await passesServed(consumer.folder, "function.html", mode);
    });
  }

  test("runs the wasm files that lie beside it", async () => {
    const wasm = (name: string) => `{ wasm: new URL("/node_modules/pixelpool/dist/pixelpool-${name}.wasm", location) }`;
    consumer.write("threads.html", plainPage(wasm("threads")));
    await passesServed(consumer.folder, "threads.html", "shared");
    consumer.write("plain-wasm.html", plainPage(wasm("plain")));
    await passesServed(consumer.folder, "plain-wasm.html", "workers");
  });

  describe("with Vite and no configuration", () => {
    before(() => {
      consumer.write(
        "site/index.html",
        `<!doctype html><title>Vite</title><script type="module" src="/main.js"></script>`,
      );
      consumer.write("site/main.js", script());
      const worker = 'new Worker(new URL("./heavy.worker.js", import.meta.url), { type: "module" })';
      const calling = script(`{ functions: () => ${worker} }`, '{ function: "applyHeavyFilter" }');
      consumer.write("site/function.html", `<!doctype html><script type="module" src="/function.js"></script>`);
      consumer.write("site/function.js", calling);
      consumer.write("site/heavy.js", HEAVY);
      consumer.write("site/heavy.worker.js", SERVED);
      consumer.write("site/package.json", JSON.stringify({ private: true, type: "module" }));
    });

    for (const mode of ["shared", "workers"]) {
      test(`runs from the development server: ${mode}`, async () => {
        await whileDeveloping(path.join(consumer.folder, "site"), mode === "shared", async (url) => {
          await passes(url, mode);
          await passes(`${url}function.html`, mode);
        });
      });
    }

    test("runs when built, in both modes", async () => {
      const site = path.join(consumer.folder, "site");
      const input = ["index.html", "function.html"].map((page) => path.join(site, page));
      await build({ root: site, configFile: false, logLevel: "error", build: { rolldownOptions: { input } } });
      for (const mode of ["shared", "workers"]) {
        await passesServed(path.join(site, "dist"), "", mode);
        await passesServed(path.join(site, "dist"), "function.html", mode);
      }
    });
  });
});

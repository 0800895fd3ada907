/**
 * Places within a browser that are no plain page: sandboxed frames, pages that are files, shared workers, service workers. The
 * package is bundled into one classic script, as its consumers may do, since not every place loads modules.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Browser, Frame, Page } from "playwright-core";
import { serve, type Server } from "../serve.js";
import { launch } from "./page.js";

const DIST = path.resolve(import.meta.dirname, "../../../dist/index.js");

/** What a place makes of three lists and an image, or the error that it got in their stead. */
interface Outcome {
  mode?: string;
  reason?: string;
  results?: unknown;
  inverted?: number[];
  error?: string[];
}

const APP = `
import { createPool } from ${JSON.stringify(DIST)};

const run = async (options) => {
  try {
    const pool = await createPool(options);
    const results = await pool.starmap("multiply", [1, 2, 3].map((id) => [id, [id, 10 * id], 2]));
    const image = { data: new Uint8ClampedArray(64 * 48 * 4).fill(100), width: 64, height: 48 };
    const { data } = await pool.apply(["gaussianBlur", "invert"], image);
    await pool.close();
    return { mode: pool.mode, reason: pool.reason, results, inverted: [...data.subarray(0, 4)] };
  } catch ({ name, code, message }) {
    return { error: [name, code, message] };
  }
};
globalThis.run = run;
// A shared worker hears of those that connect; a service worker is sent messages.
globalThis.onconnect = ({ ports: [port] }) => (port.onmessage = async ({ data }) => port.postMessage(await run(data)));
if (!globalThis.document) globalThis.onmessage = async ({ data, ports: [port] }) => port?.postMessage(await run(data));
`;

const done: Outcome = {
  results: [
    [1, [2, 20]],
    [2, [4, 40]],
    [3, [6, 60]],
  ],
  inverted: [155, 155, 155, 100],
};

let browser: Browser;
let folder: string;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "pixelpool-places-"));
  const stdin = { contents: APP, resolveDir: folder };
  await build({ stdin, bundle: true, format: "iife", outfile: path.join(folder, "app.js"), logLevel: "error" });
  // What is imported as it runs stays in files of its own.
  const split = { splitting: true, format: "esm", entryNames: "app", outExtension: { ".js": ".mjs" } } as const;
  await build({ stdin, bundle: true, ...split, outdir: folder, logLevel: "error" });
  const head = `<!doctype html><link rel="icon" href="data:,"><title>A place</title>`;
  writeFileSync(path.join(folder, "page.html"), `${head}<script src="app.js"></script>`);
  const frame = `<iframe src="page.html" sandbox="allow-scripts" allow="cross-origin-isolated"></iframe>`;
  writeFileSync(path.join(folder, "framing.html"), head + frame);
  browser = await launch();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page of the folder for a test. */
async function withPage(isolated: boolean, file: string, test: (page: Page, server: Server) => Promise<void>) {
  // A frame without an origin is a stranger to its own server.
  const server = await serve(folder, { isolated, headers: { "Cross-Origin-Resource-Policy": "cross-origin" } });
  const page = await browser.newPage();
  try {
    await page.goto(`${server.url}/${file}`);
    await test(page, server);
  } finally {
    await page.close();
    await server.close();
  }
}

/** Runs a pool in a page or a frame that has loaded the bundle. */
const runIn = (place: Page | Frame, options: object = { threads: 2 }) =>
  place.evaluate<Outcome>(`run(${JSON.stringify(options)})`);

describe("a sandboxed frame without an origin", () => {
  for (const isolated of [true, false]) {
    it(`runs a pool in the mode that a page gets, ${isolated ? "isolated" : "not isolated"}`, () =>
      withPage(isolated, "framing.html", async (page) => {
        const frame = page.frames().find((frame) => frame !== page.mainFrame())!;
        await frame.waitForFunction("'run' in globalThis");
        assert.deepEqual(await frame.evaluate(() => [origin, crossOriginIsolated]), ["null", isolated]);
        const { mode, reason, ...rest } = await runIn(frame);
        assert.deepEqual({ mode, ...rest }, { mode: isolated ? "shared" : "workers", ...done });
        assert.match(
          reason!,
          isolated ? /^the page is cross-origin isolated/ : /^the page is not cross-origin isolated/,
        );
        assert.deepEqual(await runIn(frame, { mode: "single" }), {
          mode: "single",
          reason: 'mode "single" was asked for',
          ...done,
        });
      }));
  }
});

it("a page that is a file runs a pool in workers", async () => {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(path.join(folder, "page.html")).href);
  const { reason, ...rest } = await runIn(page);
  assert.deepEqual(rest, { mode: "workers", ...done });
  assert.match(reason!, /^the page is not cross-origin isolated/);
  await page.close();
});

describe("a shared worker", () => {
  for (const script of ["app.js", "app.mjs"]) {
    it(`runs a pool on its own thread and loses no image: ${script}`, () =>
      withPage(true, "page.html", async (page) => {
        const outcome = await page.evaluate(async (script) => {
          const type = script.endsWith(".mjs") ? "module" : "classic";
          const { port } = new SharedWorker(script, { type });
          const answer = new Promise<Outcome>((resolve) => {
            port.onmessage = ({ data }: MessageEvent<Outcome>) => resolve(data);
          });
          port.postMessage({ threads: 2 });
          return answer;
        }, script);
        const reason =
          "there are no Web Workers here, so everything runs on one thread, not on the 2 that were asked for";
        assert.deepEqual(outcome, { mode: "single", reason, ...done });
      }));
  }
});

describe("a service worker", () => {
  for (const script of ["app.js", "app.mjs"]) {
    it(`is told that it can have no pool, and why: ${script}`, () =>
      withPage(true, "page.html", async (page) => {
        const { error } = await page.evaluate(async (script) => {
          const type = script.endsWith(".mjs") ? "module" : "classic";
          await navigator.serviceWorker.register(script, { type });
          const { active } = await navigator.serviceWorker.ready;
          const { port1, port2 } = new MessageChannel();
          const answer = new Promise<Outcome>((resolve) => {
            port1.onmessage = ({ data }: MessageEvent<Outcome>) => resolve(data);
          });
          active!.postMessage({}, [port2]);
          return answer;
        }, script);
        const message =
          "a pool cannot run in a service worker, where import() is not allowed: start it in a page or another worker";
        assert.deepEqual(error, ["PixelpoolError", "unsupported", message]);
      }));
  }
});

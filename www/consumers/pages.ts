/** Pages without a bundler, workers of theirs, policies, and an extension. The refusals are tested by www/test/every-browser/places.test.ts. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { chromium } from "playwright-core";
import { build } from "esbuild";
import { chromiumArgs, findChromium } from "../../scripts/browser.mjs";
import type { BrowserName } from "../test/drivers.js";
import { serve, type Server } from "../test/serve.js";
import { asFiles, bothWays, cellOf, type Cells, type Consumer, type Look, type Place } from "./matrix.js";
import type { Outcome } from "./outcome.js";
import { ONLY_FILES } from "./bundlers.js";

interface Page extends Look {
  how: string;
  page: string;
  configuration?: string;
  /** Where there is no such thing, or it is known to be otherwise. */
  modes?: Partial<Record<BrowserName, string>>;
}

const STATIC = '`import "pixelpool/static"`';
const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

const PAGES: readonly Page[] = [
  { how: "a relative path", page: "relative.html" },
  { how: "an import map", page: "import-map.html" },
  { how: "a module worker of the page's", page: "in-worker.html?script=worker.js" },
  { how: "a classic worker of the page's, bundled", page: "in-worker.html?script=classic-worker.js" },
  // Of the browsers that are tested, only Firefox gives workers to a shared one.
  {
    how: "a shared worker",
    page: "in-shared-worker.html",
    mode: "single",
    modes: { firefox: "workers" },
  },
  {
    how: "a service worker, as a module",
    page: "in-service-worker.html?script=service-worker.js",
    configuration: STATIC,
    mode: "single",
  },
  {
    how: "a service worker, bundled",
    page: "in-service-worker.html?script=classic-service-worker.js",
    configuration: STATIC,
    mode: "single",
  },
  { how: "a sandboxed frame without an origin", page: "in-frame.html?address=frame.html&sandbox" },
  {
    how: `policy \`${STRICT}; worker-src blob:\``,
    page: "script.html",
    policy: `${STRICT}; worker-src blob:`,
  },
  {
    how: `policy \`${STRICT}; ${ONLY_FILES}\``,
    page: "worker-option.html",
    policy: `${STRICT}; ${ONLY_FILES}`,
    configuration: "`worker`: the address of `pixelpool/worker`",
  },
  {
    how: "policy `require-trusted-types-for 'script'; trusted-types pixelpool`",
    page: "script.html",
    policy: "require-trusted-types-for 'script'; trusted-types pixelpool",
  },
];

async function tryPages(place: Place, browser: BrowserName): Promise<void> {
  const { project, row, browsers } = place;
  const consumer = `${{ chromium: "Chromium", firefox: "Firefox", webkit: "WebKitGTK" }[browser]} ${await browsers.version(browser)}`;
  for (const { how, page, configuration, modes, ...look } of PAGES) {
    const mode = modes?.[browser] ?? look.mode;
    // A frame without an origin is a stranger to its own server.
    const headers = { "Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*" };
    const plainly = (isolated: boolean) => serve(project.folder, { isolated, headers });
    // In a frame: the drivers of some browsers ask by `eval`, which a policy forbids.
    const framed = async (isolated: boolean): Promise<Server> => {
      const inner = await serve(project.folder, { isolated, policy: look.policy, headers });
      const outer = await plainly(isolated);
      const address = encodeURIComponent(`${inner.url}/${page}`);
      const close = async () => {
        await Promise.all([inner.close(), outer.close()]);
      };
      return { url: `${outer.url}/in-frame.html?address=${address}`, close };
    };
    const [open, at] = look.policy === undefined ? [plainly, `/${page}`] : [framed, ""];
    await row({ consumer, how, ...(configuration === undefined ? {} : { configuration }) }, () =>
      bothWays(browsers, open, { ...look, ...(mode === undefined ? {} : { mode }), at, browser }),
    );
  }
  await row({ consumer, how: "an import map, under /app/" }, async () => {
    const top = path.join(project.folder, "top");
    mkdirSync(top, { recursive: true });
    for (const name of ["import-map.html", "main.js", "app.js", "node_modules/pixelpool/dist"]) {
      cpSync(path.join(project.folder, name), path.join(top, "app", name), { recursive: true });
    }
    return asFiles(browsers, top, { browser, at: "/app/import-map.html" });
  });
  for (const [how, more] of [
    ["the package on another origin, CORS", {}],
    ["the package on another origin, CORS and CORP", { "Cross-Origin-Resource-Policy": "cross-origin" }],
  ] as const) {
    await row({ consumer, how }, async () => {
      const headers = { "Access-Control-Allow-Origin": "*", ...more };
      const other = await serve(path.join(project.folder, "node_modules"), { isolated: false, headers });
      const address = encodeURIComponent(`${other.url}/pixelpool/dist/index.js`);
      try {
        return await asFiles(browsers, project.folder, { browser, at: `/elsewhere.html?package=${address}` });
      } finally {
        await other.close();
      }
    });
  }
}

/** The same pages in one browser each. */
const inBrowsers = (["chromium", "firefox", "webkit"] as const).map((browser): Consumer => ({
  name: `pages-${browser}`,
  section: "pages",
  project: "pages",
  run: async (place) => {
    const { folder } = place.project;
    const file = (name: string) => path.join(folder, name);
    for (const name of ["worker", "service-worker"]) {
      const options = { bundle: true, format: "iife", logLevel: "error" } as const;
      await build({ ...options, entryPoints: [file(`bundled-${name}.js`)], outfile: file(`classic-${name}.js`) });
    }
    // Browsers ask for it, and some say so where there is none.
    writeFileSync(file("favicon.ico"), "");
    await tryPages(place, browser);
  },
}));

/** Both kinds of pages of an extension, and its background; Chromium alone, which loads folders. */
const extension: Consumer = {
  name: "extension",
  section: "pages",
  run: async ({ project, row, browsers }) => {
    const manifest = path.join(project.folder, "manifest.json");
    const written = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, unknown>;
    const consumer = `An extension (MV3), Chromium ${await browsers.version("chromium")}`;
    const both = async (page: string, modes: readonly [string, string], isolates: boolean): Promise<Cells> => {
      const cells: string[] = [];
      for (const isolated of [true, false]) {
        const policies = {
          cross_origin_embedder_policy: { value: "require-corp" },
          cross_origin_opener_policy: { value: "same-origin" },
        };
        writeFileSync(manifest, JSON.stringify({ ...written, ...(isolated ? policies : {}) }));
        const outcome = await inExtension(project.folder, page);
        const mode = modes[isolated ? 0 : 1];
        cells.push(cellOf(outcome, { mode, ...(isolates ? { isolated } : {}) }));
      }
      const [isolated = "", plain = ""] = cells;
      return { isolated, plain };
    };
    await row({ consumer, how: "its page" }, () => both("page.html", ["shared", "workers"], true));
    await row({ consumer, how: "its service worker", configuration: STATIC }, () =>
      both("background.html", ["single", "single"], false),
    );
  },
};

async function inExtension(folder: string, page: string): Promise<Outcome> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("there is no Chromium");
  const context = await chromium.launchPersistentContext("", {
    executablePath,
    args: [
      ...chromiumArgs,
      `--disable-extensions-except=${folder}`,
      `--load-extension=${folder}`,
      "--disable-features=DisableLoadExtensionCommandLineSwitch",
    ],
  });
  try {
    const background =
      context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker", { timeout: 20_000 }));
    const tab = await context.newPage();
    await tab.goto(new URL(`/${page}`, background.url()).href);
    // A page of an extension refuses `eval`, by which playwright waits.
    const limit = performance.now() + 60_000;
    for (;;) {
      const outcome = await tab.evaluate(() => (globalThis as { outcome?: Outcome }).outcome);
      if (outcome) return outcome;
      if (performance.now() > limit) throw new Error("the page gave no outcome");
      await delay(100);
    }
  } finally {
    await context.close();
  }
}

export const places = [...inBrowsers, extension];

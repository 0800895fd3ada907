/**
 * Places that are no plain page, in the browser that TEST_BROWSER names: sandboxed frames, pages that are files, shared workers,
 * service workers, pages whose policy forbids workers. The package is bundled into one classic script, as its consumers may do,
 * since not every place loads modules.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { openBrowser, type OpenBrowser, type Tab } from "../drivers.js";
import { browserName as name } from "./page.js";
import { serve } from "../serve.js";

const DIST = path.resolve(import.meta.dirname, "../../../dist");

/** What a place makes of three lists and an image, or the error that it got in their stead. */
interface Outcome {
  mode?: string;
  reason?: string;
  results?: unknown;
  inverted?: number[][];
  /** What a function of a user's own gives, where one is to be called. */
  own?: number[];
  error?: [name: string, code: string, message: string];
}

const appOf = (entry: string) => `
import { createPool } from ${JSON.stringify(path.join(DIST, entry))};

globalThis.run = async ({ calls, ...options }) => {
  try {
    const worker = options.worker === "a function" ? () => new Worker("worker.js") : options.worker;
    const pool = await createPool({ ...options, ...(worker && { worker }) });
    const results = await pool.starmap("multiply", [1, 2, 3].map((id) => [id, [id, 10 * id], 2]));
    const image = { data: new Uint8ClampedArray(64 * 48 * 4).fill(100), width: 64, height: 48 };
    const { data } = await pool.apply(["gaussianBlur", "invert"], image);
    // Of the part that is loaded for rare filters, and by the package's own codecs.
    const file = await pool.apply("median", image, undefined, { output: { type: "image/png" } });
    const { data: median } = await pool.apply("invert", file, undefined, { output: "imageData" });
    const own = calls && (await pool.apply({ module: new URL("double.mjs", location.href) }, [1, 2]));
    await pool.close();
    const inverted = [data, median].map((data) => [...data.subarray(0, 4)]);
    return { mode: pool.mode, reason: pool.reason, results, inverted, ...(own && { own }) };
  } catch ({ name, code, message }) {
    return { error: [name, code, message] };
  }
};
// Frames and workers of every kind are asked through a port.
const answer = async ({ data }) => data.port.postMessage(await run(data.options));
addEventListener("message", answer);
globalThis.onconnect = ({ ports: [port] }) => (port.onmessage = answer);
globalThis.parent?.postMessage("loaded", "*");
`;

const done: Outcome = {
  results: [
    [1, [2, 20]],
    [2, [4, 40]],
    [3, [6, 60]],
  ],
  inverted: [
    [155, 155, 155, 100],
    [155, 155, 155, 100],
  ],
};

/** What is run in a page, which sees nothing of what is around it here. */
interface Ask {
  /** The script of a worker, or the address of a frame. */
  address: string;
  options: object;
  /** Of a frame. */
  sandbox?: string;
}

const inFrame = async ({ address, options, sandbox }: Ask): Promise<Outcome> => {
  const frame = document.createElement("iframe");
  if (sandbox !== undefined) frame.setAttribute("sandbox", sandbox);
  frame.allow = "cross-origin-isolated";
  const loaded = new Promise((resolve) => addEventListener("message", resolve, { once: true }));
  frame.src = address;
  document.documentElement.append(frame);
  await loaded;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<Outcome>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<Outcome>) => resolve(data);
  });
  frame.contentWindow?.postMessage({ options, port: port2 }, "*", [port2]);
  return answer;
};

const inSharedWorker = async ({ address, options }: Ask): Promise<Outcome> => {
  const { port } = new SharedWorker(address, { type: address.endsWith(".mjs") ? "module" : "classic" });
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<Outcome>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<Outcome>) => resolve(data);
  });
  port.postMessage({ options, port: port2 }, [port2]);
  return answer;
};

const inServiceWorker = async ({ address, options }: Ask): Promise<Outcome> => {
  await navigator.serviceWorker.register(address, { type: address.endsWith(".mjs") ? "module" : "classic" });
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<Outcome>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<Outcome>) => resolve(data);
  });
  active?.postMessage({ options, port: port2 }, [port2]);
  return answer;
};

let browser: OpenBrowser;
let folder: string;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "pixelpool-places-"));
  for (const [entry, name] of [
    ["index.js", "app"],
    ["static.js", "static"],
  ] as const) {
    const stdin = { contents: appOf(entry), resolveDir: folder };
    const options = { stdin, bundle: true, logLevel: "error" } as const;
    await build({ ...options, format: "iife", outfile: path.join(folder, `${name}.js`) });
    // As a module, what is imported as it runs stays in files of its own.
    const split = { splitting: true, format: "esm", entryNames: name, outExtension: { ".js": ".mjs" } } as const;
    await build({ ...options, ...split, outdir: folder });
  }
  writeFileSync(path.join(folder, "double.mjs"), "export default (list) => list.map((value) => 2 * value);");
  copyFileSync(path.join(DIST, "worker.js"), path.join(folder, "worker.js"));
  const page = `<!doctype html><link rel="icon" href="data:,"><title>A place</title><script src="app.js"></script>`;
  writeFileSync(path.join(folder, "page.html"), page);
  browser = await openBrowser(name);
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Serves the folder and opens its page for a test. */
async function withPage(isolated: boolean, test: (tab: Tab, url: string) => Promise<void>): Promise<void> {
  // A frame without an origin is a stranger to its own server.
  const server = await serve(folder, { isolated, headers: { "Cross-Origin-Resource-Policy": "cross-origin" } });
  const tab = await browser.open(`${server.url}/page.html`);
  try {
    await test(tab, server.url);
  } finally {
    await tab.close();
    await server.close();
  }
}

/** What a frame says whose server sends this policy. */
async function underPolicy(policy: string, options: object, isolated = false): Promise<Outcome> {
  const headers = { "Cross-Origin-Resource-Policy": "cross-origin" };
  const server = await serve(folder, { isolated, policy, headers });
  let outcome: Outcome = {};
  try {
    await withPage(isolated, async (tab) => {
      outcome = await tab.evaluate(inFrame, { address: `${server.url}/page.html`, options });
    });
  } finally {
    await server.close();
  }
  return outcome;
}

const options = { threads: 2 };
const isolatedOrNot = [
  { isolated: true, name: "isolated", mode: "shared", start: /^the page is cross-origin isolated, so threads/ },
  {
    isolated: false,
    name: "not isolated",
    mode: "workers",
    start: /^the page is not cross-origin isolated, so every/,
  },
];

describe(`${name}, a sandboxed frame without an origin`, () => {
  for (const { isolated, name, mode, start } of isolatedOrNot) {
    it(`runs a pool in the mode that a page gets, ${name}`, () =>
      withPage(isolated, async (tab, url) => {
        const frame = { address: `${url}/page.html`, sandbox: "allow-scripts" };
        const { reason, ...rest } = await tab.evaluate(inFrame, { ...frame, options });
        assert.deepEqual(rest, { mode, ...done });
        assert.match(reason!, start);
        const single = await tab.evaluate(inFrame, { ...frame, options: { mode: "single" } });
        assert.deepEqual(single, { mode: "single", reason: 'mode "single" was asked for', ...done });
      }));
  }
});

it(`${name}, a page that is a file runs a pool in workers`, async () => {
  const tab = await browser.open(pathToFileURL(path.join(folder, "page.html")).href);
  const { reason, ...rest } = await tab.evaluate(
    (options) => (globalThis as unknown as { run: (options: object) => Promise<Outcome> }).run(options),
    options,
  );
  assert.deepEqual(rest, { mode: "workers", ...done });
  assert.match(reason!, /^the page is not cross-origin isolated/);
  await tab.close();
});

describe(`${name}, a shared worker`, () => {
  for (const script of ["app.js", "app.mjs"]) {
    it(`loses no image, with workers of its own or on its own thread: ${script}`, () =>
      withPage(false, async (tab, url) => {
        const { mode, reason, ...rest } = await tab.evaluate(inSharedWorker, {
          address: `${url}/${script}`,
          options,
        });
        assert.deepEqual(rest, done);
        // Of the browsers that are tested, only Firefox gives workers to a shared one.
        if (name === "firefox") {
          assert.equal(mode, "workers");
        } else {
          const why = "there are no workers here, so everything runs on one thread, not on the 2 that were asked for";
          assert.deepEqual([mode, reason], ["single", why]);
        }
      }));
  }
});

describe(`${name}, a service worker`, () => {
  for (const script of ["static.js", "static.mjs"]) {
    it(`runs a pool of the entry that has everything at hand: ${script}`, () =>
      withPage(false, async (tab, url) => {
        const outcome = await tab.evaluate(inServiceWorker, { address: `${url}/${script}`, options: {} });
        const reason = "pixelpool/static runs everything on the thread that has imported it";
        assert.deepEqual(outcome, { mode: "single", reason, ...done });
      }));
  }

  for (const script of ["app.js", "app.mjs"]) {
    it(`is told which entry is for it: ${script}`, () =>
      withPage(false, async (tab, url) => {
        const { error } = await tab.evaluate(inServiceWorker, { address: `${url}/${script}`, options });
        const message =
          'a service worker may not import what a pool needs when it starts: import createPool from "pixelpool/static" there';
        assert.deepEqual(error, ["PixelpoolError", "unsupported", message]);
      }));
  }
});

describe(`${name}, a page whose policy`, () => {
  const allowed = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

  const forbidding = `${allowed}; worker-src 'self'`;
  const inPlace =
    'mode "single" was asked for; no worker can be started here, so it runs on the thread that has started it';

  it("forbids workers from blobs is told the directive, and what would help", async () => {
    const { error } = await underPolicy(forbidding, {});
    assert.deepEqual(error?.slice(0, 2), ["PixelpoolError", "unsupported"]);
    assert.match(
      error[2],
      /^no worker can be started here \(.*\): the page.s Content Security Policy forbids workers from/,
    );
    assert.match(error[2], /createPool\(\{ worker \}\)/);
  });

  it("forbids all workers runs everything in place, where that is asked for", async () => {
    for (const policy of [`${allowed}; worker-src 'none'`, forbidding]) {
      const outcome = await underPolicy(policy, { mode: "single", calls: true });
      assert.deepEqual(outcome, { mode: "single", reason: inPlace, ...done, own: [2, 4] });
    }
  });

  for (const { isolated, name: kind, mode } of isolatedOrNot) {
    for (const worker of ["worker.js", "a function"]) {
      it(`allows workers from the page itself runs the package's script: ${worker}, ${kind}`, async () => {
        const { reason, ...rest } = await underPolicy(forbidding, { ...options, worker, calls: true }, isolated);
        assert.deepEqual([rest, typeof reason], [{ mode, ...done, own: [2, 4] }, "string"]);
      });
    }
  }

  it("allows workers from the page itself is told where the script is not", async () => {
    const { error } = await underPolicy(forbidding, { worker: "nowhere.js" });
    assert.deepEqual(error?.slice(0, 2), ["PixelpoolError", "unsupported"]);
    assert.match(error[2], /^no worker can be started here \(.*\): .*createPool\(\{ worker \}\)/);
  });

  it("requires trusted types runs a pool by a policy called pixelpool", async () => {
    for (const rest of ["", "; trusted-types pixelpool"]) {
      const calling = { ...options, calls: true };
      const { reason, ...outcome } = await underPolicy(`require-trusted-types-for 'script'${rest}`, calling);
      assert.deepEqual([outcome, typeof reason], [{ mode: "workers", ...done, own: [2, 4] }, "string"]);
    }
  });

  it("requires trusted types and forbids that policy is told so, and runs in place where that is asked for", async () => {
    const policy = "require-trusted-types-for 'script'; trusted-types 'none'";
    const { error } = await underPolicy(policy, {});
    assert.deepEqual(error?.slice(0, 2), ["PixelpoolError", "unsupported"]);
    assert.match(error[2], /has require-trusted-types-for 'script'; it must have trusted-types pixelpool/);
    assert.deepEqual(await underPolicy(policy, { mode: "single" }), { mode: "single", reason: inPlace, ...done });
  });

  for (const { isolated, name: kind } of isolatedOrNot) {
    it(`allows workers from data: addresses alone runs a pool in the next way that there is, ${kind}`, async () => {
      const { reason, ...rest } = await underPolicy(`${allowed}; worker-src data:`, options, isolated);
      // They are of another origin than the page. All but Chromium share memory with them all the same.
      const shares = isolated && name !== "chromium";
      assert.deepEqual(rest, { mode: shares ? "shared" : "workers", ...done });
      if (!shares) assert.match(reason!, isolated ? /^threads could not be started/ : /^the page is not cross-origin/);
    });
  }

  it("allows workers from blobs runs a pool", async () => {
    const { reason, ...rest } = await underPolicy(`${allowed}; worker-src blob:`, options);
    assert.deepEqual([rest, typeof reason], [{ mode: "workers", ...done }, "string"]);
  });
});

/**
 * `npm run bench:peers`: builds the package and measures it beside other libraries in headless Chromium; see www/bench/peers.ts.
 * Those libraries are dependencies of www/bench/peers alone, and installed there. `-- --rounds 9` for more rounds, `-- --only 1,3`
 * for some lines (which writes nothing), `-- --only files` for the lines of files, `-- --package` for the package that is in dist/
 * already.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { ensureBrowser } from "./browser.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { buildPackage } from "./package.mjs";
import { inRoot, main, run, say, writtenAt } from "./run.mjs";
import { buildWasm } from "./wasm.mjs";

const FOLDER = "www/bench/peers";
const inFolder = (...parts) => inRoot(FOLDER, ...parts);

async function ensurePeers() {
  const installed = writtenAt(inFolder("node_modules/.package-lock.json"));
  if (installed > writtenAt(inFolder("package-lock.json"))) return;
  say(`installing the libraries to be measured against into ${FOLDER}/node_modules`);
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: inFolder() });
}

/** What the page and its workers run, in target/peers/. */
async function bundle() {
  const esbuild = await import("esbuild");
  const options = { bundle: true, target: "es2022", logLevel: "warning" };
  mkdirSync(inRoot("target/peers"), { recursive: true });
  const bundles = [
    ["page.ts", "page.js", "esm"],
    ["worker.ts", "worker.js", "iife"],
    ["files/page.ts", "file-page.js", "esm"],
    ["files/worker.ts", "file-worker.js", "iife"],
  ];
  for (const [entry, to, format] of bundles) {
    await esbuild.build({ ...options, entryPoints: [inFolder(entry)], outfile: inRoot("target/peers", to), format });
  }
  // photon's module imports its wasm as only bundlers can: it is given that instead.
  const photon = readFileSync(inFolder("node_modules/@silvia-odwyer/photon/photon_rs_bg.js"), "utf8");
  const line = /^import \* as wasm from .*$/m;
  if (!line.test(photon)) throw new Error("photon imports its wasm in another way now");
  const given = "let wasm;\nexport const setWasm = (exports) => { wasm = exports; };";
  writeFileSync(inRoot("target/peers/photon.js"), photon.replace(line, given));
}

await main(async () => {
  await ensureDependencies();
  await ensurePeers();
  const given = process.argv.slice(2);
  if (!given.includes("--package") || !existsSync(inRoot("dist/index.js"))) {
    await buildWasm();
    await buildPackage({ types: false });
  }
  await bundle();
  const { chromium } = await ensureBrowser();
  // The threads of Node's pool are what sharp works on.
  const env = { CHROMIUM: chromium, UV_THREADPOOL_SIZE: String(cpus().length) };
  await run(process.execPath, ["--import", "tsx", "www/bench/peers.ts", ...given], { env });
});

/** The other libraries that benchmarks and accuracy are held against: dependencies of www/bench/peers alone, and installed there. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { inRoot, run, say, writtenAt } from "./run.mjs";

const FOLDER = "www/bench/peers";
const inFolder = (...parts) => inRoot(FOLDER, ...parts);

export async function ensurePeers() {
  const installed = writtenAt(inFolder("node_modules/.package-lock.json"));
  if (installed > writtenAt(inFolder("package-lock.json"))) return;
  say(`installing the libraries to be measured against into ${FOLDER}/node_modules`);
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: inFolder() });
}

/** What pages and their workers run, in target/peers/: `[entry, to, format]`, entries from www/bench on. */
export async function bundlePeers(bundles) {
  const esbuild = await import("esbuild");
  const options = { bundle: true, target: "es2022", logLevel: "warning" };
  mkdirSync(inRoot("target/peers"), { recursive: true });
  for (const [entry, to, format] of bundles) {
    const entryPoints = [inRoot("www/bench", entry)];
    await esbuild.build({ ...options, entryPoints, outfile: inRoot("target/peers", to), format });
  }
  // photon's module imports its wasm as only bundlers can: it is given that instead.
  const photon = readFileSync(inFolder("node_modules/@silvia-odwyer/photon/photon_rs_bg.js"), "utf8");
  const line = /^import \* as wasm from .*$/m;
  if (!line.test(photon)) throw new Error("photon imports its wasm in another way now");
  const given = "let wasm;\nexport const setWasm = (exports) => { wasm = exports; };";
  writeFileSync(inRoot("target/peers/photon.js"), photon.replace(line, given));
}

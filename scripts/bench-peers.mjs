/**
 * `npm run bench:peers`: builds the package and measures it beside other libraries in headless Chromium; see www/bench/peers.ts.
 * Those libraries are dependencies of www/bench/peers alone, and installed there. `-- --rounds 9` for more rounds, `-- --only 1,3`
 * for some lines (which writes nothing), `-- --only files` for the lines of files, `-- --only radii` for what larger radii cost, `-- --package` for the package that is in dist/
 * already.
 */
import { cpus } from "node:os";
import { ensureBrowser } from "./browser.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { packageFor } from "./package.mjs";
import { bundlePeers, ensurePeers } from "./peers.mjs";
import { main, run } from "./run.mjs";

const BUNDLES = [
  ["peers/page.ts", "page.js", "esm"],
  ["peers/worker.ts", "worker.js", "iife"],
  ["peers/files/page.ts", "file-page.js", "esm"],
  ["peers/files/worker.ts", "file-worker.js", "iife"],
];

await main(async () => {
  await ensureDependencies();
  await ensurePeers();
  const given = process.argv.slice(2);
  await packageFor(given);
  await bundlePeers(BUNDLES);
  const { chromium } = await ensureBrowser();
  // The threads of Node's pool are what sharp works on.
  const env = { CHROMIUM: chromium, UV_THREADPOOL_SIZE: String(cpus().length) };
  await run(process.execPath, ["--import", "tsx", "www/bench/peers.ts", ...given], { env });
});

/** `npm run bench:pool`: builds the package and measures its pool in headless Chromium; see www/bench/pool.ts. */
import { ensureBrowser } from "./browser.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { buildPackage } from "./package.mjs";
import { main, run } from "./run.mjs";
import { buildWasm } from "./wasm.mjs";

await main(async () => {
  await ensureDependencies();
  await buildWasm();
  await buildPackage({ types: false });
  const { chromium } = await ensureBrowser();
  const given = process.argv.slice(2);
  await run(process.execPath, ["--import", "tsx", "www/bench/pool.ts", ...given], { env: { CHROMIUM: chromium } });
});

/** `npm run bench`: builds the package and measures it in headless Chromium; see www/bench. */
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
  await run(process.execPath, ["--import", "tsx", "www/bench/bench.ts"], { env: { CHROMIUM: chromium } });
});

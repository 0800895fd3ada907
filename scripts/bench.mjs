/**
 * `npm run bench`: builds the package and measures it in headless Chromium; see www/bench/bench.ts. `-- --package` takes the package
 * that is in dist/ already; what else is given goes to the measurement.
 */
import { ensureBrowser } from "./browser.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { packageFor } from "./package.mjs";
import { main, run } from "./run.mjs";

await main(async () => {
  await ensureDependencies();
  const given = process.argv.slice(2);
  await packageFor(given);
  const { chromium } = await ensureBrowser();
  const passed = given.filter((argument) => argument !== "--package");
  await run(process.execPath, ["--import", "tsx", "www/bench/bench.ts", ...passed], { env: { CHROMIUM: chromium } });
});

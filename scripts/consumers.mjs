/**
 * `npm run test:consumers`: the packed tarball in the hands of bundlers, frameworks, pages, runtimes, test frameworks and compilers, each
 * in a project of its own; writes docs/consumers.md. `--only vite,webpack` for some of them, `--package` for the package that is in
 * dist/ already. See www/consumers/run.ts.
 */
import { ensureBrowser, ensureFirefox, ensureWebkit } from "./browser.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { buildPackage } from "./package.mjs";
import { endWithNpm, isMain, main, run } from "./run.mjs";
import { ensureRuntimes } from "./runtimes.mjs";
import { buildWasm } from "./wasm.mjs";

/** Those that `npm test` runs, by Chromium alone. */
export async function tryChosenConsumers() {
  const { chromium } = await ensureBrowser();
  await tryConsumers(["--chosen"], { CHROMIUM: chromium });
}

const tryConsumers = (options, env) =>
  run(process.execPath, ["--import", "tsx", "www/consumers/run.ts", ...options], { env });

if (isMain(import.meta.url)) {
  await main(async () => {
    endWithNpm();
    const options = process.argv.slice(2);
    await ensureDependencies();
    if (!options.includes("--package")) {
      await buildWasm();
      await buildPackage();
    }
    await ensureRuntimes();
    const { chromium } = await ensureBrowser();
    const { firefox } = await ensureFirefox();
    await ensureWebkit();
    await tryConsumers(options, { CHROMIUM: chromium, FIREFOX: firefox });
  });
}

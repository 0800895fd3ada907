/**
 * `npm run soak`: random rounds in Chromium and Firefox, with a build that can fail on purpose; see www/soak/run.ts.
 * `npm run soak -- --minutes 10 --seed 123 --browser chromium|firefox|both --page isolated|plain|both`; `--seconds 20` for a
 * short one, `--round SEED` for one round over and over, `--package FOLDER` for a build that is there.
 */
import { ensureBrowser, ensureFirefox } from "./browser.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { endWithNpm, isMain, main, run } from "./run.mjs";

export async function soak(...options) {
  if (!options.includes("--package")) await run(process.execPath, ["scripts/package.mjs", "--faults"]);
  const chosen = options[options.indexOf("--browser") + 1];
  const env = {};
  if (chosen !== "firefox") env.CHROMIUM = (await ensureBrowser()).chromium;
  if (chosen !== "chromium") {
    const { firefox } = await ensureFirefox();
    Object.assign(env, { FIREFOX: firefox });
  }
  await run(process.execPath, ["--import", "tsx", "www/soak/run.ts", ...options], { env });
}

if (isMain(import.meta.url)) {
  await main(async () => {
    endWithNpm();
    await ensureDependencies();
    await soak(...process.argv.slice(2));
  });
}

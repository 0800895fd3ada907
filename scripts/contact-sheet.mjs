/**
 * `npm run contact-sheet`: one photo through every filter, as docs/contact-sheet/, which docs/filters.md shows; see
 * www/bench/contact-sheet/. `-- --package` takes the package that is in dist/ already, `-- --png` writes PNGs into
 * target/contact-sheet/ too.
 */
import { ensureBrowser } from "./browser.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { packageFor } from "./package.mjs";
import { inRoot, main, run } from "./run.mjs";

await main(async () => {
  await ensureDependencies();
  const given = process.argv.slice(2);
  await packageFor(given);
  const esbuild = await import("esbuild");
  await esbuild.build({
    entryPoints: [inRoot("www/bench/contact-sheet/page.ts")],
    outfile: inRoot("target/contact-sheet.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  const { chromium } = await ensureBrowser();
  await run(process.execPath, ["--import", "tsx", "www/bench/contact-sheet/run.ts", ...given], {
    env: { CHROMIUM: chromium },
  });
});

/**
 * `npm run accuracy`: how far every filter is from its definition, and what other libraries give in the same cases; writes
 * docs/accuracy.md. Expected results are those of tests/oracle/, and, of filters that have none there, what the naive versions in
 * tests/native/ expect, which tell it while they run. `-- --package` takes the package that is in dist/ already, `-- --only
 * gaussianBlur,median` tries some filters and writes nothing.
 */
import { mkdirSync } from "node:fs";
import { ensureBrowser } from "./browser.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { packageFor } from "./package.mjs";
import { bundlePeers, ensurePeers } from "./peers.mjs";
import { inRoot, main, run, say } from "./run.mjs";
import { ensureNative } from "./toolchain.mjs";

/** Tests that take long and hold no filter against its definition. */
const OTHERS = [
  "oracle",
  "golden",
  "contract",
  "bands",
  "lanes",
  "stripes",
  "jpeg",
  "webp",
  "png",
  "gif",
  "fuzz",
  "batch",
];

await main(async () => {
  await ensureDependencies();
  await ensurePeers();
  await ensureNative();
  const given = process.argv.slice(2);
  await packageFor(given);
  const cases = inRoot("target/accuracy-cases.jsonl");
  mkdirSync(inRoot("target"), { recursive: true });
  say("asking the native tests what they expect");
  const skipped = OTHERS.flatMap((name) => ["--skip", `${name}`]);
  await run("cargo", ["test", "--quiet", "--test", "native", "--", ...skipped], { env: { PIXELPOOL_CASES: cases } });
  await bundlePeers([["accuracy/page.mjs", "accuracy.js", "esm"]]);
  const { chromium } = await ensureBrowser();
  await run(process.execPath, ["--import", "tsx", "www/bench/accuracy/run.mjs", cases, ...given], {
    env: { CHROMIUM: chromium },
  });
});

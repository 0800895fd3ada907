/** What the package weighs: each file raw and gzipped, and what a page loads against the most that it may be. */
import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { inRoot, isMain, main, Stop } from "./run.mjs";

const KIB = 1024;
/** What the project wants the JavaScript and the wasm of a page to stay under. */
const MARK = 120 * KIB;
/** What they were when this was written last, and 1 % more. Who goes past it looks why, before it is raised. */
const BUDGET = 152 * KIB;

/** What a page with threads uses; the engine's module holds the latter two once more, as strings. */
const LOADED = ["index.js", "worker-threads.js", "pixelpool-threads.wasm"];
const OTHERS = ["worker-plain.js", "pixelpool-plain.wasm", "engine-threads.js", "engine-plain.js"];

const inKib = (bytes) => `${(bytes / KIB).toFixed(1)} KiB`.padStart(10);

/** Prints the table, and fails where the total is past the budget. */
export function reportSize() {
  let total = 0;
  for (const file of [...LOADED, ...OTHERS]) {
    const place = inRoot("dist", file);
    if (!existsSync(place)) throw new Stop(`dist/${file} is not there: run node scripts/package.mjs`);
    const bytes = readFileSync(place);
    const zipped = gzipSync(bytes, { level: 9 }).length;
    if (LOADED.includes(file)) total += zipped;
    console.log(`${file.padEnd(24)} ${inKib(bytes.length)}  gzip ${inKib(zipped)}`);
  }
  console.log(`${LOADED.join(" + ")}: gzip ${inKib(total).trim()}; the mark is ${inKib(MARK).trim()}`);
  if (total > BUDGET) throw new Stop(`that is more than the ${inKib(BUDGET).trim()} that scripts/size.mjs allows`);
  const said = `less than ${BUDGET / KIB} KiB gzipped`;
  if (!readFileSync(inRoot("README.md"), "utf8").includes(said)) throw new Stop(`README.md does not say: ${said}`);
}

if (isMain(import.meta.url)) await main(reportSize);

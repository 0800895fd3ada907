/**
 * `npm run bench:pool`: what the pool itself does, beside its filters: memory over long batches, pools that come and go,
 * cancelling, shares of the work, the cost of an image. Writes docs/pool.md and the pictures in docs/pool/; with `--quick`, whose counts
 * are too small to mean anything, into target/bench-pool/. `--only 1,3` measures those parts and leaves the others as they are.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { launch } from "../test/browser/page.js";
import { cancellation } from "./pool/cancel.js";
import { copies } from "./pool/copies.js";
import { lifetimes } from "./pool/lifetimes.js";
import { memory } from "./pool/memory.js";
import { overhead } from "./pool/overhead.js";
import type { Part } from "./pool/part.js";
import { share } from "./pool/share.js";

const PARTS: readonly Part[] = [memory, lifetimes, cancellation, share, overhead, copies];
const ROOT = path.resolve(import.meta.dirname, "../..");

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, only: { type: "string" } } });
const numbers = PARTS.map((_, index) => index + 1);
const wanted = values.only?.split(",").map(Number) ?? numbers;
for (const part of wanted) {
  if (!numbers.includes(part)) throw new Error(`--only takes numbers from 1 to ${PARTS.length}, got ${values.only}`);
}
const folder = path.join(ROOT, values.quick ? "target/bench-pool" : "docs");
const report = path.join(folder, "pool.md");
mkdirSync(path.join(folder, "pool"), { recursive: true });

const begin = (part: number) => `<!-- part ${part}: begin -->`;
const end = (part: number) => `<!-- part ${part}: end -->`;

/** What an earlier run has found. */
const former = existsSync(report) ? readFileSync(report, "utf8") : "";
function formerFindings(part: number): string {
  const [from, to] = [former.indexOf(begin(part)), former.indexOf(end(part))];
  return from < 0 || to < 0 ? "Not measured yet." : former.slice(from + begin(part).length, to).trim();
}

const sections = PARTS.map((_, index) => formerFindings(index + 1));
function write(): void {
  const parts = PARTS.map(({ title }, index) => {
    const part = index + 1;
    return `## ${part}. ${title}\n\n${begin(part)}\n\n${sections[index]}\n\n${end(part)}\n`;
  });
  writeFileSync(
    report,
    `# The pool, measured

Written by \`npm run bench:pool\`, which builds the package and drives it in headless Chromium on Linux (some ten minutes);
\`npm run bench:pool -- --only 1,3\` measures those parts again, \`--quick\` tries it out with small counts. The filters
are measured by \`npm run bench\`: see [benchmarks.md](benchmarks.md).

The machines that this runs on are shared with other work: look at ratios, counts and shapes, not at milliseconds. Times are
medians, with the worst beside them where it says so. Results are checked.

${parts.join("\n")}`,
  );
}

const browser = await launch();
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores; Chromium ${browser.version()}; Node ${process.versions.node}`;
try {
  for (const part of wanted) {
    const measure = PARTS[part - 1]?.measure;
    if (!measure) continue;
    const started = performance.now();
    const say = (line: string) => console.log(`part ${part}: ${line}`);
    const { text, pictures = {} } = await measure({ browser, quick: values.quick, say });
    for (const [name, picture] of Object.entries(pictures)) writeFileSync(path.join(folder, "pool", name), picture);
    sections[part - 1] = `${text}\n\n<sub>${new Date().toISOString().slice(0, 10)}: ${machine}.</sub>`;
    // What is measured is kept, whatever the next part comes to.
    write();
    say(`took ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
} finally {
  await browser.close();
}
console.log(`pixelpool: written: ${path.relative(ROOT, report)}`);

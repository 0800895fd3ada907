/**
 * `npm run bench:pool`: what the pool itself does, beside its filters: memory over long batches, pools that come and go,
 * cancelling, shares of the work, the cost of an image. Writes docs/pool.md and the pictures in docs/pool/; with `--quick`, whose counts
 * are too small to mean anything, into target/bench/. `--only 1,3` measures those parts and leaves the others as they are.
 */
import { parseArgs } from "node:util";
import { measureParts, type Part } from "./parts.js";
import { cancellation } from "./pool/cancel.js";
import { copies } from "./pool/copies.js";
import { functions } from "./pool/functions.js";
import { lifetimes } from "./pool/lifetimes.js";
import { memory } from "./pool/memory.js";
import { overhead } from "./pool/overhead.js";
import { share } from "./pool/share.js";

const PARTS: readonly Part[] = [memory, lifetimes, cancellation, share, overhead, copies, functions];

const introduction = `# The pool, measured

Written by \`npm run bench:pool\`, which builds the package and drives it in headless Chromium on Linux (some ten minutes);
\`npm run bench:pool -- --only 1,3\` measures those parts again, \`--quick\` tries it out with small counts. The filters
are measured by \`npm run bench\`: see [benchmarks.md](benchmarks.md).

The machines that this runs on are shared with other work: look at ratios, counts and shapes, not at milliseconds. Times are
medians, with the worst beside them where it says so. Results are checked.`;

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, only: { type: "string" } } });
const numbered = PARTS.map(({ title, measure }, index): [string, Part] => [
  String(index + 1),
  { title: `${index + 1}. ${title}`, measure },
]);
const report = { name: "pool", pictures: "pool", introduction, parts: Object.fromEntries(numbered) };
await measureParts(report, values);

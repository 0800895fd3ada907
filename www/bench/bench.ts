/**
 * `npm run bench`: in headless Chromium, every filter on a batch of photos; what more threads bring; and which threads the time
 * goes to. Writes docs/benchmarks.md with its pictures, and the table of filters into the README; with `--quick`, whose counts are
 * too small to mean anything, into target/bench/. `--only scaling,cpu` measures those parts and leaves the others as they are.
 */
import { parseArgs } from "node:util";
import { filterTimes } from "./filters.js";
import { measureParts } from "./parts.js";
import { cpuTime } from "./scaling/cpu-time.js";
import { scaling } from "./scaling/scaling.js";

const introduction = `# Benchmarks

Written by \`npm run bench\`, which builds the package and drives it in headless Chromium. \`npm run bench -- --only scaling,cpu\`
measures those parts again and leaves the others as they are (\`filters\` is the first of them), \`--package\` takes the package that
is in \`dist/\`, \`--quick\` tries it out with small counts and writes into \`target/bench/\`. What scaling and CPU time are measured with
can be chosen: \`THREADS=1,2,4,8,16 MODES=shared IMAGES=8 ROUNDS=3 SECONDS=2 npm run bench -- --only scaling,cpu\`; so many threads are
started even where the machine has fewer cores.

The machines that this runs on are shared with other work: look at ratios, not at milliseconds. Times are medians.`;

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, only: { type: "string" } } });
const parts = { filters: filterTimes, scaling, cpu: cpuTime };
await measureParts({ name: "benchmarks", pictures: ".", introduction, parts }, values);

/** `npm run bench:native`: measures the filters natively, beside other libraries; writes docs/native.md. See benches/. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { ask, inRoot, main, run, say } from "./run.mjs";
import { ensureNative } from "./toolchain.mjs";

const target = inRoot("benches/target");
const criterion = path.join(target, "criterion");

const json = (file) => JSON.parse(readFileSync(file, "utf8"));

/** Milliseconds by `group/name`: Criterion's medians. */
function medians() {
  const files = readdirSync(criterion, { recursive: true }).filter((file) => file.endsWith("new/benchmark.json"));
  const pairs = files.map((file) => {
    const { group_id, function_id } = json(path.join(criterion, file));
    const { median } = json(path.join(criterion, path.dirname(file), "estimates.json"));
    return [`${group_id}/${function_id}`, median.point_estimate / 1e6];
  });
  return new Map(pairs);
}

const versions = (...names) => {
  const lock = readFileSync(inRoot("benches/Cargo.lock"), "utf8");
  return names.map((name) => `${name} ${new RegExp(`name = "${name}"\nversion = "(.*)"`).exec(lock)?.[1]}`).join(", ");
};

const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const work = (name, given) => `\`${name}\`${given && ` ${given}`}`;
const shown = (time) => time.toFixed(time < 10 ? 2 : time < 100 ? 1 : 0);

function peers({ peers }, time) {
  const rows = peers.flatMap(({ filter, given, times: [own, ...others], peers }) => [
    [work(filter, given), "**pixelpool**", shown(time(own)), "1.00", "", "", ""],
    ...peers.map(({ name, largest, mean, same }, i) => [
      "",
      name,
      shown(time(others[i])),
      (time(others[i]) / time(own)).toFixed(2),
      largest,
      mean.toFixed(3),
      same ? "yes" : "**no**",
    ]),
  ]);
  const head = ["work", "library", "ms", "times pixelpool's", "largest difference", "mean difference", "same work"];
  return table(head, rows);
}

function filters({ filters, threads }, time) {
  const rows = filters.map(({ name, given, times }) => {
    const [small, one, all] = times.map(time);
    return [work(name, given), shown(small), shown(one), shown(all), (one / all).toFixed(2)];
  });
  const large = ["12 MP, 1 thread", `12 MP, ${threads} threads`];
  return table(["filter", "2 MP, 1 thread", ...large, "speed-up"], rows);
}

function scaling({ scaling }, time) {
  const rows = scaling.map(({ name, what, times }) => {
    const [first, ...others] = times.map(time);
    return [
      `\`${name}\``,
      what,
      shown(first),
      ...others.map((other) => `${shown(other)} (${(first / other).toFixed(2)})`),
    ];
  });
  const counts = scaling[0].threads.map((count) => `${count} ${count === 1 ? "thread" : "threads"}`);
  return table(["filter", "images", ...counts], rows);
}

function document(report, times) {
  const time = (name) => times.get(name) ?? NaN;
  const machine = `${cpus()[0]?.model.trim()}, ${report.threads} threads; ${ask("rustc", ["-V"])}`;
  return `# Native benchmarks

Written by \`npm run bench:native\` on ${new Date().toISOString().slice(0, 10)}: ${machine};
${versions("criterion", "image", "imageproc", "fast_image_resize", "libblur")}.

The kernels as they run outside a browser, compiled for the oldest processor of the architecture, with what the compiler
vectorises by itself; \`libblur\` and \`fast_image_resize\` look for AVX2 and take it. In a browser pixelpool has kernels
written for WebAssembly's SIMD as well: see [benchmarks.md](benchmarks.md). Milliseconds are medians, of this machine, which
other work shares: compare ratios only. Putting the source back between runs is not counted.

## Against other libraries

One thread against one thread, on an opaque photo of 1920 × 1080 in RGBA (\`resize\`: 4000 × 3000 to 1200 × 900). Before
anything is timed, each result is compared with ours, in levels of 0 to 255, ${report.margin} pixels away from the border: more than
${report.mean} on average, or more than ${report.largest} anywhere, is not the same work. What a library wants in another form, luma or planes, is
prepared beforehand, in its favour. A ratio above 1 means that pixelpool is faster.

<!-- prettier-ignore-start -->

${peers(report, time)}

<!-- prettier-ignore-end -->

## Every filter

Milliseconds for 1920 × 1080 and 4000 × 3000, with the defaults, or half of the slider where the default changes nothing;
parameters that must be given have their examples. On one thread no pool takes part; on several the image is cut into bands.

<!-- prettier-ignore-start -->

${filters(report, time)}

<!-- prettier-ignore-end -->

## More threads

Milliseconds, and the gain over a pool of one thread.

<!-- prettier-ignore-start -->

${scaling(report, time)}

<!-- prettier-ignore-end -->

## Again

\`npm run bench:native\` takes some minutes and writes this page. \`cargo bench --manifest-path benches/Cargo.toml -- median\`
measures what has "median" in its name, and tells what has changed since; with \`RUSTFLAGS="-C target-cpu=native"\` everything
is compiled for this processor.
`;
}

await main(async () => {
  await ensureNative();
  const start = performance.now();
  // Times of filters that are gone would be read with the others.
  rmSync(criterion, { recursive: true, force: true });
  const env = { CARGO_TARGET_DIR: target, CRITERION_HOME: criterion };
  await run("cargo", ["bench", "--manifest-path", inRoot("benches/Cargo.toml")], { env });
  const report = json(path.join(target, "tmp/native.json"));
  writeFileSync(inRoot("docs/native.md"), document(report, medians()));
  say(`docs/native.md is written, after ${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
});

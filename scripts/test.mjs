/**
 * `npm test`: installs what is missing, then runs every test there is, to the end, whatever fails on the way.
 * `npm test -- --only native,unit` runs just these steps, and what they are made from. `npm test -- --list` names them.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { ensureBrowser, ensureFirefox, ensureWebkit } from "./browser.mjs";
import { tryChosenConsumers } from "./consumers.mjs";
import { ensureDependencies, TSC } from "./dependencies.mjs";
import { buildPackage } from "./package.mjs";
import { ensureQueue, ensureRedis, QUEUE } from "./queue.mjs";
import { allOf, endWithNpm, inRoot, main, run, say, Stop } from "./run.mjs";
import { ensureRuntimes } from "./runtimes.mjs";
import { soak } from "./soak.mjs";
import { buildOwn } from "./own.mjs";
import { reportSize } from "./size.mjs";
import { ensureNative, ensureWasmClippy, wasmCargo, wasmToolchain } from "./toolchain.mjs";
import { compileAhead, ensureWasmPack } from "./tools.mjs";
import { CARGO_FLAGS, buildEnv, builds, buildWasm, TARGET } from "./wasm.mjs";

const MINUTE = 60_000;

/** A program of an npm package. */
const bin = (file, ...args) => run(process.execPath, [inRoot("node_modules", file), ...args], { quiet: true });
const tsc = (project) => run(process.execPath, [TSC, "-p", project], { quiet: true });

/**
 * Runs every `*.test.ts` under a folder of www/test with node's own test runner; one file at a time where nothing else is said,
 * since each starts a browser and all of its threads.
 */
async function nodeTests(folder, env = {}, { atOnce = 1, quiet = false } = {}) {
  const files = readdirSync(inRoot("www/test", folder), { recursive: true })
    .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
    .map((file) => path.join("www/test", folder, file))
    .sort();
  if (files.length === 0) throw new Stop(`no tests in www/test/${folder}`);
  const flags = [
    "--import",
    "tsx",
    "--test",
    "--test-reporter=spec",
    `--test-concurrency=${atOnce}`,
    `--test-timeout=${5 * MINUTE}`,
  ];
  return run(process.execPath, [...flags, ...files], { env, timeout: 15 * MINUTE, quiet });
}

/** The package with a filter that goes wrong on demand. */
async function buildFaults() {
  await buildWasm({ faults: true });
  await buildPackage({ faults: true, types: false });
}

/** The example of an engine with filters of its own; its native tests are among those of the workspace. */
function buildExample() {
  const folder = inRoot("examples/own-filter");
  return buildOwn({ folder, out: path.join(folder, "engine"), dist: inRoot("dist") });
}

/** What must hold in every browser, in Firefox. */
async function firefoxTests() {
  const { firefox } = await ensureFirefox();
  await nodeTests("every-browser", { TEST_BROWSER: "firefox", FIREFOX: firefox });
}

/** The same in WebKit, which is what Safari is made of. */
async function webkitTests() {
  if (!(await ensureWebkit())) return say("skipped: WebKit has no build with a driver for this system");
  return nodeTests("every-browser", { TEST_BROWSER: "webkit" }, { quiet: true });
}

/** The same in Chromium, and everything else. */
async function chromiumTests() {
  await browserTests("every-browser", { TEST_BROWSER: "chromium" });
  // Two files: while one starts its browser or waits on purpose, the other works.
  await browserTests("browser", {}, { atOnce: 2 });
}

/** Runs every test under a folder of www/test with the browser that most of them drive. */
async function browserTests(folder, env = {}, options = {}) {
  const { chromium } = await ensureBrowser();
  await nodeTests(folder, { ...env, CHROMIUM: chromium }, options);
}

/** What the package does outside browsers. */
async function runtimeTests() {
  await ensureRuntimes();
  await nodeTests("runtimes");
}

/** The example of a queue: its types, and its tests with a Redis of their own. */
async function queueTests() {
  await ensureQueue();
  await tsc(QUEUE);
  const redis = await ensureRedis();
  if (!redis) say("skipped in part: there is no redis-server on PATH, and none that can be installed for this system");
  const files = readdirSync(inRoot(QUEUE, "test")).filter((file) => file.endsWith(".test.mjs"));
  const tests = files.sort().map((file) => path.join(QUEUE, "test", file));
  const flags = ["--test", "--test-reporter=spec", "--test-concurrency=1", `--test-timeout=${2 * MINUTE}`];
  return run(process.execPath, [...flags, ...tests], { env: redis ?? {}, timeout: 5 * MINUTE });
}

/** The command line as a process. */
async function commandLineTests() {
  await ensureRuntimes();
  await nodeTests("cli", {}, { atOnce: 2 });
}

/** The crate's own tests in a browser, in both builds side by side: most of the time is that of compiling them. */
async function webTests() {
  const wasmPack = await ensureWasmPack();
  const { chromedriver } = await ensureBrowser();
  await allOf(Object.keys(builds).map(async (name) => say(`${name}:\n${await webTest(name, wasmPack, chromedriver)}`)));
}

async function webTest(name, wasmPack, chromedriver) {
  const { env } = await wasmToolchain();
  const isolation = name === "plain" ? { WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION: "1" } : {};
  const where = ["--headless", "--chrome", "--chromedriver", chromedriver];
  // Its checks are done here already: `no-install` keeps it from fetching anything.
  const flags = ["test", ...where, "--release", "--mode", "no-install", inRoot("tests/web")];
  return run(wasmPack, [...flags, ...CARGO_FLAGS, ...builds[name].features], {
    env: { ...env, ...buildEnv(name), ...isolation, WASM_BINDGEN_TEST_TIMEOUT: "180" },
    timeout: 15 * MINUTE,
    quiet: true,
  });
}

async function wasmClippy() {
  if (!(await ensureWasmClippy())) return say("skipped: the compiler for WebAssembly has no clippy here");
  // All with the flags of one build, whose standard library is then looked through once.
  const env = buildEnv("threads");
  const clippy = (...what) => {
    const flags = ["--release", ...what, "--target", TARGET, ...CARGO_FLAGS];
    return wasmCargo(["clippy", "--quiet", ...flags, "--", "-D", "warnings"], { env });
  };
  for (const { features } of Object.values(builds)) await clippy("--lib", ...features);
  const packages = ["--package", "pixelpool-codecs", "--package", "pixelpool-webp"];
  await clippy(...packages, "--examples");
  await clippy("--package", "pixelpool-faults", "--package", "pixelpool-web", "--all-targets");
}

/**
 * In order. `needs` names the steps that a step is made from. What is `aside` needs one core and nothing that is built: it
 * goes on beside the others, and is told of in its turn; what is `beside` another goes on with that one.
 */
const steps = {
  "rust-format": { run: () => run("cargo", ["fmt", "--all", "--check"]) },
  native: { run: () => run("cargo", ["test", "--quiet", "--workspace"]) },
  clippy: { run: () => run("cargo", ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]) },
  "clippy-plain": {
    run: () => run("cargo", ["clippy", "--quiet", "--no-default-features", "--lib", "--", "-D", "warnings"]),
  },
  docs: {
    run: () => run("cargo", ["doc", "--quiet", "--workspace", "--no-deps"], { env: { RUSTDOCFLAGS: "-D warnings" } }),
  },
  wasm: { run: buildWasm },
  "clippy-wasm": { run: wasmClippy },
  package: { run: () => buildPackage(), needs: ["wasm"] },
  size: { run: reportSize, needs: ["package"] },
  format: { run: () => bin("prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."), aside: true },
  types: { run: () => tsc("tsconfig.json"), aside: true },
  "types-demo": { run: () => tsc("tsconfig.demo.json"), aside: true },
  "types-test": { run: () => tsc("tsconfig.test.json"), aside: true },
  lint: { run: () => bin("eslint/bin/eslint.js", "--max-warnings=0", "."), aside: true },
  unit: { run: () => nodeTests("unit", {}, { atOnce: 2 }) },
  demo: { run: () => run(process.execPath, ["scripts/demo.mjs"]), needs: ["package"] },
  faults: { run: buildFaults, needs: ["wasm"] },
  own: { run: buildExample, needs: ["package"] },
  browser: { run: chromiumTests, needs: ["package", "demo", "faults", "own"] },
  // Browsers leave more than half of two cores idle, which compilers take.
  web: { run: webTests, beside: "browser" },
  firefox: { run: firefoxTests, needs: ["package", "own"] },
  webkit: { run: webkitTests, needs: ["package", "own"], beside: "firefox" },
  dist: { run: () => browserTests("dist"), needs: ["package", "own"], beside: "firefox" },
  consumers: { run: tryChosenConsumers, needs: ["package"] },
  soak: { run: () => soak("--seconds", "20"), needs: ["faults"], beside: "consumers" },
  queue: { run: queueTests, needs: ["package"], beside: "consumers" },
  runtimes: { run: runtimeTests, needs: ["package", "faults", "own"] },
  cli: { run: commandLineTests, needs: ["package"], beside: "runtimes" },
};

/**
 * Installs what later steps need while the first ones compile: most of that is waiting for the network. What cannot be had is told by
 * the steps that need it, and so is what other systems lack.
 */
async function installAhead() {
  const installs = [
    wasmToolchain,
    ensureBrowser,
    ensureFirefox,
    ensureWebkit,
    ensureRedis,
    ensureRuntimes,
    ensureQueue,
  ];
  for (const install of installs) await install().catch(() => undefined);
}

/** The names after --only, with what they need; all where there is no --only. */
function chosen() {
  const at = process.argv.indexOf("--only");
  if (at < 0) return Object.keys(steps);
  const wanted = new Set();
  const want = (name) => {
    if (!steps[name]) throw new Stop(`no step is called ${name}; there are: ${Object.keys(steps).join(", ")}`);
    for (const needed of steps[name].needs ?? []) want(needed);
    wanted.add(name);
  };
  for (const name of (process.argv[at + 1] ?? "").split(",")) want(name);
  return Object.keys(steps).filter((name) => wanted.has(name));
}

/** Starts the steps that go on beside the others, one after another; of each, its end. */
function runAside(names) {
  const begun = new Map();
  let last = Promise.resolve();
  for (const name of names.filter((name) => steps[name].aside)) {
    const step = last.then(steps[name].run);
    begun.set(name, step);
    last = step.catch(() => undefined);
  }
  return begun;
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

await main(async () => {
  endWithNpm();
  if (process.argv.includes("--list")) return console.log(Object.keys(steps).join("\n"));
  const start = performance.now();
  const names = chosen();
  // What is compiled once needs no notes for the next time, and none for a debugger.
  if (process.env.CI) {
    process.env.CARGO_INCREMENTAL ??= "0";
    process.env.CARGO_PROFILE_DEV_DEBUG ??= "false";
  }
  await ensureDependencies();
  await ensureNative();
  if (!process.argv.includes("--only")) {
    void installAhead();
    // Native tests and the linker leave cores idle.
    void compileAhead();
  }
  const begun = runAside(names);
  const failed = new Set();
  const missingFor = (name) => (steps[name].needs ?? []).find((needed) => failed.has(needed));
  for (const name of names) {
    const missing = missingFor(name);
    for (const other of names.filter((other) => steps[other].beside === name && !missingFor(other))) {
      const step = steps[other].run();
      // Its failure is told in its turn.
      step.catch(() => undefined);
      begun.set(other, step);
    }
    console.log(`\n── ${name}`);
    const since = performance.now();
    try {
      if (missing) throw new Stop(`not run, because ${missing} failed`);
      const said = await (begun.get(name) ?? steps[name].run());
      if (said) process.stdout.write(said);
      console.log(`── ${name}: ok, ${seconds(since)}`);
    } catch (error) {
      failed.add(name);
      console.error(error instanceof Stop ? error.message : error);
      console.log(`── ${name}: FAILED, ${seconds(since)}`);
    }
  }
  const count = `${names.length} steps, ${seconds(start)}`;
  if (failed.size > 0) throw new Stop(`${count}; failed: ${[...failed].join(", ")}`);
  say(`${count}; all passed`);
});

/**
 * The two wasm builds of the one crate: `threads` for pages that are cross-origin isolated, `plain` for the rest.
 * Each has its own target folder, since the flags differ and a switch would compile the standard library again.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readModule, writeModule } from "./split/module.mjs";
import { ordered } from "./split/order.mjs";
import { rareFunctions } from "./split/rare.mjs";
import { split } from "./split/split.mjs";
import { ensureBindgen } from "./tools.mjs";
import { wasmCargo, wasmToolchain } from "./toolchain.mjs";
import { allOf, inRoot, isMain, main, run, say, writtenAt } from "./run.mjs";

export const TARGET = "wasm32-unknown-unknown";

const COMMON = [
  // One bad image fails alone.
  "-C panic=unwind",
  // The older encoding of exceptions is what Safari 15.2 to 18.3 know.
  "-C llvm-args=-wasm-use-legacy-eh=true",
  // File names of panics and texts of `{:?}`, which nobody sees in a browser: 8 % of the wasm, gzipped.
  "-Z location-detail=none",
  "-Z fmt-debug=none",
  // Loops that are worth it say so (see src/kernels/blocks.rs); of all others nobody wants vectors and a rest beside them.
  "-C no-vectorize-loops",
  "-C linker=rust-lld",
];

/**
 * For the crate, and for the last step of the engine, where all crates are compiled as one. Together with the flag for loops it takes
 * 15 % off the wasm, and no kernel is slower: inner loops say themselves what must be inlined, and do not call `map` of arrays, which
 * says nothing.
 */
export const OF_CRATE = ["-C", "llvm-args=-inline-threshold=50", "-C", "llvm-args=-unroll-runtime=false"];

export const CARGO_FLAGS = [
  "-Z",
  // Without `test`, a build of tests would compile everything again that is built beside it.
  "build-std=std,panic_unwind,test",
  "-Z",
  "build-std-features=panic-unwind,optimize_for_size",
  "-Z",
  "profile-rustflags",
  ...["pixelpool", "pixelpool-engine", "pixelpool-faults", "pixelpool-web"].flatMap((name) => [
    "--config",
    `profile.release.package.${name}.rustflags=${JSON.stringify(OF_CRATE)}`,
  ]),
];

/** One memory for all threads; the exports are what wasm-bindgen starts each thread with. */
const SHARED_MEMORY = [
  "--shared-memory",
  "--max-memory=4294967296",
  "--import-memory",
  "--export=__wasm_init_tls",
  "--export=__tls_size",
  "--export=__tls_align",
  "--export=__tls_base",
];

export const builds = {
  threads: {
    features: [],
    rustflags: [
      ...COMMON,
      "-C target-feature=+atomics,+bulk-memory,+simd128,+exception-handling",
      ...SHARED_MEMORY.map((argument) => `-C link-arg=${argument}`),
    ].join(" "),
  },
  plain: {
    features: ["--no-default-features"],
    rustflags: [...COMMON, "-C target-feature=+bulk-memory,+simd128,+exception-handling"].join(" "),
  },
};

/** The environment that makes cargo (and wasm-pack, which calls it) build `name`. */
export const buildEnv = (name) => ({
  RUSTFLAGS: builds[name].rustflags,
  CARGO_TARGET_DIR: inRoot("target", `wasm-${name}`),
});

/** Where the JavaScript side of a build goes; `faults` is the crate with a filter that goes wrong, for tests. */
export const glueFolder = (name, faults = false) => inRoot("target", faults ? "faults/glue" : "glue", name);

/** Compiles one build, and writes its JavaScript side where the wasm is newer. */
async function build(name, faults) {
  const folder = glueFolder(name, faults);
  const library = faults ? "faults" : "engine";
  const flags = [
    "--release",
    "--package",
    `pixelpool-${library}`,
    "--target",
    TARGET,
    ...CARGO_FLAGS,
    ...builds[name].features,
  ];
  const first = writtenAt(`${folder}/pixelpool_bg.wasm`) === 0;
  if (first) say(`compiling the standard library and the crate to wasm (${name}): a minute or two, the first time`);
  // Its output matters if it fails: the compiler warns of the features above in every build, and clippy tells the rest.
  await wasmCargo(["build", ...flags], { env: buildEnv(name), quiet: true });
  const wasm = inRoot("target", `wasm-${name}`, TARGET, "release", `${library}.wasm`);
  if (writtenAt(`${folder}/pixelpool_bg.wasm`) <= writtenAt(wasm)) {
    mkdirSync(folder, { recursive: true });
    await run(await ensureBindgen(), [wasm, folder, "pixelpool"]);
  }
  cut(folder);
}

/** What {@link cut} writes: all of the module without names, and its two parts. */
export const PARTS = ["whole", "core", "more"];

/** Cuts what wasm-bindgen has made where that, or how it is cut, is newer. */
function cut(folder) {
  const made = `${folder}/pixelpool_bg.wasm`;
  const scripts = readdirSync(inRoot("scripts/split")).map((file) => inRoot("scripts/split", file));
  const newest = Math.max(...[made, ...scripts].map(writtenAt));
  if (PARTS.every((part) => writtenAt(`${folder}/${part}.wasm`) > newest)) return;
  const module = readModule(readFileSync(made));
  const parts = { whole: writeModule(ordered(module)), ...split(module, rareFunctions(module)) };
  for (const part of PARTS) writeFileSync(`${folder}/${part}.wasm`, parts[part]);
}

/** What has a module of its own: formats, and colours by the profiles of files. */
export const CODECS = ["jpeg", "png", "webp", "gif", "color"];
/** What {@link buildCodecs} makes of one. */
export const codecFile = (name) => inRoot("target/wasm-plain", TARGET, "release/examples", `${name}.wasm`);

/** Compiles the modules of the codecs, with the standard library of the build without threads. */
async function buildCodecs() {
  const examples = CODECS.flatMap((name) => ["--example", name]);
  const packages = ["--package", "pixelpool-codecs", "--package", "pixelpool-webp"];
  const flags = ["--release", ...packages, ...examples, "--target", TARGET, ...CARGO_FLAGS];
  await wasmCargo(["build", ...flags], { env: buildEnv("plain"), quiet: true });
}

export async function buildWasm({ faults = false } = {}) {
  await wasmToolchain();
  // The codecs afterwards: they share the standard library of the build without threads.
  const plain = async () => {
    await build("plain", faults);
    if (!faults) await buildCodecs();
  };
  // Side by side: each build ends with a long link on one core.
  await allOf([ensureBindgen(), build("threads", faults), plain()]);
}

if (isMain(import.meta.url)) await main(() => buildWasm());

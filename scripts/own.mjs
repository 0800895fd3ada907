/**
 * An engine with filters of one's own: `node scripts/own.mjs [FOLDER] [--out OUT]`, where FOLDER has a crate whose root says
 * `pixelpool::engine!(…)`. Into OUT (default: FOLDER/engine) it writes `threads.wasm` and `plain.wasm`, the two builds for
 * `createPool({ wasm })`, and `filters.js` and `filters.d.ts`, what the page knows of the filters. See docs/own-filter.md.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { marked, markOf } from "./mark.mjs";
import { allOf, ask, inRoot, isMain, main, run, say, Stop, writtenAt } from "./run.mjs";
import { readModule, writeModule } from "./split/module.mjs";
import { ordered } from "./split/order.mjs";
import { ensureNative, wasmCargo, wasmToolchain } from "./toolchain.mjs";
import { ensureBindgen } from "./tools.mjs";
import { buildEnv, builds, CARGO_FLAGS, OF_CRATE, TARGET } from "./wasm.mjs";

/** The crate in a folder: its name, and that of its library. */
function crateIn(folder) {
  const manifest = path.join(folder, "Cargo.toml");
  if (!existsSync(manifest)) throw new Stop(`there is no crate in ${folder}`);
  const metadata = ask("cargo", ["metadata", "--no-deps", "--format-version", "1", "--manifest-path", manifest]);
  const found =
    metadata && JSON.parse(metadata).packages.find((one) => path.relative(one.manifest_path, manifest) === "");
  const library = found?.targets.find(({ kind }) => kind.some((word) => ["lib", "rlib", "cdylib"].includes(word)));
  if (!library) throw new Stop(`the crate in ${folder} has no library`);
  return { manifest, name: found.name, library: library.name.replaceAll("-", "_") };
}

/** How the engine is compiled, for crates outside this workspace: what Cargo.toml here says of releases. */
function profiles() {
  const sections = readFileSync(inRoot("Cargo.toml"), "utf8").split(/^(?=\[)/m);
  const release = sections.filter((section) => section.startsWith("[profile.release"));
  const file = inRoot("target/own/profiles.toml");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, [...release, "\n[profile.release.package.pixelpool]\nopt-level = 3\n"].join(""));
  return file;
}

/** The folder with the package that runs the engine: the one that is installed beside the crate, else the one that is built here. */
function packageFor(folder) {
  try {
    const { resolve } = createRequire(path.join(folder, "package.json"));
    return path.join(path.dirname(resolve("pixelpool/package.json")), "dist");
  } catch {
    return inRoot("dist");
  }
}

async function compile(build, { manifest, name, library }, flags) {
  const own = ["--config", `profile.release.package.${name}.rustflags=${JSON.stringify(OF_CRATE)}`];
  const features = build === "threads" ? ["--features", "pixelpool/threads"] : [];
  const what = ["--manifest-path", manifest, "--package", name, "--lib", "--crate-type", "cdylib"];
  const how = ["--release", "--target", TARGET, ...CARGO_FLAGS, "--config", profiles(), ...own, ...flags];
  await wasmCargo(["rustc", ...what, ...how, ...features], { env: buildEnv(build), quiet: true });
  const wasm = inRoot("target", `wasm-${build}`, TARGET, "release", `${library}.wasm`);
  const folder = inRoot("target/own", name, build);
  if (writtenAt(`${folder}/pixelpool_bg.wasm`) <= writtenAt(wasm)) {
    mkdirSync(folder, { recursive: true });
    await run(await ensureBindgen(), [wasm, folder, "pixelpool"]);
  }
  return folder;
}

/** Why an engine does not fit a package, as far as that is the engine's doing. */
function misfit(build, mark, wanted) {
  if (mark.split(",")[0] !== wanted.split(",")[0]) return `the package there is another version`;
  return (
    `one of its filters, or a crate that they use, asks JavaScript for something (by wasm-bindgen, js-sys or web-sys), ` +
    `or the crate's Cargo.toml lacks "default-features = false" for pixelpool`
  );
}

/** Builds the engine of a crate. `dist`: the package that is to run it; `flags`: more of them for cargo. */
export async function buildOwn({ folder, out, dist = packageFor(folder), flags = [] }) {
  await allOf([wasmToolchain(), ensureNative()]);
  const crate = crateIn(folder);
  mkdirSync(out, { recursive: true });
  const write = async (build) => {
    const engine = `${dist}/engine-${build}.js`;
    if (!existsSync(engine)) {
      throw new Stop("the package is neither installed beside the crate nor built here: npm install, or npm run build");
    }
    const glue = await compile(build, crate, flags);
    const mark = markOf(build, glue);
    const { mark: wanted = "an older version" } = await import(pathToFileURL(engine));
    if (mark !== wanted) {
      throw new Stop(
        `${crate.name} fits no worker: it is ${mark}, and ${dist} runs ${wanted}: ${misfit(build, mark, wanted)}`,
      );
    }
    const module = ordered(readModule(readFileSync(`${glue}/pixelpool_bg.wasm`)));
    writeFileSync(path.join(out, `${build}.wasm`), marked(writeModule(module), mark));
  };
  await allOf(Object.keys(builds).map(write));
  const tests = ["--quiet", "--manifest-path", crate.manifest, "--package", crate.name, "--test", "filters"];
  await run("cargo", ["test", ...tests, "types_are_written"], {
    env: { PIXELPOOL_OUT: path.resolve(out) },
    quiet: true,
  });
  if (!existsSync(path.join(out, "filters.js"))) {
    throw new Stop(`${folder}/tests/filters.rs must say pixelpool_kit::tests!(${crate.library}::FILTERS);`);
  }
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const given = process.argv.slice(2);
    const at = given.indexOf("--out");
    const [to] = at < 0 ? [] : given.splice(at, 2).slice(1);
    const folder = path.resolve(given[0] ?? ".");
    const out = path.resolve(to ?? path.join(folder, "engine"));
    say(`compiling ${folder}: a few minutes, the first time`);
    await buildOwn({ folder, out });
    say(`the engine is in ${out}`);
  });
}

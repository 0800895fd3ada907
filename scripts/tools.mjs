/** wasm-bindgen, wasm-pack and geckodriver, compiled once into `.tools`, which git ignores. */
import { readFileSync } from "node:fs";
import { ensureNative } from "./toolchain.mjs";
import { ask, inRoot, run, say, Stop } from "./run.mjs";

const WASM_PACK = "0.15.1";
const GECKODRIVER = "0.37.1";
const tool = (name) => inRoot(".tools", "bin", name);

/** The version of the crate, which its command line tool must have too. */
function bindgenVersion() {
  const version = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(readFileSync(inRoot("Cargo.lock"), "utf8"))?.[1];
  if (!version) throw new Stop("Cargo.lock does not name wasm-bindgen");
  return version;
}

const ensured = new Map();

/** Who asks for a tool that is being compiled waits for the same one. */
function ensure(crate, program, version, why, flags) {
  if (!ensured.has(program)) ensured.set(program, compile(crate, program, version, why, flags));
  return ensured.get(program);
}

async function compile(crate, program, version, why, flags) {
  if (ask(tool(program), ["--version"])?.split(/\s+/).includes(version)) return tool(program);
  await ensureNative();
  say(`compiling ${crate} ${version} into .tools, which takes a few minutes once: ${why}`);
  // No speed is needed of them: little optimisation saves half of the time to compile them.
  const env = { CARGO_PROFILE_RELEASE_OPT_LEVEL: "1", CARGO_PROFILE_RELEASE_LTO: "off", RUSTFLAGS: "" };
  await run("cargo", ["install", "--quiet", crate, "--version", version, "--root", inRoot(".tools"), ...flags], {
    env,
  });
  return tool(program);
}

/** Without `--locked`: the lock file that its crate carries lacks a dependency. */
export const ensureBindgen = () =>
  ensure("wasm-bindgen-cli", "wasm-bindgen", bindgenVersion(), "it writes the JavaScript side of the wasm", [
    "--force",
  ]);

export const ensureWasmPack = () =>
  ensure("wasm-pack", "wasm-pack", WASM_PACK, "it runs the crate's tests in a browser", ["--locked", "--force"]);

/** Where geckodriver is, once it has been compiled. */
export const geckodriver = tool("geckodriver");

export const ensureGeckodriver = () =>
  ensure("geckodriver", "geckodriver", GECKODRIVER, "it drives Firefox in the tests", ["--locked", "--force"]);

/** Compiles them all, one after another, while other work goes on; what fails is told to who needs it. */
export async function compileAhead() {
  for (const tool of [ensureBindgen, ensureWasmPack, ensureGeckodriver]) await tool().catch(() => undefined);
}

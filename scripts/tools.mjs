/** wasm-bindgen and wasm-pack, compiled once into `.tools`, which git ignores. */
import { readFileSync } from "node:fs";
import { ensureNative } from "./toolchain.mjs";
import { ask, inRoot, run, say, Stop } from "./run.mjs";

const tool = (name) => inRoot(".tools", "bin", name);

/** The version of the crate, which its command line tool must have too. */
function bindgenVersion() {
  const version = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(readFileSync(inRoot("Cargo.lock"), "utf8"))?.[1];
  if (!version) throw new Stop("Cargo.lock does not name wasm-bindgen");
  return version;
}

const ensured = new Map();

/** Who asks for a tool that is being compiled waits for the same one. */
function ensure(tool) {
  if (!ensured.has(tool.program)) ensured.set(tool.program, compile(tool));
  return ensured.get(tool.program);
}

/** Without optimisation: each is compiled sooner by minutes, and works for a second. */
async function compile({ crate, program, version, why, flags = ["--locked"] }) {
  if (ask(tool(program), ["--version"])?.split(/\s+/).includes(version)) return tool(program);
  await ensureNative();
  say(`compiling ${crate} ${version} into .tools, which takes a few minutes once: ${why}`);
  const env = { CARGO_PROFILE_RELEASE_OPT_LEVEL: "0", CARGO_PROFILE_RELEASE_LTO: "off", RUSTFLAGS: "" };
  const args = ["--quiet", "--force", crate, "--version", version, "--root", inRoot(".tools"), ...flags];
  // Whatever else is at work goes first: these are wanted later.
  await run("nice", ["-n", "15", "cargo", "install", ...args], { env });
  return tool(program);
}

export const ensureBindgen = () =>
  ensure({
    crate: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: bindgenVersion(),
    why: "it writes the JavaScript side of the wasm",
    // Without `--locked`: the lock file that its crate carries lacks a dependency.
    flags: [],
  });

export const ensureWasmPack = () =>
  ensure({
    crate: "wasm-pack",
    program: "wasm-pack",
    version: "0.15.1",
    why: "it runs the crate's tests in a browser",
  });

/** Compiles both, one after the other, while other work goes on; what fails is told to who needs it. */
export async function compileAhead() {
  for (const tool of [ensureBindgen, ensureWasmPack]) await tool().catch(() => undefined);
}

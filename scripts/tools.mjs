/** The programs of tools/bindgen, and wasm-pack: compiled once into `.tools`, which git ignores. */
import { ensureNative } from "./toolchain.mjs";
import { ask, inRoot, run, say, writtenAt } from "./run.mjs";

const folder = inRoot(".tools", "bindgen");
/** On the PATH of the compiler for WebAssembly, where wasm-pack finds them. */
const BUILT = `${folder}/debug`;
const WASM_PACK = "0.15.1";
const ensured = new Map();

/** Who asks for a program that is being compiled waits for the same one. */
function once(name, compile) {
  if (!ensured.has(name)) ensured.set(name, compile());
  return ensured.get(name);
}

async function compile(name, why, features = []) {
  await ensureNative();
  const file = `${BUILT}/${name}`;
  if (writtenAt(file) === 0) say(`compiling ${name} into .tools, once: ${why}`);
  const manifest = ["--manifest-path", inRoot("tools/bindgen/Cargo.toml"), "--target-dir", folder, "--locked"];
  await run("cargo", ["build", "--quiet", ...manifest, "--bin", name, ...features], { env: { RUSTFLAGS: "" } });
  return file;
}

/** Without optimisation: it is compiled sooner by minutes, and works for a second. */
async function compileWasmPack() {
  const program = inRoot(".tools/bin/wasm-pack");
  if (ask(program, ["--version"])?.split(/\s+/).includes(WASM_PACK)) return program;
  await ensureNative();
  say(`compiling wasm-pack ${WASM_PACK} into .tools, which takes minutes once: it runs the crate's tests in a browser`);
  const env = { CARGO_PROFILE_RELEASE_OPT_LEVEL: "0", CARGO_PROFILE_RELEASE_LTO: "off", RUSTFLAGS: "" };
  const args = ["--quiet", "--force", "wasm-pack", "--version", WASM_PACK, "--root", inRoot(".tools"), "--locked"];
  // Whatever else is at work goes first: it is wanted later.
  await run("nice", ["-n", "15", "cargo", "install", ...args], { env });
  return program;
}

export const ensureBindgen = () =>
  once("wasm-bindgen", () => compile("wasm-bindgen", "it writes the JavaScript side of the wasm"));

/** wasm-pack, and beside the other programs the one that it hands compiled tests to. */
export async function ensureWasmPack() {
  await ensureBindgen();
  const why = "it is what wasm-pack hands the crate's tests to";
  const runner = "wasm-bindgen-test-runner";
  await once(runner, () => compile(runner, why, ["--features", "test-runner"]));
  return once("wasm-pack", compileWasmPack);
}

/** Compiles all, one after the other, while other work goes on; what fails is told to who needs it. */
export async function compileAhead() {
  await ensureWasmPack().catch(() => undefined);
}

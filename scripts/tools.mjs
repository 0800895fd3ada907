/** The programs of tools/bindgen, compiled once into `.tools`, which git ignores. */
import { ensureNative } from "./toolchain.mjs";
import { inRoot, run, say, writtenAt } from "./run.mjs";

const folder = inRoot(".tools", "bindgen");
const ensured = new Map();

/** Who asks for a program that is being compiled waits for the same one. */
function ensure(program) {
  if (!ensured.has(program.name)) ensured.set(program.name, compile(program));
  return ensured.get(program.name);
}

async function compile({ name, features = [], why }) {
  await ensureNative();
  const file = `${folder}/debug/${name}`;
  if (writtenAt(file) === 0) say(`compiling ${name} into .tools, once: ${why}`);
  const manifest = ["--manifest-path", inRoot("tools/bindgen/Cargo.toml"), "--target-dir", folder, "--locked"];
  await run("cargo", ["build", "--quiet", ...manifest, "--bin", name, ...features], { env: { RUSTFLAGS: "" } });
  return file;
}

export const ensureBindgen = () => ensure({ name: "bindgen", why: "it writes the JavaScript side of the wasm" });

export const ensureTestRunner = () =>
  ensure({
    name: "test-runner",
    features: ["--features", "test-runner"],
    why: "it runs the crate's tests in a browser",
  });

/** Compiles both, one after the other, while other work goes on; what fails is told to who needs it. */
export async function compileAhead() {
  for (const program of [ensureBindgen, ensureTestRunner]) await program().catch(() => undefined);
}

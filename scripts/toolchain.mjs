/**
 * The compiler for WebAssembly. Threads need the standard library compiled again with atomics, hence a compiler that
 * has the library's source (rust-src) and rust-lld: rustup's where it has them or can fetch them, else Debian's.
 * Native builds have no part in this: they use plain `cargo`.
 */
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { aptInstall, isDebian } from "./apt.mjs";
import { ask, inRoot, run, say, Stop, which } from "./run.mjs";

const TARGET = "wasm32-unknown-unknown";
const DEBIAN_PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];
const debianFolder = inRoot(".tools", "debian-rust");

/** The standard library's source and the linker, for the compiler `rustc`. */
function canBuildWasm(rustc) {
  const sysroot = rustc && ask(rustc, ["--print", "sysroot"]);
  if (!sysroot || !existsSync(path.join(sysroot, "lib/rustlib/src/rust/library/std/Cargo.toml"))) return false;
  const host = /^host: (.*)$/m.exec(ask(rustc, ["-vV"]) ?? "")?.[1] ?? "";
  return existsSync(path.join(sysroot, "lib/rustlib", host, "bin/rust-lld")) || which("rust-lld") !== undefined;
}

const hasTarget = (rustc) =>
  existsSync(path.join(ask(rustc, ["--print", "sysroot"]) ?? "", "lib/rustlib", TARGET, "lib"));

/** The oldest compiler that the crate accepts, as [major, minor]. */
const wanted = () =>
  (/^rust-version\s*=\s*"(\d+)\.(\d+)/m.exec(readFileSync(inRoot("Cargo.toml"), "utf8")) ?? ["", "1", "0"])
    .slice(1)
    .map(Number);

function isNewEnough(rustc) {
  const [, major, minor] = /^rustc (\d+)\.(\d+)/.exec(ask(rustc, ["-V"]) ?? "") ?? [];
  const [wantedMajor, wantedMinor] = wanted();
  return major !== undefined && (Number(major) > wantedMajor || Number(minor) >= wantedMinor);
}

/** rustup's active toolchain, with what is missing added where rustup may fetch (RUSTUP_AUTO_INSTALL=0 says it may not). */
function fromRustup() {
  if (!which("rustup")) return undefined;
  const complete = () => canBuildWasm("rustc") && hasTarget("rustc");
  if (!complete() && process.env.RUSTUP_AUTO_INSTALL !== "0") {
    say(`adding rust-src and ${TARGET} with rustup: the standard library is compiled again with threads`);
    const env = { RUSTUP_MAX_RETRIES: "1" };
    const added = ["component add rust-src", `target add ${TARGET}`].every(
      (command) => ask("rustup", command.split(" "), { env, timeout: 300_000 }) !== undefined,
    );
    if (!added) say("rustup could not fetch them; looking for Debian's compiler");
  }
  return complete() ? { name: "rustup", env: {} } : undefined;
}

/** Debian's compiler, reached by links in a folder that goes first on PATH, so that wasm-pack takes it as well. */
function fromDebian() {
  if (!existsSync("/usr/bin/cargo") || !canBuildWasm("/usr/bin/rustc") || !isNewEnough("/usr/bin/rustc"))
    return undefined;
  rmSync(debianFolder, { recursive: true, force: true });
  mkdirSync(debianFolder, { recursive: true });
  for (const program of ["cargo", "rustc", "rustdoc", "cargo-clippy", "clippy-driver"]) {
    if (existsSync(`/usr/bin/${program}`)) symlinkSync(`/usr/bin/${program}`, path.join(debianFolder, program));
  }
  const PATH = [debianFolder, process.env.PATH].join(path.delimiter);
  return {
    name: "debian",
    env: { PATH, CARGO: path.join(debianFolder, "cargo"), RUSTC: path.join(debianFolder, "rustc") },
  };
}

/** Debian's packages. The linker is one more: rust-web-llvm brings only a link to it, and does not depend on it. */
async function installFromDebian() {
  await aptInstall(DEBIAN_PACKAGES, "a Rust compiler with the library's source, which threads in WebAssembly need");
  if (which("rust-lld")) return;
  const linker = path.basename(readlinkSync("/usr/bin/rust-lld"));
  await aptInstall([linker], "the linker of that compiler");
}

async function find() {
  const found = fromRustup() ?? fromDebian();
  if (found) return found;
  if (isDebian) {
    await installFromDebian();
    const installed = fromDebian();
    if (installed) return installed;
    const version = ask("/usr/bin/rustc", ["-V"]) ?? "nothing";
    throw new Stop(`Debian's compiler is not fit: found ${version}, wanted Rust ${wanted().join(".")} with its source`);
  }
  if (which("rustup")) {
    throw new Stop(
      `the Rust compiler lacks the library's source, which threads in WebAssembly need. Please run:\n\n` +
        `  rustup component add rust-src && rustup target add ${TARGET}\n`,
    );
  }
  throw new Stop("no Rust compiler here: please install rustup (https://rustup.rs), then run this again.");
}

let found;

/**
 * `{ name, env }` of the compiler for WebAssembly. The environment holds RUSTC_BOOTSTRAP, which lets a release compiler
 * take `-Z build-std`, and the project's own tools on PATH.
 */
export async function wasmToolchain() {
  found ??= find().catch((error) => {
    // What has failed may be tried again.
    found = undefined;
    throw error;
  });
  const { name, env } = await found;
  const PATH = [inRoot(".tools/bindgen/debug"), env.PATH ?? process.env.PATH].join(path.delimiter);
  return { name, env: { ...env, PATH, RUSTC_BOOTSTRAP: "1" } };
}

/** Clippy that belongs to the compiler for WebAssembly; false where there is none and none can be had. */
export async function ensureWasmClippy() {
  const { name } = await wasmToolchain();
  if (name === "rustup") return ask("cargo", ["clippy", "-V"]) !== undefined;
  if (existsSync("/usr/bin/cargo-clippy")) return true;
  if (!isDebian || process.getuid?.() !== 0) return false;
  await aptInstall(["rust-web-clippy"], "the linter of the compiler for WebAssembly");
  found = undefined; // its links do not have clippy yet
  return true;
}

/** A cargo for native code, and the C linker that it calls. */
export async function ensureNative() {
  if (!which("cargo")) await wasmToolchain();
  if (!which("cargo"))
    throw new Stop("no cargo on PATH: please install rustup (https://rustup.rs), then run this again.");
  if (!which("cc")) await aptInstall(["gcc", "libc6-dev"], "the linker that Rust calls");
}

/** Runs cargo with the environment of the compiler for WebAssembly. */
export async function wasmCargo(args, { env, ...options } = {}) {
  const toolchain = await wasmToolchain();
  return run(toolchain.env.CARGO ?? "cargo", args, { ...options, env: { ...toolchain.env, ...env } });
}

/** Starting programs, and saying a line about it. Everything else here is built on these few functions. */
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const inRoot = (...parts) => path.join(root, ...parts);

export const say = (line) => console.log(`pixelpool: ${line}`);

/** Something that the user can put right. Its message is all there is to print: no stack. */
export class Stop extends Error {}

/**
 * Runs a program with its output on this terminal, or, `quiet`, returns it; rejects with a {@link Stop} if it fails or runs too
 * long.
 */
export function run(command, args, { env, cwd = root, timeout, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      detached: timeout !== undefined,
    });
    let kept = "";
    child.stdout?.on("data", (chunk) => (kept += chunk));
    child.stderr?.on("data", (chunk) => (kept += chunk));
    const shown = [command, ...args].join(" ");
    let late = false;
    // A program that hangs has children (a browser, its driver): its whole group goes.
    const endGroup = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        child.kill("SIGKILL");
      }
    };
    const timer =
      timeout &&
      setTimeout(() => {
        late = true;
        endGroup();
      }, timeout);
    const interrupted = () => {
      endGroup();
      process.exit(130);
    };
    if (timeout) process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
    const settle = (failure) => {
      clearTimeout(timer);
      process.removeListener("SIGINT", interrupted).removeListener("SIGTERM", interrupted);
      if (!failure) return resolve(kept);
      reject(new Stop(kept ? `${kept.trimEnd()}\n${failure}` : failure));
    };
    child.on("error", (error) => settle(`cannot start ${command}: ${error.message}`));
    child.on("close", (code, signal) => {
      if (late) settle(`took more than ${timeout / 1000} s and was ended: ${shown}`);
      else settle(code === 0 ? undefined : `failed (${signal ?? code}): ${shown}`);
    });
  });
}

/** Waits for all of them, whatever fails; then for the first failure. */
export async function allOf(promises) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** Work that whoever asks for it meanwhile waits for, too; asked for later, it is done again, and finds what is there. */
export function onceAtATime(work) {
  let going;
  return () => (going ??= work().finally(() => (going = undefined)));
}

/** What a program prints, trimmed, or undefined where it fails or does not exist. Never prints. */
export function ask(command, args, options = {}) {
  const { env, ...rest } = options;
  const answer = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
    ...rest,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

/** The full path of a program on PATH, or undefined. */
export function which(program) {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** When a file was last written, 0 where there is none. */
export const writtenAt = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Runs the main function of a script; what the user can put right is printed as one line. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof Stop) console.error(`pixelpool: ${error.message}`);
    else console.error(error);
    process.exitCode = 1;
  }
}

/**
 * Ends this process when the npm that started it ends. npm passes a signal on to the shell between them, which dies of it
 * and passes on nothing: without this, the server would live on.
 */
export function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.kill(process.pid, "SIGTERM"), 250).unref();
}

/** True where `file` is the script that node was started with. */
export const isMain = (url) => process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(url);

/** What examples/queue runs with: its npm packages, and a Redis. */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { aptInstall, isDebian } from "./apt.mjs";
import { inRoot, onceAtATime, run, say, which, writtenAt } from "./run.mjs";

export const QUEUE = "examples/queue";

/** Installs the packages that are missing; the package itself is a link among them. */
export const ensureQueue = onceAtATime(installMissing);

async function installMissing() {
  const installed = writtenAt(inRoot(QUEUE, "node_modules/.package-lock.json"));
  if (installed > writtenAt(inRoot(QUEUE, "package-lock.json"))) return;
  say(`installing BullMQ into ${QUEUE}/node_modules, for the example of a queue`);
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", args, { cwd: inRoot(QUEUE) });
}

/**
 * The environment in which `redis-server` is on PATH; undefined where it is not to be had. Debian's package of that name starts a
 * service, which nobody here wants; its program comes with the tools, and serves where it is called so.
 */
export async function ensureRedis() {
  if (which("redis-server")) return {};
  const folder = inRoot(".tools/redis");
  const env = { PATH: `${folder}${path.delimiter}${process.env.PATH ?? ""}` };
  if (writtenAt(path.join(folder, "redis-server")) > 0) return env;
  if (!isDebian) return undefined;
  if (!which("redis-check-rdb")) await aptInstall(["redis-tools"], "Redis, for the tests of the example of a queue");
  const program = which("redis-check-rdb");
  if (!program) return undefined;
  mkdirSync(folder, { recursive: true });
  // One whose program is gone.
  rmSync(path.join(folder, "redis-server"), { force: true });
  symlinkSync(program, path.join(folder, "redis-server"));
  return env;
}

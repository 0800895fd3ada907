/** Debian packages: installs them as root, otherwise says the exact command. */
import { existsSync, readFileSync } from "node:fs";
import { run, say, Stop, which } from "./run.mjs";

export const isDebian =
  existsSync("/etc/os-release") &&
  /^ID(_LIKE)?=.*debian/m.test(readFileSync("/etc/os-release", "utf8")) &&
  which("apt-get") !== undefined;

let listsAreFresh = false;
/** Steps that go on side by side may ask for the same at the same time. */
let last = Promise.resolve();

/** Installs `packages`, which are there for `why`, after those that were asked for before. Never removes a package that the machine has. */
export function aptInstall(packages, why) {
  const installed = last.then(() => install(packages, why));
  last = installed.catch(() => undefined);
  return installed;
}

async function install(packages, why) {
  const names = packages.join(" ");
  const byHand = `apt-get update && apt-get install -y --no-install-recommends ${names}`;
  if (!isDebian)
    throw new Stop(`missing: ${names} (${why}). This is not Debian: please install what corresponds to it.`);
  if (process.getuid?.() !== 0) throw new Stop(`missing: ${why}. Please run:\n\n  sudo sh -c '${byHand}'\n`);
  say(`installing ${names} with apt: ${why}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const wait = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];
  if (!listsAreFresh) await run("apt-get", [...wait, "-qq", "update"], { env, quiet: true });
  listsAreFresh = true;
  const command = [...wait, "-qq", "install", "-y", "--no-install-recommends", "--no-remove", ...packages];
  await run("apt-get", command, { env, quiet: true });
}

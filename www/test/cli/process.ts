/** The built command line as a process, in folders of its own. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
export const PROGRAM = path.join(root, "dist/cli.js");
const LIMIT_MS = 60_000;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A folder with pictures in it, in which the program runs. */
export class Place {
  readonly folder = mkdtempSync(path.join(tmpdir(), "pixelpool-cli-"));

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** Copies a file of the repository. */
  copy(from: string, to: string): void {
    mkdirSync(path.dirname(this.path(to)), { recursive: true });
    cpSync(path.join(root, from), this.path(to));
  }

  write(file: string, content: string | Uint8Array): void {
    mkdirSync(path.dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), content);
  }

  read(file: string): Buffer<ArrayBuffer> {
    return readFileSync(this.path(file));
  }

  /** All files within a folder, hidden ones too, by name. */
  list(folder: string): string[] {
    const entries = readdirSync(this.path(folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return files.map((entry) => path.relative(this.path(folder), path.join(entry.parentPath, entry.name))).sort();
  }

  run(...args: string[]): Promise<Ended> {
    return this.runBy(process.execPath, [], args);
  }

  /** By a runtime, with arguments of its own before the program. */
  runBy(runtime: string, before: readonly string[], args: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const options = { cwd: this.folder, timeout: LIMIT_MS };
      const child = execFile(runtime, [...before, PROGRAM, ...args], options, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The lines of JSON that the program has printed. */
export function linesOf({ stdout }: Ended): Record<string, unknown>[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

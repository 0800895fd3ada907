/** Projects outside the repository that have installed the packed tarball, and the programs that run in them. */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { run, Stop } from "../../scripts/run.mjs";

export const root = path.resolve(import.meta.dirname, "../..");
const SOURCES = path.join(root, "tests/consumers");
/** What every project gets. */
const COMMON = ["app.js", "main.js", "main-worker.js", "program.mjs"];

const INSTALL_LIMIT_MS = 5 * 60_000;
const START_LIMIT_MS = 90_000;

export interface Project {
  folder: string;
  /** The version of a package in it. */
  version: (name: string) => string;
  /** Runs a program in it to its end, and gives what it prints. */
  run: (program: string, args: readonly string[], options?: RunOptions) => Promise<string>;
  /** Runs a server in it that listens on the port that it is given; resolves with its address when it answers. */
  start: (program: string, args: (port: number) => readonly string[], options?: RunOptions) => Promise<Running>;
}

export interface RunOptions {
  env?: Record<string, string>;
  limitMs?: number;
}

export interface Running {
  url: string;
  end: () => Promise<void>;
}

/** Programs do not colour what they say, and none asks its makers for news or tells them anything. */
const QUIET = {
  NO_COLOR: "1",
  CI: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  ASTRO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
};

const npm = (args: readonly string[], cwd: string) =>
  run("npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    timeout: INSTALL_LIMIT_MS,
    quiet: true,
  });

interface Named {
  name: string;
  project?: string;
}

/** The folder of tests/consumers that a consumer has. */
export const folderOf = (consumer: Named | undefined) => consumer?.project ?? consumer?.name;

export class Projects {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "pixelpool-consumers-"));
  readonly #running = new Set<ChildProcess>();
  #packed: Promise<string> | undefined;
  #project: Project | undefined;

  constructor() {
    // However this process ends.
    process.once("exit", () => {
      for (const child of this.#running) endGroup(child);
      rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    });
  }

  /** What `npm install` of the packed tarball makes: a folder of modules. */
  #install(): Promise<string> {
    this.#packed ??= (async () => {
      const folder = path.join(this.#folder, "packed");
      mkdirSync(folder);
      const packed = await npm(["pack", "--silent", "--pack-destination", folder], root);
      writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "packed", private: true }));
      await npm(["install", `./${packed.trim().split("\n").at(-1) ?? ""}`], folder);
      return path.join(folder, "node_modules");
    })();
    return this.#packed;
  }

  /** Of what the tarball holds, but for words: two with the same do the same. */
  async fingerprint(): Promise<string> {
    const folder = path.join(await this.#install(), "pixelpool");
    const hash = createHash("sha256");
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
      const file = path.join(folder, name);
      if (name.endsWith(".md") || !statSync(file).isFile()) continue;
      hash.update(`${name}\0`).update(readFileSync(file));
    }
    return hash.digest("hex");
  }

  /** The project of a consumer: that of the one before, where they share it. */
  async of(consumer: Named): Promise<Project> {
    this.#project ??= await this.#make(folderOf(consumer));
    return this.#project;
  }

  /** From a folder of tests/consumers, with the packages of its lock file. */
  async #make(name = ""): Promise<Project> {
    const folder = path.join(this.#folder, name);
    const source = path.join(SOURCES, name);
    if (existsSync(source)) cpSync(source, folder, { recursive: true });
    for (const file of COMMON) cpSync(path.join(SOURCES, file), path.join(folder, file));
    if (existsSync(path.join(folder, "package-lock.json"))) await npm(["ci"], folder);
    else writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
    cpSync(await this.#install(), path.join(folder, "node_modules"), { recursive: true });
    return this.#projectIn(folder);
  }

  /** Takes the project's files away: some are large. */
  drop(): void {
    if (this.#project) rmSync(this.#project.folder, { recursive: true, force: true, maxRetries: 3 });
    this.#project = undefined;
  }

  #projectIn(folder: string): Project {
    const version = (name: string) => {
      const file = [folder, root]
        .map((place) => path.join(place, "node_modules", name, "package.json"))
        .find(existsSync);
      if (!file) throw new Stop(`${name} is not installed`);
      return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
    };
    return {
      folder,
      version,
      run: (program, args, { env = {}, limitMs = 4 * 60_000 } = {}) =>
        run(program, args, { cwd: folder, env: { ...QUIET, ...env }, timeout: limitMs, quiet: true }),
      start: (program, args, options) => this.#start(folder, program, args, options),
    };
  }

  async #start(
    folder: string,
    program: string,
    args: (port: number) => readonly string[],
    { env = {}, limitMs = START_LIMIT_MS }: RunOptions = {},
  ): Promise<Running> {
    const port = await freePort();
    const child = spawn(program, args(port), {
      cwd: folder,
      env: { ...process.env, ...QUIET, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#running.add(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
    const ended = new Promise<void>((resolve) => {
      child.once("close", resolve);
      child.once("error", (error) => {
        said += String(error);
        resolve();
      });
    });
    const end = async () => {
      endGroup(child);
      await ended;
      this.#running.delete(child);
    };
    const url = `http://127.0.0.1:${port}`;
    const limit = performance.now() + limitMs;
    // Whatever it answers: it listens.
    while (!(await fetch(url).catch(() => undefined))) {
      if (performance.now() > limit || child.exitCode !== null) {
        await end();
        throw new Stop(`${path.basename(program)} does not serve: ${said.trim()}`);
      }
      await delay(100);
    }
    return { url, end };
  }
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** A port of the loopback interface that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

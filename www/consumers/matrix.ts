/** The rows of the table: how each is come by, and what it says. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { openBrowser, type BrowserName, type OpenBrowser } from "../test/drivers.js";
import { serve, type Server } from "../test/serve.js";
import { front } from "./front.js";
import { faultsOf, type Outcome } from "./outcome.js";
import type { Project } from "./project.js";

export type Section = "bundlers" | "pages" | "runtimes" | "tests" | "types";

/** One folder of tests/consumers, or a part of it, with all that is tried in it. */
export interface Consumer {
  name: string;
  section: Section;
  /** The folder of tests/consumers; its name where nothing is said. */
  project?: string;
  /** Part of `npm test`. */
  isChosen?: boolean;
  run: (place: Place) => Promise<void>;
}

/** What a consumer is given. */
export interface Place {
  project: Project;
  /** Tries something: what is thrown is the row's failure, and the others go on. */
  row: (title: Title, attempt: () => Promise<Cells>) => Promise<void>;
  browsers: Browsers;
  /** As a part of `npm test`: what tells most in little time. */
  isQuick: boolean;
}

export interface Title {
  /** With its version. */
  consumer: string;
  how: string;
  /** What a user has to write for the package's sake. */
  configuration?: string;
}

export interface Cells {
  /** Of a page that is cross-origin isolated. */
  isolated?: string;
  plain?: string;
  emitted?: string;
  notes?: string;
}

export interface Row extends Cells, Title {
  /** The name of its consumer. */
  of: string;
  section: Section;
  failure?: string;
}

const OUTCOME_LIMIT_MS = 60_000;

export class Browsers {
  readonly #open = new Map<BrowserName, Promise<OpenBrowser>>();

  /** Those beside Chromium in which some consumers are tried too. */
  readonly others: readonly BrowserName[];

  constructor(others: readonly BrowserName[]) {
    this.others = others;
  }

  async #browser(name: BrowserName): Promise<OpenBrowser> {
    const browser = this.#open.get(name) ?? openBrowser(name);
    this.#open.set(name, browser);
    return browser;
  }

  async version(name: BrowserName): Promise<string> {
    return (await this.#browser(name)).version;
  }

  /** What a page leaves in `outcome`. */
  async visit(name: BrowserName, url: string): Promise<Outcome> {
    try {
      return await outcomeOf(await this.#browser(name), url);
    } catch (error) {
      // WebKitGTK itself crashes now and then, in its own code, and takes the session of its driver with it.
      if (name !== "webkit" || (error as Error).name !== "NoSuchSessionError") throw error;
      await this.#close(name);
      return outcomeOf(await this.#browser(name), url);
    }
  }

  async #close(name: BrowserName): Promise<void> {
    const browser = this.#open.get(name);
    this.#open.delete(name);
    await (await browser)?.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    for (const name of [...this.#open.keys()]) await this.#close(name);
  }
}

async function outcomeOf(browser: OpenBrowser, url: string): Promise<Outcome> {
  const tab = await browser.open(url);
  try {
    const read = () => (globalThis as { outcome?: Outcome }).outcome ?? null;
    const limit = performance.now() + OUTCOME_LIMIT_MS;
    for (;;) {
      // Development servers may load their page anew meanwhile.
      const outcome = await tab.evaluate(read, undefined).catch((error: unknown) => {
        if ((error as Error).name === "NoSuchSessionError") throw error;
        return null;
      });
      const complaints = await tab.complaints().catch(() => []);
      // What the page says itself, it has told of.
      const more = complaints.filter((words) => !outcome?.said.some((line) => line.endsWith(words)));
      if (outcome) return { ...outcome, said: [...outcome.said, ...more] };
      if (performance.now() > limit) throw new Error(`the page gave no outcome; ${complaints.join("; ")}`);
      await delay(100);
    }
  } finally {
    await tab.close().catch(() => undefined);
  }
}

/** What a cell says of an outcome; throws where it is not as it must be. */
export function cellOf(outcome: Outcome, wanted: { mode: string; isolated?: boolean }): string {
  const faults = faultsOf(outcome, wanted);
  if (faults.length > 0) throw new Error(faults.join("; "));
  return `ok, ${wanted.mode}`;
}

/** How pages are looked at. */
export interface Look {
  browser?: BrowserName;
  /** A content security policy of the page. */
  policy?: string;
  /** Where it lies; else `/`. */
  at?: string;
  /** The mode of pools there whether it is isolated or not; else that which a page gets, which must be as isolated as it shall be. */
  mode?: string;
}

/** A page both ways, given a server for each. */
export async function bothWays(
  browsers: Browsers,
  open: (isolated: boolean) => Promise<Server>,
  { browser = "chromium", at = "/", mode }: Look = {},
): Promise<Cells> {
  const cells: string[] = [];
  const failures: string[] = [];
  for (const isolated of [true, false]) {
    const server = await open(isolated);
    try {
      const outcome = await browsers.visit(browser, `${server.url}${at}`);
      // What is run in place may have no say in this: browsers differ in whether they isolate service and shared workers.
      const wanted = mode === undefined ? { mode: isolated ? "shared" : "workers", isolated } : { mode };
      cells.push(cellOf(outcome, wanted));
    } catch (error) {
      cells.push("**failed**");
      failures.push(`${isolated ? "isolated" : "not isolated"}: ${(error as Error).message}`);
    } finally {
      await server.close();
    }
  }
  const [isolated = "", plain = ""] = cells;
  if (failures.length > 0) throw new HalfFailed(failures.join("; "), { isolated, plain });
  return { isolated, plain };
}

/** A row of which some cells may be right. */
export class HalfFailed extends Error {
  readonly cells: Cells;

  constructor(message: string, cells: Cells) {
    super(message);
    this.cells = cells;
  }
}

/** Files of a folder. */
export const asFiles = (browsers: Browsers, folder: string, look: Look = {}) =>
  bothWays(browsers, (isolated) => serve(folder, { isolated, policy: look.policy }), look);

/** A server of somebody else's. */
export const behindFront = (browsers: Browsers, url: string, look: Look = {}) =>
  bothWays(browsers, (isolated) => front(url, { isolated, policy: look.policy }), look);

/** Looks at a server of a project's own while it runs. */
export async function whileRunning<Seen>(
  project: Project,
  program: string,
  args: (port: number) => readonly string[],
  look: (url: string) => Promise<Seen>,
): Promise<Seen> {
  const server = await project.start(program, args);
  try {
    return await look(server.url);
  } finally {
    await server.end();
  }
}

const inKib = (bytes: number) => (bytes / 1024).toFixed(0);

/** The JavaScript in a folder. */
export function emittedIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.m?js$/.test(file));
  const contents = files.map((file) => readFileSync(path.join(folder, file)));
  const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
  const raw = sum(contents.map(({ length }) => length));
  const packed = sum(contents.map((bytes) => gzipSync(bytes, { level: 9 }).length));
  return `${inKib(raw)} / ${inKib(packed)} in ${files.length}`;
}

/** All rows of a consumer; whatever fails, the others go on. */
export async function rowsOf(
  { name, section, run }: Consumer,
  place: { project: () => Promise<Project>; browsers: Browsers; isQuick: boolean },
  tell: (row: Row) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  const add = (row: Omit<Row, "of" | "section">) => {
    rows.push({ of: name, section, ...row });
    tell({ of: name, section, ...row });
  };
  const row: Place["row"] = async (title, attempt) => {
    try {
      add({ ...title, ...(await attempt()) });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      const cells = error instanceof HalfFailed ? error.cells : { plain: "**failed**" };
      add({ ...title, ...cells, failure });
    }
  };
  try {
    await run({ ...place, project: await place.project(), row });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    add({ consumer: name, how: "", plain: "not measured", failure });
  }
  return rows;
}

/**
 * What the browser's processes take, as Linux counts it: proportional set sizes (what is shared is counted once) and the
 * worker threads that there are. The page's own numbers (`measureUserAgentSpecificMemory`) leave out what is not reachable any
 * more and not yet freed, which is just what a leak would be.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Browser, CDPSession, Page } from "playwright-core";

export const MEBIBYTE = 1 << 20;
const LUMP_BYTES = 128 * MEBIBYTE;
/** Browsers give a thread that waits some seconds to end by itself. */
const WORKERS_LIMIT_MS = 10_000;

/** A reading, in bytes. */
export interface Reading {
  /** Milliseconds since the epoch. */
  at: number;
  /** Of the process that the page is in. */
  renderer: number;
}

export class Processes {
  readonly #browser: CDPSession;
  readonly #page: CDPSession;
  /** The process that the page is in. */
  readonly #renderer: number;

  private constructor(browser: CDPSession, page: CDPSession, renderer: number) {
    this.#browser = browser;
    this.#page = page;
    this.#renderer = renderer;
  }

  /** Finds the page's process: the one that grows when the page takes a lump of memory. */
  static async of(browser: Browser, page: Page): Promise<Processes> {
    const session = await browser.newBrowserCDPSession();
    const read = async () => {
      const { processInfo } = await session.send("SystemInfo.getProcessInfo");
      return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => ({ id, size: setSize(id) }));
    };
    const before = new Map((await read()).map(({ id, size }) => [id, size]));
    const lump = await page.evaluateHandle((bytes) => new Uint8Array(bytes).fill(1), LUMP_BYTES);
    const grown = (await read()).find(({ id, size }) => size - (before.get(id) ?? 0) > LUMP_BYTES * 0.9);
    await lump.dispose();
    if (!grown) throw new Error("none of the browser's processes is the page's");
    return new Processes(session, await page.context().newCDPSession(page), grown.id);
  }

  /** The page's process, as the system calls it. */
  get id(): number {
    return this.#renderer;
  }

  /** What the page's process takes now. */
  read(): Reading {
    return { at: Date.now(), renderer: setSize(this.#renderer) };
  }

  /** What all the other processes of the browser take. */
  async others(): Promise<number> {
    return (await this.otherIds()).reduce((sum, id) => sum + setSize(id), 0);
  }

  /** All the other processes of the browser, as the system calls them. */
  async otherIds(): Promise<number[]> {
    const { processInfo } = await this.#browser.send("SystemInfo.getProcessInfo");
    return processInfo.flatMap(({ id }) => (id === this.#renderer ? [] : [id]));
  }

  /** Threads of Web Workers in the page's process. */
  workers(): number {
    const folder = `/proc/${this.#renderer}/task`;
    return readdirSync(folder).filter((task) => {
      try {
        return readFileSync(`${folder}/${task}/comm`, "utf8").startsWith("DedicatedWorker");
      } catch {
        // It has ended since it was listed.
        return false;
      }
    }).length;
  }

  /** Waits until no thread of a Web Worker is left; returns for how long, in milliseconds, ∞ where it gave up. */
  async untilNoWorkers(): Promise<number> {
    const started = performance.now();
    while (this.workers() > 0) {
      if (performance.now() - started > WORKERS_LIMIT_MS) return Infinity;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return performance.now() - started;
  }

  /** Collects the page's garbage, so that a reading shows what is held. */
  async collectGarbage(): Promise<void> {
    // The first frees what the second finds that nothing else held.
    for (let i = 0; i < 2; i++) await this.#page.send("HeapProfiler.collectGarbage");
    // Pages of memory are given back by threads of the browser's own, a little later.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }

  /** Reads every so many milliseconds until the work is done. */
  async during<T>(milliseconds: number, work: () => Promise<T>): Promise<{ result: T; readings: Reading[] }> {
    const readings = [this.read()];
    const timer = setInterval(() => readings.push(this.read()), milliseconds);
    try {
      return { result: await work(), readings };
    } finally {
      clearInterval(timer);
      readings.push(this.read());
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A page that has crashed has no session any more; that it has crashed is told by what was asked of it.
    await Promise.allSettled([this.#page.detach(), this.#browser.detach()]);
  }
}

function setSize(pid: number): number {
  try {
    const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return Number(kibibytes ?? NaN) * 1024;
  } catch {
    const where = existsSync("/proc/self/smaps_rollup")
      ? `process ${pid} has ended`
      : "memory is measured on Linux only";
    throw new Error(`memory cannot be read: ${where}`);
  }
}

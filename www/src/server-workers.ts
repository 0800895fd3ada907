/**
 * Workers of Node, Bun and Deno: those of `node:worker_threads`. They share memory as the web's do, and tell when they have ended.
 * None of them keeps the process alive: who waits for the pool does.
 */
import { toData } from "./errors.js";
import { ENDED_FROM_OUTSIDE, lost, neverStarted, unreadable, type Spawner, type WorkerScript } from "./spawn.js";
import type { Endpoint } from "./lane.js";
import { isBrowser, moduleOfRuntime } from "./place.js";
import type { FromWorker } from "./protocol.js";

/** What is used of `node:worker_threads`. */
interface RuntimeThreads {
  Worker: new (source: string, options: { eval: true; name: string; execArgv: string[] }) => RuntimeWorker;
}

export interface RuntimeWorker {
  postMessage(message: unknown, transfer: readonly Transferable[]): void;
  on(event: "message" | "error" | "messageerror" | "exit", listener: (data: unknown) => void): void;
  terminate(): unknown;
  unref(): void;
  /** −1 when it has ended. */
  readonly threadId?: number;
}

/** `undefined` in browsers, and where there are none. */
export function threadsOfRuntime(): RuntimeThreads | undefined {
  if (isBrowser) return undefined;
  const threads = moduleOfRuntime("node:worker_threads") as Partial<RuntimeThreads> | undefined;
  return typeof threads?.Worker === "function" ? { Worker: threads.Worker } : undefined;
}

/** Starts the script as a worker listens to its parent there, and ends. */
const LISTEN = 'pixelpool.listen(require("node:worker_threads").parentPort,()=>process.exit());';

export function serverSpawner({ worker: script }: WorkerScript, threads: RuntimeThreads): Spawner {
  const source = `${script}${LISTEN}`;
  // Flags of this process, of test runners for example, are no matter of the worker's.
  const spawner = runtimeSpawner((name) => new threads.Worker(source, { eval: true, name, execArgv: [] }));
  return { ...spawner, again: (other) => serverSpawner(other, threads) };
}

/** Workers of the runtime, as `make` makes them. */
export function runtimeSpawner(make: (name: string) => RuntimeWorker): Spawner {
  let refusal: string | undefined;
  let hasStarted = false;
  const living = new Set<Promise<void>>();
  const spawn = (index?: number): Endpoint => {
    let worker: RuntimeWorker;
    try {
      worker = make(`pixelpool ${index ?? "helper"}`);
    } catch (error) {
      refusal ??= toData(error, "worker-lost").message;
      return neverStarted(lost(refusal));
    }
    // One that somebody has made before: nobody tells its end any more.
    if (worker.threadId === -1) return neverStarted(lost(ENDED_FROM_OUTSIDE));
    let listener: (message: FromWorker) => void = () => undefined;
    let isEnded = false;
    const hear = (message: unknown) => {
      hasStarted = true;
      listener(message as FromWorker);
    };
    const end = (reason: string) => {
      if (isEnded) return;
      isEnded = true;
      if (!hasStarted) refusal ??= reason;
      listener(lost(reason));
    };
    worker.on("message", hear);
    worker.on("error", (error) => end(toData(error, "worker-lost").message));
    worker.on("messageerror", () => listener(unreadable));
    const exit = new Promise<void>((resolve) => {
      worker.on("exit", () => {
        living.delete(exit);
        resolve();
        end(ENDED_FROM_OUTSIDE);
      });
    });
    living.add(exit);
    // After the listeners: the first of them would keep the process.
    worker.unref();
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      listen: (next) => {
        listener = next;
      },
      terminate: () => {
        isEnded = true;
        void worker.terminate();
      },
      exited: exit,
    };
  };
  const gone = async () => {
    await Promise.all(living);
  };
  return { spawn, endsAtWork: true, refusal: () => refusal, gone, dispose: () => undefined };
}

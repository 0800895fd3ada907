/**
 * Starts and ends the threads of a coordinator. Bundled in the place of wasm-bindgen-rayon's own JavaScript helper, which no
 * bundler but webpack follows and which keeps its workers to itself: ours start from the script that is running, are watched,
 * and can be ended.
 */
import { startHelper } from "./helper-workers.js";

interface PoolBuilder {
  numThreads(): number;
  receiver(): number;
  build(): void;
}

/** What a thread needs to begin. */
export interface ThreadStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  receiver: number;
}

/** What a thread tells its coordinator: that it waits for work, and where it notes its job; that it has ended, and why. */
export type FromThread = { type: "ready"; word: number } | { type: "ended"; reason: string };

/** A thread that has not ended by then is left to the page. */
const END_LIMIT_MS = 200;

let running = 0;
let onLost: (reason: string, word: number | undefined) => void = () => undefined;
let onAllEnded: (() => void) | undefined;

/** `lost` is called when a thread is lost, with the address of its word (see `src/pool.rs`). */
export function watchThreads(lost: typeof onLost): void {
  onLost = lost;
}

/** Resolves when all threads have ended by themselves, which `ask` makes them do, or have not for a while. */
export async function endThreads(ask: () => void): Promise<void> {
  if (running === 0) return;
  await new Promise<void>((resolve) => {
    onAllEnded = resolve;
    setTimeout(resolve, END_LIMIT_MS);
    ask();
  });
}

/** What wasm-bindgen-rayon calls to get its threads; resolves when each of them waits for work. */
export async function startWorkers(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  builder: PoolBuilder,
): Promise<void> {
  const start: ThreadStart = { module, memory, receiver: builder.receiver() };
  const starting = Array.from({ length: builder.numThreads() }, () => {
    running += 1;
    return new Promise<void>((resolve, reject) => {
      let word: number | undefined;
      const ended = (reason: string) => {
        running -= 1;
        reject(new Error(reason));
        if (!onAllEnded) onLost(reason, word);
        else if (running === 0) onAllEnded();
      };
      const thread = startHelper("thread", {
        heard: (data) => {
          const message = data as FromThread;
          if (message.type === "ready") {
            word = message.word;
            resolve();
            return;
          }
          thread.dismiss();
          ended(`a thread was lost: ${message.reason}`);
        },
        lost: (reason) => ended(`a thread was lost: ${reason}`),
      });
      thread.port.postMessage(start);
    });
  });
  await Promise.all(starting);
  builder.build();
}

/**
 * Starts and ends the threads of a coordinator. Bundled in the place of wasm-bindgen-rayon's own JavaScript helper, which no
 * bundler but webpack follows and which keeps its workers to itself: ours start from the script that is running, are watched,
 * and can be ended.
 */
import type { ToWorker } from "./protocol.js";

interface PoolBuilder {
  numThreads(): number;
  receiver(): number;
  build(): void;
}

const threads: Worker[] = [];
let onLost: (reason: string) => void = () => undefined;

/** Called when a thread is lost after the start. */
export function watchThreads(listener: (reason: string) => void): void {
  onLost = listener;
}

/** Ends all threads now. */
export function endThreads(): void {
  for (const thread of threads.splice(0)) thread.terminate();
}

/** What wasm-bindgen-rayon calls to get its threads; resolves when each of them waits for work. */
export async function startWorkers(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  builder: PoolBuilder,
): Promise<void> {
  const message: ToWorker = { type: "thread", module, memory, receiver: builder.receiver() };
  const starting = Array.from({ length: builder.numThreads() }, (_, index) => {
    const worker = new Worker(self.location.href, { type: "module", name: `pixelpool thread ${index}` });
    threads.push(worker);
    worker.postMessage(message);
    return new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => {
        reject(new Error(`a thread could not start: ${event.message}`));
        onLost(`a thread was lost: ${event.message}`);
      };
    });
  });
  await Promise.all(starting);
  builder.build();
}

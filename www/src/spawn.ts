/**
 * Starts workers from the script inside the package, through a blob URL: the one way that needs nothing of a bundler and works
 * from another origin. Where there are no workers the same script is imported and serves in the page.
 */
import { toData } from "./errors.js";
import type { Endpoint, Spawn } from "./engine.js";
import type { FromWorker, ToWorker } from "./protocol.js";

/** The worker, as the package carries it. */
export interface WorkerScript {
  /** Its script. */
  worker: string;
  /** `import()` of an address that no bundler looks into: what tells them so would not survive in this file's bundle. */
  load: (address: string) => Promise<unknown>;
}

export interface Spawner {
  spawn: Spawn;
  /** Workers can be ended while they work. */
  endsAtWork: boolean;
  /** Frees the script's URL; no worker can start from it any more. */
  dispose: () => void;
}

export function workerSpawner({ worker: script }: WorkerScript): Spawner {
  // The URL must live as long as workers may start.
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const spawn = (index?: number): Endpoint => {
    const worker = new Worker(url, { type: "module", name: `pixelpool ${index ?? "helper"}` });
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      listen: (listener) => {
        worker.onmessage = ({ data }: MessageEvent<FromWorker>) => listener(data);
        worker.onerror = (event) => {
          event.preventDefault();
          listener(lost(event.message || "its script could not be loaded"));
        };
        worker.onmessageerror = () => listener(lost("a message could not be read"));
      },
      terminate: () => worker.terminate(),
    };
  };
  return { spawn, endsAtWork: true, dispose: () => URL.revokeObjectURL(url) };
}

type Serve = (post: (message: FromWorker, transfer: Transferable[]) => void) => (message: ToWorker) => void;

export function inlineSpawner({ worker: script, load }: WorkerScript): Spawner {
  const url = `data:text/javascript,${encodeURIComponent(script)}`;
  const spawn = (): Endpoint => {
    let listener: (message: FromWorker) => void = () => undefined;
    const serving = load(url).then(
      (module) => (module as { serve: Serve }).serve((message) => setTimeout(() => listener(message))),
      (error: unknown) => {
        setTimeout(() => listener({ type: "broken", error: toData(error, "worker-lost") }));
        return () => undefined;
      },
    );
    return {
      post: (message) => {
        // A life would be the page's own.
        if (message.type === "start") delete message.life;
        void serving.then((receive) => receive(message));
      },
      listen: (next) => {
        listener = next;
      },
      // Its work is over when anybody can say this.
      terminate: () => void serving.then((receive) => receive({ type: "stop" })),
    };
  };
  return { spawn, endsAtWork: false, dispose: () => undefined };
}

function lost(message: string): FromWorker {
  return {
    type: "broken",
    error: { code: "worker-lost", class: "PixelpoolError", message: `a worker was lost: ${message}` },
  };
}

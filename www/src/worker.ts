/**
 * The worker: one script in four roles, told by its first message. As coordinator it owns the wasm memory and starts
 * threads; as one of those threads it never returns to its event loop; as a codec it decodes and encodes for a coordinator; alone it has an instance and works by itself. In a
 * page without workers {@link serve} runs in the page.
 */
import * as glue from "pixelpool-glue";
import { ownCodec } from "./codec.js";
import { CodecPool, serveCodec } from "./codec-pool.js";
import { toData } from "./errors.js";
import { createMemory } from "./memory.js";
import type { FromWorker, ToWorker } from "./protocol.js";
import { endThreads, watchThreads } from "./threads.js";
import { Workshop } from "./workshop.js";

const { default: init, Engine: WasmEngine } = glue;
/** Only the build with threads has these. */
const { initThreadPool, wbg_rayon_start_worker: waitForWork } = { ...glue } as typeof glue & Threads;

interface Threads {
  initThreadPool?: (threads: number) => Promise<void>;
  wbg_rayon_start_worker?: (receiver: number) => void;
}

/** The default of 2 MiB a thread is what adds up; the deepest filter needs a small part of this. */
const THREAD_STACK_BYTES = 1 << 20;

type Post = (message: FromWorker, transfer: Transferable[]) => void;

/** Answers messages through `post`; returns the listener for them. */
export function serve(post: Post): (message: ToWorker) => void {
  let workshop: Workshop | undefined;
  let codec: CodecPool | undefined;
  const broken = (error: unknown) => post({ type: "broken", error: toData(error, "worker-lost") }, []);
  const start = async (module: WebAssembly.Module, threads: number) => {
    if (initThreadPool) {
      const memory = createMemory();
      await init({ module_or_path: module, memory });
      watchThreads((reason) => broken(new Error(reason)));
      await initThreadPool(threads);
      codec = new CodecPool(threads);
      workshop = new Workshop(new WasmEngine(), memory, codec, threads, post, broken);
      workshop.listenToBell();
    } else {
      const { memory } = await init({ module_or_path: module });
      workshop = new Workshop(new WasmEngine(), memory, ownCodec, 1, post, broken);
    }
    post({ type: "ready" }, []);
  };
  return (message) => {
    switch (message.type) {
      case "start":
        start(message.module, message.threads).catch(broken);
        return;
      case "stop":
        workshop?.stop();
        codec?.end();
        endThreads();
        post({ type: "stopped" }, []);
        return;
      case "thread":
      case "codec":
        return;
      default:
        try {
          workshop?.receive(message);
        } catch (error) {
          broken(error);
        }
    }
  };
}

async function becomeThread({ module, memory, receiver }: Extract<ToWorker, { type: "thread" }>): Promise<void> {
  await init({ module_or_path: module, memory, thread_stack_size: THREAD_STACK_BYTES });
  self.postMessage({ type: "ready" });
  waitForWork?.(receiver);
}

// Set at once: what is posted to a worker before it listens would be lost.
if ("DedicatedWorkerGlobalScope" in globalThis) {
  const listen = serve((message, transfer) => {
    self.postMessage(message, { transfer });
  });
  self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.type === "thread") {
      // A thread that fails must be seen by its coordinator, which listens to errors and not to promises.
      becomeThread(data).catch((error: unknown) => setTimeout(() => reportError(error)));
    } else if (data.type === "codec") {
      serveCodec();
    } else {
      listen(data);
    }
  };
}

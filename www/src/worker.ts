/**
 * The worker: one script in five roles, told by its first message. As coordinator it makes the wasm memory and asks the page
 * for threads, and moves pixels between the page and them; as one more lane it moves pixels beside it, over the same memory; as
 * one of those threads it never returns to its event loop; as a codec it decodes and encodes for a coordinator; alone it has an
 * instance and works by itself. In a page without workers {@link serve} runs in the page. By itself the script
 * does nothing: who loads it says whether it is a worker.
 */
import * as glue from "pixelpool-glue";
import { OwnCodec } from "./codec.js";
import { CodecPool, serveCodec } from "./codec-pool.js";
import { toData } from "./errors.js";
import { hearOfLoss, useHelpers } from "./helper-workers.js";
import { holdLocks, type LockNames } from "./liveness.js";
import { createMemory, RECYCLED, SPARES } from "./memory.js";
import { shareMore, takeMore } from "./more.js";
import type { FromWorker, ToWorker } from "./protocol.js";
import { BufferShelf } from "./buffer-shelf.js";
import { endThreads, watchThreads, type FromThread, type ThreadStart } from "./threads.js";
import { JobRunner } from "./job-runner.js";

const { default: init, createEngine, Engine: WasmEngine, workingOn } = glue;
/** Only the build with threads has these. */
const { initThreadPool, wbg_rayon_start_worker: waitForWork } = { ...glue } as typeof glue & Threads;

interface Threads {
  initThreadPool?: (threads: number) => Promise<void>;
  wbg_rayon_start_worker?: (receiver: number) => void;
}

/** The default of 2 MiB a thread is what adds up; the deepest filter needs a small part of this. */
const THREAD_STACK_BYTES = 1 << 20;
/** How long a coordinator that finds its instance ended waits to hear from the thread that did it. */
const HEARSAY_MS = 100;

type Post = (message: FromWorker, transfer: Transferable[]) => void;
type Start = Extract<ToWorker, { type: "start" }>;
type Join = Extract<ToWorker, { type: "join" }>;

/** Answers messages through `post`; returns the listener for them. */
export function serve(post: Post): (message: ToWorker) => void {
  let runner: JobRunner | undefined;
  let codec: CodecPool | undefined;
  let askThreadsToEnd: (() => void) | undefined;
  let share: ((bytes: ArrayBuffer) => void) | undefined;
  let isBroken = false;
  let isStopping = false;
  const tellBroken = (error: unknown, guilty: number[] = []) => {
    if (isBroken || isStopping) return;
    isBroken = true;
    runner?.stop();
    post({ type: "broken", error: toData(error, "worker-lost"), guilty }, []);
  };
  const broken = (error: unknown, guilty?: number[]) => {
    // A thread that traps takes the whole instance with it, the coordinator's own calls too, and is about to tell its job.
    if (initThreadPool) setTimeout(() => tellBroken(error, guilty), HEARSAY_MS);
    else tellBroken(error, guilty);
  };
  const live = async (lockNames: LockNames) => {
    if (await holdLocks(lockNames)) post({ type: "alive" }, []);
  };
  const start = async ({ module, threads, limit, lockNames }: Start) => {
    const living = lockNames && live(lockNames);
    if (initThreadPool && lockNames) {
      const { memory, limit: granted } = createMemory(limit);
      const exports = await init({ module_or_path: module, memory });
      // The export itself: the glue refuses all calls once a thread has trapped, and then above all the others must go.
      askThreadsToEnd = exports.endThreads;
      useHelpers(lockNames.pool, post);
      watchThreads((reason, word) => {
        const job = word === undefined ? 0 : Atomics.load(new Int32Array(memory.buffer), word / 4);
        tellBroken(new Error(reason), job === 0 ? [] : [job - 1]);
      });
      await initThreadPool(threads);
      codec = new CodecPool(threads, memory);
      const engine = createEngine(granted * SPARES);
      share = (bytes) => shareMore(exports, bytes, engine.lend(bytes.byteLength) >>> 0);
      runner = new JobRunner(engine, memory, codec, { threads, joins: false }, post, broken);
      runner.listenToBell();
      await living;
      post({ type: "ready", limit: granted, memory }, []);
    } else {
      const { memory } = await init({ module_or_path: module });
      const engine = createEngine(limit * SPARES);
      const ownCodec = new OwnCodec(new BufferShelf(limit * RECYCLED), memory);
      runner = new JobRunner(engine, memory, ownCodec, { threads: 1, joins: false }, post, broken);
      await living;
      post({ type: "ready", limit }, []);
    }
  };
  const join = async ({ module, memory, threads, lockNames }: Join) => {
    const living = live(lockNames);
    await init({ module_or_path: module, memory, thread_stack_size: THREAD_STACK_BYTES });
    const engine = WasmEngine.join();
    if (!engine) throw new Error("there is no engine to join");
    // Files go to the worker that has started the engine.
    const noCodec = new OwnCodec(new BufferShelf(0));
    runner = new JobRunner(engine, memory, noCodec, { threads, joins: true }, post, broken);
    runner.listenToBell();
    await living;
    post({ type: "ready", limit: 0 }, []);
  };
  const stop = async ({ isLost }: Extract<ToWorker, { type: "stop" }>) => {
    isStopping = true;
    runner?.stop();
    codec?.end();
    if (isLost) {
      const { jobs, transfer } = runner?.abandon() ?? { jobs: [], transfer: [] };
      post({ type: "left", jobs }, transfer);
    }
    if (askThreadsToEnd) await endThreads(askThreadsToEnd);
    post({ type: "stopped" }, []);
  };
  return (message) => {
    switch (message.type) {
      case "start":
        start(message).catch(broken);
        return;
      case "join":
        join(message).catch(broken);
        return;
      case "stop":
        void stop(message);
        return;
      case "help":
        return;
      case "helperLost":
        hearOfLoss(message.own, message.reason);
        return;
      case "more":
        takeMore(message.module);
        try {
          if (message.bytes && !isBroken) share?.(message.bytes);
        } catch (error) {
          broken(error);
        }
        return;
      default:
        if (isStopping) return;
        if (isBroken) {
          if (message.type === "run") runner?.keep(message.jobs);
          return;
        }
        try {
          runner?.receive(message);
        } catch (error) {
          broken(error);
        }
    }
  };
}

/** Makes this worker a helper; the coordinator speaks to it through the port. */
function help({ role, lockNames, port }: Extract<ToWorker, { type: "help" }>, end: () => void): void {
  const living = holdLocks(lockNames).then((held) => {
    if (held) port.postMessage("alive");
  });
  if (role === "codec") serveCodec(port, end);
  else port.onmessage = ({ data }: MessageEvent<ThreadStart>) => void becomeThread(data, port, living, end);
}

async function becomeThread(
  { module, memory, receiver }: ThreadStart,
  port: MessagePort,
  living: Promise<void>,
  end: () => void,
): Promise<void> {
  port.onmessage = end;
  const tell = (message: FromThread) => port.postMessage(message);
  try {
    await init({ module_or_path: module, memory, thread_stack_size: THREAD_STACK_BYTES });
    // Once it waits for work it hears of nothing else.
    await living;
    tell({ type: "ready", word: workingOn() >>> 0 });
    waitForWork?.(receiver);
    tell({ type: "ended", reason: "it has no more work" });
  } catch (error) {
    tell({ type: "ended", reason: toData(error, "worker-lost").message });
  }
}

/** What a worker hears its starter through, and speaks to it. */
interface Line {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

/**
 * Makes this worker listen. Whoever starts the script as a worker has it called at its end: no global tells on every browser
 * and runtime what a script runs in, and what is posted to a worker before it listens would be lost.
 */
export function listen(line: Line = self as unknown as Line, end: () => void = () => self.close()): void {
  const receive = serve((message, transfer) => line.postMessage(message, transfer));
  line.onmessage = ({ data }) => {
    if (data.type === "help") help(data, end);
    else receive(data);
  };
}

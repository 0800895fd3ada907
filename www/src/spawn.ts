/**
 * Starts workers from the script inside the package, which needs nothing of a bundler and works from another origin: from an
 * address that holds the script itself, in one of several ways, since no one way is allowed everywhere; or in the user's own way. Where
 * there are no workers, the engine serves in place.
 */
import { toData, type ErrorData } from "./errors.js";
import type { Spawn } from "./crew.js";
import type { Endpoint } from "./lane.js";
import type { FromWorker, Job, ToWorker } from "./protocol.js";
import type { Build } from "./engine-sources.js";
import { trusted } from "./policy.js";
import { isA } from "./realm.js";
import type { PoolOptions, WorkerRole } from "./types.js";
import { typeName } from "./words.js";

/** The worker, as the package carries it. */
export interface WorkerScript {
  /** Its script: declares `pixelpool` and does nothing with it. Runs as a module and as a classic script. */
  worker: string;
}

/** The engine for the thread that calls it: each has an instance of its own. */
export interface EngineInPlace {
  create: () => { serve: Serve };
}

export interface Spawner {
  spawn: Spawn;
  /** Workers can be ended while they work. */
  endsAtWork: boolean;
  /** Why workers do not start in this way, whatever they are to do; `undefined` as long as that is not known. */
  refusal: () => string | undefined;
  /** Resolves when all that were ended are gone, where there is another way to know that than locks. */
  gone?: () => Promise<void>;
  /** Frees the script's URL; no worker can start from it any more. */
  dispose: () => void;
  /** Starts workers of another script in the same way; left out where there are no workers. */
  again?: (script: WorkerScript) => Spawner;
}

/** A way of starting workers. */
export interface Way {
  address: "blob" | "data";
  type: WorkerType;
}

/** The ways that there are, in the order in which they are tried. */
export const WAYS: readonly Way[] = [
  // In sandboxed frames and on pages that are files, Chromium starts classic workers from blobs, and no modules.
  { address: "blob", type: "classic" },
  // Deno has no classic workers.
  { address: "blob", type: "module" },
  // A policy may allow these alone. They are of another origin than the page: they can hold no locks and, in Chromium, share no memory.
  { address: "data", type: "classic" },
];

export function workerSpawner({ worker: script }: WorkerScript, way: Way): Spawner {
  const { address, type } = way;
  const source = `${script}pixelpool.listen();`;
  // The URL must live as long as workers may start.
  const url =
    address === "blob" ? URL.createObjectURL(new Blob([source], { type: "text/javascript" })) : dataAddress(source);
  const spawner = webSpawner((name) => new Worker(trusted(url), { type, name }));
  const dispose = () => {
    if (address === "blob") URL.revokeObjectURL(url);
  };
  return { ...spawner, dispose, again: (other) => workerSpawner(other, way) };
}

/** Starts workers from the address of the package's `worker.js`, or as a function of the user's makes them of it. */
export function givenSpawner(given: NonNullable<PoolOptions["worker"]>, build: Build | "functions"): Spawner {
  const spawner = webSpawner((name, role) => {
    const worker =
      typeof given === "function" ? (given(role) as unknown) : new Worker(trusted(String(given)), { name });
    if (!isWorker(worker)) throw new TypeError(`the option worker must return a Worker, got ${typeName(worker)}`);
    worker.postMessage({ type: "serve", build });
    return worker;
  });
  return { ...spawner, again: () => givenSpawner(given, "functions") };
}

export function isWorker(value: unknown): value is Worker {
  return typeof value === "object" && value !== null && "postMessage" in value && "terminate" in value;
}

/** Workers of the web, as `make` makes them. */
export function webSpawner(make: (name: string, role: WorkerRole) => Worker): Spawner {
  let refusal: string | undefined;
  let hasStarted = false;
  const refuse = (reason: string) => {
    if (!hasStarted) refusal ??= reason;
    return lost(reason);
  };
  const spawn = (index?: number): Endpoint => {
    let worker: Worker;
    try {
      worker = make(`pixelpool ${index ?? "helper"}`, index === undefined ? "helper" : "engine");
    } catch (error) {
      return neverStarted(refuse(toData(error, "worker-lost").message));
    }
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      listen: (listener) => {
        worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
          hasStarted = true;
          listener(data);
        };
        worker.onerror = (event) => {
          event.preventDefault();
          // What its script throws comes with a message.
          listener(event.message ? lost(event.message) : refuse("its script could not be loaded"));
        };
        worker.onmessageerror = () => listener(unreadable);
      },
      terminate: () => worker.terminate(),
    };
  };
  return { spawn, endsAtWork: true, refusal: () => refusal, dispose: () => undefined };
}

/** Stands for a worker that the browser did not make, and says so to whoever listens next. */
export function neverStarted(why: FromWorker): Endpoint {
  let listener: (message: FromWorker) => void = () => undefined;
  setTimeout(() => listener(why));
  return {
    post: () => undefined,
    listen: (next) => {
      listener = next;
    },
    terminate: () => undefined,
  };
}

const dataAddress = (script: string) => `data:text/javascript,${encodeURIComponent(script)}`;

type Serve = (post: (message: FromWorker, transfer: Transferable[]) => void) => (message: ToWorker) => void;

export function inlineSpawner(load: () => Promise<EngineInPlace>): Spawner {
  const spawn = (): Endpoint => {
    let listener: (message: FromWorker) => void = () => undefined;
    const say = (message: FromWorker) => void setTimeout(() => listener(message));
    const serving = load().then(
      ({ create }) => create().serve(say),
      (error: unknown) => {
        const message = `the engine's script could not be imported: ${toData(error, "worker-lost").message}`;
        say({ type: "broken", error: { code: "unsupported", class: "PixelpoolError", message } });
        return () => undefined;
      },
    );
    return {
      post: (message) => {
        // It would hold the locks in the page's own name, and for as long as the page lives.
        if (message.type === "start") delete message.lockNames;
        const sent = message.type === "run" ? { ...message, jobs: moved(message.jobs) } : message;
        void serving.then((receive) => receive(sent));
      },
      listen: (next) => {
        listener = next;
      },
      // Its work is over when anybody can say this. Nobody hears of it any more, as of a worker that was ended.
      terminate: () => {
        listener = () => undefined;
        void serving.then((receive) => receive({ type: "stop" }));
      },
    };
  };
  return { spawn, endsAtWork: false, refusal: () => undefined, dispose: () => undefined };
}

/**
 * Jobs whose pixels are given away as they would be to a worker: their owner has them no more, and nobody gives them away twice.
 * Throws what a worker's `postMessage` does.
 */
function moved(jobs: readonly Job[]): Job[] {
  const given = jobs.flatMap(({ input }) => {
    const buffer = input.kind === "pixels" ? input.buffer : undefined;
    return isA(buffer, "ArrayBuffer") ? [buffer] : [];
  });
  const taken = structuredClone(given, { transfer: given });
  const buffers = new Map<ArrayBufferLike, ArrayBuffer | undefined>(given.map((buffer, i) => [buffer, taken[i]]));
  return jobs.map((job) => {
    const buffer = job.input.kind === "pixels" ? buffers.get(job.input.buffer) : undefined;
    return job.input.kind === "pixels" && buffer ? { ...job, input: { ...job.input, buffer } } : job;
  });
}

/** Marks what starters of workers say: no message from a worker can bear it. */
const STARTER = Symbol("starter");

/** Whether a worker's starter says this, and not the worker. */
export const isOfStarter = (message: object): boolean => STARTER in message;

/** What a starter says of a worker that works no more. */
export function broken(error: ErrorData): FromWorker {
  return Object.assign({ type: "broken" as const, error }, { [STARTER]: true });
}

/** What is told of a worker one of whose messages is lost. */
export const unreadable: FromWorker = Object.assign(lost("a message could not be read"), {
  isUnreadable: true as const,
});

/** What starters say of a worker that has ended, and know no more. */
export const ENDED_FROM_OUTSIDE = "it was ended from outside";

/** What is told of a worker that works no more. */
export function lost(message: string): FromWorker {
  return broken({ code: "worker-lost", class: "PixelpoolError", message: `a worker was lost: ${message}` });
}

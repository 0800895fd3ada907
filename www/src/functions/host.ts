/**
 * The page's side of functions of the user's, in a module of its own (`dist/functions-host.js`) that is loaded with the first chain
 * that calls one: starts their workers in the way in which the pool's own have started.
 */
import { runtimeSpawner, type RuntimeWorker } from "../server-workers.js";
import { inWords, isOurs, mistake, toData } from "../errors.js";
import { broken, isWorker, neverStarted, webSpawner, type Spawner } from "../spawn.js";
import type { PoolOptions } from "../types.js";
import { typeName } from "../words.js";
import { serveCalls } from "./caller.js";
import { FunctionCrew, type FunctionCrewOptions, type FunctionsEndpoint } from "./crew.js";
import type { Callee, FromFunctions, ToFunctions } from "./messages.js";
import { Relay, type RelayOptions } from "./relay.js";

export interface FunctionsOptions {
  threads: number;
  /** How the pool's own workers have started. */
  spawner: Spawner;
  /** The user's own worker, which serves functions by name. */
  functions: PoolOptions["functions"];
}

/** What this module exports, as it is loaded. */
export interface FunctionsHost {
  startFunctions: (options: FunctionsOptions) => UserFunctions;
}

/** The workers of one pool that call functions: those that import modules, and those of the user's. */
export interface UserFunctions {
  /** The way of one call's items through a chain. */
  relay: (options: Omit<RelayOptions, "crewOf">) => Relay;
  stop: () => Promise<void>;
}

/** The script of the workers that import modules; the package's build puts it in. */
declare const FUNCTIONS_WORKER: string;

export function startFunctions({ threads, spawner, functions }: FunctionsOptions): UserFunctions {
  const crews = new Map<"modules" | "served", { crew: FunctionCrew; dispose?: () => void }>();
  const start = (kind: "modules" | "served") => {
    const own = kind === "served" && functions ? userSpawner(functions) : spawner.again?.({ worker: FUNCTIONS_WORKER });
    if (!own) return { crew: new FunctionCrew({ spawn: inPlace, threads: 1, endsAtWork: false }) };
    const { gone, endsAtWork, dispose } = own;
    // The messages are those of functions; the ways in which they travel are the same.
    const spawn = own.spawn as unknown as FunctionCrewOptions["spawn"];
    const toStart = kind === "served" ? "a worker of your own must load, and call serve() at once" : undefined;
    return { crew: new FunctionCrew({ spawn, threads, endsAtWork, gone, toStart }), dispose };
  };
  const crewOf = ({ address }: Callee): FunctionCrew => {
    const kind = address === undefined ? "served" : "modules";
    const known = crews.get(kind) ?? start(kind);
    crews.set(kind, known);
    return known.crew;
  };
  return {
    relay: (options) => new Relay({ ...options, crewOf }),
    stop: async () => {
      await Promise.all(Array.from(crews.values(), ({ crew }) => crew.stop()));
      for (const { dispose } of crews.values()) dispose?.();
    },
  };
}

/** Workers that a function of the user's makes: of the web, or of `node:worker_threads`. */
function userSpawner(make: NonNullable<PoolOptions["functions"]>): Spawner {
  const spawners: Spawner[] = [];
  const given = new WeakSet<object>();
  const spawn: Spawner["spawn"] = (index) => {
    const of = (worker: unknown): Spawner => {
      if (!isWorker(worker)) throw wrongOption(`must return a Worker, got ${typeName(worker)}`);
      if (given.has(worker)) throw wrongOption("must return a new Worker each time");
      given.add(worker);
      return "on" in worker ? runtimeSpawner(() => worker as unknown as RuntimeWorker) : webSpawner(() => worker);
    };
    try {
      const spawner = of(make());
      spawners.push(spawner);
      return spawner.spawn(index);
    } catch (thrown) {
      const why = isOurs(thrown) ? thrown : wrongOption(`has thrown: ${inWords(thrown)}`);
      return neverStarted(broken(toData(why, "invalid-option")));
    }
  };
  const gone = async () => {
    await Promise.all(spawners.map(async ({ gone }) => gone?.()));
  };
  return { spawn, endsAtWork: true, refusal: () => undefined, gone, dispose: () => undefined };
}

function wrongOption(rule: string): Error {
  return mistake("TypeError", `the option functions ${rule}`, { code: "invalid-option", parameter: "functions" });
}

/** Calls functions on the thread that this runs on; data are copied as they would be for a worker. */
function inPlace(): FunctionsEndpoint {
  let hear: Parameters<FunctionsEndpoint["listen"]>[0] = () => undefined;
  let mark: string;
  const say = (message: FromFunctions, transfer: Transferable[] = []) => {
    const sent = structuredClone({ ...message, mark }, { transfer });
    setTimeout(() => hear(sent));
  };
  const { receive } = serveCalls(say);
  return {
    post: (message: ToFunctions, transfer) => {
      if (message.type === "begin") {
        mark = message.lockNames.own;
        say({ type: "alive", held: false });
      } else receive(structuredClone(message, { transfer }));
    },
    listen: (next) => {
      hear = next;
    },
    terminate: () => {
      hear = () => undefined;
    },
  };
}

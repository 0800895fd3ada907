/**
 * The worker that calls functions. By itself the script does nothing: who loads it says whether it is a worker, as with that of the
 * engine.
 */
import { holdLocks } from "../liveness.js";
import { serveCalls, type Functions } from "./caller.js";
import type { FromFunctions, ToFunctions } from "./messages.js";

/** What a worker hears its starter through, and speaks to it. */
export interface Line {
  postMessage(message: FromFunctions, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToFunctions>) => void) | null;
}

/** Makes this worker listen; `served` are functions that it has itself. */
export function listen(line: Line = self as unknown as Line, _end?: () => void, served?: Functions): void {
  const post = (message: FromFunctions, transfer: Transferable[]) => line.postMessage(message, transfer);
  const { receive, current } = serveCalls(post, served);
  let hasBegun = false;
  line.onmessage = ({ data }) => {
    if (data.type !== "begin") receive(data);
    else if (!hasBegun) {
      hasBegun = true;
      void holdLocks(data.lockNames).then((held) => post({ type: "alive", held }, []));
    }
  };
  const { process } = globalThis as { process?: Process };
  // Browsers say it on the console; Node would end the worker, with the call that it is at.
  for (const stray of ["unhandledRejection", "uncaughtException"]) process?.on?.(stray, (why) => console.error(why));
  const told = () => post({ type: "ending", call: current() }, []);
  tellBefore(globalThis, "close", told);
  if (process) tellBefore(process, "exit", told);
  post({ type: "serving" }, []);
}

/** What is used of Node's `process`. */
interface Process {
  on?: (event: string, told: (reason: unknown) => void) => void;
  exit?: unknown;
}

/** Calls `tell` before a method of the platform that ends this worker: what is sent to a worker that ends is lost. */
function tellBefore(owner: object, name: string, tell: () => void): void {
  const end = Reflect.get(owner, name) as unknown;
  if (typeof end !== "function") return;
  Reflect.set(owner, name, (...given: unknown[]): unknown => {
    tell();
    return Reflect.apply(end, owner, given) as unknown;
  });
}

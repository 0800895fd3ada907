/**
 * The worker that calls functions. By itself the script does nothing: who loads it says whether it is a worker, as with that of the
 * engine.
 */
import { inWords } from "../errors.js";
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
  let mark: string | undefined;
  const post = (message: FromFunctions, transfer: Transferable[]) =>
    line.postMessage(mark === undefined ? message : { ...message, mark }, transfer);
  const { receive, current } = serveCalls(post, served);
  line.onmessage = ({ data }) => {
    if (data.type !== "begin") receive(data);
    else if (mark === undefined) {
      mark = data.lockNames.own;
      void holdLocks(data.lockNames).then((held) => post({ type: "alive", held }, []));
    }
  };
  tellEnds((why) => post({ type: "ending", call: current(), ...(why !== undefined && { why }) }, []));
  post({ type: "serving" }, []);
}

/** What is used of `process`, where a runtime has it. */
interface Process {
  on?: (event: string, listener: (reason: unknown) => void) => void;
  exit: (code: number) => void;
}

/** Calls `tell` before this worker is ended by what it runs: what is sent to a worker that ends is lost. */
function tellEnds(tell: (why?: string) => void): void {
  const { process, close } = globalThis as { process?: Process; close?: () => void };
  process?.on?.("exit", () => tell());
  process?.on?.("uncaughtException", (error) => {
    tell(inWords(error));
    process.exit(1);
  });
  // Browsers say it on the console; Node would end the worker, with the call that it is at.
  process?.on?.("unhandledRejection", (reason) => console.error(reason));
  // A script may have a function of this name that does something else.
  if (typeof close !== "function" || !/\[native code\]/.test(Function.prototype.toString.call(close))) return;
  globalThis.close = () => {
    tell();
    close.call(globalThis);
  };
}

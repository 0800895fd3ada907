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
  const receive = serveCalls(post, served);
  let hasBegun = false;
  line.onmessage = ({ data }) => {
    if (data.type !== "begin") receive(data);
    else if (!hasBegun) {
      hasBegun = true;
      void holdLocks(data.lockNames).then((held) => post({ type: "alive", held }, []));
    }
  };
  // Browsers say it on the console; Node would end the worker, with the call that it is at.
  const { process } = globalThis as { process?: { on?: (event: string, told: (reason: unknown) => void) => void } };
  process?.on?.("unhandledRejection", (reason) => console.error(reason));
  post({ type: "serving" }, []);
}

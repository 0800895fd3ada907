/**
 * Workers that help a coordinator: its threads, and those that decode. The page starts them for it, since it outlives them
 * all: in Chromium, a worker that ends with those that it has started itself leaves their threads behind for good.
 */
import { newLockNames, watch } from "./liveness.js";
import type { FromWorker } from "./protocol.js";

export interface HelperWorker {
  port: MessagePort;
  /** Lets go of it: it ends itself, and is watched no more. */
  dismiss: () => void;
}

export interface HelperWorkerListener {
  heard: (data: unknown) => void;
  /** Called once, if it ends without having been dismissed. */
  lost: (reason: string) => void;
}

const lost = new Map<string, (reason: string) => void>();
let pool = "";
let post: (message: FromWorker, transfer: Transferable[]) => void = () => undefined;

/** Tells whose helpers they will be, and how the page is asked for them. */
export function useHelpers(poolName: string, ask: typeof post): void {
  pool = poolName;
  post = ask;
}

/** Asks for a helper. What is posted to its port before it is there waits for it. */
export function startHelper(role: "thread" | "codec", listener: HelperWorkerListener): HelperWorker {
  const lockNames = newLockNames(pool, role);
  const { port1: port, port2 } = new MessageChannel();
  let endWatch: () => void = () => undefined;
  const forget = () => {
    endWatch();
    return lost.delete(lockNames.own);
  };
  const tellLost = (reason: string) => {
    if (forget()) listener.lost(reason);
  };
  lost.set(lockNames.own, tellLost);
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === "alive") endWatch = watch(lockNames, () => tellLost("it was ended from outside"));
    else listener.heard(data);
  };
  post({ type: "help", role, lockNames, port: port2 }, [port2]);
  const dismiss = () => {
    if (forget()) port.postMessage("dismissed");
  };
  return { port, dismiss };
}

/** The page's word that a helper could not be started, or has failed. */
export function hearOfLoss(own: string, reason: string): void {
  lost.get(own)?.(reason);
}

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
  /**
   * Has it ended at its work; that it is lost is told once it is gone. One that has not begun to live stays. Returns whether it is ended.
   */
  end: () => boolean;
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
  let endWatch: (() => void) | undefined;
  let why = "it was ended from outside";
  const forget = () => {
    endWatch?.();
    return lost.delete(lockNames.own);
  };
  const tellLost = () => {
    if (forget()) listener.lost(why);
  };
  lost.set(lockNames.own, (reason) => {
    why = reason;
    // One that lives is lost when it is gone: until then it may write where it was told to.
    if (!endWatch) tellLost();
  });
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === "alive") endWatch = watch(lockNames, tellLost);
    else listener.heard(data);
  };
  post({ type: "help", role, lockNames, port: port2 }, [port2]);
  const dismiss = () => {
    if (forget()) port.postMessage("dismissed");
  };
  const end = () => {
    if (endWatch) post({ type: "endHelper", own: lockNames.own }, []);
    return endWatch !== undefined;
  };
  return { port, dismiss, end };
}

/** The page's word that a helper could not be started, or has failed and is ended. */
export function hearOfLoss(own: string, reason: string): void {
  lost.get(own)?.(reason);
}

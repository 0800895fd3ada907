/** Which mode a pool gets where it runs, and why. Starts nothing. */
import { PixelpoolError } from "./errors.js";
import { threadsOfRuntime } from "./server-workers.js";
import type { Mode } from "./types.js";
import { isBrowser } from "./place.js";

/** What of threads there is where this runs. */
interface Surroundings {
  /** Without one there are no headers to send, and nobody forbids sharing memory. */
  isBrowser: boolean;
  isServiceWorker: boolean;
  hasWorkers: boolean;
  isIsolated: boolean;
  hasSharedMemory: boolean;
}

function lookAround(): Surroundings {
  const scope = globalThis as { ServiceWorkerGlobalScope?: abstract new () => unknown };
  return {
    isBrowser,
    isServiceWorker:
      typeof scope.ServiceWorkerGlobalScope === "function" && globalThis instanceof scope.ServiceWorkerGlobalScope,
    hasWorkers: threadsOfRuntime() !== undefined || typeof Worker === "function",
    isIsolated: globalThis.crossOriginIsolated,
    hasSharedMemory: typeof SharedArrayBuffer === "function",
  };
}

/**
 * The mode that a pool gets here, and why. `threads` is what was asked for; throws an `unsupported` {@link PixelpoolError}
 * where the mode that was asked for cannot be had.
 */
export function chooseMode(
  wanted: "auto" | Mode,
  threads?: number,
  here = lookAround(),
): { mode: Mode; reason: string } {
  if (here.isServiceWorker) {
    const message =
      'a service worker may not import what a pool needs when it starts: import createPool from "pixelpool/static" there';
    throw new PixelpoolError(message, { code: "unsupported" });
  }
  const refusal = refuse(wanted, here);
  if (refusal) throw new PixelpoolError(`mode "${wanted}" ${refusal}`, { code: "unsupported", parameter: "mode" });
  if (wanted !== "auto") return { mode: wanted, reason: `mode "${wanted}" was asked for` };
  if (!here.hasWorkers) {
    const instead = threads !== undefined && threads > 1 ? `, not on the ${threads} that were asked for` : "";
    return { mode: "single", reason: `there are no workers here, so everything runs on one thread${instead}` };
  }
  const obstacle = obstacleToSharing(here);
  if (!obstacle) {
    const reason = here.isBrowser ? "the page is cross-origin isolated" : "memory can be shared here";
    return { mode: "shared", reason: `${reason}, so threads share one memory` };
  }
  return { mode: "workers", reason: `${obstacle}, so every worker has an instance and a memory of its own` };
}

/** The same where the entry `pixelpool/static` is used, which starts no workers. */
export function chooseInPlace(wanted: "auto" | Mode): { mode: Mode; reason: string } {
  if (wanted === "shared" || wanted === "workers") {
    const message = `mode "${wanted}" needs workers, which pixelpool/static does not start: import createPool from "pixelpool"`;
    throw new PixelpoolError(message, { code: "unsupported", parameter: "mode" });
  }
  return { mode: "single", reason: "pixelpool/static runs everything on the thread that has imported it" };
}

/** Why a mode cannot be had, and what would be right. */
function refuse(wanted: "auto" | Mode, here: Surroundings): string | undefined {
  if (wanted === "auto" || wanted === "single") return undefined;
  if (!here.hasWorkers) return 'needs workers, which are missing here; modes "auto" and "single" do without';
  if (wanted === "workers") return undefined;
  if (here.isBrowser && !here.isIsolated) {
    return "needs a cross-origin isolated page: send Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";
  }
  if (here.hasSharedMemory) return undefined;
  return here.isBrowser
    ? "needs SharedArrayBuffer, which this browser lacks though the page is isolated"
    : 'needs SharedArrayBuffer, which is missing here; mode "workers" uses every core too';
}

/** Why threads cannot share one memory. */
function obstacleToSharing({ isBrowser, isIsolated, hasSharedMemory }: Surroundings): string | undefined {
  if (isBrowser && !isIsolated) return "the page is not cross-origin isolated";
  if (hasSharedMemory) return undefined;
  return isBrowser
    ? "the page is cross-origin isolated, but this browser has no SharedArrayBuffer"
    : "there is no SharedArrayBuffer here";
}

/** Listeners that the caller gives: `onProgress`, `onSpan`, `onReport`. */

/** Calls a listener. What it throws is reported as an uncaught error, and costs no result. */
export function callListener<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    report(error);
  }
}

/** As an uncaught error; Node has no `reportError`. */
function report(error: unknown): void {
  if (typeof reportError === "function") reportError(error);
  else {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Listeners that the caller gives: `onProgress`, `onSpan`, `onReport`. */

/** Calls a listener. What it throws is reported as an uncaught error, and costs no result. */
export function callListener<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    reportError(error);
  }
}

/** What can be sent to another thread. Pure. */

/** Whether a value can be cloned. Tried beforehand: a runtime may have taken a message's buffers before it finds that it cannot. */
export function canBeSent(value: unknown): boolean {
  if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") return true;
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** What can be sent to another thread, and what of an error arrives there only when it is sent beside it. Pure. */

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

/** The name of an error and what its thrower has added to it, such as a code: a clone of the error has neither. */
export function addedTo(error: Error): Record<string, unknown> {
  const added = Object.entries(error).filter(([, value]) => canBeSent(value));
  return { ...Object.fromEntries(added), name: error.name };
}

/** Gives a clone of an error what {@link addedTo} has told of it. */
export function addTo(clone: Error, added: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(added)) {
    if (clone[key as keyof Error] === value) continue;
    const enumerable = key !== "name";
    Object.defineProperty(clone, key, { value, enumerable, configurable: true, writable: true });
  }
}

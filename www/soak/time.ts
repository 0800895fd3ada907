/** Waiting. */

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until something holds, but not for ever; tells whether it does. */
export async function holdsWithin(milliseconds: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const start = performance.now(); ;) {
    if (await holds()) return true;
    if (performance.now() - start > milliseconds) return false;
    await sleep(5);
  }
}

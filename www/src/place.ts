/** Where this runs, told by a global that browsers have, pages and workers alike, and that runtimes on servers lack. */
export const isBrowser = "crossOriginIsolated" in globalThis;

/** What it is called in messages. */
export const thisPlace = isBrowser ? "this browser" : "this runtime";

/** Whether there is a canvas to draw on. Deno has one that cannot be drawn on. */
export function hasCanvas(): boolean {
  return typeof OffscreenCanvas === "function" && new OffscreenCanvas(1, 1).getContext("2d") !== null;
}

/** Whether pictures can be decoded, and their pixels be had: Deno decodes them and keeps them to itself. */
export function readsPictures(): boolean {
  return typeof createImageBitmap === "function" && (typeof VideoFrame === "function" || hasCanvas());
}

/** A module of the runtime's own. Not imported: bundlers would look for it, and no browser has it. */
export function moduleOfRuntime(name: string): unknown {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  try {
    return process?.getBuiltinModule?.(name);
  } catch {
    return undefined;
  }
}

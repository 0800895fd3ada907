/** How large images become on their way through a chain that changes their size, so that memory is counted for it. Pure. */
import { filters } from "./generated/filters.js";
import type { Change, Step } from "./protocol.js";
import { changedStep } from "./validate.js";

interface Size {
  width: number;
  height: number;
}

/** Pixels of the largest image that a chain makes of one of this size, as a multiple of its own; at least 1. */
export function growthFactor(steps: readonly Step[], change: Change | undefined, size: Size | undefined): number {
  if (!size) return 1;
  const changed = typeof change === "object" ? changedStep(steps) : undefined;
  let { width, height } = size;
  let largest = width * height;
  for (const step of steps) {
    const names = filters.find(({ name }) => name === step.kind)?.size;
    if (!names) continue;
    const given: Readonly<Record<string, unknown>> = step === changed ? { ...step, ...(change as object) } : step;
    const [newWidth, newHeight] = names.map((name) => given[name] as number | undefined);
    // What is left out follows from the shape.
    const [across = (width * (newHeight ?? height)) / height, down = (height * (newWidth ?? width)) / width] = [
      newWidth,
      newHeight,
    ];
    [width, height] = [across, down];
    largest = Math.max(largest, width * height);
  }
  return largest / (size.width * size.height);
}

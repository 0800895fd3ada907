/** Warnings on the console. */

const warned = new Set<string>();

/** Says on the console what an image lost, once in the life of the page: results of `starmap` and `apply` carry no words. */
export function warnOnce(warning: string): void {
  if (warned.has(warning)) return;
  warned.add(warning);
  console.warn(`pixelpool: ${warning}`);
}

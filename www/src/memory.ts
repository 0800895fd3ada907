/** The shared memory of a coordinator. */

const PAGE_BYTES = 65536;
const MEBIBYTE_PAGES = (1 << 20) / PAGE_BYTES;
/** Room for the module's own data; it grows from there. */
const INITIAL_PAGES = 4 * MEBIBYTE_PAGES;
/** Phones refuse a large maximum even when nothing of it is used. */
const MAXIMA_MEBIBYTES = [4096, 2048, 1024, 512, 256];

/** A shared memory with the largest maximum that the browser grants. */
export function createMemory(): WebAssembly.Memory {
  let refusal: unknown;
  for (const mebibytes of MAXIMA_MEBIBYTES) {
    try {
      const maximum = mebibytes * MEBIBYTE_PAGES;
      return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true });
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

/**
 * pixelpool: parallel image filters in a browser tab.
 *
 * @packageDocumentation
 */
export { createPool } from "./pool.js";
export * from "./surface.js";

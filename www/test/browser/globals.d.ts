import type * as Package from "../../src/index.js";

declare global {
  /** What page.html puts there. */
  var pixelpool: typeof Package;
}

/**
 * `pixelpool/functions`: for a worker of one's own, whose functions are steps of chains.
 *
 * @packageDocumentation
 */
export { serve } from "./functions/serve.js";
export type { FunctionContext, FunctionImage } from "./function-types.js";

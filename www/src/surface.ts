/** What every entry of the package exports beside its own `createPool`. */
export { BatchError, PixelpoolError } from "./errors.js";
export type { ErrorCode, ErrorDetails } from "./errors.js";
export { filters } from "./generated/filters.js";
export { inspect } from "./inspect.js";
export { checkLimits } from "./limits.js";
export type * from "./generated/filters.js";
export type * from "./file-types.js";
export type * from "./filter-info.js";
export type * from "./function-types.js";
export type * from "./report-types.js";
export type * from "./source-info.js";
export type * from "./types.js";

/** The code of the worker script: declares `pixelpool` and does nothing with it. */
export const worker: string;
/** The wasm without what only rare filters need: gzipped, in base64. */
export const wasm: string;
/** The kinds of filters that it is enough for. */
export const common: readonly string[];
export const mark: string;

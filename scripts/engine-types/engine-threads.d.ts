/** The code of the worker script: declares `pixelpool` and does nothing with it. */
export const worker: string;
/** The wasm: gzipped, in base64. */
export const wasm: string;
export const load: (address: string) => Promise<unknown>;

/** The wasm: gzipped, in base64. */
export const wasm: string;

/** What of the wasm only rare filters need: gzipped, in base64. */
export const wasm: string;

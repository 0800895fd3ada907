/// <reference types="@jsquash/webp/emscripten-types" />

/** Gzipped, in base64: scripts/cli.mjs makes a module of it. */
declare module "*.wasm" {
  const packed: string;
  export default packed;
}

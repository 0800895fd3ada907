/** Codecs of the package's own as modules without anything in them, for tests of who is given them: the built ones are not there. */
import { register } from "node:module";
import { gzipSync } from "node:zlib";

const wasm = gzipSync(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)).toString("base64");
const bundle = `data:text/javascript,export const wasm = "${wasm}";`;
/** Those that cannot be loaded. */
export const MISSING = "gif";

const hooks = `export const resolve = (specifier, context, next) => {
  const [, name] = /\\/codec-(jpeg|png|webp|gif|color)\\.js$/.exec(specifier) ?? [];
  if (name === undefined) return next(specifier, context);
  if (name === "${MISSING}") throw new Error("it is not there");
  return { url: ${JSON.stringify(bundle)}, format: "module", shortCircuit: true };
};`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

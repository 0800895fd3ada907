/**
 * What tells whether the package's worker can run an engine: it is bundled with the JavaScript that wasm-bindgen has written for the
 * package's own engine, and any other must ask for the same. The mark names the version, the build and that JavaScript; it is a section of
 * every engine that pages may be given by itself.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { number, text } from "./split/bytes.mjs";
import { inRoot } from "./run.mjs";
import { glueFolder } from "./wasm.mjs";

const SECTION = "pixelpool";

/** The mark of an engine, by the folder with its JavaScript. */
export function markOf(build, folder = glueFolder(build)) {
  const { name, version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  const code = readFileSync(`${folder}/pixelpool.js`, "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 8);
  return `${name} ${version}, ${build}, ${hash}`;
}

/** The bytes of a module with its mark. */
export function marked(wasm, mark) {
  const section = Buffer.from([...text(SECTION), ...Buffer.from(mark)]);
  return Buffer.concat([wasm, Buffer.from([0, ...number(section.length)]), section]);
}

/**
 * Runs program.mjs, whose address is the first argument, in a realm of its own within Node's, as Jest runs tests: some globals,
 * ArrayBuffer among them, are those of the realm around it, while what WebAssembly makes is of this one.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

process.argv.splice(1, 1);
const context = vm.createContext();
const inner = vm.runInContext("globalThis", context);
for (const name of Object.getOwnPropertyNames(globalThis)) {
  // What the language itself has, this realm has of its own.
  if (!(name in inner)) Object.defineProperty(inner, name, { configurable: true, get: () => globalThis[name] });
}
/** As in jsdom, which tests are run in too. */
class BlobWithoutStreams extends Blob {
  stream = undefined;
}
Object.assign(inner, { console, ArrayBuffer, Uint8Array });
Object.defineProperty(inner, "Blob", { value: BlobWithoutStreams });
for (const name of ["DecompressionStream", "MessageChannel"]) Object.defineProperty(inner, name, { value: undefined });

const modules = new Map();
const options = { context, importModuleDynamically: async (name, { identifier }) => load(new URL(name, identifier)) };

async function load({ href }) {
  if (!modules.has(href)) modules.set(href, evaluate(href));
  return modules.get(href);
}

async function evaluate(href) {
  const text = href.startsWith("data:") ? await (await fetch(href)).text() : await readFile(new URL(href), "utf8");
  const module = new vm.SourceTextModule(text, { ...options, identifier: href });
  await module.link((name) => load(new URL(name, href)));
  await module.evaluate();
  return module;
}

await load(pathToFileURL(path.resolve(process.argv[1])));

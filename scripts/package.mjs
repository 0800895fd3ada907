/**
 * The npm package, in dist/. The engine's worker code and its wasm are inlined as strings, in one module for each build,
 * which is loaded when it is needed: the one layout that every bundler takes without configuration. The same files lie
 * beside it for pages that serve them themselves. `--faults` makes the same package in target/faults/dist/, with a filter
 * that goes wrong on demand, for tests.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { buildCommandLine } from "./cli.mjs";
import { ensureDependencies, TSC } from "./dependencies.mjs";
import { marked, markOf } from "./mark.mjs";
import { inRoot, isMain, main, run, say, Stop } from "./run.mjs";
import { readModule, writeModule } from "./split/module.mjs";
import { ordered } from "./split/order.mjs";
import { COMMON_KINDS } from "./split/rare.mjs";
import { LOAD } from "./split/split.mjs";
import { buildWasm, builds, CODECS, codecFile, glueFolder } from "./wasm.mjs";

const source = (file) => inRoot("www", "src", file);
const TARGET = "es2022";

/**
 * Resolves the wasm-bindgen output of one build, with our own starter of threads in place of wasm-bindgen-rayon's, and with what
 * loads the second part of the wasm.
 */
const glue = (name, faults) => ({
  name: "glue",
  setup(build) {
    const file = `${glueFolder(name, faults)}/pixelpool.js`;
    build.onResolve({ filter: /^pixelpool-glue$/ }, () => ({ path: file }));
    build.onResolve({ filter: /\/snippets\/wasm-bindgen-rayon-[^/]*\/src\/workerHelpers[^/]*\.js$/ }, () => ({
      path: source("threads.ts"),
    }));
    build.onLoad({ filter: /[\\/]glue[\\/][a-z]+[\\/]pixelpool\.js$/ }, () => {
      // The worker is always given the compiled module. A path beside the script would mean nothing in a blob,
      // and bundlers further down would look for that file.
      const address = /new URL\(["']pixelpool_bg\.wasm["'], import\.meta\.url\)/g;
      const imports = "const import0 = {";
      const code = readFileSync(file, "utf8");
      if (!address.test(code)) throw new Error("wasm-bindgen writes its default address in another way now");
      if (!code.includes(imports)) throw new Error("wasm-bindgen writes its imports in another way now");
      const more = JSON.stringify(source("more.ts"));
      const contents = code
        .replace(address, "undefined")
        .replace(imports, `${imports} ${LOAD.name}: () => joinMore(wasm),`);
      return { contents: `import { joinMore } from ${more};\n${contents}`, loader: "js" };
    });
  },
});

/** The modules with the engines and the codecs are loaded from beside dist/index.js at run time. */
const enginesStayOutside = {
  name: "engines",
  setup(build) {
    const engines = Object.keys(builds).flatMap((name) => [`engine-${name}`, `engine-${name}-more`]);
    const names = [...engines, "engine-in-place", "functions-host", ...CODECS.map((name) => `codec-${name}`)];
    const filter = new RegExp(`^\\./(${names.join("|")})\\.js$`);
    build.onResolve({ filter }, ({ path }) => ({ path, external: true }));
  },
};

/** What people are shown of the filters is a module of its own, which bundlers leave out of a page that shows none. */
const filtersStayOutside = {
  name: "filters",
  setup(build) {
    build.onResolve({ filter: /\/generated\/filters\.js$/ }, ({ importer }) =>
      importer === source("surface.ts") ? { path: "./filters.js", external: true } : undefined,
    );
  },
};

/** Runs as the engine's worker does. */
const SCRIPT = {
  bundle: true,
  minify: true,
  // Declares one global and exports nothing: so it runs as a classic worker and as a module, and whoever loads it says which
  // of its functions begins.
  format: "iife",
  globalName: "pixelpool",
  target: TARGET,
  write: false,
  legalComments: "none",
  logLevel: "warning",
};

/** What runs on pages, or is imported by workers of the user's. */
const MODULE = {
  bundle: true,
  minify: true,
  // For the bundler of the page, which knows whether it is one in the making.
  define: { "process.env.NODE_ENV": "process.env.NODE_ENV" },
  format: "esm",
  target: TARGET,
  sourcemap: true,
  logLevel: "warning",
};

const FAULTS = inRoot("www/test/faults.ts");

/** One more filter, as the page knows it. */
const faultyFilters = {
  name: "faults",
  setup(build) {
    build.onResolve({ filter: /\/generated\/(filters|rules)\.js$/ }, ({ importer }) =>
      importer === FAULTS ? undefined : { path: FAULTS },
    );
  },
};

async function bundleWorker(esbuild, name, faults) {
  const result = await esbuild.build({
    ...SCRIPT,
    entryPoints: [source("worker.ts")],
    plugins: [glue(name, faults)],
  });
  return scriptOf(result);
}

function scriptOf(result) {
  const worker = result.outputFiles[0].text;
  if (worker.includes("import.meta"))
    throw new Error("the worker script must not use import.meta: it runs from a blob");
  return worker;
}

/** What calls functions of the user's: for the page, with the script of its workers; and for workers of the user's. */
async function writeFunctions(esbuild, dist) {
  const script = scriptOf(await esbuild.build({ ...SCRIPT, entryPoints: [source("functions/worker.ts")] }));
  await esbuild.build({
    ...MODULE,
    entryPoints: { "functions-host": source("functions/host.ts"), functions: source("functions.ts") },
    outdir: dist(),
    define: { ...MODULE.define, FUNCTIONS_WORKER: JSON.stringify(script) },
  });
  return script;
}

function writeEngine(build, worker, dist, faults) {
  const part = (name) => `${glueFolder(build, faults)}/${name}.wasm`;
  const packed = (name) => gzipSync(readFileSync(part(name)), { level: 9 }).toString("base64");
  const mark = markOf(build, glueFolder(build, faults));
  const exports = Object.entries({ worker, wasm: packed("core"), common: COMMON_KINDS, mark });
  const code = exports.map(([key, text]) => `export const ${key} = ${JSON.stringify(text)};\n`).join("");
  writeFileSync(dist(`engine-${build}.js`), code);
  writeFileSync(dist(`engine-${build}-more.js`), `export const wasm = ${JSON.stringify(packed("more"))};\n`);
  writeFileSync(dist(`worker-${build}.js`), `${worker}pixelpool.listen();\n`);
  writeFileSync(dist(`worker-${build}.d.ts`), "export {};\n");
  writeFileSync(dist(`pixelpool-${build}.wasm`), marked(readFileSync(part("whole")), mark));
  // What bundlers that take it for a file make of an import.
  writeFileSync(dist(`pixelpool-${build}.wasm.d.ts`), "declare const address: string;\nexport default address;\n");
}

/** A function that makes an engine, with variables of its own. */
const maker = (worker) => `() => {\n${worker}return pixelpool;\n}`;

/** The plain engine for the thread that imports it, and the worker script for pages that name one: the page tells it which build to be. */
function writeScripts({ threads, plain, functions }, dist) {
  writeFileSync(dist("engine-in-place.js"), `export const create = ${maker(plain)};\n`);
  writeFileSync(
    dist("worker.js"),
    `const pixelpoolBuilds = {\nthreads: ${maker(threads)},\nplain: ${maker(plain)},\nfunctions: ${maker(functions)},\n};\n` +
      `self.onmessage = ({ data }) => {\n  if (data.type === "serve") pixelpoolBuilds[data.build]().listen();\n};\n`,
  );
  writeFileSync(dist("worker.d.ts"), "export {};\n");
}

function writeCodec(name, dist) {
  // Without the names of its functions.
  const module = writeModule(ordered(readModule(readFileSync(codecFile(name)))));
  const wasm = gzipSync(module, { level: 9 }).toString("base64");
  writeFileSync(dist(`codec-${name}.js`), `export const wasm = ${JSON.stringify(wasm)};\n`);
}

/**
 * Builds dist/ from the wasm that is there. `types` costs a few seconds, which the demo can do without, and so it does without the command
 * line.
 */
export async function buildPackage({ types = true, faults = false } = {}) {
  const dist = (...parts) => inRoot(faults ? "target/faults/dist" : "dist", ...parts);
  for (const file of ["index.ts", "worker.ts", "threads.ts"]) {
    if (!existsSync(source(file))) throw new Stop(`www/src/${file} is not there`);
  }
  const esbuild = await import("esbuild");
  if (types) rmSync(dist(), { recursive: true, force: true });
  mkdirSync(dist(), { recursive: true });
  const workers = {};
  for (const name of Object.keys(builds)) {
    workers[name] = await bundleWorker(esbuild, name, faults);
    writeEngine(name, workers[name], dist, faults);
  }
  writeScripts({ ...workers, functions: await writeFunctions(esbuild, dist) }, dist);
  for (const name of CODECS) writeCodec(name, dist);
  await esbuild.build({
    ...MODULE,
    entryPoints: {
      index: source("index.ts"),
      static: source("static.ts"),
      filters: faults ? FAULTS : source("generated/filters.ts"),
    },
    outdir: dist(),
    plugins: [enginesStayOutside, filtersStayOutside, ...(faults ? [faultyFilters] : [])],
  });
  if (!types) return;
  await buildCommandLine(esbuild, dist);
  await run(process.execPath, [TSC, "-p", "tsconfig.build.json"]);
}

/** The package for a measurement: the one that is in dist/ already where `--package` was given, else a new one. */
export async function packageFor(given) {
  if (given.includes("--package") && existsSync(inRoot("dist/index.js"))) return;
  await buildWasm();
  await buildPackage({ types: false });
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await ensureDependencies();
    const faults = process.argv.includes("--faults");
    await buildWasm({ faults });
    await buildPackage({ faults, types: !faults });
    say(`the package is in ${faults ? "target/faults/dist/" : "dist/"}`);
  });
}

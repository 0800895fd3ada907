/** What the package weighs: each file raw and gzipped, and what a page loads against the most that it may be. */
import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { inRoot, isMain, main, Stop } from "./run.mjs";
import { readModule } from "./split/module.mjs";
import { rareFunctions } from "./split/rare.mjs";
import { glueFolder } from "./wasm.mjs";

const KIB = 1024;
/** What the project wants the JavaScript and the wasm of a page with common filters to stay under. */
const MARK = 190 * KIB;
/** What they were when this was written last, and 1 % more. Who goes past it looks why, before it is raised. */
const BUDGET = 226 * KIB;

/** What a page with threads and common filters uses beside `index.js`; `engine-threads.js` holds both as strings. */
const LOADED = ["worker-threads.js", "core, with threads"];
/** The two parts of the wasm, of which the package has strings alone. */
const WASM = {
  "core, with threads": "threads/core.wasm",
  "core, plain": "plain/core.wasm",
  "more, with threads": "threads/more.wasm",
  "more, plain": "plain/more.wasm",
};
const FILES = [
  ...["index.js", "worker-threads.js", "worker-plain.js", ...Object.keys(WASM)],
  ...["engine-threads.js", "engine-plain.js", "engine-threads-more.js", "engine-plain-more.js"],
  ...["pixelpool-threads.wasm", "pixelpool-plain.wasm"],
];
/** What the second part may be, which a page loads with its first rare filter. */
const MORE_BUDGET = 150 * KIB;

/** What a page loads besides, with the first file of a format, and the most that it may be. */
const CODECS = {
  "codec-jpeg.js": 60 * KIB,
  "codec-png.js": 75 * KIB,
  "codec-webp.js": 63 * KIB,
  "codec-gif.js": 12 * KIB,
  "codec-color.js": 30 * KIB,
};

/**
 * What each room of the crate, and each filter and kernel, costs: the code of its functions, and how much of it is in the second part.
 * Gzipped alone they come to somewhat more than they do together.
 */
function rooms(wasm) {
  const module = readModule(readFileSync(wasm));
  const rare = rareFunctions(module);
  const imported = module.imports.filter(({ kind }) => kind === "func").length;
  const byRoom = new Map();
  for (const [i, body] of module.code.entries()) {
    const room = roomOf(module.names.get(i + imported) ?? "");
    const { bodies, inMore } = byRoom.get(room) ?? { bodies: [], inMore: 0 };
    byRoom.set(room, { bodies: [...bodies, body], inMore: inMore + (rare.has(i + imported) ? body.length : 0) });
  }
  return [...byRoom].map(([room, { bodies, inMore }]) => {
    const code = Buffer.concat(bodies);
    return [room, code.length, gzipSync(code, { level: 9 }).length, inMore];
  });
}

/** The room of a function by its name: `filters/canny`. */
function roomOf(name) {
  const [, path] = /\bpixelpool\[[0-9a-f]+\]::((?:[a-z][a-z0-9_]*::)*)/.exec(`${name}::`) ?? [];
  if (path === undefined) return "what is not the crate's own";
  const parts = path.split("::").slice(0, -1);
  const depth = parts[0] === "filters" || parts[0] === "kernels" ? 2 : 1;
  return parts.slice(0, depth).join("/") || "the crate's root";
}

/** Prints what each room costs, the dearest first. */
function reportRooms() {
  const wasm = `${glueFolder("threads")}/pixelpool_bg.wasm`;
  if (!existsSync(wasm)) return;
  console.log("\ncode of each room in the build with threads:");
  for (const [room, raw, zipped, inMore] of rooms(wasm).sort(([, a], [, b]) => b - a)) {
    const part = inMore > 0 ? `  ${inKib(inMore).trim()} in the second part` : "";
    console.log(`${room.padEnd(32)} ${inKib(raw)}  gzip ${inKib(zipped)}${part}`);
  }
}

/**
 * What a bundler makes of a page that only makes a pool: what people are shown of the filters (`filters` of `index.js`) is then left
 * out.
 */
async function bundledIndex() {
  const esbuild = await import("esbuild");
  const result = await esbuild.build({
    stdin: { contents: 'export { createPool } from "./index.js";', resolveDir: inRoot("dist") },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    external: ["./engine-*.js", "./codec-*.js", "./functions-host.js"],
  });
  return result.outputFiles[0].contents;
}

const inKib = (bytes) => `${(bytes / KIB).toFixed(1)} KiB`.padStart(10);

/** Prints the table, and fails where the total is past the budget. */
export async function reportSize() {
  const index = await bundledIndex();
  const zippedIndex = gzipSync(index, { level: 9 }).length;
  console.log(`${"createPool of index.js".padEnd(24)} ${inKib(index.length)}  gzip ${inKib(zippedIndex)}`);
  const weights = new Map();
  for (const file of FILES) {
    const place = WASM[file] ? inRoot("target/glue", WASM[file]) : inRoot("dist", file);
    if (!existsSync(place)) throw new Stop(`${place} is not there: run node scripts/package.mjs`);
    const bytes = readFileSync(place);
    const zipped = gzipSync(bytes, { level: 9 }).length;
    weights.set(file, zipped);
    console.log(`${file.padEnd(24)} ${inKib(bytes.length)}  gzip ${inKib(zipped)}`);
  }
  for (const [file, most] of Object.entries(CODECS)) {
    const bytes = readFileSync(inRoot("dist", file));
    const zipped = gzipSync(bytes, { level: 9 }).length;
    console.log(`${file.padEnd(24)} ${inKib(bytes.length)}  gzip ${inKib(zipped)}`);
    if (zipped > most)
      throw new Stop(`dist/${file} is more than the ${inKib(most).trim()} that scripts/size.mjs allows`);
  }
  const total = LOADED.reduce((sum, file) => sum + weights.get(file), zippedIndex);
  const more = weights.get("more, with threads");
  console.log(
    `createPool of index.js + ${LOADED.join(" + ")}: gzip ${inKib(total).trim()}; the mark is ${inKib(MARK).trim()}`,
  );
  console.log(`with the first rare filter, ${inKib(more).trim()} more`);
  if (total > BUDGET) throw new Stop(`that is more than the ${inKib(BUDGET).trim()} that scripts/size.mjs allows`);
  if (more > MORE_BUDGET)
    throw new Stop(`the second part is more than the ${inKib(MORE_BUDGET).trim()} that it may be`);
  const readme = readFileSync(inRoot("README.md"), "utf8");
  for (const said of [`less than ${BUDGET / KIB} KiB gzipped`, `less than ${MORE_BUDGET / KIB} KiB`]) {
    if (!readme.includes(said)) throw new Stop(`README.md does not say: ${said}`);
  }
}

if (isMain(import.meta.url)) {
  await main(async () => {
    reportRooms();
    await reportSize();
  });
}

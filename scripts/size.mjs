/** What the package weighs: each file raw and gzipped, and what a page loads against the most that it may be. */
import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { inRoot, isMain, main, Stop } from "./run.mjs";

const KIB = 1024;
/** What the project wants the JavaScript and the wasm of a page to stay under. */
const MARK = 190 * KIB;
/** What they were when this was written last, and 1 % more. Who goes past it looks why, before it is raised. */
const BUDGET = 355 * KIB;

/** What a page with threads uses beside `index.js`; the engine's module holds both once more, as strings. */
const LOADED = ["worker-threads.js", "pixelpool-threads.wasm"];
const OTHERS = ["index.js", "worker-plain.js", "pixelpool-plain.wasm", "engine-threads.js", "engine-plain.js"];
/** What a page loads besides, with the first file of a format, and the most that it may be. */
const CODECS = {
  "codec-jpeg.js": 60 * KIB,
  "codec-png.js": 75 * KIB,
  "codec-webp.js": 63 * KIB,
  "codec-gif.js": 12 * KIB,
  "codec-color.js": 30 * KIB,
};

/**
 * What each room of the crate, and each filter and kernel, costs: the code of its functions in the wasm that has their names.
 * Gzipped alone they come to somewhat more than they do together.
 */
function rooms(wasm) {
  const bytes = readFileSync(wasm);
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return bytes.toString("latin1", at - length, at);
  };
  const bodies = [];
  const names = new Map();
  let imported = 0;
  const readImports = () => {
    for (let left = number(); left > 0; left--) {
      text();
      text();
      const kind = bytes[at++];
      if (kind === 0) imported++;
      if (kind === 0) number();
      else if (kind === 4) at += 2;
      else if (kind === 3) at += 2;
      else {
        if (kind === 1) at++;
        const flags = number();
        number();
        if (flags & 1) number();
      }
    }
  };
  const readNames = (end) => {
    if (text() !== "name") return;
    while (at < end) {
      const [kind, length] = [bytes[at++], number()];
      const next = at + length;
      if (kind === 1) for (let left = number(); left > 0; left--) names.set(number(), text());
      at = next;
    }
  };
  while (at < bytes.length) {
    const [id, length] = [bytes[at++], number()];
    const end = at + length;
    if (id === 2) readImports();
    if (id === 0) readNames(end);
    if (id === 10) {
      for (let left = number(); left > 0; left--) {
        const size = number();
        bodies.push(bytes.subarray(at, at + size));
        at += size;
      }
    }
    at = end;
  }
  const byRoom = new Map();
  for (const [i, body] of bodies.entries()) {
    const room = roomOf(names.get(i + imported) ?? "");
    byRoom.set(room, [...(byRoom.get(room) ?? []), body]);
  }
  const costs = [...byRoom].map(([room, bodies]) => [room, Buffer.concat(bodies)]);
  return costs.map(([room, code]) => [room, code.length, gzipSync(code, { level: 9 }).length]);
}

/** The room of a function by its mangled name, in which each part of a path follows its length: `filters/canny`. */
function roomOf(name) {
  const start = name.indexOf("9pixelpool");
  if (start < 0) return name.includes("wbindgen_describe") ? "" : "what is not the crate's own";
  const parts = [];
  for (let rest = name.slice(start + 10); ;) {
    const length = /^(?:s[0-9A-Za-z]*_)?([0-9]+)_?/.exec(rest);
    if (!length) break;
    const [begin, end] = [length[0].length, length[0].length + Number(length[1])];
    const part = rest.slice(begin, end);
    if (!/^[a-z][a-z0-9_]*$/.test(part)) break;
    parts.push(part);
    rest = rest.slice(end);
  }
  const depth = parts[0] === "filters" || parts[0] === "kernels" ? 2 : 1;
  return parts.slice(0, depth).join("/") || "the crate's root";
}

/** Prints what each room costs, the dearest first. */
function reportRooms() {
  const wasm = inRoot("target/wasm-threads/wasm32-unknown-unknown/release/engine.wasm");
  if (!existsSync(wasm)) return;
  console.log("\ncode of each room in the build with threads, before what only describes it is taken out:");
  const costs = rooms(wasm).filter(([room]) => room !== "");
  for (const [room, raw, zipped] of costs.sort(([, a], [, b]) => b - a)) {
    console.log(`${room.padEnd(32)} ${inKib(raw)}  gzip ${inKib(zipped)}`);
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
    external: ["./engine-*.js", "./codec-*.js"],
  });
  return result.outputFiles[0].contents;
}

const inKib = (bytes) => `${(bytes / KIB).toFixed(1)} KiB`.padStart(10);

/** Prints the table, and fails where the total is past the budget. */
export async function reportSize() {
  const index = await bundledIndex();
  let total = gzipSync(index, { level: 9 }).length;
  console.log(`${"createPool of index.js".padEnd(24)} ${inKib(index.length)}  gzip ${inKib(total)}`);
  for (const file of [...LOADED, ...OTHERS]) {
    const place = inRoot("dist", file);
    if (!existsSync(place)) throw new Stop(`dist/${file} is not there: run node scripts/package.mjs`);
    const bytes = readFileSync(place);
    const zipped = gzipSync(bytes, { level: 9 }).length;
    if (LOADED.includes(file)) total += zipped;
    console.log(`${file.padEnd(24)} ${inKib(bytes.length)}  gzip ${inKib(zipped)}`);
  }
  for (const [file, most] of Object.entries(CODECS)) {
    const bytes = readFileSync(inRoot("dist", file));
    const zipped = gzipSync(bytes, { level: 9 }).length;
    console.log(`${file.padEnd(24)} ${inKib(bytes.length)}  gzip ${inKib(zipped)}`);
    if (zipped > most)
      throw new Stop(`dist/${file} is more than the ${inKib(most).trim()} that scripts/size.mjs allows`);
  }
  console.log(
    `createPool of index.js + ${LOADED.join(" + ")}: gzip ${inKib(total).trim()}; the mark is ${inKib(MARK).trim()}`,
  );
  if (total > BUDGET) throw new Stop(`that is more than the ${inKib(BUDGET).trim()} that scripts/size.mjs allows`);
  const said = `less than ${BUDGET / KIB} KiB gzipped`;
  if (!readFileSync(inRoot("README.md"), "utf8").includes(said)) throw new Stop(`README.md does not say: ${said}`);
}

if (isMain(import.meta.url)) {
  await main(async () => {
    reportRooms();
    await reportSize();
  });
}

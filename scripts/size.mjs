/** What the package weighs: each file raw and gzipped. */
import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { inRoot, isMain, main } from "./run.mjs";

const FILES = ["index.js", "engine-threads.js", "engine-plain.js", "pixelpool-threads.wasm", "pixelpool-plain.wasm"];
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

export function reportSize() {
  for (const file of [...FILES, "worker-threads.js", "worker-plain.js"]) {
    const place = inRoot("dist", file);
    if (!existsSync(place)) continue;
    const bytes = readFileSync(place);
    console.log(
      `${file.padEnd(24)} ${kilobytes(bytes.length)}  gzip ${kilobytes(gzipSync(bytes, { level: 9 }).length)}`,
    );
  }
}

if (isMain(import.meta.url)) await main(reportSize);

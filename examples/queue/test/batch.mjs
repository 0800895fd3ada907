/** A folder of pictures, a chain, and what a pool makes of them without a queue. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createPool } from "pixelpool";
import { makeJob } from "../job.mjs";

const SAMPLE = path.resolve(import.meta.dirname, "../../../www/demo/samples/zebra.jpg");

/** Each picture sleeps for a while, so that whoever is killed is at work. */
const CHAIN = /** @type {const} */ ([{ kind: "resize", width: 24 }, { kind: "delay", milliseconds: 25 }, "grayscale"]);
const OUTPUT = /** @type {const} */ ({ type: "image/png" });

/** The names of all files below a folder. @param {string} folder */
export function namesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
}

/** All files below a folder, by name. @param {string} folder */
export function filesIn(folder) {
  return new Map(namesIn(folder).map((name) => [name, readFileSync(path.join(folder, name))]));
}

/** @param {number} count */
export async function makeBatch(count) {
  const folder = mkdtempSync(path.join(tmpdir(), "pixelpool-queue-"));
  const photos = path.join(folder, "photos");
  const pool = await createPool();
  mkdirSync(path.join(photos, "inner"), { recursive: true });
  // Each is another picture: a result that is another's is seen.
  for (let at = 0; at < count; at++) {
    const chain = /** @type {const} */ ([
      { kind: "resize", width: 64 },
      { kind: "hueRotate", degrees: at * 6 },
    ]);
    const file = await pool.apply(chain, new Blob([readFileSync(SAMPLE)]), undefined, {
      output: { type: "image/jpeg" },
    });
    const name = at % 4 === 0 ? `inner/${at}.jpg` : `${at}.jpg`;
    writeFileSync(path.join(photos, name), new Uint8Array(await file.arrayBuffer()));
  }
  const batch = [...filesIn(photos)].map(([name, bytes]) => /** @type {const} */ ([name, new Blob([bytes])]));
  /** By name, as they lie in the target store. @type {Map<string, Buffer>} */
  const expected = new Map();
  for (const [name, file] of await pool.starmap(CHAIN, batch, { output: OUTPUT })) {
    const { data } = makeJob(name, { chain: CHAIN, output: OUTPUT });
    expected.set(data.target, Buffer.from(await file.arrayBuffer()));
  }
  await pool.close();
  const chainFile = path.join(folder, "chain.json");
  writeFileSync(chainFile, JSON.stringify(CHAIN));
  return {
    folder,
    photos,
    expected,
    work: { chain: CHAIN, output: OUTPUT },
    /** What a producer takes. */
    args: [photos, "--chain", chainFile, "--output", JSON.stringify(OUTPUT)],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * An engine with filters of its own outside browsers: prints what they make of an image in each mode, as JSON. Its arguments are the
 * address of the package's module and the folder of the engine.
 */
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [, , address, folder] = process.argv;
const { createPool } = await import(address);
const { filters } = await import(pathToFileURL(`${folder}/filters.js`));
const [threads, plain] = await Promise.all(["threads", "plain"].map((name) => readFile(`${folder}/${name}.wasm`)));
const data = new Uint8ClampedArray(301 * 200 * 4).map((_, at) => Math.imul(at, 2654435761) >>> 24);

const told = [];
for (const mode of ["shared", "workers", "single"]) {
  const pool = await createPool({ mode, threads: 2, wasm: { threads, plain }, filters });
  const image = await pool.apply(
    ["posterizeHue", { kind: "edgeGlow", radius: 2 }],
    { data, width: 301, height: 200 },
    5,
  );
  const hash = await crypto.subtle.digest("SHA-256", image.data);
  const refused = await pool
    .apply({ kind: "edgeGlow", radius: 9 }, image)
    .catch(({ name, message }) => [name, message]);
  await pool.close();
  told.push([new Uint8Array(hash, 0, 8).join(), ...refused]);
}
console.log(JSON.stringify(told));

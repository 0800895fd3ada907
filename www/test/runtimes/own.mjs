/**
 * An engine with filters of its own outside browsers: prints what they make of an image in each mode, as JSON. Its arguments are the
 * address of the package's module and that of the engine's folder.
 */
const [, , address, folder] = process.argv;
const { createPool } = await import(address);
const { filters } = await import(`${folder}/filters.js`);
const read = (name) => process.getBuiltinModule("node:fs").readFileSync(new URL(`${folder}/${name}.wasm`));
const [threads, plain] = ["threads", "plain"].map(read);
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

/**
 * Functions of a user's own in a runtime: prints what `../functions/work.mjs` tells in every mode, as JSON. Its arguments are the
 * address of the package's module and that of the folder.
 */
import { work } from "../functions/work.mjs";

const { createPool } = await import(process.argv[2]);
const { Worker } = process.getBuiltinModule("node:worker_threads");
const folder = process.argv[3];
const makeWorker = () => new Worker(new URL("served.mjs", folder));

try {
  const told = {};
  for (const mode of ["shared", "workers", "single"]) told[mode] = await work(createPool, { mode, makeWorker, folder });
  console.log(JSON.stringify(told));
} catch (error) {
  // The stack would be the package, which is one line.
  console.error(String(error));
  process.exitCode = 1;
}

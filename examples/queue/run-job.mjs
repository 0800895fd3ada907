/** One job, from the store through the pool to the store. */
import { filters, inspect } from "pixelpool";
import { checkJob } from "./job.mjs";

/**
 * @typedef {object} Done What Redis keeps of a job that is done.
 * @property {boolean} skipped The result was there already.
 * @property {number} read Bytes of the source.
 * @property {number} written Bytes of the result.
 * @property {number} pixels Pixels of the source.
 */

/** The names of the parameters that are images, by filter. */
const imageParameters = new Map(
  filters.map(({ name, parameters }) => [
    /** @type {string} */ (name),
    parameters.filter(({ type }) => type === "image").map((parameter) => parameter.name),
  ]),
);

/**
 * The chain with files in the place of their names.
 *
 * @param {unknown[]} chain
 * @param {import("./store.mjs").Store} store
 */
export async function withImages(chain, store) {
  const steps = [];
  for (const step of chain) {
    const whole = typeof step === "string" ? { kind: step } : { .../** @type {{ kind: string }} */ (step) };
    for (const parameter of imageParameters.get(whole.kind) ?? []) {
      const values = /** @type {Record<string, unknown>} */ (whole);
      if (typeof values[parameter] !== "string") continue;
      values[parameter] = new File([await store.read(values[parameter])], values[parameter]);
    }
    steps.push(whole);
  }
  return /** @type {import("pixelpool").FilterSpec[]} */ (steps);
}

/**
 * Run twice, it leaves the same: what is there already is not made again, and what is made is the same.
 *
 * @param {unknown} data
 * @param {{ pool: import("pixelpool").Pool, source: import("./store.mjs").Store, target: import("./store.mjs").Store }} places
 * @returns {Promise<Done>}
 */
export async function runJob(data, { pool, source, target }) {
  const job = checkJob(data);
  if (await target.has(job.target)) return { skipped: true, read: 0, written: 0, pixels: 0 };
  const chain = await withImages(job.chain, source);
  const bytes = await source.read(job.source);
  // A file says its name where it is broken, and is never taken for a list of numbers.
  const file = new File([bytes], job.source);
  const { width, height } = await inspect(file);
  const output = /** @type {import("pixelpool").FileOutput} */ (job.output);
  const result = await pool.apply(chain, file, undefined, { output, ...(job.input && { input: job.input }) });
  const made = new Uint8Array(await result.arrayBuffer());
  await target.write(job.target, made);
  return { skipped: false, read: bytes.length, written: made.length, pixels: width * height };
}

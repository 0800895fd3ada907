/**
 * What a job is: names and a chain, never pixels. The producer makes jobs, workers check them, since anyone who reaches Redis can
 * have written one.
 */
import { createHash } from "node:crypto";
import { Failure } from "./failures.mjs";
import { checkName } from "./names.mjs";

/**
 * The chain's JSON is what the page gives `pool.imap`; a parameter that is an image is the name of a file in the source store.
 *
 * @typedef {object} Work What is done with every file of a batch.
 * @property {unknown} chain A filter, or a list of them.
 * @property {{ type: string } & Record<string, unknown>} output `output` of the package: a file of a known type.
 * @property {Record<string, unknown> | undefined} [input] `input` of the package.
 *
 * @typedef {Work & { source: string, target: string }} JobData Names in the two stores.
 * @typedef {JobData & { chain: unknown[] }} CheckedJob
 */

/** Characters: Redis holds all jobs that wait, and the last ones that are done, in memory. */
const LARGEST_JOB = 256 * 1024;

/** The first ending is the one that is added. */
const ENDINGS = new Map([
  ["image/jpeg", [".jpg", ".jpeg"]],
  ["image/png", [".png"]],
  ["image/webp", [".webp"]],
]);

/** @param {unknown} value */
const hash = (value) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/**
 * The folder that results of this work have in the target store: another chain, another folder. So what a result holds is
 * decided by its name, and a result that is there need not be made again.
 *
 * @param {Work} work
 */
export const folderOf = ({ chain, output, input }) => hash([chain, output, input ?? null]).slice(0, 12);

/**
 * @param {string} source The name of a file in the source store.
 * @param {Work} work
 * @returns {{ id: string, data: JobData }} The same file and work have the same id, so Redis holds such a job once.
 */
export function makeJob(source, { chain, output, input }) {
  const endings = ENDINGS.get(output.type);
  if (!endings) throw new Failure("invalid-job", `output.type must be one of ${[...ENDINGS.keys()].join(", ")}`);
  const fits = endings.some((ending) => source.toLowerCase().endsWith(ending));
  // An ending is added, not exchanged: a.png and a.jpg stay two results.
  const target = `${folderOf({ chain, output, input })}/${source}${fits ? "" : endings[0]}`;
  const data = { source, target, chain, output, ...(input && { input }) };
  const { length } = JSON.stringify(data);
  if (length > LARGEST_JOB)
    throw new Failure("too-large", `the chain has ${length} characters, and is in every job: ${LARGEST_JOB} at most`);
  return { id: `image-${hash(data).slice(0, 32)}`, data };
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {unknown} step */
function checkStep(step) {
  if (typeof step === "string") return;
  if (!isRecord(step) || typeof step.kind !== "string")
    throw new Failure("invalid-job", "a step of the chain must be the name of a filter, or an object with its kind");
  // Who can write to Redis shall not choose what code runs here.
  if ("module" in step || "function" in step)
    throw new Failure("invalid-job", "a step of the chain must be a filter of the package");
}

/**
 * Names and the shape; what filters and options may be, the pool says.
 *
 * @param {unknown} data
 * @returns {CheckedJob}
 */
export function checkJob(data) {
  if (!isRecord(data)) throw new Failure("invalid-job", "the job has no data");
  const { source, target, chain, output, input } = data;
  checkName(source);
  checkName(target);
  if (!isRecord(output) || typeof output.type !== "string" || !ENDINGS.has(output.type))
    throw new Failure("invalid-job", `output.type must be one of ${[...ENDINGS.keys()].join(", ")}`);
  if (input !== undefined && !isRecord(input)) throw new Failure("invalid-job", "input must be an object");
  const steps = Array.isArray(chain) ? chain : [chain];
  steps.forEach(checkStep);
  return { source, target, chain: steps, output: { ...output, type: output.type }, ...(input && { input }) };
}

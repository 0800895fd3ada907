/** Workers and producers as they are started by hand: processes. */
import { spawn } from "node:child_process";
import path from "node:path";

const EXAMPLE = path.dirname(import.meta.dirname);

/**
 * @param {string} script
 * @param {string[]} args
 * @param {Record<string, string>} env
 */
function start(script, args, env) {
  const child = spawn(process.execPath, [path.join(EXAMPLE, script), ...args], { env: { ...process.env, ...env } });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (said.out += chunk));
  child.stderr.on("data", (chunk) => (said.err += chunk));
  /** @type {Promise<number | NodeJS.Signals | null>} */
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  return { child, said, ended };
}

/**
 * A worker that is ready for jobs.
 *
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export async function startWorker(args, env = {}) {
  const worker = start("worker.mjs", args, env);
  await new Promise((resolve, reject) => {
    worker.child.stdout.on("data", () => worker.said.out.includes("ready:") && resolve(undefined));
    worker.ended.then((code) => reject(new Error(`the worker has ended with ${code}: ${worker.said.err}`)));
  });
  return worker;
}

/**
 * A producer that runs; `ended` gives its exit code, its summary and its other words.
 *
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export function startProducer(args, env = {}) {
  const { child, said, ended } = start("producer.mjs", ["--json", ...args], env);
  return {
    child,
    ended: ended.then((code) => ({ code, summary: said.out ? JSON.parse(said.out) : undefined, words: said.err })),
  };
}

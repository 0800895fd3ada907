/**
 * A worker: one pool in one process, which takes jobs from Redis until it is told to end. Any number of them may run, on any number of
 * machines that see the same stores. `node worker.mjs --help` says what it takes.
 */
import { parseArgs } from "node:util";
import { Worker } from "bullmq";
import { createPool } from "pixelpool";
import { forQueue } from "./failures.mjs";
import { connectionTo, tellOfRedis } from "./redis.mjs";
import { runJob } from "./run-job.mjs";
import { openStore } from "./store.mjs";

const HELP = `node worker.mjs --source STORE --target STORE [options]

  --source STORE         where files are read: a folder, or https://endpoint/bucket/prefix
  --target STORE         where results are written
  --redis URL            default: $REDIS_URL, or redis://127.0.0.1:6379
  --queue NAME           default: pixelpool
  --threads N            threads of the pool; default: one for each core, 16 at most
  --memory-limit MIB     pixels in flight, as in createPool; default: 512
  --concurrency N        jobs at once; default: two for each thread, and two more
  --lock SECONDS         after so long without a sign of life a worker's jobs are another's; default: 30`;

const { values } = parseArgs({
  options: {
    source: { type: "string" },
    target: { type: "string" },
    redis: { type: "string", default: process.env.REDIS_URL ?? "redis://127.0.0.1:6379" },
    queue: { type: "string", default: "pixelpool" },
    threads: { type: "string" },
    "memory-limit": { type: "string", default: "512" },
    concurrency: { type: "string" },
    lock: { type: "string", default: "30" },
    help: { type: "boolean" },
  },
});
if (values.help || !values.source || !values.target) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}

/** A job whose worker is lost goes to another; one that takes so many workers with it is given up. */
const LOST_WORKERS = 5;

const say = (/** @type {string} */ line) => console.log(`worker ${process.pid}: ${line}`);
const places = { source: openStore(values.source), target: openStore(values.target) };
const pool = await createPool({
  ...(values.threads && { threads: Number(values.threads) }),
  memoryLimit: Number(values["memory-limit"]) * 1024 * 1024,
});
// While some jobs wait for a store, the others keep the pool's threads at work. Of those that wait only the files are in memory.
const concurrency = Number(values.concurrency ?? 2 * pool.threads + 2);
const lock = Number(values.lock) * 1000;

const worker = new Worker(
  values.queue,
  (job) =>
    runJob(job.data, { pool, ...places }).catch((error) => {
      throw forQueue(error);
    }),
  {
    connection: connectionTo(values.redis),
    concurrency,
    lockDuration: lock,
    stalledInterval: lock,
    maxStalledCount: LOST_WORKERS,
  },
);
const { onError, onReady } = tellOfRedis(say);
worker.on("error", onError);
worker.getBackend().on("ready", onReady);
worker.on("failed", (job, { message }) => say(`${job?.data?.source ?? "a job"} failed: ${message}`));
worker.on("stalled", (id) => say(`${id} of a lost worker will be run again`));
worker.once("ready", () => say(`ready: ${pool.threads} threads, mode ${pool.mode}, ${concurrency} jobs at once`));

let isEnding = false;
/** The jobs that run are finished, no more are taken; asked again, it ends at once, and other workers take them over. */
async function end() {
  if (isEnding) process.exit(1);
  isEnding = true;
  say("ending: finishes what runs, and takes no more");
  await worker.close();
  await pool.close();
  say("ended");
}
process.on("SIGTERM", end).on("SIGINT", end);

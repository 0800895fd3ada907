/**
 * A worker: one pool in one process, which takes jobs from Redis until it is told to end. Any number of them may run, on any number of
 * machines that see the same stores. `node worker.mjs --help` says what it takes.
 */
import { Worker } from "bullmq";
import { createPool } from "pixelpool";
import { forQueue } from "./failures.mjs";
import { numberIn, readOptions, refuse } from "./options.mjs";
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

const { values } = readOptions(HELP, {
  source: { type: "string" },
  target: { type: "string" },
  redis: { type: "string", default: process.env.REDIS_URL ?? "redis://127.0.0.1:6379" },
  queue: { type: "string", default: "pixelpool" },
  threads: { type: "string" },
  "memory-limit": { type: "string", default: "512" },
  concurrency: { type: "string" },
  lock: { type: "string", default: "30" },
});
if (!values.source || !values.target) refuse("--source and --target must be given; --help says more");

/** A job whose worker is lost goes to another; one that takes so many workers with it is given up. */
const LOST_WORKERS = 5;

const say = (/** @type {string} */ line) => console.log(`worker ${process.pid}: ${line}`);
const lock = 1000 * numberIn("lock", values.lock, 0.1);
const poolOptions = {
  ...(values.threads !== undefined && { threads: numberIn("threads", values.threads, 1) }),
  memoryLimit: 1024 * 1024 * numberIn("memory-limit", values["memory-limit"], 1),
};
const asked = values.concurrency && numberIn("concurrency", values.concurrency, 1);

const { source, target, pool } = await start().catch(refuse);
// While some jobs wait for a store, the others keep the pool's threads at work. Of those that wait only the files are in memory.
const concurrency = asked || 2 * pool.threads + 2;

async function start() {
  const stores = { source: openStore(String(values.source)), target: openStore(String(values.target)) };
  return { ...stores, pool: await createPool(poolOptions) };
}

const worker = new Worker(
  values.queue,
  (job) =>
    runJob(job.data, { pool, source, target }).catch((error) => {
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
const redis = tellOfRedis(say);
worker.on("error", redis.onError);
worker.getBackend().on("ready", redis.onReady);
worker.on("failed", (job, { message }) => say(`${job?.data?.source ?? "a job"} failed: ${message}`));
worker.on("stalled", (id) => say(`${id} of a lost worker will be run again`));
worker.once("ready", () => say(`ready: ${pool.threads} threads, mode ${pool.mode}, ${concurrency} jobs at once`));

let isEnding = false;
/** The jobs that run are finished, no more are taken; asked again, it ends at once, and other workers take them over. */
async function end() {
  if (isEnding) process.exit(1);
  isEnding = true;
  say("ending: finishes what runs, and takes no more");
  // Without Redis nobody can be told of what is finished; by then its jobs are other workers'.
  setInterval(() => redis.isAway() && process.exit(1), lock).unref();
  await worker.close();
  await pool.close();
  say("ended");
}
process.on("SIGTERM", end).on("SIGINT", end);

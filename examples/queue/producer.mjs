/**
 * Sends the pictures of a folder to the workers, and follows them to their end. `node producer.mjs --help` says what it takes. Started
 * again, it goes on: what is done is not done again.
 */
import { existsSync, readFileSync } from "node:fs";
import { access, opendir, readFile } from "node:fs/promises";
import path from "node:path";
import { Queue, QueueEvents } from "bullmq";
import { createPool } from "pixelpool";
import { codeIn, Failure, forQueue } from "./failures.mjs";
import { checkJob, folderOf, makeJob } from "./job.mjs";
import { numberIn, readOptions, refuse } from "./options.mjs";
import { connectionTo, tellOfRedis } from "./redis.mjs";
import { withImages } from "./run-job.mjs";
import { openStore } from "./store.mjs";
import { inWords, Tally } from "./tally.mjs";
import { Window } from "./window.mjs";

const HELP = `node producer.mjs FOLDER --chain FILE [options]

  FOLDER                 its JPEG, PNG, GIF and WebP files, with those of the folders in it
  --chain FILE           the chain of filters, as JSON
  --output JSON          default: {"type":"image/jpeg","quality":0.85}
  --input JSON           default: {}
  --source STORE         where the workers read, if not in FOLDER: each file is put there first
  --redis URL            default: $REDIS_URL, or redis://127.0.0.1:6379
  --queue NAME           default: pixelpool
  --waiting N            jobs in Redis at once, at most; default: 200
  --ask SECONDS          between questions for what became of the jobs; default: 5
  --json                 the summary as JSON on standard output`;

const { values, positionals } = readOptions(HELP, {
  chain: { type: "string" },
  output: { type: "string", default: '{"type":"image/jpeg","quality":0.85}' },
  input: { type: "string" },
  source: { type: "string" },
  redis: { type: "string", default: process.env.REDIS_URL ?? "redis://127.0.0.1:6379" },
  queue: { type: "string", default: "pixelpool" },
  waiting: { type: "string", default: "200" },
  ask: { type: "string", default: "5" },
  json: { type: "boolean" },
});
const [folder = ""] = positionals;
if (!folder || !values.chain) refuse("a folder and --chain must be given; --help says more");
const size = numberIn("waiting", values.waiting, 1);
const sweepEvery = 1000 * numberIn("ask", values.ask, 0.1);

const say = (/** @type {string} */ line) => console.error(line);

/** The types that the package reads outside browsers. */
const IS_PICTURE = /\.(jpe?g|png|gif|webp)$/i;

/** Files that are sent at once, where they must be put into a store first. */
const LANES = 8;

/**
 * The names of the pictures in a folder, one by one: it may hold any number.
 *
 * @param {(name: string, error: unknown) => void} onError A folder in it that cannot be read.
 * @param {string} within
 * @returns {AsyncGenerator<string>}
 */
async function* picturesIn(onError, within = "") {
  try {
    for await (const entry of await opendir(path.join(folder, within))) {
      if (entry.name.startsWith(".")) continue;
      const name = within ? `${within}/${entry.name}` : entry.name;
      if (entry.isDirectory()) yield* picturesIn(onError, name);
      else if (IS_PICTURE.test(name)) yield name;
    }
  } catch (error) {
    onError(`${within}/`, error);
  }
}

/**
 * What has been asked for; all that every job would fail of is told before one is sent.
 *
 * @param {import("./store.mjs").Store} store
 */
async function readWork(store) {
  const chain = parsed(readFileSync(String(values.chain), "utf8"), String(values.chain));
  const output = parsed(values.output, "--output");
  const input = values.input && parsed(values.input, "--input");
  const work = { chain, output, ...(input && { input }) };
  const steps = await withImages(checkJob(makeJob("name", work).data).chain, store);
  const pool = await createPool({ threads: 1 });
  try {
    const options = { output, ...(input && { input }) };
    for await (const { reason } of pool.imap(steps, [], options)) if (reason) throw reason;
    // Whether such files can be written at all, one shows.
    await pool.apply("invert", { data: new Uint8Array(4), width: 1, height: 1 }, undefined, { output });
  } finally {
    await pool.close();
  }
  return work;
}

/** @param {string} text @param {string} what */
function parsed(text, what) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} is no JSON: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
}

/**
 * Sends every picture, and waits for all.
 *
 * @param {import("./job.mjs").Work} work
 * @param {import("./store.mjs").Store} store Where workers read.
 */
async function send(work, store) {
  const { onError, onReady } = tellOfRedis(say);
  const options = { connection: connectionTo(values.redis) };
  const queue = new Queue(values.queue, options);
  const events = new QueueEvents(values.queue, options);
  queue.on("error", onError);
  events.on("error", onError);
  queue.getBackend().on("ready", onReady);
  await events.waitUntilReady();
  if ((await queue.getWorkersCount()) === 0) say("no worker is there yet: the jobs wait for one");

  const tally = new Tally();
  /** @param {string} name @param {string} reason */
  const fail = (name, reason) => {
    tally.fail(codeIn(reason));
    say(`${name} failed: ${reason}`);
  };
  const window = new Window(queue, events, {
    size,
    sweepEvery,
    onError,
    onOutcome: (outcome) => {
      if ("done" in outcome) tally.add(outcome.done);
      else fail(outcome.sent.data.source, outcome.reason);
    },
  });
  const interval = process.stderr.isTTY ? 500 : 10_000;
  const timer = setInterval(() => say(tally.progress(window.open)), interval);
  process.once("SIGINT", () => {
    say(`stopped: ${window.open} jobs that are sent go on; the same command again sends the others`);
    process.exit(130);
  });

  const pictures = picturesIn((name, error) => fail(name, forQueue(error).message));
  const lane = async () => {
    for await (const name of { [Symbol.asyncIterator]: () => ({ next: () => pictures.next() }) }) {
      try {
        const job = makeJob(name, work);
        if (takesNameOfAnother(name, job.data))
          throw new Failure("invalid-job", "the result has the name of another's");
        if (values.source && !(await store.has(name)))
          await store.write(name, new Uint8Array(await readFile(path.join(folder, name))));
        await window.send(job);
      } catch (error) {
        fail(name, forQueue(error).message);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await window.drained();
  clearInterval(timer);
  await Promise.all([queue.close(), events.close()]);
  return { ...tally.summary(window.counts), folder: folderOf(work) };
}

/** Whether a.png, whose result is a.png.jpg, lies beside a file of that name. @param {string} name @param {import("./job.mjs").JobData} data */
function takesNameOfAnother(name, { target }) {
  const result = target.slice(target.indexOf("/") + 1);
  return result !== name && existsSync(path.join(folder, result));
}

try {
  await access(folder);
  const store = openStore(values.source ?? folder);
  const summary = await send(await readWork(store), store);
  if (values.json) console.log(JSON.stringify(summary));
  else console.log(inWords(summary));
  process.exitCode = summary.failed > 0 ? 1 : 0;
} catch (error) {
  refuse(error);
}

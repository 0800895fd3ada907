/** Workers, producers and Redis as they run in earnest, each a process; and what happens when one of them is lost. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Queue } from "bullmq";
import { makeJob } from "../job.mjs";
import { connectionTo } from "../redis.mjs";
import { filesIn, makeBatch, namesIn } from "./batch.mjs";
import { env, startFakeS3 } from "./fake-s3.mjs";
import { startProducer, startWorker } from "./processes.mjs";
import { redisServer, startRedis } from "./redis-server.mjs";

const COUNT = 60;
const WAITING = 12;

/** Everything that a test has started ends with it. @type {(() => unknown)[]} */
const endings = [];
/** @type {Awaited<ReturnType<typeof makeBatch>>} */
let batch;
let targets = 0;
const newTarget = () => path.join(batch.folder, `target ${targets++}`);

/** @param {Parameters<typeof startRedis>[0]} [options] */
async function redisFor(options) {
  const redis = await startRedis(options);
  endings.push(redis.stop);
  return redis;
}

/**
 * Its lock is short, so that its jobs are soon another's when it is lost.
 *
 * @param {string} url
 * @param {string} target
 * @param {string[]} more
 * @param {Record<string, string>} [environment]
 */
async function workerOn(url, target, more = [], environment = {}) {
  const always = ["--redis", url, "--target", target, "--source", batch.photos, "--threads", "1", "--lock", "1"];
  const worker = await startWorker([...always, ...more], environment);
  endings.push(() => worker.child.kill("SIGKILL"));
  return worker;
}

/** @param {string} url @param {string[]} more @param {Record<string, string>} [environment] */
function produce(url, more = [], environment = {}) {
  const always = ["--redis", url, "--ask", "0.5", "--waiting", `${WAITING}`];
  const producer = startProducer([...batch.args, ...always, ...more], environment);
  endings.push(() => producer.child.kill("SIGKILL"));
  return producer;
}

/** @param {string} url */
function queueOn(url) {
  const queue = new Queue("pixelpool", { connection: connectionTo(url) });
  queue.on("error", () => undefined);
  endings.push(() => queue.close());
  return queue;
}

/** @param {() => unknown} isSo */
async function until(isSo) {
  while (!(await isSo())) await setTimeout(10);
}

/** @param {string} target How many results are there while they are made. */
function countIn(target) {
  try {
    return namesIn(target).filter((name) => batch.expected.has(name)).length;
  } catch {
    return 0;
  }
}

before(async () => {
  batch = await makeBatch(COUNT);
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
after(() => batch.remove());

describe("a queue", { skip: redisServer ? false : "there is no redis-server on PATH" }, () => {
  it("loses nothing and doubles nothing when a worker is killed, and holds no more jobs than it may", async () => {
    const { url } = await redisFor();
    const target = newTarget();
    const [lost] = await Promise.all([workerOn(url, target), workerOn(url, target)]);
    const queue = queueOn(url);
    let [most, hasEnded] = [0, false];
    const watching = until(async () => {
      const counts = await queue.getJobCounts("waiting", "active", "delayed");
      most = Math.max(
        most,
        Object.values(counts).reduce((sum, count) => sum + count, 0),
      );
      return hasEnded;
    });
    const producer = produce(url);
    await until(() => countIn(target) >= COUNT / 4);
    lost.child.kill("SIGKILL");
    const { code, summary } = await producer.ended;
    hasEnded = true;
    await watching;
    assert.deepEqual([code, summary.failed, summary.written + summary.skipped], [0, 0, COUNT]);
    assert.ok(summary.takenOver > 0, "the killed worker was at work");
    assert.deepEqual(filesIn(target), batch.expected);
    assert.ok(most > 4 && most <= WAITING, `${most} jobs were in Redis`);

    const again = await produce(url).ended;
    assert.deepEqual([again.code, again.summary.written, again.summary.skipped], [0, 0, COUNT]);
    assert.deepEqual(filesIn(target), batch.expected);
  });

  for (const [what, isPersistent] of /** @type {const} */ ([
    ["remembers", true],
    ["forgets", false],
  ])) {
    it(`waits for a Redis that is killed and ${what} everything, and loses nothing`, async () => {
      const redis = await redisFor({ isPersistent });
      const target = newTarget();
      const worker = await workerOn(redis.url, target);
      const producer = produce(redis.url);
      await until(() => countIn(target) >= 10);
      await redis.kill();
      await setTimeout(300);
      await redis.start();
      const { code, summary, words } = await producer.ended;
      assert.deepEqual([code, summary.failed, summary.written + summary.skipped], [0, 0, COUNT]);
      assert.equal(summary.sentAgain > 0, !isPersistent);
      assert.match(words, /Redis is away.*\n(.*\n)*.*Redis is back/);
      assert.deepEqual(filesIn(target), batch.expected);
      assert.equal(worker.child.exitCode, null);
    });
  }

  it("ends a worker that is told to when what runs is done, and takes no more", async () => {
    const { url } = await redisFor();
    const target = newTarget();
    const worker = await workerOn(url, target, ["--concurrency", "3"]);
    const queue = queueOn(url);
    const work = { chain: [{ kind: "delay", milliseconds: 300 }], output: { type: "image/png" } };
    const jobs = namesIn(batch.photos)
      .slice(0, 12)
      .map((name) => makeJob(name, work));
    await queue.addBulk(jobs.map(({ id, data }) => ({ name: "image", data, opts: { jobId: id } })));
    await until(async () => (await queue.getActiveCount()) === 3);
    worker.child.kill("SIGTERM");
    assert.equal(await worker.ended, 0);
    const { completed, ...others } = await queue.getJobCounts("completed", "active", "failed", "delayed", "waiting");
    assert.ok(completed === 3 || completed === 4, `${completed} jobs were finished`);
    assert.deepEqual(others, { active: 0, failed: 0, delayed: 0, waiting: jobs.length - completed });
    assert.equal(namesIn(target).length, completed);
  });

  it("fails what is wrong for good, each with its code, tries again what may pass, and goes on with the rest", async () => {
    const { url } = await redisFor();
    const s3 = await startFakeS3();
    endings.push(s3.stop);
    const target = `${s3.address}/results`;
    await workerOn(url, target, ["--source", s3.address], env);
    const photo = Buffer.concat([...filesIn(batch.photos).values()].slice(0, 1));
    s3.objects.set("good.jpg", photo);
    s3.objects.set("cut.jpg", photo.subarray(0, 400));
    s3.objects.set("text.jpg", Buffer.from("hello"));
    s3.objects.set("secret.jpg", photo);
    s3.objects.set("busy.jpg", photo);
    s3.objects.set("away.jpg", photo);
    s3.answers.set("secret.jpg", [403]);
    s3.answers.set("busy.jpg", [503, 429]);
    s3.answers.set("away.jpg", [500, 500, 500]);
    const good = makeJob("good.jpg", batch.work).data;
    const output = { type: "image/jpeg" };
    /** Data, and what becomes of the job: a code, how often it is tried. @type {[unknown, string | undefined, number][]} */
    const jobs = [
      [{ ...good, chain: ["gausianBlur"] }, "unknown-filter", 1],
      [{ ...good, chain: [{ kind: "gaussianBlur", sigma: 999 }] }, "invalid-parameter", 1],
      [{ ...good, chain: [{ kind: "crop", width: 9999, height: 9 }] }, "invalid-parameter", 1],
      [{ ...good, chain: [{ module: "file:///tmp/evil.mjs" }] }, "invalid-job", 1],
      [{ ...good, chain: [{ kind: "grayscale", module: "file:///tmp/evil.mjs" }] }, "invalid-job", 1],
      [{ ...good, chain: 7 }, "invalid-job", 1],
      [{ ...good, chain: undefined }, "invalid-job", 1],
      [{ ...good, output: { type: "source" } }, "invalid-job", 1],
      [{ ...good, output: { ...output, quality: 7 } }, "invalid-option", 1],
      [{ ...good, input: { shrink: "wild" } }, "invalid-option", 1],
      [{ ...good, chain: [{ kind: "resize", width: 50_000, height: 50_000 }] }, "too-large", 1],
      [{ ...good, source: "../good.jpg" }, "invalid-name", 1],
      [{ ...good, target: "/tmp/evil.jpg" }, "invalid-name", 1],
      [{ ...good, chain: [{ kind: "blend", image: "none.png" }] }, "not-found", 1],
      ["nonsense", "invalid-job", 1],
      [makeJob("none.jpg", batch.work).data, "not-found", 1],
      [makeJob("cut.jpg", batch.work).data, "decode-failed", 1],
      [makeJob("text.jpg", batch.work).data, "decode-failed", 1],
      [makeJob("secret.jpg", batch.work).data, "store-refused", 1],
      [makeJob("away.jpg", batch.work).data, "store-unreachable", 3],
      [makeJob("busy.jpg", batch.work).data, undefined, 3],
      [{ ...good, chain: [{ kind: "blend", image: "good.jpg" }], target: "blended.png" }, undefined, 1],
      [good, undefined, 1],
    ];
    const queue = queueOn(url);
    const opts = { attempts: 3, backoff: 20 };
    const sent = await queue.addBulk(jobs.map(([data]) => ({ name: "image", data, opts })));
    await until(async () => (await queue.getJobCountByTypes("waiting", "active", "delayed")) === 0);
    for (const [at, [data, code, attempts]] of jobs.entries()) {
      const job = await queue.getJob(sent[at]?.id ?? "");
      const reason = job?.failedReason?.split(": ")[0];
      const isDone = await job?.isCompleted();
      assert.deepEqual([isDone ? undefined : reason, job?.attemptsMade], [code, attempts], JSON.stringify(data));
    }
    const written = [...s3.objects.keys()].filter((name) => name.startsWith("results/"));
    assert.equal(written.length, 3);
  });

  it("takes a batch from a folder into a store and out of it, and tells of what is wrong before it is sent", async () => {
    const { url } = await redisFor();
    const s3 = await startFakeS3();
    endings.push(s3.stop);
    await workerOn(url, `${s3.address}/results`, ["--source", `${s3.address}/in`], env);
    const { code, summary } = await produce(url, ["--source", `${s3.address}/in`], env).ended;
    assert.deepEqual([code, summary.written], [0, COUNT]);
    for (const [name, bytes] of batch.expected) assert.deepEqual(s3.objects.get(`results/${name}`), bytes);
    assert.equal(s3.objects.size, 2 * COUNT);

    const wrong = await produce(url, ["--output", '{"type":"image/webp"}']).ended;
    assert.equal(wrong.code, 2);
    assert.match(wrong.words, /cannot encode image\/webp/);
    assert.equal(await queueOn(url).getJobCountByTypes("waiting", "active", "delayed"), 0);
  });
});

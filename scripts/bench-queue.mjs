/**
 * `npm run bench:queue`: one to four worker processes of examples/queue on this machine, each with one thread and with as many as there
 * are cores, beside one pool without a queue. Writes the table in docs/beyond-the-tab.md; `-- --rounds 1` tries it out.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureDependencies } from "./dependencies.mjs";
import { buildPackage } from "./package.mjs";
import { ensureQueue, ensureRedis, QUEUE } from "./queue.mjs";
import { inRoot, main, say, Stop } from "./run.mjs";
import { buildWasm } from "./wasm.mjs";

const PAGE = inRoot("docs/beyond-the-tab.md");
const PHOTOS = 24;
/** Pixels of a photo. */
const [WIDTH, HEIGHT] = [3000, 2000];
const CHAIN = [
  { kind: "resize", width: 1200 },
  { kind: "unsharpMask", sigma: 0.8, amount: 0.6 },
];
const OUTPUT = { type: "image/jpeg", quality: 0.85 };
const THREADS = [1, undefined];
const WORKERS = [1, 2, 3, 4];

const load = (file) => import(pathToFileURL(inRoot(file)).href);

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Photos of one size, no two of them the same, and a few more for workers to get warm with. */
async function makePhotos(pool, folder) {
  const samples = inRoot("www/demo/samples");
  const files = readdirSync(samples).filter((file) => file.endsWith(".jpg"));
  const batch = Array.from({ length: PHOTOS }, (_, at) => [
    at,
    new Blob([readFileSync(path.join(samples, files[at % files.length]))]),
  ]);
  const chain = [
    { kind: "resize", width: WIDTH, height: HEIGHT, fit: "cover" },
    { kind: "grain", amount: 6 },
  ];
  const output = { type: "image/jpeg", quality: 0.9 };
  // Workers read all of them in one place; the producer sends one folder or the other.
  for (const name of ["all", "photos", "warm"]) mkdirSync(path.join(folder, name));
  for await (const { id, image, reason } of pool.imap(chain, batch, { output })) {
    if (reason) throw reason;
    const bytes = new Uint8Array(await image.arrayBuffer());
    const places = [
      `all/${id}.jpg`,
      `photos/${id}.jpg`,
      ...(id < 8 ? [`all/warm${id}.jpg`, `warm/warm${id}.jpg`] : []),
    ];
    for (const place of places) writeFileSync(path.join(folder, place), bytes);
  }
}

/** Seconds that one pool in this process takes, which reads the same files and writes them by the same store. */
async function withoutQueue(pool, folder, target, { folderStore }) {
  const [from, to] = [folderStore(folder), folderStore(target)];
  async function* batch() {
    for (const name of readdirSync(folder)) yield [name, new Blob([await from.read(name)])];
  }
  const since = performance.now();
  for await (const { id, image, reason } of pool.imapUnordered(CHAIN, batch(), { output: OUTPUT })) {
    if (reason) throw reason;
    await to.write(id, new Uint8Array(await image.arrayBuffer()));
  }
  return (performance.now() - since) / 1000;
}

/** Seconds that so many workers take, and the most memory that one of them had, in MiB (Linux tells it). */
async function withQueue({ workers, threads }, folder, target, url, { startWorker, startProducer }) {
  const args = ["--redis", url, "--target", target];
  const own = threads ? ["--threads", `${threads}`] : [];
  const running = [];
  try {
    for (let at = 0; at < workers; at++)
      running.push(await startWorker([...args, "--source", path.join(folder, "all"), ...own]));
    const produce = async (name) => {
      const chain = ["--chain", path.join(folder, "chain.json"), "--output", JSON.stringify(OUTPUT)];
      const { code, summary, words } = await startProducer([path.join(folder, name), "--redis", url, ...chain]).ended;
      if (code !== 0) throw new Stop(`the producer ended with ${code}: ${words}`);
      return summary;
    };
    await produce("warm");
    const { seconds, bytesRead, bytesWritten } = await produce("photos");
    return { seconds, bytesRead, bytesWritten, memory: Math.max(...running.map(({ child }) => peakOf(child.pid))) };
  } finally {
    for (const { child } of running) child.kill("SIGTERM");
    await Promise.all(running.map(({ ended }) => ended));
  }
}

function peakOf(pid) {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return NaN;
  }
}

await main(async () => {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
  await ensureDependencies();
  await buildWasm();
  await buildPackage();
  await ensureQueue();
  const env = await ensureRedis();
  if (!env) throw new Stop("there is no redis-server on PATH, and none that can be installed for this system");
  Object.assign(process.env, env);
  const parts = {
    ...(await load(`${QUEUE}/test/redis-server.mjs`)),
    ...(await load(`${QUEUE}/test/processes.mjs`)),
    ...(await load(`${QUEUE}/store-folder.mjs`)),
  };
  const [busy] = os.loadavg();
  const { createPool } = await load("dist/index.js");
  const folder = mkdtempSync(path.join(os.tmpdir(), "pixelpool-bench-queue-"));
  const redis = await parts.startRedis();
  try {
    const pool = await createPool();
    await makePhotos(pool, folder);
    writeFileSync(path.join(folder, "chain.json"), JSON.stringify(CHAIN));
    const cases = [{ workers: 0 }, ...THREADS.flatMap((threads) => WORKERS.map((workers) => ({ workers, threads })))];
    const runs = cases.map(() => []);
    for (let round = 0; round < Number(values.rounds); round++) {
      say(`round ${round + 1} of ${values.rounds}`);
      for (const [at, one] of cases.entries()) {
        const target = path.join(folder, "results");
        rmSync(target, { recursive: true, force: true });
        const photos = path.join(folder, "photos");
        if (one.workers > 0) runs[at].push(await withQueue(one, folder, target, redis.url, parts));
        else runs[at].push({ seconds: await withoutQueue(pool, photos, target, parts), memory: NaN });
      }
    }
    const threads = pool.threads;
    await pool.close();
    write(cases, runs, threads, busy);
  } finally {
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** @param busy How many other programs were at work before. */
function write(cases, runs, allThreads, busy) {
  const speeds = runs.map((runsOfOne) => PHOTOS / median(runsOfOne.map(({ seconds }) => seconds)));
  const rows = cases.map(({ workers, threads }, at) => {
    const images = speeds[at];
    const memory = median(runs[at].map((one) => one.memory));
    return [
      workers === 0 ? "no queue: one pool" : `${workers}`,
      `${threads ?? allThreads}`,
      images.toFixed(1),
      ((images * WIDTH * HEIGHT) / 1e6).toFixed(0),
      (images / speeds[0]).toFixed(2),
      Number.isNaN(memory) ? "" : memory.toFixed(0),
    ];
  });
  const heads = [
    "worker processes",
    "threads of each",
    "images/s",
    "megapixels/s",
    "of one pool without a queue",
    "memory of each, MiB",
  ];
  const table = [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
  const cpu = os.cpus();
  const date = new Date().toISOString().slice(0, 10);
  const note = `<sub>${date}: ${cpu[0]?.model ?? "?"}, ${cpu.length} cores, which Redis and the producer share; Node ${process.versions.node}. ${runs[0].length} interleaved rounds, medians; load of the machine before: ${busy.toFixed(1)}.</sub>`;
  const [{ bytesRead, bytesWritten }] = runs[1];
  const [read, written] = [bytesRead, bytesWritten].map((bytes) => (bytes / PHOTOS / 1024 / 1024).toFixed(2));
  const sizes = `An image is read as a file of ${read} MiB, and written as one of ${written} MiB.`;
  const page = readFileSync(PAGE, "utf8");
  const between = /(<!-- table: begin -->\n).*(\n<!-- table: end -->)/s;
  const text = `\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n\n${sizes}\n\n${note}\n`;
  writeFileSync(
    PAGE,
    page.replace(between, (_, begin, end) => `${begin}${text}${end}`),
  );
  console.log(table);
  say(`written to ${path.relative(inRoot(), PAGE)}`);
}

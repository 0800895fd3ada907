/** Part 2: fifty pools one after another: what they leave behind, and how long their end takes. */
import type { Mode } from "../../src/types.js";
import { modes, openPage } from "../../test/browser/page.js";
import { MEBIBYTE, Processes } from "../processes.js";
import { largest, median, shown, table } from "../statistics.js";
import { lineChart } from "../svg.js";
import { HEIGHT, THREADS, WIDTH, type Context, type Findings, type Part } from "./part.js";

const POOLS = 50;
const TERMINATED = 20;
const QUICK_POOLS = 5;

interface Life {
  start: number;
  use: number;
  end: number;
}

interface Lives {
  mode: Mode;
  /** Bytes, before the first pool and after each. */
  memory: number[];
  /** Threads of workers that were left after a pool's end, the most of all. */
  left: number;
  /** Milliseconds after the last pool's end until none was left, and the memory then. */
  gone: number;
  end: number;
  closed: Life[];
  terminated: Life[];
}

/** In the page: one pool from its start to its end. */
async function live({ mode, threads, now }: { mode: Mode; threads: number; now: boolean }): Promise<Life> {
  const { image } = globalThis as unknown as { image: ImageData };
  const started = performance.now();
  const pool = await pixelpool.createPool({ mode, threads });
  const ready = performance.now();
  const call = pool.apply(now ? "gaussianBlur" : "brightness", image, 1.5);
  if (now) {
    const outcome = call.then(
      () => "done",
      (error: unknown) => (error as { code?: string }).code,
    );
    // By then it runs, and is far from its end.
    await new Promise((resolve) => setTimeout(resolve, 40));
    const ending = performance.now();
    await pool.terminate();
    const end = performance.now() - ending;
    const code = await outcome;
    if (code !== "closed") throw new Error(`the call ended with ${code}`);
    return { start: ready - started, use: ending - ready, end };
  }
  const result = await call;
  if (result.data[0] !== 150 || result.data.at(-2) !== 150) throw new Error("a wrong result");
  const ending = performance.now();
  await pool.close();
  return { start: ready - started, use: ending - ready, end: performance.now() - ending };
}

async function follow({ browser, quick }: Context, mode: Mode, isolated: boolean): Promise<Lives> {
  await using tab = await openPage(browser, { isolated });
  const { page } = tab;
  await using processes = await Processes.of(browser, page);
  await page.evaluate(
    ([width, height]) => {
      const image = new ImageData(width, height);
      new Uint32Array(image.data.buffer).fill(0xff646464);
      Object.assign(globalThis, { image });
    },
    [WIDTH, HEIGHT] as const,
  );
  const memory: number[] = [];
  const closed: Life[] = [];
  const terminated: Life[] = [];
  let left = 0;
  const read = async () => {
    await processes.collectGarbage();
    memory.push(processes.read().renderer);
    left = Math.max(left, processes.workers());
  };
  await read();
  for (let i = 0; i < (quick ? QUICK_POOLS : POOLS); i++) {
    closed.push(await page.evaluate(live, { mode, threads: THREADS, now: false }));
    await read();
  }
  for (let i = 0; i < (quick ? QUICK_POOLS : TERMINATED); i++) {
    terminated.push(await page.evaluate(live, { mode, threads: THREADS, now: true }));
    await read();
  }
  const gone = await processes.untilNoWorkers();
  await processes.collectGarbage();
  if (tab.complaints.length > 0) throw new Error(`${mode}: ${tab.complaints.join("; ")}`);
  return { mode, memory, left, gone, end: processes.read().renderer, closed, terminated };
}

async function measure(context: Context): Promise<Findings> {
  const all: Lives[] = [];
  for (const { mode, isolated } of modes) {
    if (mode === "single") continue;
    context.say(`pools one after another, mode ${mode}`);
    all.push(await follow(context, mode, isolated));
  }
  const [closed, terminated] = [all[0]?.closed.length ?? 0, all[0]?.terminated.length ?? 0];
  const milliseconds = (lives: Life[], of: keyof Life) => {
    const values = lives.map((life) => life[of]);
    return `${shown(median(values), 1)} / ${shown(largest(values), 1)}`;
  };
  const rows = all.map(({ mode, memory, left, gone, end, closed, terminated }) => [
    `\`${mode}\``,
    ...[memory[0], memory[1], memory[closed.length], memory.at(-1), end].map((bytes = NaN) => shown(bytes / MEBIBYTE)),
    left,
    shown(gone),
    milliseconds(closed, "start"),
    milliseconds(closed, "end"),
    milliseconds(terminated, "end"),
  ]);
  return {
    text: `In one page, ${closed} pools one after another: created at ${THREADS} threads, used for one image of 12 megapixels, closed; then
${terminated} more, terminated while \`gaussianBlur\` runs on such an image. Memory of the page's process after each, garbage of the page
collected; the one input is in all of it. Nothing is waited for between pools: "threads left" is the most threads of Web Workers that
were still in that process some 300 ms after any pool's end, "gone after" how long the last pool's took to go, "in the end" the
memory then. Times in milliseconds, median / largest.

![Memory after each pool](pool/lifetimes.svg)

${table([
  // prettier-ignore
  ["mode", "before, MiB", "after 1 pool", `after ${closed}`, `after ${closed + terminated}`, "in the end", "threads left", "gone after, ms", "`createPool()`", "`close()`", "`terminate()`"],
  ...rows,
])}`,
    pictures: {
      "lifetimes.svg": lineChart({
        title: "Memory after each pool of one page",
        x: "pools created, used and ended",
        y: "memory of the page's process, MiB",
        lines: all.map(({ mode, memory }) => ({
          name: mode,
          points: memory.map((bytes, pools): [number, number] => [pools, bytes / MEBIBYTE]),
        })),
      }),
    },
  };
}

export const lifetimes: Part = { title: "Fifty pools in one page", measure };

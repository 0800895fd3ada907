/** The page's side of the work with files: the files, whoever works on them, and the clock. Driven from files.ts. */
import type * as Pixelpool from "../../../src/index.js";
import type { Pool } from "../../../src/types.js";
import { TRIAL, type Way } from "../contestant.js";
import { share, startWorkers } from "../crew.js";
import { addressOf, jobs, type Column } from "./jobs.js";
import { fileRivals } from "./rivals.js";
import type { Answer, Message } from "./worker.js";

/** Someone who takes part, in one way of working; ours are the columns. */
export type Entry = { rival: string; way: Way } | { column: Column };

/** A file that came out, for those who look at it. */
export interface Made {
  type: string;
  base64: string;
}

type Run = (job: number, files: readonly Blob[]) => Promise<Blob[]>;

const pixelpool = (globalThis as unknown as { pixelpool: typeof Pixelpool }).pixelpool;
const collect = (globalThis as unknown as { gc?: () => void }).gc;

let pool: Pool | undefined;
let current = { job: 0, files: [] as Blob[] };
const runs = new Map<string, Promise<Run>>();

const peersOfFiles = {
  async start(threads: number): Promise<void> {
    pool = await pixelpool.createPool({ threads });
  },

  entries(job: number, threads: number): Entry[] {
    const columns = Object.keys(jobs[job]!.marks) as Column[];
    const rivals = fileRivals.flatMap(({ name, ways }) => ways(threads).map((way) => ({ rival: name, way })));
    return [...columns.map((column) => ({ column })), ...rivals];
  },

  async prepare(job: number): Promise<void> {
    const { count, source } = jobs[job]!;
    const files = Array.from({ length: count }, async (_, index) => {
      const response = await fetch(`/${addressOf(job, index)}`);
      return new Blob([await response.arrayBuffer()], { type: source });
    });
    current = { job, files: await Promise.all(files) };
  },

  /** How long all files take. */
  async measure(entry: Entry): Promise<number> {
    return (await timed(entry, current.files)).time;
  },

  /** What becomes of the first files. */
  async attempt(entry: Entry): Promise<Made[]> {
    const { made } = await timed(entry, current.files.slice(0, TRIAL));
    return Promise.all(made.map(async (blob) => ({ type: blob.type, base64: await base64Of(blob) })));
  },
};

async function timed(entry: Entry, files: readonly Blob[]): Promise<{ time: number; made: Blob[] }> {
  const key = JSON.stringify(entry);
  const opening = runs.get(key) ?? open(entry);
  runs.set(key, opening);
  const run = await opening;
  // What the runs before have left behind is collected, for everyone.
  collect?.();
  await new Promise((resolve) => setTimeout(resolve, 60));
  const start = performance.now();
  const made = await run(current.job, files);
  const time = performance.now() - start;
  const { type } = jobs[current.job]!.output;
  if (made.length !== files.length || made.some((blob) => blob.type !== type || blob.size === 0)) {
    throw new Error(`${key}: not a file of type ${type} for each`);
  }
  return { time, made };
}

async function open(entry: Entry): Promise<Run> {
  if ("column" in entry) {
    const input = entry.column === "fast" ? { shrink: "fast" as const } : {};
    return async (job, files) => {
      const { step, output } = jobs[job]!;
      const batch = files.map((file, id) => [id, file] as const);
      const results = await pool!.starmap(step, batch, { output, input });
      return results.map(([, made]) => made);
    };
  }
  const opening: Message = { type: "open", ...entry };
  const workers = await startWorkers("/target/peers/file-worker.js", entry.way.workers, opening);
  return (job, files) =>
    share(
      workers,
      files.length,
      (worker, index) => worker.postMessage({ type: "run", index, job, file: files[index]! } satisfies Message),
      (answer) => (answer as Answer).made,
    );
}

function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).split(",")[1] ?? "");
    reader.onerror = () => reject(new Error("the file could not be read"));
    reader.readAsDataURL(blob);
  });
}

export type PeersOfFiles = typeof peersOfFiles;
Object.assign(globalThis, { peersOfFiles });

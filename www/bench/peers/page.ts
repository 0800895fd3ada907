/** The page's side of the benchmark: pictures, contestants and the clock. Driven from www/bench/peers.ts. */
import type * as Pixelpool from "../../src/index.js";
import type { Pool } from "../../src/types.js";
import { checker, fingerprint, type Distance } from "./check.js";
import { TRIAL, type Column, type Kernel, type Rival, type Way } from "./contestant.js";
import { hire, type Run } from "./crew.js";
import { collage } from "./photos.js";
import { rivals } from "./rivals.js";
import { lines, type Line, type Picture, type Step } from "./work.js";

export interface Entry {
  rival: string;
  way: Way;
}

const pixelpool = (globalThis as unknown as { pixelpool: typeof Pixelpool }).pixelpool;
const collect = (globalThis as unknown as { gc?: () => void }).gc;

let photos: Picture[] = [];
/** A line with all of its pictures, and with two of them for trials, whose results are looked at. */
let current: { line: Line; pictures: Picture[]; trial: Picture[]; check: (results: readonly Picture[]) => Distance };
let pool: Pool | undefined;
const runs = new Map<string, Run>();

const peers = {
  /** The photos as raw bytes, one after another. */
  async start(sizes: readonly { width: number; height: number }[], threads: number): Promise<void> {
    const bytes = await (await fetch("/target/peers/photos.rgba")).arrayBuffer();
    let at = 0;
    photos = sizes.map(({ width, height }) => {
      const data = new Uint8ClampedArray(bytes, at, width * height * 4);
      at += data.length;
      return { data, width, height };
    });
    pool = await pixelpool.createPool({ threads });
  },

  /** Whether our package knows every filter and parameter of a line. */
  isKnown(line: number): boolean {
    return lines[line]!.steps.every(({ kind, ...parameters }) => {
      const info = pixelpool.filters.find(({ name }) => name === kind);
      return (
        info && Object.keys(parameters).every((name) => info.parameters.some((parameter) => parameter.name === name))
      );
    });
  },

  /** Who takes part in a line, in which ways. */
  entries(line: number, threads: number): Entry[] {
    const { steps } = lines[line]!;
    return rivals.flatMap((rival) => rival.ways(steps, threads).map((way) => ({ rival: rival.name, way })));
  },

  prepare(line: number): void {
    const { size, count } = lines[line]!;
    const pictures = Array.from({ length: count }, (_, seed) => collage(photos, ...size, seed));
    const trial = pictures.slice(0, TRIAL);
    current = { line: lines[line]!, pictures, trial, check: checker(lines[line]!, trial) };
  },

  /** How long so many of the pictures take. */
  async measure(entry: Entry | Column, count: number): Promise<number> {
    return (await timed(entry, current.pictures.slice(0, count))).time;
  },

  /** How long half of the pictures take us, whose filters are not those of a line. */
  async alone(steps: readonly Step[]): Promise<number> {
    const pictures = current.pictures.slice(0, current.pictures.length / 2);
    await rest();
    const start = performance.now();
    await ours("kept")(steps, pictures);
    return performance.now() - start;
  },

  /** How far from the definition the results of two pictures are, and how long they took. */
  async attempt(entry: Entry | Column): Promise<{ time: number; distance: Distance }> {
    const before = current.trial.map(fingerprint);
    const { time, results } = await timed(entry, current.trial);
    if (current.trial.some((picture, index) => fingerprint(picture) !== before[index])) {
      throw new Error(`${JSON.stringify(entry)} has written into its inputs`);
    }
    return { time, distance: current.check(results) };
  },
};

async function timed(
  entry: Entry | Column,
  pictures: readonly Picture[],
): Promise<{ time: number; results: Picture[] }> {
  const run = typeof entry === "string" ? ours(entry) : await theirs(entry);
  const isGiven = entry === "given";
  const given = isGiven ? pictures.map((picture) => ({ ...picture, data: picture.data.slice() })) : pictures;
  await rest();
  const start = performance.now();
  const results = await run(current.line.steps, given);
  const time = performance.now() - start;
  // Outside of the time, and only when nobody looks at them any more.
  const kept = isGiven
    ? results.slice(0, TRIAL).map((picture) => ({ ...picture, data: picture.data.slice() }))
    : results;
  if (isGiven) pool?.recycle(...results);
  return { time, results: kept };
}

/** What the runs before have left behind is collected, for everyone. */
async function rest(): Promise<void> {
  collect?.();
  await new Promise((resolve) => setTimeout(resolve, 60));
}

function ours(column: Column): Run {
  return async (steps, pictures) => {
    const batch = pictures.map((picture, id) => [id, picture] as const);
    const results = await pool!.starmap(steps, batch, { transfer: column === "given" });
    return results.map(([, picture]) => picture as Picture);
  };
}

const keyOf = ({ rival, way }: Entry) => `${rival}, ${way.name}`;

async function theirs(entry: Entry): Promise<Run> {
  const key = keyOf(entry);
  const run =
    runs.get(key) ??
    (await open(
      rivals.find(({ name }) => name === entry.rival)!,
      entry.way,
    ));
  runs.set(key, run);
  return run;
}

async function open(rival: Rival, way: Way): Promise<Run> {
  if (way.workers > 0) {
    return hire(rival, way);
  }
  const kernel: Kernel = await rival.open(way);
  return async (steps, pictures) => {
    const results = [];
    for (const picture of pictures) results.push(await kernel(steps, picture));
    return results;
  };
}

export type Peers = typeof peers;
Object.assign(globalThis, { peers });

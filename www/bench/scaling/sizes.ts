/** How much is measured: what the environment says, or else what a report should rest on, or less to try it out. */
import type { Mode } from "../../src/types.js";

export interface Sizes {
  /** Threads of the pools, ascending, 1 among them: everything is compared with it. */
  threads: number[];
  modes: Mode[];
  images: number;
  rounds: number;
  /** How long work is repeated whose CPU time is read. */
  seconds: number;
}

/** More threads no pool starts of itself. */
const MOST_THREADS = 16;

const numbers = (text: string | undefined) => text?.split(",").map(Number);

/** For a machine with so many cores. */
export function sizes(cores: number, quick: boolean, environment: NodeJS.ProcessEnv = process.env): Sizes {
  const { THREADS, MODES, IMAGES, ROUNDS, SECONDS } = environment;
  const threads = [1, ...(numbers(THREADS) ?? doublings(Math.min(cores, MOST_THREADS)))];
  const chosen: Sizes = {
    threads: [...new Set(threads)].sort((a, b) => a - b),
    modes: (MODES?.split(",") ?? ["shared", "workers"]) as Mode[],
    images: Number(IMAGES ?? (quick ? 4 : 32)),
    rounds: Number(ROUNDS ?? (quick ? 1 : 5)),
    seconds: Number(SECONDS ?? (quick ? 0.5 : 4)),
  };
  const counts = [...chosen.threads, chosen.images, chosen.rounds];
  const isRight = counts.every((count) => Number.isInteger(count) && count >= 1) && chosen.seconds > 0;
  if (!isRight) throw new Error("THREADS, IMAGES and ROUNDS are whole numbers from 1 on, SECONDS is above 0");
  return chosen;
}

/** 1, 2, 4 and so on as far as there are cores, and all of them. */
function doublings(cores: number): number[] {
  const powers = Array.from({ length: 1 + Math.floor(Math.log2(cores)) }, (_, power) => 2 ** power);
  return [...powers, cores];
}

export const threadsShown = (count: number): string => `${count} ${count === 1 ? "thread" : "threads"}`;

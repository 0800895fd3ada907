/** The built package outside browsers, in each runtime that `npm test` brings along: the same results, and an end. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { runtimes } from "../../../scripts/runtimes.mjs";
import type { Mode } from "../../src/types.js";

const DIST = path.resolve(import.meta.dirname, "../../../dist/index.js");
const PROGRAM = path.join(import.meta.dirname, "program.mjs");
const UNCLOSED = path.join(import.meta.dirname, "unclosed.mjs");
/** Of the blurred image, the same as in every browser and mode. */
const HASH = "a9156b80ef110a71";
/** A program that does not end by itself is ended, and has failed. */
const LIMIT_MS = 60_000;

interface Worked {
  mode: Mode;
  threads: number;
  reason: string;
  results: unknown;
  empty: unknown;
  hashes: string[];
  given: unknown[];
  closed: unknown;
}

interface Printed {
  pools: [Worked, Worked];
  refused: { name: string; code: string; message: string };
}

const results = [
  [1, [20, 40, 60]],
  [2, [120, 150, 180]],
  [3, [280, 320, 360]],
  [4, [500, 550, 600]],
];

for (const { name, program, args, isMade, hasWorkers } of runtimes) {
  describe(name, { skip: !isMade && "it is not made for this system" }, () => {
    it("runs the exercise and blurs to the same bytes as everywhere, on the threads it has, and ends by itself", async () => {
      const running = promisify(execFile)(program, [...args, PROGRAM, pathToFileURL(DIST).href], { timeout: LIMIT_MS });
      const { stdout, stderr } = await running;
      const { pools, refused } = JSON.parse(stdout) as Printed;
      const same = { results, empty: [], hashes: [HASH, HASH, HASH], given: [250, true], closed: "closed" };
      const [usual, single] = pools;
      const reason = hasWorkers
        ? "threads share a memory in browsers only, which this is not, so every worker has an instance and a memory of its own"
        : "there are no Web Workers here, so everything runs on one thread, not on the 2 that were asked for";
      assert.deepEqual(
        usual,
        hasWorkers ? { mode: "workers", threads: 2, reason, ...same } : { mode: "single", threads: 1, reason, ...same },
      );
      assert.deepEqual(single, { mode: "single", threads: 1, reason: 'mode "single" was asked for', ...same });
      assert.deepEqual([refused.name, refused.code], ["PixelpoolError", "unsupported"]);
      assert.doesNotMatch(refused.message, /Cross-Origin/);
      assert.equal(stderr, "");
    });

    // Workers keep a process alive, as they do without a pool.
    if (hasWorkers) return;
    it("ends by itself though its pool was not closed", async () => {
      const running = promisify(execFile)(program, [...args, UNCLOSED, pathToFileURL(DIST).href], {
        timeout: LIMIT_MS,
      });
      assert.equal((await running).stdout, "[[1,[8,12]]]\n");
    });
  });
}

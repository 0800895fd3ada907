/** The built package outside browsers, in each runtime that `npm test` brings along: the same results, and an end. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { runtimes } from "../../../scripts/runtimes.mjs";
import { expected } from "../functions/expected.js";
import type { Mode } from "../../src/types.js";

const DIST = path.resolve(import.meta.dirname, "../../../dist/index.js");
const PROGRAM = path.join(import.meta.dirname, "program.mjs");
const UNCLOSED = path.join(import.meta.dirname, "unclosed.mjs");
const FUNCTIONS = path.join(import.meta.dirname, "functions.mjs");
const FAULTY = path.join(import.meta.dirname, "faulty.mjs");
const OWN = path.join(import.meta.dirname, "own.mjs");
/** The engine of the example, which `npm test` has built. */
const ENGINE = path.resolve(import.meta.dirname, "../../../examples/own-filter/engine");
const PHOTO = path.resolve(import.meta.dirname, "../../demo/samples/elephant.jpg");
/** Of the blurred image, the same as in every browser and mode. */
const HASH = "a9156b80ef110a71";
/** Of the image after the median of radius 2. */
const RARE_HASH = "e22990058facb7bd";
/** Of the photo, made 100 pixels wide, as a JPEG. */
const FILE_HASH = "76cc7c2711e8ee57";
/** A program that does not end by itself is ended, and has failed. */
const LIMIT_MS = 60_000;

interface Worked {
  mode: Mode;
  threads: number;
  reason: string;
  results: unknown;
  empty: unknown;
  hashes: string[];
  rare: string[];
  given: unknown[];
  files: unknown;
  hasSlept: boolean;
  closed: unknown;
}

const results = [
  [1, [20, 40, 60]],
  [2, [120, 150, 180]],
  [3, [280, 320, 360]],
  [4, [500, 550, 600]],
];

const files = {
  ...Object.fromEntries(["buffer", "blob", "file", "response", "stream", "parts"].map((form) => [form, FILE_HASH])),
  text: "decode-failed: the file is text, not a picture",
  "cut off":
    "decode-failed: the file is a JPEG that is damaged or cut off: it ends at byte 1000, before it is complete",
  webp: "unsupported: this runtime cannot encode image/webp that loses something: lossless: true can be had, or a module of yours in the pool's codecs",
};
/** Each runtime says in its own words why. */
const BMP = /^unsupported: the file is a BMP, which this runtime cannot decode: /;

const reasons = {
  shared: "memory can be shared here, so threads share one memory",
  workers: 'mode "workers" was asked for',
  single: 'mode "single" was asked for',
};

for (const { name, program, args, isMade } of runtimes) {
  describe(name, { skip: !isMade && "it is not made for this system" }, () => {
    const folder = pathToFileURL(path.join(import.meta.dirname, "../functions/")).href;
    const run = (script: string, given = PHOTO) =>
      promisify(execFile)(program, [...args, script, pathToFileURL(DIST).href, given], { timeout: LIMIT_MS });

    it("gives the same bytes as everywhere in every mode, on the threads it has, and ends by itself", async () => {
      const { stdout, stderr } = await run(PROGRAM);
      const pools = JSON.parse(stdout) as (Worked & { files: { BMP?: string } })[];
      const same = {
        results,
        empty: [],
        hashes: [HASH, HASH, HASH],
        rare: [RARE_HASH, RARE_HASH, RARE_HASH],
        given: [250, true],
        hasSlept: true,
        closed: "closed",
      };
      for (const mode of ["shared", "workers", "single"] as const) {
        const worked = pools.shift();
        assert.match(worked?.files.BMP ?? "", BMP);
        delete worked?.files.BMP;
        const threads = mode === "single" ? 1 : 2;
        assert.deepEqual(worked, { mode, threads, reason: reasons[mode], ...same, files });
      }
      assert.equal(stderr, "");
    });

    it("calls functions of a user's own in workers, alone and among filters", async () => {
      const { stdout, stderr } = await run(FUNCTIONS, folder);
      const [shared, workers] = [expected(folder, true), expected(folder, false)];
      assert.deepEqual(JSON.parse(stdout), { shared, workers, single: workers });
      assert.equal(stderr, "");
    });

    it("runs an engine with filters of its own, with the same bytes in every mode", async () => {
      const told = JSON.parse((await run(OWN, pathToFileURL(ENGINE).href)).stdout) as [
        hash: string,
        name: string,
        message: string,
      ][];
      const [first] = told;
      assert.deepEqual(told, Array(3).fill(first));
      const message = "edgeGlow: radius must be a whole number from 1 to 8 px, got 9";
      assert.deepEqual(first?.slice(1), ["RangeError", message]);
    });

    it("ends by itself though its pool was not closed", async () => {
      assert.equal((await run(UNCLOSED)).stdout, "[[1,[8,12]]]\n");
    });

    it("goes on when a thread traps, a filter panics or memory is short, and stops at once when it shall", async () => {
      const { stdout, stderr } = await run(FAULTY);
      const outcomes = {
        panic: ["filter-panicked", 5, "filter-panicked"],
        trap: ["worker-lost", 5, "worker-lost"],
        memory: ["out-of-memory", 5, "out-of-memory"],
        cancelled: "TimeoutError",
        afterwards: 250,
        terminated: "closed",
      };
      assert.deepEqual(JSON.parse(stdout), { shared: outcomes, workers: outcomes, single: outcomes });
      assert.equal(stderr, "");
    });
  });
}

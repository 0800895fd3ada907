/** An engine that is none, and job runners over it. */
import assert from "node:assert/strict";
import type { Engine } from "pixelpool-glue";
import type { Codec } from "../../src/codec.js";
import { JobRunner } from "../../src/job-runner.js";
import type { FromWorker } from "../../src/protocol.js";

export const noCodec: Codec = {
  decode: () => assert.fail("there is no file"),
  use: () => assert.fail("no codec is needed"),
  shape: () => assert.fail("nothing was asked for"),
  forget: () => undefined,
  expect: () => undefined,
};

interface RunnerOptions {
  engine: object;
  memory: WebAssembly.Memory;
  codec?: Codec;
  threads?: number;
  joins?: boolean;
  /** It is not to break where this is left out. */
  broken?: (error: unknown) => void;
}

/** A job runner, and what it tells. */
export function makeRunner({
  engine,
  memory,
  codec = noCodec,
  threads = 1,
  joins = false,
  broken = (error) => assert.fail(String(error)),
}: RunnerOptions): {
  runner: JobRunner;
  told: FromWorker[];
  transferred: Transferable[];
} {
  const told: FromWorker[] = [];
  const transferred: Transferable[] = [];
  const post = (message: FromWorker, transfer: Transferable[]) => {
    told.push(message);
    transferred.push(...transfer);
  };
  const runner = new JobRunner(engine as Engine, memory, codec, { threads, joins }, post, broken);
  return { runner, told, transferred };
}

/** Where inputs are copied to, and where results lie. */
export const [INPUT, RESULT] = [64, 4096];

/** Notes its calls. Jobs end when they are started, unless it `runsOn`; each result has so many pixels beside each other. */
export class FakeEngine {
  readonly calls: unknown[][] = [];
  runsOn = false;
  width = 2;
  #ended: number[] = [];
  #parts: number[] = [];

  bell = () => 0;
  open = (...given: unknown[]) => this.#note("open", given);
  close = (...given: unknown[]) => this.#note("close", given);
  prepareLent = (...given: unknown[]) => this.#note("prepareLent", given);
  takeBack = (...given: unknown[]) => this.#note("takeBack", given);
  preparePixels = (...given: unknown[]) => {
    this.#note("preparePixels", given);
    return INPUT;
  };
  lend = (bytes: number): number => bytes;
  start = (job: number) => {
    this.#note("start", [job]);
    if (!this.runsOn) this.end(job);
  };
  drain = () => Float64Array.from(this.#ended.splice(0));
  parts = () => Float64Array.from(this.#parts.splice(0));
  /** Jobs that were released, and those that were discarded. */
  readonly released: number[] = [];
  readonly discarded: number[] = [];
  release = (job: number) => void this.released.push(job);
  discard = (job: number) => void this.discarded.push(job);

  end(job: number): void {
    this.#ended.push(job, 1, RESULT, this.width, 1, 0, 0);
  }

  /** Has so much of a result, of so many bytes. */
  finish(job: number, start: number, end: number, length: number): void {
    this.#parts.push(job, RESULT, start, end, length);
  }

  /** Jobs that were started. */
  get started(): unknown[] {
    return this.calls.filter(([name]) => name === "start").map(([, job]) => job);
  }

  #note(name: string, given: unknown[]): void {
    this.calls.push([name, ...given]);
  }
}

/** One worker that moves pixels, as the page sees it: what it has been given, and how it is told. Knows no other worker. */
import { toData, type ErrorData } from "./errors.js";
import type { Loan } from "./copies.js";
import { bytesOfPixel } from "./pixel-format.js";
import { unread, type FromWorker, type Job, type JobResult, type ToWorker } from "./protocol.js";

/** A worker, or what stands in for one. */
export interface Endpoint {
  post(message: ToWorker, transfer: Transferable[]): void;
  /** Replaces the listener. */
  listen(listener: (message: FromWorker) => void): void;
  terminate(): void;
  /** Resolves when it is gone, where its starter knows that. */
  readonly exited?: Promise<void>;
}

/** A job on its way, with what must be transferred. */
export interface Outgoing {
  job: Job;
  transfer: Transferable[];
  /** The room that its pixels are in. */
  loan?: Loan | undefined;
  done: (result: JobResult) => void;
  /** Workers that were lost with it. */
  losses: number;
}

export class Lane {
  readonly endpoint: Endpoint;
  /** Jobs that it has and has not answered. */
  jobs = 0;
  /** It was ended from outside, or is expected to answer no more. */
  isDead = false;
  /** Jobs to be posted with the next {@link flush}. */
  #outbox: Outgoing[] = [];

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  /** Jobs that it has taken and that are not posted yet. */
  get gathered(): number {
    return this.#outbox.length;
  }

  /** Takes a job, to be posted with the next {@link flush}. */
  take(outgoing: Outgoing): void {
    this.jobs += 1;
    this.#outbox.push(outgoing);
  }

  /** Posts what has been gathered: many small images are one message. */
  flush(refused: (result: JobResult) => void): void {
    if (this.#outbox.length > 0) this.#post(this.takeBack(), refused);
  }

  /** Takes back what has not been posted. */
  takeBack(): Outgoing[] {
    return this.#outbox.splice(0);
  }

  /** Posts jobs together; where one of them cannot be sent, each alone, so that it costs no other. */
  #post(outbox: Outgoing[], refused: (result: JobResult) => void): void {
    try {
      const transfer = outbox.flatMap((outgoing) => outgoing.transfer);
      // Not every runtime refuses to give away what is gone, or the same twice.
      const isGone = outbox.some(({ job: { input } }) => input.kind === "pixels" && input.buffer.byteLength === 0);
      if (isGone || new Set(transfer).size < transfer.length) throw new TypeError("a buffer has been given away");
      this.endpoint.post({ type: "run", jobs: outbox.map(({ job }) => job) }, transfer);
    } catch (error) {
      const [only, another] = outbox;
      if (another) {
        for (const outgoing of outbox) this.#post([outgoing], refused);
      } else if (only) {
        refused(failed(only.job.job, notSent(only.job, error)));
      }
    }
  }
}

/** Why a job could not be posted, in words that say what to do. */
function notSent({ input }: Job, error: unknown): ErrorData {
  const data = toData(error, "invalid-image");
  const isGone = input.kind === "pixels" && input.buffer.byteLength === 0;
  const message = isGone
    ? "the buffer of its pixels has been given away: with `transfer`, each may stand in a batch only once"
    : `the image could not be sent to a worker: ${data.message}`;
  return { ...data, message };
}

/** The result of a job that has none. */
export function failed(job: number, error: ErrorData): JobResult {
  return { job, spans: [], outcome: { kind: "failed", error }, pixels: 0 };
}

/**
 * A job of a lost worker as it can be sent again: its input is still on the page where it is a file, or pixels in a room that there is
 * memory for a copy of; else where the worker had it whole and has given it back.
 */
export function wholeOf({ job, loan }: Outgoing, left: readonly Job[]): Job | undefined {
  const { job: number, batch, input, change, output } = job;
  // Without the buffer for its result, which was given away.
  const again = { job: number, batch, output, ...(change !== undefined && { change }) };
  if (input.kind === "encoded") return { ...again, input: unread(input) };
  if (input.kind !== "lent" || !loan) return left.find((other) => other.job === number);
  const { width, height, format, colorSpace } = input;
  const told = { width, height, ...(format && { format }), ...(colorSpace && { colorSpace }) };
  try {
    const { buffer } = new Uint8Array(loan.read(width * height * bytesOfPixel(format)));
    return { ...again, input: { kind: "pixels", ...told, buffer } };
  } catch {
    return undefined;
  }
}

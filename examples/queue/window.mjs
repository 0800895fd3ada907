/**
 * The jobs of one producer that are in Redis: so many at most. Workers' events say what became of each; now and then Redis is asked
 * too, since events are lost with a connection, and jobs with a Redis that forgets.
 */
import { setTimeout } from "node:timers/promises";

/**
 * @typedef {import("./run-job.mjs").Done} Done
 * @typedef {{ id: string, data: import("./job.mjs").JobData }} Sent
 * @typedef {{ sent: Sent, done: Done } | { sent: Sent, reason: string }} Outcome
 */

/** How often a job is tried that may yet go well, and the pause before: 1 s, 2 s, 4 s, …, each shortened by chance. */
const RETRIES = { attempts: 8, backoff: { type: "exponential", delay: 1000, jitter: 0.5 } };

/** How long Redis knows what became of a job, in seconds, and of how many. */
const KEPT = { removeOnComplete: { age: 3600, count: 1000 }, removeOnFail: { age: 7 * 24 * 3600, count: 100_000 } };

/** Milliseconds before Redis is asked again for what it has refused, such as a job more when it is full. */
const PAUSE = 1000;

/** @typedef {{ sent: Sent, isSent: boolean }} Open */

export class Window {
  #queue;
  #options;
  /** @type {Map<string, Open>} */
  #open = new Map();
  /** Who waits for a job to end. @type {(() => void)[]} */
  #waiting = [];
  #isSweeping = false;
  #timer;
  /** Attempts that failed and will be made again, jobs taken over from lost workers, jobs that Redis had forgotten. */
  counts = { retried: 0, takenOver: 0, sentAgain: 0 };

  /**
   * @param {import("bullmq").Queue} queue
   * @param {import("bullmq").QueueEvents} events
   * @param {{
   *   size: number,
   *   sweepEvery: number,
   *   onOutcome: (outcome: Outcome) => void,
   *   onError: (error: Error) => void,
   * }} options `sweepEvery` in milliseconds.
   */
  constructor(queue, events, options) {
    this.#queue = queue;
    this.#options = options;
    events.on("completed", ({ jobId, returnvalue }) => this.#done(jobId, returnvalue));
    events.on("failed", ({ jobId, failedReason }) => this.#failed(jobId, failedReason));
    events.on("delayed", ({ jobId }) => void (this.#open.has(jobId) && this.counts.retried++));
    events.on("stalled", ({ jobId }) => void (this.#open.has(jobId) && this.counts.takenOver++));
    this.#timer = setInterval(() => void this.#sweep(), options.sweepEvery);
  }

  /** Jobs that have not ended. */
  get open() {
    return this.#open.size;
  }

  /** Sends a job as soon as fewer than `size` are in Redis. @param {Sent} sent */
  async send(sent) {
    while (this.#open.size >= this.#options.size) await this.#nextEnd();
    const open = { sent, isSent: false };
    this.#open.set(sent.id, open);
    while (!open.isSent) {
      try {
        // What an earlier run has left of the job would keep it from being sent.
        const state = await this.#queue.getJobState(sent.id);
        if (state === "completed" || state === "failed") await this.#queue.remove(sent.id);
        await this.#add(sent);
        open.isSent = true;
      } catch (error) {
        this.#options.onError(/** @type {Error} */ (error));
        await setTimeout(PAUSE);
      }
    }
  }

  /** When all that was sent has ended. */
  async drained() {
    while (this.#open.size > 0) await this.#nextEnd();
    clearInterval(this.#timer);
  }

  #nextEnd() {
    return new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
  }

  /** @param {Sent} sent */
  #add({ id, data }) {
    return this.#queue.add("image", data, { jobId: id, ...RETRIES, ...KEPT });
  }

  /** @param {string} id @param {unknown} returned What `runJob` gave. */
  #done(id, returned) {
    this.#end(id, (sent) => ({ sent, done: /** @type {Done} */ (returned) }));
  }

  /** @param {string} id @param {string} reason */
  #failed(id, reason) {
    this.#end(id, (sent) => ({ sent, reason }));
  }

  /** @param {string} id @param {(sent: Sent) => Outcome} outcome */
  #end(id, outcome) {
    const open = this.#open.get(id);
    if (!open) return;
    this.#open.delete(id);
    this.#options.onOutcome(outcome(open.sent));
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** What Redis says of every job that has not ended as far as is known here. */
  async #sweep() {
    // While Redis is away the questions wait.
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      await Promise.all([...this.#open.values()].map((open) => open.isSent && this.#ask(open.sent)));
    } catch (error) {
      this.#options.onError(/** @type {Error} */ (error));
    } finally {
      this.#isSweeping = false;
    }
  }

  /** @param {Sent} sent */
  async #ask(sent) {
    const job = await this.#queue.getJob(sent.id);
    if (!this.#open.has(sent.id)) return;
    if (!job) {
      this.counts.sentAgain++;
      await this.#add(sent);
    } else if (job.finishedOn === undefined) return;
    else if (job.failedReason && !job.returnvalue) this.#failed(sent.id, job.failedReason);
    else this.#done(sent.id, job.returnvalue);
  }
}

/** Failures with a code, and which of them may pass: the queue tries those again, and gives the others up at once. */
import { UnrecoverableError } from "bullmq";

/** A failure of the stores or of a job; those of the pool have codes of their own. */
export class Failure extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = "Failure";
    this.code = code;
  }
}

/** A worker of the pool that is lost, memory that others hold now, a store that does not answer or is full. */
const MAY_PASS = new Set(["worker-lost", "out-of-memory", "closed", "store-unreachable", "store-full", "unexpected"]);

/** What every code looks like, so that Node's own (`ENOENT`) are told from them. */
const CODE = /^[a-z]+(-[a-z]+)+$|^closed$|^unsupported$/;

/** @param {unknown} thrown */
export function codeOf(thrown) {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" && CODE.test(code) ? code : "unexpected";
}

/**
 * The error that tells BullMQ whether to try again. Redis keeps only the message, so the code stands in it.
 *
 * @param {unknown} thrown
 */
export function forQueue(thrown) {
  const code = codeOf(thrown);
  const message = `${code}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  const error = MAY_PASS.has(code) ? new Error(message) : new UnrecoverableError(message);
  // Redis keeps the stack too, for each attempt; those of the package are no help here.
  error.stack = message;
  return error;
}

/**
 * The code in the reason that Redis keeps. BullMQ's own reason has none.
 *
 * @param {string} reason
 */
export function codeIn(reason) {
  if (reason.startsWith("job stalled")) return "stalled";
  const code = reason.slice(0, Math.max(reason.indexOf(": "), 0));
  return CODE.test(code) ? code : "unexpected";
}

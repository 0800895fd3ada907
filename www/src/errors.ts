/**
 * Errors, each with a stable `code`. Mistakes of the caller are `TypeError` or `RangeError`, failures at run time are
 * {@link PixelpoolError}; between workers an error travels as {@link ErrorData}. Knows only realms.
 */
import { isError, isErrorOf } from "./realm.js";
import type { ImageOutput, Settled } from "./types.js";

const CODES = [
  "unknown-filter",
  "invalid-parameter",
  "invalid-image",
  "invalid-item",
  "invalid-batch",
  "invalid-option",
  "decode-failed",
  "encode-failed",
  "unsupported",
  "too-large",
  "out-of-memory",
  "filter-panicked",
  "function-failed",
  "worker-lost",
  "batch-failed",
  "closed",
] as const;

/** The stable name of a kind of failure. */
export type ErrorCode = (typeof CODES)[number];

/** Whether an error has a code of ours: browsers have numbers there, Node words of its own (`ENOENT`). */
export function isOurs(thrown: unknown): thrown is Error & ErrorDetails {
  return isError(thrown) && "code" in thrown && (CODES as readonly unknown[]).includes(thrown.code);
}

/** What an error says beside its message, where it applies. */
export interface ErrorDetails {
  code: ErrorCode;
  /** The filter's name. */
  filter?: string;
  /** The parameter's or option's name. */
  parameter?: string;
  /** Of a parameter that is a text: the character that is wrong, counted from 1 on; one more than there are where it ends early. */
  position?: number;
  /** The item's position in its batch, and its id. */
  index?: number;
  id?: unknown;
}

/** A failure while running. */
export class PixelpoolError extends Error implements ErrorDetails {
  override readonly name: string = "PixelpoolError";
  readonly code: ErrorCode;
  declare filter?: string;
  declare parameter?: string;
  declare position?: number;
  declare index?: number;
  declare id?: unknown;

  constructor(message: string, details: ErrorDetails, options?: ErrorOptions) {
    super(message, options);
    this.code = details.code;
    Object.assign(this, details);
  }
}

/** Some items of a `starmap` failed; the others are here. */
export class BatchError<Id = unknown, Image = ImageOutput> extends PixelpoolError {
  override readonly name = "BatchError";
  /** The outcome of every item, in input order. */
  readonly results: readonly Settled<Id, Image>[];

  constructor(results: readonly Settled<Id, Image>[]) {
    const failures = results.filter((result) => result.status === "rejected");
    const first = failures[0];
    super(
      `${failures.length} of ${results.length} images failed; the first, at index ${first?.index}: ${first?.reason.message}`,
      { code: "batch-failed" },
      { cause: first?.reason },
    );
    this.results = results;
  }
}

/** An error as it travels. */
export interface ErrorData extends ErrorDetails {
  class: "TypeError" | "RangeError" | "PixelpoolError";
  message: string;
}

const CLASSES = { TypeError, RangeError };

/** A mistake of the caller: the value has the wrong type, or is out of range. */
export function mistake(kind: keyof typeof CLASSES, message: string, details: ErrorDetails): Error & ErrorDetails {
  return Object.assign(new CLASSES[kind](message), details);
}

/** An image that is none: of the wrong type, or out of range. */
export function invalidImage(message: string, kind: keyof typeof CLASSES = "TypeError"): Error & ErrorDetails {
  return mistake(kind, message, { code: "invalid-image" });
}

/** The error that data stand for, said of one item where it is told which. */
export function toError(data: ErrorData, item?: { index: number; id: unknown }): Error & ErrorDetails {
  const { class: kind, message, ...details } = data;
  const all = { ...details, ...item };
  return kind === "PixelpoolError" ? new PixelpoolError(message, all) : mistake(kind, message, all);
}

/** Any thrown value as data, with `code` where it has none of its own. */
export function toData(thrown: unknown, code: ErrorCode): ErrorData {
  if (isErrorData(thrown)) return thrown;
  if (isOurs(thrown)) {
    const kind = (["TypeError", "RangeError"] as const).find((name) => isErrorOf(thrown, name));
    const data: ErrorData = { code: thrown.code, class: kind ?? "PixelpoolError", message: thrown.message };
    if (thrown.filter !== undefined) data.filter = thrown.filter;
    if (thrown.parameter !== undefined) data.parameter = thrown.parameter;
    if (thrown.position !== undefined) data.position = thrown.position;
    return data;
  }
  return { code, class: "PixelpoolError", message: inWords(thrown) };
}

/** What is wrong with a value, said of the parameter that it is. */
export function ofParameter({ message, ...data }: ErrorData, filter: string, parameter: string): ErrorData {
  return { ...data, message: `${filter}: ${parameter} cannot be used: ${message}`, filter, parameter };
}

/** What an error says, or any thrown value; not every value can be made a string. */
export function inWords(thrown: unknown): string {
  try {
    if (isError(thrown)) return thrown.message;
    // What some throw instead of errors.
    const { message } = Object(thrown) as { message?: unknown };
    return typeof message === "string" ? message : String(thrown);
  } catch {
    return "a value without words was thrown";
  }
}

const CLASS_NAMES: readonly unknown[] = ["TypeError", "RangeError", "PixelpoolError"];

/** Whether a thrown value is an error as data, as the engine throws them. */
export function isErrorData(value: unknown): value is ErrorData {
  if (typeof value !== "object" || value === null || isError(value)) return false;
  return "code" in value && "class" in value && CLASS_NAMES.includes(value.class);
}

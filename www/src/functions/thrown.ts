/**
 * What was thrown in a worker, as it travels: a clone of an error has its message and its stack, and loses its name, its code, the
 * errors within it and whatever else its thrower has added. So errors are sent in pieces, and put together again. Pure.
 */
import { errorClassOf, isError, type ErrorClass } from "../realm.js";
import { canBeSent } from "./sendable.js";

/** A value, or an error whose properties are other pieces by their places in the list, so that errors may name each other. */
type Piece =
  | { kind: "value"; value: unknown }
  | { kind: "list"; places: number[] }
  | {
      kind: "error";
      class: ErrorClass;
      message: string;
      name: string;
      stack: string;
      properties: Record<string, number>;
    };

/** What was thrown is the first of the pieces. */
export type Thrown = readonly Piece[];

/** At most so many pieces are sent: errors may hold each other without end. */
const MOST_PIECES = 200;
/** What an error has fields of its own for. */
const FIELDS: ReadonlySet<string> = new Set(["message", "name", "stack"]);

/** Where errors have others within them. */
const WITHIN: ReadonlySet<string> = new Set(["cause", "errors"]);

/** What was thrown in pieces; `undefined` where none of it can be sent. */
export function inPieces(thrown: unknown): Thrown | undefined {
  const pieces: Piece[] = [];
  const places = new Map<unknown, number>();
  /** The place of a value among the pieces, where it can be sent. */
  const placeOf = (value: unknown): number | undefined => {
    try {
      return tryPlaceOf(value);
    } catch {
      // It cannot even be looked at: a proxy, or what has a getter that throws.
      return undefined;
    }
  };
  const tryPlaceOf = (value: unknown): number | undefined => {
    const known = places.get(value);
    if (known !== undefined) return known;
    if (pieces.length >= MOST_PIECES) return undefined;
    const place = pieces.length;
    const add = (piece: Piece) => {
      places.set(value, place);
      pieces.push(piece);
    };
    if (isError(value)) {
      const properties: Record<string, number> = {};
      const [message, name, stack] = [textOf(value, "message"), textOf(value, "name"), textOf(value, "stack")];
      add({ kind: "error", class: classOf(value), message, name, stack, properties });
      const keys = Object.getOwnPropertyNames(value).filter((key) => !FIELDS.has(key));
      // First what matters most.
      for (const key of new Set([...keys.filter((key) => WITHIN.has(key)), ...keys])) {
        const property = placeOf(read(value, key));
        if (property !== undefined) properties[key] = property;
      }
    } else if (Array.isArray(value) && value.some(isErrorHere)) {
      const list: number[] = [];
      add({ kind: "list", places: list });
      for (const element of value) {
        const other = placeOf(element);
        if (other !== undefined) list.push(other);
      }
    } else if (canBeSent(value)) {
      add({ kind: "value", value });
    } else return undefined;
    return place;
  };
  return placeOf(thrown) === 0 ? pieces : undefined;
}

/** What {@link inPieces} has told of. */
export function putTogether(pieces: Thrown): unknown {
  // First all, then what each has: they may name each other.
  const made = pieces.map((piece) => {
    if (piece.kind === "value") return piece.value;
    return piece.kind === "list" ? [] : errorOf(piece);
  });
  pieces.forEach((piece, place) => {
    if (piece.kind === "list") (made[place] as unknown[]).push(...piece.places.map((other) => made[other]));
    if (piece.kind !== "error") return;
    for (const [key, other] of Object.entries(piece.properties)) {
      // As the language has them.
      give(made[place] as Error, key, made[other], !WITHIN.has(key));
    }
  });
  return made[0];
}

function errorOf({ class: kind, message, name, stack }: Piece & { kind: "error" }): Error {
  const error = emptyError(kind, message, name);
  give(error, "stack", stack);
  if (error.name !== name) give(error, "name", name);
  return error;
}

function classOf(error: Error): ErrorClass {
  try {
    return errorClassOf(error);
  } catch {
    // A class of somebody's own, whose name throws.
    return "Error";
  }
}

function emptyError(kind: ErrorClass, message: string, name: string): Error {
  if (kind === "DOMException") return new DOMException(message, name);
  // Those within it are among its properties.
  if (kind === "AggregateError") return new AggregateError([], message);
  return new globalThis[kind](message);
}

function give(owner: object, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(owner, key, { value, enumerable, configurable: true, writable: true });
}

/** A property, which may be a getter that throws. */
function read(owner: object, key: string): unknown {
  try {
    return Reflect.get(owner, key);
  } catch {
    return undefined;
  }
}

/** Words, which some give as a number. */
function textOf(owner: object, key: string): string {
  const value = read(owner, key);
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isErrorHere(value: unknown): value is Error {
  try {
    return isError(value);
  } catch {
    // A proxy that cannot even be asked.
    return false;
  }
}

/**
 * What a value is, whatever realm it comes from. A frame, a test runner's context and a simulated page each have classes of
 * their own, and `instanceof` knows only those of the realm that this file runs in. Knows nothing above it.
 */

/** Classes of the platform that callers' values may be of. Not every place has each. */
interface Classes {
  AbortSignal: AbortSignal;
  ArrayBuffer: ArrayBuffer;
  Blob: Blob;
  DOMException: DOMException;
  File: File;
  HTMLCanvasElement: HTMLCanvasElement;
  HTMLImageElement: HTMLImageElement;
  ImageBitmap: ImageBitmap;
  ImageData: ImageData;
  OffscreenCanvas: OffscreenCanvas;
  ReadableStream: ReadableStream;
  Response: Response;
  SharedArrayBuffer: SharedArrayBuffer;
  URL: URL;
  VideoFrame: VideoFrame;
  "WebAssembly.Module": WebAssembly.Module;
}

/** What is used of each: a name alone is easily borrowed. */
const MEMBERS: { readonly [Name in keyof Classes]: readonly (keyof Classes[Name])[] } = {
  AbortSignal: ["aborted", "throwIfAborted", "addEventListener", "removeEventListener"],
  ArrayBuffer: ["byteLength", "slice"],
  Blob: ["size", "type", "slice"],
  DOMException: ["name", "message"],
  File: ["name", "size", "type", "slice"],
  HTMLCanvasElement: ["width", "height", "getContext"],
  HTMLImageElement: ["complete", "naturalWidth", "naturalHeight"],
  ImageBitmap: ["width", "height", "close"],
  ImageData: ["data", "width", "height"],
  OffscreenCanvas: ["width", "height", "getContext"],
  ReadableStream: ["locked", "getReader"],
  Response: ["ok", "status", "blob", "arrayBuffer"],
  SharedArrayBuffer: ["byteLength", "slice"],
  URL: ["href"],
  VideoFrame: ["codedWidth", "codedHeight", "clone", "close"],
  "WebAssembly.Module": [],
};

const globals = globalThis as unknown as Record<string, unknown>;

/** Whether a value is of a class of the platform, of this realm or of another, or of one that extends it. */
export function isA<Name extends keyof Classes>(value: unknown, name: Name): value is Classes[Name] {
  if (typeof value !== "object" || value === null) return false;
  const own = globals[name];
  // First, since it is quick; and some simulated pages have classes that do not bear their names.
  if (typeof own === "function" && value instanceof own) return true;
  return bears(value, Symbol.toStringTag, name) && MEMBERS[name].every((member) => member in value);
}

/** Whether one of a value's prototypes has this name. The value itself could call itself anything. */
function bears(value: object, key: "name" | typeof Symbol.toStringTag, name: string): boolean {
  let prototype = Object.getPrototypeOf(value) as object | null;
  for (; prototype !== null; prototype = Object.getPrototypeOf(prototype) as object | null) {
    if (Object.hasOwn(prototype, key) && Reflect.get(prototype, key, value) === name) return true;
  }
  return false;
}

/** Typed arrays by name, with what they hold. */
interface TypedArrays {
  Int8Array: Int8Array;
  Uint8Array: Uint8Array;
  Uint8ClampedArray: Uint8ClampedArray;
  Int16Array: Int16Array;
  Uint16Array: Uint16Array;
  Int32Array: Int32Array;
  Uint32Array: Uint32Array;
  /** TypeScript's oldest supported library does not know this one; it is used as the others are. */
  Float16Array: Float32Array;
  Float32Array: Float32Array;
  Float64Array: Float64Array;
  BigInt64Array: BigInt64Array;
  BigUint64Array: BigUint64Array;
}

export type TypedArrayName = keyof TypedArrays;

/** Every typed array of every realm tells its name to the getter of its tag that is here, and nothing else does. */
const typedArrays = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** Which typed array a value is: of a class that extends one, a Node `Buffer` perhaps, that one. */
export function typedArrayName(value: unknown): TypedArrayName | undefined {
  return Reflect.get(typedArrays, Symbol.toStringTag, value) as TypedArrayName | undefined;
}

/** Whether a value is one of these typed arrays. */
export function isTypedArray<Name extends TypedArrayName>(
  value: unknown,
  ...names: readonly Name[]
): value is TypedArrays[Name] {
  const name = typedArrayName(value);
  return name !== undefined && (names as readonly TypedArrayName[]).includes(name);
}

/**
 * The class of a typed array, in its own realm. Of a class that extends it the one that it extends: how that is made nobody
 * knows (`new Buffer(length)` is deprecated).
 */
export function typedArrayClass<T extends ArrayBufferView>(array: T): new (from: number | ArrayBufferLike) => T {
  let prototype = Object.getPrototypeOf(array) as object;
  while (!Object.hasOwn(prototype, "BYTES_PER_ELEMENT")) prototype = Object.getPrototypeOf(prototype) as object;
  return prototype.constructor as new (from: number | ArrayBufferLike) => T;
}

/** Whether a value is an error, a `DOMException` among them. */
export function isError(value: unknown): value is Error {
  // Errors of every realm are told by what they are, where nobody has given them a tag of their own.
  if (value instanceof Error || Object.prototype.toString.call(value) === "[object Error]") return true;
  return isA(value, "DOMException");
}

const ERRORS = [
  ...(["AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"] as const),
  "Error",
] as const;

/** The classes of errors that the platform has. */
export type ErrorClass = (typeof ERRORS)[number] | "DOMException";

/** The platform's class of an error, or the one that its class extends. */
export function errorClassOf(error: Error): ErrorClass {
  if (isA(error, "DOMException")) return "DOMException";
  return ERRORS.find((name) => bears(error, "name", name)) ?? "Error";
}

/** Whether a value is an error of one of the language's or WebAssembly's classes, or of one that extends it. */
export function isErrorOf(value: unknown, name: "TypeError" | "RangeError" | "RuntimeError"): value is Error {
  return isError(value) && bears(value, "name", name);
}

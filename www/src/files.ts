/** Encoded files as callers give them: what they are called, their first bytes, and in words why one could not be read or decoded. */
import { inWords, invalidImage, PixelpoolError, toError, type ErrorData, type ErrorDetails } from "./errors.js";
import { HEAD_BYTES, looksLike, whyNoPicture, whyNotDecoded, type Format } from "./formats.js";
import { isA } from "./realm.js";
import { typeName } from "./words.js";

const NAMELESS = "the file";

/** A file in words, by its name where it has one. */
export function fileName(file: Blob | undefined): string {
  return isA(file, "File") && file.name !== "" ? `the file ${JSON.stringify(file.name)}` : NAMELESS;
}

/** Bytes of a file; where it cannot be read, a `PixelpoolError` that says why. */
export async function readBytes(file: Blob, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = new Uint8Array(await bufferOf(file.slice(from, to)));
    // Of a file that was deleted Chromium says that it has no bytes; only reading it as a whole fails.
    return bytes.length > 0 || from > 0 ? bytes : new Uint8Array(await bufferOf(file)).subarray(0, to);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** All bytes of a file; where it cannot be read, a `PixelpoolError` that says why. */
export async function readAll(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await bufferOf(file));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** The first bytes of a file, which tell what it is. */
export function readHead(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return readBytes(file, 0, HEAD_BYTES);
}

/** What a file is, where that is known, by its first bytes. Throws where it is empty, or certainly no picture. */
export function formatOf(head: Uint8Array, name: string): Format | undefined {
  if (head.length === 0) throw invalidImage(`${name} is empty: 0 bytes`, "RangeError");
  const format = looksLike(head);
  const refusal = whyNoPicture(format, name);
  if (refusal) throw refusal;
  return format;
}

/**
 * Why a file could not be decoded: it cannot be read any more, or is none that the browser decodes, or is damaged. With the name of
 * an option, as that of the user's codecs, the cause has said why.
 */
export async function decodeFailure(file: Blob, cause: unknown, parameter?: string): Promise<PixelpoolError> {
  if (parameter !== undefined) {
    const message = `${fileName(file)} could not be decoded: ${inWords(cause)}`;
    return new PixelpoolError(message, { code: "decode-failed", parameter }, { cause });
  }
  let head;
  try {
    head = await readHead(file);
  } catch (error) {
    return error as PixelpoolError;
  }
  return whyNotDecoded(head, fileName(file), cause);
}

/** What a worker has said of a file, with the file's name where it has one. What a filter says is said of the picture. */
export async function fileFailure(file: Blob, error: ErrorData): Promise<Error & ErrorDetails> {
  const { code, filter, message, parameter } = error;
  if (code === "decode-failed") return decodeFailure(file, new Error(message), parameter);
  const name = fileName(file);
  const isNamed = name !== NAMELESS && filter === undefined;
  return toError(isNamed ? { ...error, message: `${name}: ${message}` } : error);
}

/** The body of a response, where that is what was asked for. */
export async function bodyOf(response: Response): Promise<Blob> {
  const from = response.url === "" ? "the response" : response.url;
  if (response.type === "opaque" || response.type === "opaqueredirect") {
    throw invalidImage(
      'the body of a response to a request with mode: "no-cors" cannot be read: ask with mode: "cors"',
    );
  }
  if (!response.ok) {
    const told = response.type === "error" ? "the request has failed" : `the server answered ${response.status}`;
    throw new PixelpoolError(response.url === "" ? told : `${told} for ${response.url}`, { code: "decode-failed" });
  }
  if (response.bodyUsed)
    throw invalidImage(`the body of ${from} has been read already: give response.clone(), or the blob`);
  try {
    return await response.blob();
  } catch (cause) {
    const message = `the body of ${from} could not be read: ${inWords(cause)}`;
    throw new PixelpoolError(message, { code: "decode-failed" }, { cause });
  }
}

/** Whether a value is a stream of the web's kind or of Node's, or gives its parts as those do. */
export function isStream(value: unknown): value is ReadableStream | AsyncIterable<unknown> {
  return isA(value, "ReadableStream") || (typeof value === "object" && value !== null && Symbol.asyncIterator in value);
}

/** All that a stream of bytes has. */
export async function streamed(stream: ReadableStream | AsyncIterable<unknown>): Promise<Blob> {
  try {
    if (!(Symbol.asyncIterator in stream)) return await new Response(stream).blob();
    const parts: BlobPart[] = [];
    for await (const part of stream) {
      if (!ArrayBuffer.isView(part) && !isA(part, "ArrayBuffer"))
        throw new TypeError(`it gave ${typeName(part)}, not bytes`);
      parts.push(part as BlobPart);
    }
    return new Blob(parts);
  } catch (cause) {
    const message = `the stream could not be read: ${inWords(cause)}`;
    throw new PixelpoolError(message, { code: "decode-failed" }, { cause });
  }
}

/** The blobs of simulated pages know only the older way. */
function bufferOf(file: Blob): Promise<ArrayBuffer> {
  if (typeof file.arrayBuffer === "function") return file.arrayBuffer();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error ?? new Error("it could not be read"));
    reader.readAsArrayBuffer(file);
  });
}

const GONE = "it was changed, moved or deleted since it was chosen, or may not be read any more";

function unreadable(file: Blob, cause: unknown): PixelpoolError {
  const why: Record<string, string> = {
    NotFoundError: "it was deleted or moved since it was chosen",
    NotReadableError: GONE,
    // Firefox, of files that a page keeps.
    AbortError: GONE,
  };
  const reason = (isA(cause, "DOMException") && why[cause.name]) || inWords(cause);
  return new PixelpoolError(`${fileName(file)} cannot be read: ${reason}`, { code: "decode-failed" }, { cause });
}

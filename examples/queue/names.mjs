/** What every kind of store asks of a name, and of a size. */
import { Failure } from "./failures.mjs";

/** Bytes of a file that are read at most: workers hold files whole. */
export const LARGEST_FILE = 256 * 1024 * 1024;

/**
 * Names come out of Redis, and must stay within their store: parts with `/` between them, none of them empty, `.` or `..`.
 *
 * @param {unknown} name
 * @returns {asserts name is string}
 */
export function checkName(name) {
  const isName =
    typeof name === "string" &&
    name.length <= 1024 &&
    !/[\0\\]/.test(name) &&
    name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!isName) throw new Failure("invalid-name", `${JSON.stringify(name)} is no name of a file within a store`);
}

/** @param {string} name @param {number} bytes */
export function checkSize(name, bytes) {
  if (bytes > LARGEST_FILE)
    throw new Failure("too-large", `${name} has ${bytes} bytes, more than the ${LARGEST_FILE} that are read`);
}

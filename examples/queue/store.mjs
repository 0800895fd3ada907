/**
 * Where files come from and results go: a folder, or a store that speaks S3. Another kind is another object with three methods.
 *
 * @typedef {object} Store
 * @property {(name: string) => Promise<Uint8Array<ArrayBuffer>>} read The whole file. Fails with `not-found` where there is none, and with
 *   `too-large` above `LARGEST_FILE` (names.mjs).
 * @property {(name: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>} write All of it or nothing, whoever else writes the same at the
 *   same time; writing it again changes nothing.
 * @property {(name: string) => Promise<boolean>} has Whether it is there, whole.
 *
 * What fails does so with a `Failure`: `not-found`, `too-large`, `store-refused` (for good), `store-full`, `store-unreachable`
 * (which may pass).
 */
import { folderStore } from "./store-folder.mjs";
import { s3Store } from "./store-s3.mjs";

/**
 * A store by its address: the path of a folder, or `https://endpoint/bucket/prefix`.
 *
 * @param {string} address
 * @returns {Store}
 */
export function openStore(address) {
  if (/^https?:\/\//.test(address)) return s3Store(address, process.env);
  return folderStore(address);
}

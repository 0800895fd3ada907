/** A store that is a folder: of one machine, or one that several machines see. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Failure } from "./failures.mjs";
import { checkName, checkSize } from "./names.mjs";

/** In it files are written, one folder for each name, until they are whole. */
const UNFINISHED = ".unfinished";

const CODES = new Map([
  ["ENOENT", "not-found"],
  ["ENOTDIR", "not-found"],
  ["EISDIR", "not-found"],
  ["EACCES", "store-refused"],
  ["EPERM", "store-refused"],
  ["EROFS", "store-refused"],
  ["EEXIST", "store-refused"],
  ["ENAMETOOLONG", "store-refused"],
  ["ENOSPC", "store-full"],
  ["EDQUOT", "store-full"],
]);

/** @param {unknown} error */
const systemCode = (error) => (error instanceof Error && "code" in error ? String(error.code) : "");

/**
 * @param {string} name
 * @param {unknown} error
 */
function failure(name, error, code = CODES.get(systemCode(error)) ?? "store-unreachable") {
  if (error instanceof Failure) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new Failure(code, `${name}: ${reason}`, { cause: error });
}

/**
 * What has the place of a folder stays; a folder that is gone may come back.
 *
 * @param {string} name
 * @param {unknown} error
 */
function writeFailure(name, error) {
  const told = failure(name, error);
  if (told.code !== "not-found") return told;
  return failure(name, error, systemCode(error) === "ENOENT" ? "store-unreachable" : "store-refused");
}

/**
 * @param {string} folder It need not be there before the first write.
 * @returns {import("./store.mjs").Store}
 */
export function folderStore(folder) {
  /** @param {string} name */
  const fileOf = (name) => {
    checkName(name);
    return path.join(folder, name);
  };

  /** @param {string} name */
  const has = (name) =>
    stat(fileOf(name)).then(
      (found) => found.isFile(),
      (error) => {
        const told = failure(name, error);
        if (told.code === "not-found") return false;
        throw told;
      },
    );

  return {
    has,

    async read(name) {
      /** @type {import("node:fs/promises").FileHandle | undefined} */
      let handle;
      try {
        handle = await open(fileOf(name));
        const found = await handle.stat();
        if (!found.isFile()) throw new Failure("not-found", `${name} is no file`);
        checkSize(name, found.size);
        return new Uint8Array(await handle.readFile());
      } catch (error) {
        throw failure(name, error);
      } finally {
        await handle?.close();
      }
    },

    async write(name, bytes) {
      const file = fileOf(name);
      const place = path.join(folder, UNFINISHED, createHash("sha256").update(name).digest("hex").slice(0, 32));
      const unfinished = path.join(place, randomUUID());
      try {
        await mkdir(place, { recursive: true });
        await mkdir(path.dirname(file), { recursive: true });
        await writeWhole(unfinished, bytes);
        await rename(unfinished, file);
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => undefined);
        // Another worker has finished the same result, and cleared what was unfinished of it.
        if (systemCode(error) === "ENOENT" && (await has(name))) return;
        throw writeFailure(name, error);
      }
      // With it goes what a worker that was killed has left of this name.
      await rm(place, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

/**
 * On the disk before it gets its name, so that no half file has it after the power has failed.
 *
 * @param {string} file
 * @param {Uint8Array} bytes
 */
async function writeWhole(file, bytes) {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

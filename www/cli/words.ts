/** Numbers and failures in words. Knows nothing above it. */
import path from "node:path";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A length of a file, as in `3.4 MB`. */
export function inBytes(bytes: number): string {
  const exponent = Math.min(Math.max(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 0), UNITS.length - 1);
  const value = bytes / 1000 ** exponent;
  return `${value.toFixed(exponent > 0 && value < 100 ? 1 : 0)} ${UNITS[exponent]}`;
}

/** How much smaller or larger something became, as in `−71 %`. */
export function change(before: number, after: number): string {
  const percent = before > 0 ? Math.round((after / before - 1) * 100) : 0;
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent)} %`;
}

/** A time, as in `1 min 5 s`. */
export function inTime(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  return minutes < 60 ? `${minutes} min ${rest} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

/** What the system says of files, by its code. */
const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "the system does not permit it",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the disk",
  EDQUOT: "no space is left for this user",
  EFBIG: "the file would be too large for the disk",
  EIO: "the disk has failed",
  EISDIR: "a folder is in its place",
  ENOTDIR: "a part of its path is a file and no folder",
  EEXIST: "a file is there already",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
  ELOOP: "its links lead in a circle",
  ERR_FS_FILE_TOO_LARGE: "it is too large to be read",
};

/** What went wrong with a file of the system. */
export function inWords(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known = typeof code === "string" ? FAILURES[code] : undefined;
  return known ?? (typeof message === "string" ? message : String(error));
}

/** What the pool says of a file, for a line that begins with the file's path. */
export function withoutName(message: string, file: string): string {
  const name = `the file ${JSON.stringify(path.basename(file))}`;
  return message.replace(`${name}: `, "").replace(name, "it");
}

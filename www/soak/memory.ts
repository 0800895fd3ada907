/** Memory of everything that this process has started, browsers included. Linux only. */
import { readdirSync, readFileSync } from "node:fs";

/** Resident bytes; undefined where the system does not tell. */
export function residentBytes(): number | undefined {
  const parents = new Map<number, number>();
  try {
    for (const name of readdirSync("/proc")) {
      if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)));
    }
  } catch {
    return undefined;
  }
  const isOurs = (id: number): boolean => id === process.pid || (parents.has(id) && isOurs(parents.get(id) ?? 0));
  return [...parents.keys()].filter((id) => id !== process.pid && isOurs(id)).reduce((sum, id) => sum + sizeOf(id), 0);
}

/** Processes come and go while they are looked at. */
function readProc(id: number, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function parentOf(id: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readProc(id, "status"))?.[1] ?? 0);
}

/** Shared pages are divided among those who share them. */
function sizeOf(id: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readProc(id, "smaps_rollup"))?.[1] ?? 0) * 1024;
}

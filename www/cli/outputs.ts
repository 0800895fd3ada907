/** Writes results: whole under their names, or not at all. */
import { link, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";

/** So many files may be in the making under a name of their own; the names differ also from those of other processes. */
let made = 0;

/**
 * Writes a file under another name in the same folder first. Where there is a file of the name already and it is not to be
 * overwritten, fails with `EEXIST`.
 */
export async function writeWhole(target: string, file: Blob, overwrite: boolean): Promise<void> {
  const folder = path.dirname(target);
  await makeFolder(folder);
  const temporary = path.join(folder, `.pixelpool-${process.pid}-${(made += 1)}.tmp`);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(new Uint8Array(await file.arrayBuffer()));
    } finally {
      await handle.close();
    }
    await (overwrite ? rename(temporary, target) : giveName(temporary, target));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A link fails where the name is taken, in one step; not every file system has links. */
async function giveName(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    await rename(temporary, target);
  }
}

/** Not by `recursive` of Node, which tries for ever where a folder such as /proc takes none. */
async function makeFolder(folder: string): Promise<void> {
  const unlessThere = (error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  };
  try {
    await mkdir(folder).catch(unlessThere);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || path.dirname(folder) === folder) throw error;
    await makeFolder(path.dirname(folder));
    await mkdir(folder).catch(unlessThere);
  }
}

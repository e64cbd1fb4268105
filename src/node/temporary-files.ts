import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** What replaceFile and acquireLock leave behind when the process is killed: `.sweep.<uuid>.json`, `sweep.lock.<uuid>`. */
export const temporaryFile =
  /^(?:\.[^/]+|[^/]+\.lock(?:\.break)?)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.\w+)?$/;

/**
 * Removes from a folder the temporary files of a process that is gone.
 *
 * @param names begin so: others may write temporary files into the folder
 */
export async function removeTemporaries(folder: string, names: RegExp): Promise<void> {
  for (const name of await readdir(folder)) {
    if (names.test(name) && temporaryFile.test(name)) await rm(join(folder, name), { force: true });
  }
}

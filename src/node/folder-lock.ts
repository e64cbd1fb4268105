import { randomUUID } from "node:crypto";
import { link, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { UsageError } from "../core/errors.js";

/** The right of one process to write into a folder. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Time between two signs of life of the holder. */
const heartbeatMs = 10_000;

/** Silence after which a holder on another machine, whose processes cannot be seen from here, counts as dead. */
const silenceMs = 120_000;

/** Who holds a lock. */
interface Owner {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** Start of the process in the system's own unit, so that a later process of the same number is not taken for it. */
  readonly started: string | null;
}

/**
 * Takes the lock `path`, a file that only one process can create. The lock of a process that is gone is recognised and
 * replaced: on this machine by its number and start time, of another machine by two minutes without a sign of life.
 *
 * @param folder what is locked, for the message
 * @throws UsageError `folder-locked` where a living process holds it; `output-unwritable`
 */
export async function acquireLock(path: string, folder: string): Promise<FolderLock> {
  const started = (await readProcess(process.pid))?.started ?? null;
  const owner: Owner = { id: randomUUID(), pid: process.pid, host: hostname(), started };
  const content = `${JSON.stringify(owner)}\n`;
  await take(path, content, folder);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      if ((await readText(path)) === content) await rm(path, { force: true });
    },
  };
}

/** Creates the lock. That of a dead process is removed before, under a lock of its own: only one process may do that. */
async function take(path: string, content: string, folder: string): Promise<void> {
  while (!(await create(path, content))) {
    const found = await readText(path);
    if (found === null) continue;
    await requireDead(path, found, folder);
    const breaking = `${path}.break`;
    await take(breaking, content, folder);
    try {
      // Another process may have replaced it since it was read.
      if ((await readText(path)) === found) await rm(path, { force: true });
    } finally {
      await rm(breaking, { force: true });
    }
  }
}

/** Creates a file with its content at once, unless there is one of this name. */
async function create(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, content, { flag: "wx" });
    await link(temporary, path);
    return true;
  } catch (cause) {
    // ENOENT: the holder cleaned the folder, this temporary file with it.
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EEXIST" || (code === "ENOENT" && (await readText(path)) !== null)) return false;
    throw new UsageError("output-unwritable", `Cannot write ${path}: ${String(cause)}.`, {
      cause,
      details: { path },
    });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** @throws UsageError `folder-locked` */
async function requireDead(path: string, content: string, folder: string): Promise<void> {
  const owner = parseOwner(content);
  if (owner === null || !(await isAlive(path, owner))) return;
  throw new UsageError(
    "folder-locked",
    `${folder} is in use by process ${owner.pid} on ${owner.host}; wait for its end or take another folder. ` +
      `If there is no such process, remove ${path}.`,
    { details: { folder, path, pid: owner.pid, host: owner.host } },
  );
}

async function isAlive(path: string, owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) {
    const status = await stat(path).catch(() => undefined);
    return status !== undefined && Date.now() - status.mtimeMs < silenceMs;
  }
  const running = await readProcess(owner.pid);
  if (running !== null) return !running.isZombie && running.started === owner.started;
  try {
    process.kill(owner.pid, 0);
    return owner.started === null;
  } catch (error) {
    // A process of another user may not be signalled, but it is there.
    return owner.started === null && error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Start time and state of a process, from Linux's /proc; null where there is no such process or no /proc. */
async function readProcess(pid: number): Promise<{ started: string; isZombie: boolean } | null> {
  const status = await readText(`/proc/${pid}/stat`);
  if (status === null) return null;
  // Fields 3 (state) and 22 (start time); the name, field 2, stands in parentheses and may hold blanks.
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  return { started: fields[19], isZombie: fields[0] === "Z" || fields[0] === "X" };
}

function parseOwner(content: string): Owner | null {
  try {
    return JSON.parse(content) as Owner;
  } catch {
    return null;
  }
}

async function readText(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch(() => null);
}

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { acquireLock } from "../../src/node/folder-lock.js";
import { rejection, useTemporaryFolder } from "./temporary-folder.js";

const path = useTemporaryFolder();

async function acquire(): ReturnType<typeof acquireLock> {
  return acquireLock(path("sweep.lock"), path());
}

/** The process number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

/** Writes the lock of another process. */
function plant(owner: object, name = "sweep.lock"): void {
  writeFileSync(path(name), `${JSON.stringify(owner)}\n`);
}

describe("acquireLock", () => {
  it("lets one process in and leaves nothing behind", async () => {
    const lock = await acquire();
    expect(await rejection(acquire())).toMatchObject({
      name: "UsageError",
      code: "folder-locked",
      details: { pid: process.pid, host: hostname() },
    });
    await lock.release();
    expect(readdirSync(path())).toEqual([]);
    await (await acquire()).release();
  });

  it.each([
    ["ended", () => ({ id: "a", pid: deadPid(), host: hostname(), started: "1" })],
    [
      "has given its number to another one",
      () => ({ id: "a", pid: process.pid, host: hostname(), started: "1" }),
    ],
  ])("replaces the lock of a process that %s", async (_, owner) => {
    plant(owner());
    const lock = await acquire();
    expect(JSON.parse(readFileSync(path("sweep.lock"), "utf8"))).toMatchObject({ pid: process.pid });
    await lock.release();
    expect(readdirSync(path())).toEqual([]);
  });

  it("replaces a lock that cannot be read, and that of a process killed while it replaced one", async () => {
    writeFileSync(path("sweep.lock"), "");
    plant({ id: "b", pid: deadPid(), host: hostname(), started: "1" }, "sweep.lock.break");
    await (await acquire()).release();
    expect(readdirSync(path())).toEqual([]);
  });

  it("judges a process on another machine by its signs of life", async () => {
    plant({ id: "a", pid: 1, host: "elsewhere", started: "1" });
    expect(await rejection(acquire())).toMatchObject({
      code: "folder-locked",
      details: { host: "elsewhere" },
    });
    const past = new Date(Date.now() - 1000 * 3600);
    utimesSync(path("sweep.lock"), past, past);
    await (await acquire()).release();
  });

  it("lets exactly one of many in that find the lock of a dead process", async () => {
    for (let round = 0; round < 5; round++) {
      plant({ id: `dead ${round}`, pid: deadPid(), host: hostname(), started: "1" });
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, acquire));
      const held = attempts.filter((attempt) => attempt.status === "fulfilled");
      expect(held).toHaveLength(1);
      await held[0].value.release();
      expect(existsSync(path("sweep.lock"))).toBe(false);
    }
  });

  it("does not remove the lock of another process at its release", async () => {
    const lock = await acquire();
    plant({ id: "other", pid: 1, host: "elsewhere", started: "1" });
    await lock.release();
    expect(existsSync(path("sweep.lock"))).toBe(true);
  });
});

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const GNU_TIME = "/usr/bin/time";
const TASKSET = "/usr/bin/taskset";

/** One thread everywhere: what is compared is one core's work. */
const ENVIRONMENT = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

/** Cores that this process may use, by number. */
export function allowedCores() {
  if (!existsSync("/proc/self/status")) return [];
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "latin1"));
  if (list === null) return [];
  return list[1].split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** Whether programs can be pinned and their memory measured here. */
export const abilities = { pins: existsSync(TASKSET), measuresMemory: existsSync(GNU_TIME) };

/**
 * Runs a program to its end and measures it from outside.
 *
 * @param command program and arguments
 * @param cores cores to pin it to; all allowed ones by default
 * @returns standard output; wall and CPU (user and system, with children) seconds, peak resident memory in bytes or null
 * @throws Error with the end of its standard error where it fails
 */
export async function runProgram(command, cores = []) {
  const folder = mkdtempSync(join(tmpdir(), "erfem-bench-"));
  const report = join(folder, "time");
  const pinned = abilities.pins && cores.length > 0 ? [TASKSET, "-c", cores.join(","), ...command] : command;
  const [program, ...args] = abilities.measuresMemory
    ? [GNU_TIME, "-o", report, "-f", "%U %S %M", ...pinned]
    : pinned;
  try {
    const start = process.hrtime.bigint();
    const { code, stdout, stderr } = await collect(program, args);
    const wall = Number(process.hrtime.bigint() - start) / 1e9;
    if (code !== 0) {
      throw new Error(`${command.slice(0, 3).join(" ")} ... ended with ${code}: ${stderr.slice(-1500)}`);
    }
    if (!abilities.measuresMemory) return { stdout, wall, cpu: null, peakBytes: null };
    const [user, system, kibibytes] = readFileSync(report, "latin1").trim().split(/\s+/).map(Number);
    return { stdout, wall, cpu: user + system, peakBytes: kibibytes * 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The last line of a program's output as JSON. */
export function lastJson(stdout) {
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

function collect(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        output[name] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, ...output });
    });
  });
}

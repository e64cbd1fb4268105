import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { writeMsh } from "../../src/io/msh-writer.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";

/** Path of the program under test, built by test/support/build.ts. */
const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Path of a committed sample mesh. */
export function samplePath(name: string): string {
  return fileURLToPath(new URL(`../../meshes/samples/${name}`, import.meta.url));
}

/** How a run of the command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `erfem args`. */
export function startErfem(
  args: readonly string[],
  options: RunOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [program, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
}

/** Waits for the end of a child and collects what it writes. */
export function waitForEnd(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/** Runs `erfem args` to its end. */
export function runErfem(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return waitForEnd(startErfem(args, options));
}

/** Runs `erfem args` to its end with stdout into an open file. */
export function runErfemSync(
  args: readonly string[],
  stdout: number,
): { code: number | null; stderr: string } {
  const stdio = ["ignore" as const, stdout, "pipe" as const];
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { stdio, encoding: "utf8" });
  return { code: status, stderr };
}

/** One folder for the tests of a file; returns a function that gives the path of a name in it. */
export function useFolder(): (name?: string) => string {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "erfem-cli-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (name = "") => join(folder, name);
}

/** Writes a mesh as MSH 4.1 binary and returns the path. */
export function writeMesh(path: string, mesh: TetMesh): string {
  writeFileSync(path, writeMsh(mesh, { version: "4.1" }));
  return path;
}

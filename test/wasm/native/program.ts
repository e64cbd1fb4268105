import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the driver reads and writes: 32-bit integers or doubles. */
export type NumberArray = Int32Array | Float64Array;

const root = fileURLToPath(new URL("../../..", import.meta.url));
const script = join(root, "scripts/build-native.sh");

/** Whether there is a compiler for the native kernel; without one there is nothing to compare with. */
export function canBuildNative(): boolean {
  const hasEigen = existsSync(
    join(process.env["EIGEN_INCLUDE"] ?? "/usr/include/eigen3", "Eigen/SparseCholesky"),
  );
  try {
    execFileSync(script, ["--find-compiler"], { stdio: "ignore" });
    return hasEigen;
  } catch {
    return false;
  }
}

/**
 * Builds the native kernel, unless its sources are those of an earlier build; returns its path. With ERFEM_SANITIZE=1 in
 * the environment it is one that ends at the first access out of bounds, leak or undefined operation.
 */
export function buildNative(): string {
  const sanitize = process.env["ERFEM_SANITIZE"] === "1" ? ["--sanitize"] : [];
  const folder = join(root, "node_modules/.cache/erfem");
  const program = join(folder, `erfem-native${sanitize.join("")}-${hashSources()}`);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  execFileSync(script, [program, ...sanitize], { stdio: ["ignore", "ignore", "inherit"] });
  return program;
}

/** Runs one operation of test/wasm/native/driver.cpp on arrays, and returns the arrays it gives. */
export function runNative(program: string, operation: string, input: readonly NumberArray[]): NumberArray[] {
  const folder = mkdtempSync(join(tmpdir(), "erfem-native-"));
  try {
    const [from, to] = [join(folder, "input"), join(folder, "output")];
    writeFileSync(from, Buffer.concat(input.flatMap(encode)));
    execFileSync(program, [operation, from, to], { stdio: ["ignore", "ignore", "inherit"] });
    return decode(readFileSync(to));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hashSources(): string {
  const hash = createHash("sha256").update(readFileSync(script));
  for (const folder of ["wasm", "test/wasm/native"]) {
    const names = readdirSync(join(root, folder)).filter((name) => /\.(cpp|h|txt)$/.test(name));
    for (const name of names.sort()) hash.update(readFileSync(join(root, folder, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

function encode(array: NumberArray): Buffer[] {
  const head = Int32Array.of(array instanceof Int32Array ? 0 : 1, array.length);
  return [Buffer.from(head.buffer), Buffer.from(array.buffer, array.byteOffset, array.byteLength)];
}

function decode(bytes: Buffer): NumberArray[] {
  const arrays: NumberArray[] = [];
  for (let at = 0; at < bytes.length;) {
    const [kind, length] = [bytes.readInt32LE(at), bytes.readInt32LE(at + 4)];
    const end = at + 8 + length * (kind === 0 ? 4 : 8);
    const { buffer } = new Uint8Array(bytes.subarray(at + 8, end));
    arrays.push(kind === 0 ? new Int32Array(buffer) : new Float64Array(buffer));
    at = end;
  }
  return arrays;
}

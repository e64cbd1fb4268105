// Set-up and three solves alone, warm, on the very matrix of the pipeline.
//   node warm-solver.js MESH.msh SYSTEM.bin TOLERANCE REPEATS
// Writes the system for the peer (layout: peers/petsc_solver.py) where the file does not exist yet. Prints one line of
// JSON: CPU and wall seconds of each repetition (renumbering and copies in and out included), iterations, residuals,
// memory of the kernel, and the memory bandwidth measured in the same process.
import { existsSync, renameSync } from "node:fs";
import { open } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { chooseSolver, homogenize, loadKernel, parseMsh, toCsrSystem } from "erfem";
import { readMeshFile } from "erfem/node";
import { measureTriad } from "./triad.js";

const { WebAssembly } = globalThis;
const [path, systemPath, tolerance, repeats] = process.argv.slice(2);

let kernelMemory;
watchKernelMemory();
const system = await captureSystem();
if (!existsSync(systemPath)) await writeSystem(system, systemPath);
const runs = { cpu: [], wall: [] };
let solution;
let kernelBytes = 0;
// One more than asked for: the first compiles the kernel and touches its memory.
const kernel = await loadKernel();
for (let repeat = 0; repeat <= Number(repeats); repeat++) {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  solution = await chooseSolver("auto", system, kernel).solve(system, {
    relativeTolerance: Number(tolerance),
  });
  const wall = (performance.now() - start) / 1e3;
  const { user, system: kernelMode } = process.cpuUsage(cpuBefore);
  kernelBytes = Math.max(kernelBytes, kernelMemory?.deref()?.buffer.byteLength ?? 0);
  if (repeat === 0) continue;
  runs.cpu.push((user + kernelMode) / 1e6);
  runs.wall.push(wall);
}
const { matrix, numRhs } = system;
console.log(
  JSON.stringify({
    ...runs,
    method: solution.method,
    iterations: solution.iterations,
    residuals: solution.relativeResidual,
    dofs: matrix.numRows,
    entries: matrix.values.length,
    numRhs,
    kernelBytes,
    triadBytesPerSecond: measureTriad(),
  }),
);

/** The linear system of the cytosol, taken out of the pipeline by a solver that gives it back unsolved. */
async function captureSystem() {
  let captured;
  const solver = {
    name: "capture",
    solve(system) {
      captured = toCsrSystem(system);
      return Promise.resolve({
        solution: new Float64Array(system.rhs.length),
        method: "capture",
        iterations: Array(system.numRhs).fill(0),
        relativeResidual: Array(system.numRhs).fill(1),
      });
    },
  };
  const mesh = parseMsh((await readMeshFile(path)).bytes);
  await homogenize(mesh, { phases: [{ name: "cytosol", volumes: ["cytosol"] }], solver });
  return captured;
}

async function writeSystem({ matrix, rhs, numRhs }, target) {
  const part = `${target}.part`;
  const file = await open(part, "w");
  const counts = Int32Array.of(matrix.numRows, matrix.values.length, numRhs);
  for (const array of [counts, matrix.rowStart, matrix.columns, matrix.values, rhs]) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
  }
  await file.close();
  renameSync(part, target);
}

/** Watches the memory of the latest WebAssembly instance that has one: it never shrinks, so that its size is the peak. */
function watchKernelMemory() {
  const instantiate = WebAssembly.instantiate.bind(WebAssembly);
  WebAssembly.instantiate = async (...args) => {
    const made = await instantiate(...args);
    const { memory } = (made.instance ?? made).exports;
    if (memory !== undefined) kernelMemory = new WeakRef(memory);
    return made;
  };
}

// Inside one process: the whole pipeline several times.  node warm-pipeline.js MESH.msh TOLERANCE REPEATS [CHECK_SOLVER]
// Prints one line of JSON: seconds of every step and repetition; the first is the cold one. With CHECK_SOLVER the tensor
// is compared with that solver's at 1e-12.
import { performance } from "node:perf_hooks";
import { homogenize, loadKernel, orderMesh, releaseMesh } from "erfem";
import { readMesh } from "erfem/node";
import { tensorDifference } from "./statistics.js";

const [path, tolerance, repeats, checkSolver] = process.argv.slice(2);
const phases = [{ name: "cytosol", volumes: ["cytosol"] }];
const runs = [];
const kernel = await loadKernel();
let phase;
for (let repeat = 0; repeat < Number(repeats); repeat++) {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  // As the command line does it.
  const read = await readMesh(path, { kernel, staysInKernel: true });
  const orderStart = performance.now();
  const mesh = orderMesh(kernel, read.mesh, true);
  const order = (performance.now() - orderStart) / 1e3;
  const { result } = await homogenize(mesh, { phases, kernel, tolerance: Number(tolerance) });
  const end = performance.now();
  releaseMesh(mesh);
  const { user, system } = process.cpuUsage(cpuBefore);
  phase = result.phases.cytosol;
  runs.push({
    steps: { ...read.timings, ...result.timings, "order mesh": order },
    wall: (end - start) / 1e3,
    cpu: (user + system) / 1e6,
  });
}
let solverDifference = null;
if (checkSolver !== undefined) {
  const { mesh } = await readMesh(path, { kernel });
  const { result } = await homogenize(mesh, { phases, tolerance: 1e-12, solver: checkSolver });
  const same = await homogenize(mesh, { phases, tolerance: 1e-10 });
  solverDifference = tensorDifference(
    same.result.phases.cytosol.homogenized,
    result.phases.cytosol.homogenized,
  );
}
console.log(JSON.stringify({ runs, phase, solverDifference }));

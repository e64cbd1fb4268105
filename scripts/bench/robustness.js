// Iterations, residuals, memory and time on systems that are hard on a solver.
//   node robustness.js UNKNOWNS TOLERANCE REPEATS
// Prints one line of JSON: a row for each case of robustness/cases.js.
import { chooseSolver, loadKernel } from "erfem";
import { createRobustnessCases } from "./robustness/cases.js";
import { createDiffusionSystem, createRandom } from "./robustness/diffusion-systems.js";

const SEED = 11;
const METHOD = "wasm-mgcg";

const [numUnknowns, tolerance, repeats] = process.argv.slice(2).map(Number);
const random = createRandom(SEED);
const rows = [];
/** CPU seconds per unknown of the plain Laplacian: the first case of either element. */
let plain = { onFacets: undefined, perUnknown: NaN };
for (const { name, options } of createRobustnessCases(numUnknowns, random)) {
  const system = createDiffusionSystem(options);
  const unknowns = system.matrix.numRows;
  const measured = await solve(system);
  const cpu = Math.min(...measured.cpu);
  if (options.onFacets !== plain.onFacets || rows.length === 0) {
    plain = { onFacets: options.onFacets, perUnknown: cpu / unknowns };
  }
  const relativeCpu = cpu / unknowns / plain.perUnknown;
  rows.push({ name, unknowns, ...measured, relativeCpu });
  process.stderr.write(`${name}: ${measured.method}, ${Math.max(...measured.iterations)} iterations\n`);
}
console.log(JSON.stringify({ tolerance, rows }));

async function solve(system) {
  const cpu = [];
  let solution;
  let kernelBytes;
  // One more than asked for: the first of all compiles the kernel.
  for (let repeat = rows.length === 0 ? -1 : 0; repeat < repeats; repeat++) {
    const kernel = await loadKernel();
    const before = process.cpuUsage();
    solution = await chooseSolver(METHOD, system, kernel).solve(system, { relativeTolerance: tolerance });
    const { user, system: kernelMode } = process.cpuUsage(before);
    if (repeat >= 0) cpu.push((user + kernelMode) / 1e6);
    kernelBytes = kernel.heapBytes;
  }
  const { method, iterations } = solution;
  return { method, iterations, residual: trueResidual(system, solution.solution), kernelBytes, cpu };
}

/** Largest ||b - K x|| / ||b|| of the columns, in plain loops: none of the solver's code. */
function trueResidual({ matrix, rhs, numRhs }, solution) {
  const { numRows, rowStart, columns, values } = matrix;
  let worst = 0;
  for (let l = 0; l < numRhs; l++) {
    let squares = 0;
    let squaresOfRhs = 0;
    for (let row = 0; row < numRows; row++) {
      let rest = rhs[row * numRhs + l];
      squaresOfRhs += rest * rest;
      for (let k = rowStart[row]; k < rowStart[row + 1]; k++) {
        rest -= values[k] * solution[columns[k] * numRhs + l];
      }
      squares += rest * rest;
    }
    worst = Math.max(worst, Math.sqrt(squares / squaresOfRhs));
  }
  return worst;
}

// What simulation.js measures steps in: solves of diffusion matrices on the same mesh, one right-hand side each.
import { startClock } from "./clock.js";

// Inside the package: the solvers of the public interface make the set-up anew for every solve.
const { Multigrid } = await import(new URL("../../dist/solver/multigrid.js", import.meta.url));

const RELATIVE_TOLERANCE = 1e-8;
const REPEATS = 3;

/**
 * Set-up and solves of the stiffness K of every field, and of M / dt + K of the first, M being its lumped mass.
 *
 * @param dt s
 * @returns for each matrix {field, dt (null for K), setup, solves, iterations}; times as {wall, cpu}, s
 */
export function measureReference(problem, dt) {
  const ofFields = problem.fieldNames.map((_, field) => measureMatrix(problem, field, null));
  return [...ofFields, measureMatrix(problem, 0, dt)];
}

function measureMatrix(problem, field, dt) {
  const { kernel, numNodes, numFields, fieldNames, masses, stiffness } = problem;
  const { rowStart, columns, mobile, values } = stiffness;
  const m = mobile.indexOf(field);
  const entries = new Float64Array(columns.length);
  const rhs = new Float64Array(numNodes);
  let state = 12345;
  for (let node = 0; node < numNodes; node++) {
    const mass = masses[node * numFields + field];
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    rhs[node] = mass * (state / 2 ** 32 - 0.5);
    for (let entry = rowStart[node]; entry < rowStart[node + 1]; entry++) {
      entries[entry] = values[entry * mobile.length + m];
      if (dt !== null && columns[entry] === node) entries[entry] += mass / dt;
    }
  }
  const matrix = { numRows: numNodes, numCols: numNodes, rowStart, columns, values: entries };
  const component = new Int32Array(dt === null ? numNodes : 0);
  const readSetup = startClock();
  const multigrid = new Multigrid(kernel, { matrix, component, numComponents: dt === null ? 1 : 0 });
  const setup = readSetup();
  const solution = new Float64Array(numNodes);
  const solves = [];
  let iterations = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const readSolve = startClock();
    const ended = multigrid.solve(rhs, 1, solution, {
      relativeTolerance: RELATIVE_TOLERANCE,
      maxIterations: 1000,
    });
    solves.push(readSolve());
    iterations = ended.iterations[0];
    if (!(ended.relativeResidual[0] <= RELATIVE_TOLERANCE))
      throw new Error(`the reference for ${fieldNames[field]} did not converge`);
  }
  multigrid.dispose();
  return { field: fieldNames[field], dt, setup, solves, iterations };
}

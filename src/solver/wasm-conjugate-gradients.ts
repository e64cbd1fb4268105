import type { ProgressReporter } from "../core/progress.js";
import { checkSystem } from "./check-system.js";
import {
  KERNEL_SAFETY,
  acceptSolution,
  resolveLimits,
  type SolveLimits,
  type StopReason,
} from "./convergence.js";
import { type Kernel, type KernelPointer, loadKernel } from "../kernel/kernel.js";
import { type KernelBuffers, withKernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import { toCsrSystem, type CsrSystem, type LinearSolver } from "./linear-solver.js";
import { placeMatrix, type SystemMatrix } from "./system-matrix.js";
import { computeNorms, findNullSpace, type NullSpace, projectMeanZero } from "./null-space.js";

/** What one run of the iteration gives, for the columns it worked on. */
interface BlockSolution {
  /** numRows x count, row-major. */
  readonly solution: Float64Array;
  readonly iterations: Int32Array;
  readonly reason: StopReason;
}

const NAME = "wasm-cg";
/** Right-hand sides that share a pass over the matrix; the kernel has no more lanes. */
const MAX_LANES = 4;
/** Iterations between two reports. */
const CHUNK = 25;

/**
 * Conjugate gradients of the WebAssembly kernel, preconditioned with incomplete Cholesky in reverse Cuthill-McKee
 * order; constants over singular components are projected out. Memory grows with the matrix, iterations with the
 * number of unknowns across the mesh.
 *
 * @param kernel the instance to use; by default each solve takes one of its own, whose memory goes with it
 * @see {@link LinearSolver.solve} for the errors
 */
export function createWasmCgSolver(kernel?: Kernel): LinearSolver {
  return {
    name: NAME,
    async solve(anySystem, options) {
      const limits = resolveLimits(options);
      const system = toCsrSystem(anySystem);
      checkSystem(system);
      const nullSpace = findNullSpace(system);
      const instance = kernel ?? (await loadKernel());
      const { numRhs } = system;
      const norms = computeNorms(system.rhs, numRhs);
      const solution = new Float64Array(system.rhs.length);
      const iterations: number[] = [];
      let reason: StopReason = "converged";
      const handle = createHandle(instance, anySystem.matrix, nullSpace);
      try {
        for (let first = 0; first < numRhs; first += MAX_LANES) {
          const scale = norms.slice(first, first + MAX_LANES);
          const rhs = extractUnitColumns(system, first, scale);
          const block = solveBlock(instance, handle, rhs, scale.length, limits, options?.progress);
          insertColumns(solution, numRhs, first, block.solution, scale);
          iterations.push(...block.iterations);
          if (block.reason !== "converged") reason = block.reason;
        }
      } finally {
        instance.free("erfem_cg_free", handle);
      }
      projectMeanZero(solution, numRhs, nullSpace);
      return acceptSolution(system, nullSpace, limits, { solution, method: NAME, iterations, reason });
    },
  };
}

function createHandle(kernel: Kernel, matrix: SystemMatrix, nullSpace: NullSpace): KernelPointer {
  return withKernelBuffers(kernel, (buffers) => {
    const handleAt = buffers.allocate(4);
    const infoAt = buffers.allocate(16);
    const { rowStart, columns, values } = placeMatrix(kernel, buffers, matrix);
    const status = kernel.call(
      "erfem_cg_create",
      matrix.numRows,
      rowStart,
      columns,
      values,
      buffers.copyIn(nullSpace.component),
      nullSpace.numComponents,
      handleAt,
      infoAt,
    );
    if (status === KernelStatus.ok) return buffers.readPointer(handleAt);
    throw createStatusError(status, {
      operation: "incomplete Cholesky factorization",
      unknown: buffers.readFloat64(infoAt, 2)[1],
      heapBytes: kernel.heapBytes,
    });
  });
}

function solveBlock(
  kernel: Kernel,
  handle: KernelPointer,
  rhs: Float64Array,
  count: number,
  limits: SolveLimits,
  progress: ProgressReporter | undefined,
): BlockSolution {
  return withKernelBuffers(kernel, (buffers) => {
    const blockAt = buffers.copyIn(rhs);
    const iterationsAt = buffers.allocate(4 * count);
    const residualsAt = buffers.allocate(8 * count);
    const { relativeTolerance, maxIterations } = limits;
    const target = KERNEL_SAFETY * relativeTolerance;
    let status = kernel.call("erfem_cg_start", handle, blockAt, count, target, maxIterations);
    while (status === KernelStatus.running) {
      status = kernel.call("erfem_cg_iterate", handle, CHUNK);
      if (progress === undefined) continue;
      kernel.call("erfem_cg_report", handle, iterationsAt, residualsAt);
      reportProgress(buffers, iterationsAt, residualsAt, count, relativeTolerance, progress);
    }
    const reason = findStopReason(status);
    if (reason === undefined) {
      throw createStatusError(status, { operation: "conjugate gradients", heapBytes: kernel.heapBytes });
    }
    kernel.call("erfem_cg_report", handle, iterationsAt, residualsAt);
    kernel.call("erfem_cg_solution", handle, blockAt);
    return {
      solution: buffers.readFloat64(blockAt, rhs.length),
      iterations: buffers.readInt32(iterationsAt, count),
      reason,
    };
  });
}

function findStopReason(status: number): StopReason | undefined {
  switch (status) {
    case KernelStatus.ok:
      return "converged";
    case KernelStatus.iterationLimit:
      return "iteration-limit";
    case KernelStatus.stagnated:
      return "stagnated";
    default:
      return undefined;
  }
}

// Conjugate gradients gain digits at a steady rate, so digits gained of digits wanted is a fair share of the work.
function reportProgress(
  buffers: KernelBuffers,
  iterationsAt: KernelPointer,
  residualsAt: KernelPointer,
  count: number,
  tolerance: number,
  progress: ProgressReporter,
): void {
  const iteration = Math.max(...buffers.readInt32(iterationsAt, count));
  const residual = Math.max(...buffers.readFloat64(residualsAt, count));
  const fraction = residual > 0 ? Math.log(residual) / Math.log(tolerance) : 1;
  progress({
    step: NAME,
    fraction: Math.min(1, Math.max(0, fraction)),
    message: `iteration ${iteration}, residual ${residual.toExponential(1)}`,
  });
}

// Columns from `first` on, divided by their norms: the kernel squares numbers, and the square of a tiny one is zero.
function extractUnitColumns(system: CsrSystem, first: number, norms: readonly number[]): Float64Array {
  const { rhs, numRhs } = system;
  const count = norms.length;
  const columns = new Float64Array(system.matrix.numRows * count);
  for (let row = 0; row < system.matrix.numRows; row++) {
    for (let l = 0; l < count; l++) {
      if (norms[l] > 0) columns[row * count + l] = rhs[row * numRhs + first + l] / norms[l];
    }
  }
  return columns;
}

function insertColumns(
  solution: Float64Array,
  numRhs: number,
  first: number,
  columns: Float64Array,
  norms: readonly number[],
): void {
  const count = norms.length;
  for (let row = 0; row * numRhs < solution.length; row++) {
    for (let l = 0; l < count; l++) {
      solution[row * numRhs + first + l] = columns[row * count + l] * norms[l];
    }
  }
}

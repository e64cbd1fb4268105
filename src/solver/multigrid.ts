import { type KernelBuffers, withKernelBuffers } from "../kernel/kernel-buffers.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import { isInKernel, placeMatrix, type SystemMatrix } from "./system-matrix.js";

/** A singular or definite matrix and its null space; see LinearSystem. */
export interface MultigridMatrix {
  readonly matrix: SystemMatrix;
  /** Component of each unknown, numRows; empty where numComponents is 0. */
  readonly component: Int32Array;
  readonly numComponents: number;
}

/** What the set-up came to. */
export interface MultigridInfo {
  readonly numLevels: number;
  /** Entries of all levels over entries of the matrix. */
  readonly operatorComplexity: number;
  /** Unknowns of the coarsest level. */
  readonly coarsestSize: number;
}

/** How far a run goes. */
export interface MultigridRun {
  /** Bound on ||P b - K x||_2 / ||b||_2 of every right-hand side. */
  readonly relativeTolerance: number;
  readonly maxIterations: number;
  /** Begin with the numbers that `solution`, an array, holds instead of zero. Default false. */
  readonly fromSolution?: boolean;
  /** Called between chunks of iterations with the worst right-hand side; the run ends where it returns false. */
  readonly onChunk?: (iteration: number, relativeResidual: number) => boolean;
}

/** How a run ended. */
export interface MultigridOutcome {
  /** A KernelStatus: ok, iterationLimit, stagnated, running (ended by onChunk), or a failure. */
  readonly status: number;
  /** Iterations of each right-hand side. */
  readonly iterations: Int32Array;
  /** ||P b - K x||_2 / ||b||_2 of each, recomputed from the solution; by recursion where the status is running. */
  readonly relativeResidual: Float64Array;
}

/** Right-hand sides that share a pass over the matrix; the kernel has no more lanes. */
const MAX_LANES = 4;
/** Iterations between two calls of onChunk. */
const CHUNK = 10;

/**
 * Conjugate gradients preconditioned with smoothed-aggregation multigrid in the WebAssembly kernel, for one matrix and
 * any number of blocks of right-hand sides. To be disposed of: it owns memory of the kernel.
 *
 * @see Vanek, Mandel & Brezina, "Algebraic multigrid by smoothed aggregation for second and fourth order elliptic
 * problems", Computing 56 (1996)
 */
export class Multigrid {
  readonly info: MultigridInfo;
  readonly #kernel: Kernel;
  readonly #numRows: number;
  #handle: KernelPointer;

  /**
   * Set-up, after which the matrix is not needed any more. `robust` stands for settings that cost more and cope with
   * anisotropy across the mesh and with flat cells.
   *
   * @throws KernelError `not-positive-definite`, `not-finite`, `kernel-bad-argument`, `kernel-out-of-memory`
   */
  constructor(kernel: Kernel, system: MultigridMatrix, robust = false) {
    const { matrix, component, numComponents } = system;
    this.#kernel = kernel;
    this.#numRows = matrix.numRows;
    const { handle, info } = withKernelBuffers(kernel, (buffers) => {
      const handleAt = buffers.allocate(4);
      const infoAt = buffers.allocate(32);
      const componentAt = numComponents > 0 ? buffers.copyIn(component) : 0;
      const outcome = [numComponents, robust ? 1 : 0, handleAt, infoAt];
      let status: number = KernelStatus.running;
      if (isInKernel(matrix) && matrix.kernel === kernel && matrix.half !== 0) {
        status = kernel.call("erfem_mg_create_assembled", matrix.half, componentAt, ...outcome);
        if (status !== KernelStatus.running) matrix.release();
      }
      if (status === KernelStatus.running) {
        const { rowStart, columns, values } = placeMatrix(kernel, buffers, matrix);
        const arrays = [matrix.numRows, rowStart, columns, values, componentAt];
        status = kernel.call("erfem_mg_create", ...arrays, ...outcome);
      }
      const [numLevels, operatorComplexity, coarsestSize, unknown] = buffers.readFloat64(infoAt, 4);
      if (status !== KernelStatus.ok) {
        throw createStatusError(status, {
          operation: "multigrid set-up",
          unknown,
          heapBytes: kernel.heapBytes,
        });
      }
      return {
        handle: buffers.readPointer(handleAt),
        info: { numLevels, operatorComplexity, coarsestSize },
      };
    });
    this.#handle = handle;
    this.info = info;
  }

  /**
   * X with K X = P B, P taking the mean over each component away; X gets mean zero over each.
   * @param rhs B, numRows x numRhs, row-major
   * @param solution receives X, numRows x numRhs, row-major, whatever the status; or which array does so with this one
   */
  solve(
    rhs: Float64Array,
    numRhs: number,
    solution: Float64Array | ((status: number) => Float64Array),
    run: MultigridRun,
  ): MultigridOutcome {
    const iterations = new Int32Array(numRhs);
    const relativeResidual = new Float64Array(numRhs);
    let status: number = KernelStatus.ok;
    withKernelBuffers(this.#kernel, (buffers) => {
      const rhsAt = buffers.copyIn(rhs);
      // A block's right-hand sides are not needed any more when its solution is written.
      const guess = run.fromSolution === true && typeof solution !== "function" ? solution : undefined;
      const solutionAt = guess === undefined ? rhsAt : buffers.copyIn(guess);
      for (let first = 0; first < numRhs; first += MAX_LANES) {
        const count = Math.min(MAX_LANES, numRhs - first);
        const ended = this.#runBlock(buffers, rhsAt + 8 * first, solutionAt + 8 * first, count, numRhs, {
          ...run,
          fromSolution: guess !== undefined,
        });
        iterations.set(ended.iterations, first);
        relativeResidual.set(ended.relativeResidual, first);
        if (status === KernelStatus.ok) status = ended.status;
      }
      buffers.copyOut(solutionAt, typeof solution === "function" ? solution(status) : solution);
    });
    return { status, iterations, relativeResidual };
  }

  /**
   * z = M^-1 r: one V-cycle from zero, an approximation of K^-1 r. Linear and symmetric in r up to the round-off of
   * float32.
   * @param residual r, numRows
   * @param result receives z, numRows; may be `residual`
   * @throws KernelError `kernel-out-of-memory`, `kernel-bad-argument`
   */
  precondition(residual: Float64Array, result: Float64Array): void {
    let largest = 0;
    for (let i = 0; i < residual.length; i++) largest = Math.max(largest, Math.abs(residual[i]));
    if (largest === 0) {
      result.fill(0);
      return;
    }
    const scale = 1 / largest; // to 1, for float32 neither underflows nor overflows then
    for (let i = 0; i < residual.length; i++) result[i] = scale * residual[i];
    withKernelBuffers(this.#kernel, (buffers) => {
      const residualAt = buffers.copyIn(result);
      const resultAt = buffers.allocate(8 * this.#numRows);
      const status = this.#kernel.call("erfem_mg_precondition", this.#handle, residualAt, 1, resultAt);
      if (status !== KernelStatus.ok) {
        throw createStatusError(status, {
          operation: "multigrid preconditioner",
          heapBytes: this.#kernel.heapBytes,
        });
      }
      buffers.copyOut(resultAt, result);
    });
    for (let i = 0; i < result.length; i++) result[i] *= largest;
  }

  /** Frees the kernel's memory; the object is of no use after that. */
  dispose(): void {
    this.#kernel.free("erfem_mg_free", this.#handle);
    this.#handle = 0;
  }

  #runBlock(
    buffers: KernelBuffers,
    rhsAt: KernelPointer,
    solutionAt: KernelPointer,
    count: number,
    stride: number,
    run: MultigridRun,
  ): MultigridOutcome {
    const kernel = this.#kernel;
    const handle = this.#handle;
    const iterationsAt = buffers.allocate(4 * count);
    const residualsAt = buffers.allocate(8 * count);
    const guessAt = run.fromSolution === true ? solutionAt : 0;
    let status = kernel.call(
      "erfem_mg_start",
      handle,
      rhsAt,
      guessAt,
      count,
      stride,
      run.relativeTolerance,
      run.maxIterations,
    );
    let goOn = true;
    while (status === KernelStatus.running && goOn) {
      status = kernel.call("erfem_mg_iterate", handle, CHUNK);
      if (run.onChunk === undefined) continue;
      kernel.call("erfem_mg_report", handle, iterationsAt, residualsAt);
      const iteration = Math.max(...buffers.readInt32(iterationsAt, count));
      goOn = run.onChunk(iteration, Math.max(...buffers.readFloat64(residualsAt, count)));
    }
    kernel.call("erfem_mg_report", handle, iterationsAt, residualsAt);
    kernel.call("erfem_mg_solution", handle, solutionAt, stride);
    return {
      status,
      iterations: buffers.readInt32(iterationsAt, count),
      relativeResidual: buffers.readFloat64(residualsAt, count),
    };
  }
}

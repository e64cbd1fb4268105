import type { KernelBuffers } from "../kernel/kernel-buffers.js";
import type { KernelMatrix, KernelMatrixArrays } from "../kernel/kernel-matrix.js";
import type { Kernel } from "../kernel/kernel.js";
import type { CsrMatrix } from "../sparse/csr.js";

/** The matrix of a linear system: its arrays, or a matrix in the memory of a kernel. */
export type SystemMatrix = CsrMatrix | KernelMatrix;

/** Whether a matrix lies in the memory of a kernel. Not by its class, of which a program can hold two copies. */
export function isInKernel(matrix: SystemMatrix): matrix is KernelMatrix {
  return "toCsr" in matrix;
}

/** A matrix as arrays; a copy where it lies in the memory of a kernel. */
export function toCsr(matrix: SystemMatrix): CsrMatrix {
  return isInKernel(matrix) ? matrix.toCsr() : matrix;
}

/** Where a matrix lies in a kernel's memory: where it is already, or a copy among `buffers`. */
export function placeMatrix(
  kernel: Kernel,
  buffers: KernelBuffers,
  matrix: SystemMatrix,
): KernelMatrixArrays {
  if (isInKernel(matrix) && matrix.kernel === kernel) return matrix.arrays;
  const { rowStart, columns, values } = toCsr(matrix);
  return {
    rowStart: buffers.copyIn(rowStart),
    columns: buffers.copyIn(columns),
    values: buffers.copyIn(values),
  };
}

/** Lets go of the memory of a matrix that is not needed for a while. */
export function releaseMatrix(matrix: SystemMatrix): void {
  if (isInKernel(matrix)) matrix.release();
}

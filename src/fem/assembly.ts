import type { Matrix3 } from "../core/tensor.js";
import { withKernelBuffers, type KernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import { KernelMatrix, type KernelMatrixArrays } from "../kernel/kernel-matrix.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import type { CsrMatrix } from "../sparse/csr.js";
import { copyCellInput, type CellProblem } from "./cell-input.js";

/** Right-hand sides and integrals of a cell problem. */
export interface CellProblemLoads {
  /** B_ik = -int a e_k . grad phi_i dy, numDofs x 3, row-major. K chi_k = B_k is the weak form of (2.15) / (2.29). */
  readonly load: Float64Array;
  /** sqrt of the sum of squares of all cell contributions to B_k: what the round-off of B_k is relative to. */
  readonly loadScale: readonly [number, number, number];
  /** int a dy over the phase. */
  readonly integratedDiffusion: Matrix3;
  /** int phi_i dy, numDofs. */
  readonly basisIntegrals: Float64Array;
}

/** The cell problem of one phase before it is solved. */
export interface AssembledCellProblem extends CellProblemLoads {
  /** K_ij = int a grad phi_j . grad phi_i dy, numDofs x numDofs, symmetric to the last bit. */
  readonly stiffness: CsrMatrix;
}

/** The same with its matrix in the kernel's memory, to be released once it is not needed any more. */
export interface KernelCellProblem extends CellProblemLoads {
  /** K, see {@link AssembledCellProblem}. */
  readonly stiffness: KernelMatrix;
}

/**
 * Assembles stiffness and load of the cell problems on the cells of one phase, for any element of four affine basis
 * functions that add up to one, in one loop over the cells (wasm/assembly-rows.cpp).
 *
 * With J the matrix of edges from node 0, grad phi_i = J^-T (reference gradient of phi_i). The diagonal is minus the sum
 * of the other entries of its row, constants being in the null space.
 *
 * @throws KernelError `kernel-out-of-memory`
 * @see Goel, Sneyd and Friedman (2006), equations (2.15), (2.25), (2.29)
 */
export function assembleCellProblem(kernel: Kernel, problem: CellProblem): AssembledCellProblem {
  const assembled = assembleInKernel(kernel, problem);
  const stiffness = assembled.stiffness.toCsr();
  assembled.stiffness.release();
  return { ...assembled, stiffness };
}

/**
 * {@link assembleCellProblem}, leaving the matrix in the kernel's memory. Where the phase is a large part of
 * `problem.kernelMesh`, that is unloaded on the way, for its memory is worth more than the time of another copy.
 */
export function assembleInKernel(kernel: Kernel, problem: CellProblem): KernelCellProblem {
  const { numDofs } = problem.dofMap;
  const { handle, loads } = assembleCells(kernel, problem);
  const stiffness = new KernelMatrix(
    kernel,
    numDofs,
    {
      makeHalf: () => assembleCells(kernel, problem).handle,
      finish: (half) => finishAssembly(kernel, half),
      free: "erfem_assembly_free",
    },
    handle,
  );
  return { stiffness, ...loads };
}

/**
 * E_kl = int (e_k + grad u_k) . a (e_l + grad u_l) dy over the phase, for three functions u_k.
 *
 * Summed cell by cell: every term of E_kk is a square, so that energies far below int a dy keep their digits, and none is
 * negative.
 *
 * @param u values of u_k at the dofs, numDofs x 3, row-major
 * @throws KernelError `kernel-out-of-memory`
 */
export function integrateEnergy(kernel: Kernel, problem: CellProblem, u: Float64Array): Matrix3 {
  return withKernelBuffers(kernel, (buffers) => {
    const input = copyCellInput(buffers, problem);
    const output = buffers.allocate(9 * 8);
    kernel.call(
      "erfem_assembly_energy",
      input.coordinates,
      input.cells,
      problem.phaseCells.length,
      input.phaseCells,
      input.cellDofs,
      input.element,
      input.tensors,
      input.tensorOfCell,
      buffers.copyIn(u),
      output,
    );
    return toRows(buffers.readFloat64(output, 9));
  });
}

/** All that needs the cells: a handle for {@link finishAssembly}. */
function assembleCells(
  kernel: Kernel,
  problem: CellProblem,
): { handle: KernelPointer; loads: CellProblemLoads } {
  const { kernelMesh, phaseCells, dofMap } = problem;
  const isLarge = kernelMesh?.isLargePart(phaseCells.length) === true;
  if (isLarge) kernelMesh.makeRoomToAssemble();
  const result = withKernelBuffers(kernel, (buffers) => {
    const input = copyCellInput(buffers, problem);
    const output = buffers.allocate(2 * 4);
    const status = kernel.call(
      "erfem_assembly_create",
      input.coordinates,
      input.cells,
      phaseCells.length,
      input.phaseCells,
      dofMap.numDofs,
      input.cellDofs,
      input.element,
      input.tensors,
      input.tensorOfCell,
      output,
    );
    requireOk(kernel, status);
    const handle = buffers.readPointer(output);
    kernel.call("erfem_assembly_loads", handle, output);
    const [loadAt, sumsAt] = buffers.readPointers(output, 2);
    return { handle, loads: readLoads(buffers, dofMap.numDofs, loadAt, sumsAt) };
  });
  if (isLarge) kernelMesh.makeRoomToSolve();
  return result;
}

/** The whole matrix; frees the handle where that fails. */
function finishAssembly(kernel: Kernel, handle: KernelPointer): KernelMatrixArrays {
  return withKernelBuffers(kernel, (buffers) => {
    const addresses = buffers.allocate(3 * 4);
    const status = kernel.call("erfem_assembly_finish", handle, addresses);
    if (status !== KernelStatus.ok) kernel.free("erfem_assembly_free", handle);
    requireOk(kernel, status);
    const [rowStart, columns, values] = buffers.readPointers(addresses, 3);
    return { rowStart, columns, values };
  });
}

function readLoads(
  buffers: KernelBuffers,
  numDofs: number,
  loadAt: KernelPointer,
  sumsAt: KernelPointer,
): CellProblemLoads {
  const sums = buffers.readFloat64(sumsAt, numDofs + 12);
  const squares = sums.subarray(numDofs + 9);
  return {
    load: buffers.readFloat64(loadAt, 3 * numDofs),
    loadScale: [Math.sqrt(squares[0]), Math.sqrt(squares[1]), Math.sqrt(squares[2])],
    integratedDiffusion: toRows(sums.subarray(numDofs, numDofs + 9)),
    basisIntegrals: sums.subarray(0, numDofs),
  };
}

function requireOk(kernel: Kernel, status: number): void {
  if (status === KernelStatus.ok) return;
  throw createStatusError(status, { operation: "assembly", heapBytes: kernel.heapBytes });
}

function toRows(a: Float64Array): Matrix3 {
  return [
    [a[0], a[1], a[2]],
    [a[3], a[4], a[5]],
    [a[6], a[7], a[8]],
  ];
}

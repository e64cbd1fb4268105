import type { Matrix3 } from "../core/tensor.js";
import { withKernelBuffers, type KernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import type { CsrMatrix } from "../sparse/csr.js";
import { copyCellInput, type CellProblem } from "./cell-input.js";

/** The cell problem of one phase before it is solved. */
export interface AssembledCellProblem {
  /** K_ij = int a grad phi_j . grad phi_i dy, numDofs x numDofs, symmetric to the last bit. */
  readonly stiffness: CsrMatrix;
  /** B_ik = -int a e_k . grad phi_i dy, numDofs x 3, row-major. K chi_k = B_k is the weak form of (2.15) / (2.29). */
  readonly load: Float64Array;
  /** sqrt of the sum of squares of all cell contributions to B_k: what the round-off of B_k is relative to. */
  readonly loadScale: readonly [number, number, number];
  /** int a dy over the phase. */
  readonly integratedDiffusion: Matrix3;
  /** int phi_i dy, numDofs. */
  readonly basisIntegrals: Float64Array;
}

/**
 * Assembles stiffness and load of the cell problems on the cells of one phase, for any element of four affine basis
 * functions that add up to one, in one loop over the cells (wasm/assembly.cpp).
 *
 * With J the matrix of edges from node 0, grad phi_i = J^-T (reference gradient of phi_i). The diagonal is minus the sum
 * of the other entries of its row, constants being in the null space.
 *
 * @throws KernelError `kernel-out-of-memory`
 * @see Goel, Sneyd and Friedman (2006), equations (2.15), (2.25), (2.29)
 */
export function assembleCellProblem(kernel: Kernel, problem: CellProblem): AssembledCellProblem {
  return withKernelBuffers(kernel, (buffers) => {
    const handle = createAssembly(kernel, buffers, problem);
    try {
      return readAssembly(kernel, buffers, handle, problem.dofMap.numDofs);
    } finally {
      kernel.free("erfem_assembly_free", handle);
    }
  });
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

function createAssembly(kernel: Kernel, buffers: KernelBuffers, problem: CellProblem): KernelPointer {
  const input = copyCellInput(buffers, problem);
  const output = buffers.allocate(4);
  const status = kernel.call(
    "erfem_assembly_create",
    input.coordinates,
    input.cells,
    problem.phaseCells.length,
    input.phaseCells,
    problem.dofMap.numDofs,
    input.cellDofs,
    input.element,
    input.tensors,
    input.tensorOfCell,
    output,
  );
  if (status !== KernelStatus.ok) {
    throw createStatusError(status, { operation: "assembly", heapBytes: kernel.heapBytes });
  }
  return buffers.readPointer(output);
}

function readAssembly(
  kernel: Kernel,
  buffers: KernelBuffers,
  handle: KernelPointer,
  numDofs: number,
): AssembledCellProblem {
  const addresses = buffers.allocate(5 * 4);
  kernel.call("erfem_assembly_arrays", handle, addresses);
  const [rowStartAt, columnsAt, valuesAt, loadAt, sumsAt] = Array.from(
    buffers.readInt32(addresses, 5),
    (address) => address >>> 0,
  );
  const rowStart = buffers.readInt32(rowStartAt, numDofs + 1);
  const numEntries = rowStart[numDofs];
  const sums = buffers.readFloat64(sumsAt, numDofs + 12);
  const squares = sums.subarray(numDofs + 9);
  return {
    stiffness: {
      numRows: numDofs,
      numCols: numDofs,
      rowStart,
      columns: buffers.readInt32(columnsAt, numEntries),
      values: buffers.readFloat64(valuesAt, numEntries),
    },
    load: buffers.readFloat64(loadAt, 3 * numDofs),
    loadScale: [Math.sqrt(squares[0]), Math.sqrt(squares[1]), Math.sqrt(squares[2])],
    integratedDiffusion: toRows(sums.subarray(numDofs, numDofs + 9)),
    basisIntegrals: sums.slice(0, numDofs),
  };
}

function toRows(a: Float64Array): Matrix3 {
  return [
    [a[0], a[1], a[2]],
    [a[3], a[4], a[5]],
    [a[6], a[7], a[8]],
  ];
}

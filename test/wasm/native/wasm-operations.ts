import { withKernelBuffers, type KernelBuffers } from "../../../src/kernel/kernel-buffers.js";
import type { Kernel, KernelPointer } from "../../../src/kernel/kernel.js";
import { KernelStatus } from "../../../src/kernel/kernel-status.js";
import type { NumberArray } from "./program.js";

/** The operations of driver.cpp in the WebAssembly kernel: the same arrays in, the same arrays out. */
export const wasmOperations = { mg, cg, ldlt, rcm, assembly, mesh };

/** How the functions of the two iterations are called. */
type Iteration = "erfem_mg" | "erfem_cg";

function mg(kernel: Kernel, input: readonly NumberArray[]): NumberArray[] {
  const [sizes, rowStart, columns, values, component, rhs, tolerance] = input;
  const [n, numRhs, numComponents, robust, limit] = sizes;
  return withKernelBuffers(kernel, (buffers) => {
    const [handleAt, infoAt] = [buffers.allocate(4), buffers.allocate(32)];
    const matrix = [rowStart, columns, values].map((array) => buffers.copyIn(array));
    const componentAt = numComponents > 0 ? buffers.copyIn(component) : 0;
    expectOk(
      kernel.call("erfem_mg_create", n, ...matrix, componentAt, numComponents, robust, handleAt, infoAt),
    );
    const handle = buffers.readPointer(handleAt);
    const rhsAt = buffers.copyIn(rhs);
    const status = kernel.call("erfem_mg_start", handle, rhsAt, 0, numRhs, numRhs, tolerance[0], limit);
    return iterate(kernel, buffers, "erfem_mg", handle, status, numRhs, rhs.length, (at) => {
      kernel.call("erfem_mg_solution", handle, at, numRhs);
    });
  });
}

function cg(kernel: Kernel, input: readonly NumberArray[]): NumberArray[] {
  const [sizes, rowStart, columns, values, component, rhs, tolerance] = input;
  const [n, numRhs, numComponents, , limit] = sizes;
  return withKernelBuffers(kernel, (buffers) => {
    const [handleAt, infoAt] = [buffers.allocate(4), buffers.allocate(16)];
    const matrix = [rowStart, columns, values, component].map((array) => buffers.copyIn(array));
    expectOk(kernel.call("erfem_cg_create", n, ...matrix, numComponents, handleAt, infoAt));
    const handle = buffers.readPointer(handleAt);
    const status = kernel.call("erfem_cg_start", handle, buffers.copyIn(rhs), numRhs, tolerance[0], limit);
    return iterate(kernel, buffers, "erfem_cg", handle, status, numRhs, rhs.length, (at) => {
      kernel.call("erfem_cg_solution", handle, at);
    });
  });
}

function iterate(
  kernel: Kernel,
  buffers: KernelBuffers,
  name: Iteration,
  handle: KernelPointer,
  started: number,
  numRhs: number,
  length: number,
  copySolution: (at: KernelPointer) => void,
): NumberArray[] {
  const [iterationsAt, residualsAt] = [buffers.allocate(4 * numRhs), buffers.allocate(8 * numRhs)];
  const solutionAt = buffers.allocate(8 * length);
  let status = started;
  while (status === KernelStatus.running) status = kernel.call(`${name}_iterate`, handle, 10);
  kernel.call(`${name}_report`, handle, iterationsAt, residualsAt);
  copySolution(solutionAt);
  kernel.free(`${name}_free`, handle);
  return [
    Int32Array.of(status),
    buffers.readInt32(iterationsAt, numRhs),
    buffers.readFloat64(residualsAt, numRhs),
    buffers.readFloat64(solutionAt, length),
  ];
}

function ldlt(kernel: Kernel, input: readonly NumberArray[]): NumberArray[] {
  const [sizes, rowStart, columns, values, , rhs] = input;
  return withKernelBuffers(kernel, (buffers) => {
    const [handleAt, infoAt, solutionAt] = [4, 16, rhs.byteLength].map((bytes) => buffers.allocate(bytes));
    const matrix = [rowStart, columns, values].map((array) => buffers.copyIn(array));
    expectOk(kernel.call("erfem_ldlt_create", sizes[0], ...matrix, handleAt, infoAt));
    const handle = buffers.readPointer(handleAt);
    const status = kernel.call("erfem_ldlt_solve", handle, buffers.copyIn(rhs), sizes[1], solutionAt);
    kernel.free("erfem_ldlt_free", handle);
    return [
      Int32Array.of(status),
      buffers.readFloat64(infoAt, 2),
      buffers.readFloat64(solutionAt, rhs.length),
    ];
  });
}

function rcm(kernel: Kernel, [rowStart, columns]: readonly NumberArray[]): NumberArray[] {
  return withKernelBuffers(kernel, (buffers) => {
    const n = rowStart.length - 1;
    const permutationAt = buffers.allocate(4 * n);
    const status = kernel.call(
      "erfem_rcm",
      n,
      buffers.copyIn(rowStart),
      buffers.copyIn(columns),
      permutationAt,
    );
    return [Int32Array.of(status), buffers.readInt32(permutationAt, n)];
  });
}

function assembly(kernel: Kernel, input: readonly NumberArray[]): NumberArray[] {
  const [coordinates, cells, phaseCells, cellDofs, [numDofs], element, tensors, tensorOfCell, chi] = input;
  return withKernelBuffers(kernel, (buffers) => {
    const geometry = [coordinates, cells].map((array) => buffers.copyIn(array));
    const phaseCellsAt = buffers.copyIn(phaseCells);
    const coefficient = [element, tensors].map((array) => buffers.copyIn(array));
    coefficient.push(tensorOfCell.length > 0 ? buffers.copyIn(tensorOfCell) : 0);
    const where = [...geometry, phaseCells.length, phaseCellsAt];
    const handleAt = buffers.allocate(4);
    const status = kernel.call(
      "erfem_assembly_create",
      ...where,
      numDofs,
      buffers.copyIn(cellDofs),
      ...coefficient,
      handleAt,
    );
    expectOk(status);
    const handle = buffers.readPointer(handleAt);
    const addressesAt = buffers.allocate(12);
    kernel.call("erfem_assembly_loads", handle, addressesAt);
    const [loadAt, sumsAt] = buffers.readPointers(addressesAt, 2);
    const load = buffers.readFloat64(loadAt, 3 * numDofs);
    const sums = buffers.readFloat64(sumsAt, numDofs + 12);
    expectOk(kernel.call("erfem_assembly_finish", handle, addressesAt));
    const [rowStartAt, columnsAt, valuesAt] = buffers.readPointers(addressesAt, 3);
    const rowStart = buffers.readInt32(rowStartAt, numDofs + 1);
    const result = [
      Int32Array.of(status),
      rowStart,
      buffers.readInt32(columnsAt, rowStart[numDofs]),
      buffers.readFloat64(valuesAt, rowStart[numDofs]),
      load,
      sums,
    ];
    kernel.free("erfem_assembly_free", handle);
    const energyAt = buffers.allocate(72);
    const dofsAt = buffers.copyIn(cellDofs);
    kernel.call("erfem_assembly_energy", ...where, dofsAt, ...coefficient, buffers.copyIn(chi), energyAt);
    return [...result, buffers.readFloat64(energyAt, 9)];
  });
}

function mesh(kernel: Kernel, [coordinates, cells]: readonly NumberArray[]): NumberArray[] {
  const [numNodes, numCells] = [coordinates.length / 3, cells.length / 4];
  return withKernelBuffers(kernel, (buffers) => {
    const cellsAt = buffers.copyIn(cells);
    const sizes = [4 * numNodes, 4 * numCells, 16 * numCells, 16 * numCells, 12];
    const [nodesAt, oldCellsAt, orderedAt, partnerAt, conflictAt] = sizes.map((bytes) =>
      buffers.allocate(bytes),
    );
    const statuses = Int32Array.of(
      kernel.call(
        "erfem_order_mesh",
        numNodes,
        buffers.copyIn(coordinates),
        numCells,
        cellsAt,
        nodesAt,
        oldCellsAt,
        orderedAt,
      ),
      kernel.call("erfem_pair_facets", numNodes, numCells, orderedAt, partnerAt, conflictAt),
    );
    return [
      statuses,
      buffers.readInt32(orderedAt, 4 * numCells),
      buffers.readInt32(nodesAt, numNodes),
      buffers.readInt32(oldCellsAt, numCells),
      buffers.readInt32(partnerAt, 4 * numCells),
    ];
  });
}

function expectOk(status: number): void {
  if (status !== KernelStatus.ok) throw new Error(`the kernel gave status ${status}`);
}

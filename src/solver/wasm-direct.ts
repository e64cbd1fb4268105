import type { CsrMatrix } from "../sparse/csr.js";
import { type Factorization, solveDirectly } from "./direct-solution.js";
import { type Kernel, type KernelPointer, loadKernel } from "../kernel/kernel.js";
import { withKernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import { toCsrSystem, type LinearSolver } from "./linear-solver.js";

/**
 * The direct solver of the WebAssembly kernel: Eigen's sparse LDL' with approximate minimum degree order. Exact to
 * round-off whatever the conditioning, but in 3-D its work grows like the square of the number of unknowns.
 *
 * @param kernel the instance to use; by default each solve takes one of its own, whose memory goes with it
 * @see {@link LinearSolver.solve} for the errors
 */
export function createWasmDirectSolver(kernel?: Kernel): LinearSolver {
  const name = "wasm-ldlt";
  return {
    name,
    async solve(system, options) {
      const instance = kernel ?? (await loadKernel());
      return solveDirectly(toCsrSystem(system), name, options, (matrix, unknown) =>
        factorizeLdlt(instance, matrix, unknown),
      );
    },
  };
}

function factorizeLdlt(kernel: Kernel, matrix: CsrMatrix, unknown: Int32Array): Factorization {
  const handle = withKernelBuffers(kernel, (buffers): KernelPointer => {
    const handleAt = buffers.allocate(4);
    const infoAt = buffers.allocate(16);
    const status = kernel.call(
      "erfem_ldlt_create",
      matrix.numRows,
      buffers.copyIn(matrix.rowStart),
      buffers.copyIn(matrix.columns),
      buffers.copyIn(matrix.values),
      handleAt,
      infoAt,
    );
    if (status === KernelStatus.ok) return buffers.readPointer(handleAt);
    const row = buffers.readFloat64(infoAt, 2)[1];
    throw createStatusError(status, {
      operation: "sparse LDL' factorization",
      unknown: row >= 0 ? unknown[row] : -1,
      heapBytes: kernel.heapBytes,
    });
  });
  return {
    solve(rhs, numRhs) {
      return withKernelBuffers(kernel, (buffers) => {
        const solutionAt = buffers.allocate(rhs.byteLength);
        const status = kernel.call("erfem_ldlt_solve", handle, buffers.copyIn(rhs), numRhs, solutionAt);
        if (status !== KernelStatus.ok) {
          throw createStatusError(status, { operation: "sparse LDL' solution", heapBytes: kernel.heapBytes });
        }
        return buffers.readFloat64(solutionAt, rhs.length);
      });
    },
    dispose() {
      kernel.free("erfem_ldlt_free", handle);
    },
  };
}

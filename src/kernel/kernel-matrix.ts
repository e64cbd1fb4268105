import { withKernelBuffers } from "./kernel-buffers.js";
import type { Kernel, KernelFreeFunction, KernelPointer } from "./kernel.js";

/** Where a matrix in compressed sparse rows lies in a kernel's memory. */
export interface KernelMatrixArrays {
  /** numRows + 1 offsets. */
  readonly rowStart: KernelPointer;
  readonly columns: KernelPointer;
  readonly values: KernelPointer;
}

/** Arrays, and the handle that owns them. */
export interface OwnedMatrixArrays extends KernelMatrixArrays {
  readonly handle: KernelPointer;
  readonly free: KernelFreeFunction;
}

/**
 * A square sparse matrix in the memory of a kernel: a solver of the same kernel takes it from there, any other asks for
 * a copy. Its memory can be released in between: then the matrix is made anew when it is asked for again, to the last
 * bit as it was.
 */
export class KernelMatrix {
  readonly kernel: Kernel;
  readonly numRows: number;
  readonly #remake: () => OwnedMatrixArrays;
  #arrays: OwnedMatrixArrays | undefined;

  /** @param remake makes the matrix again; called when it is needed after {@link release} */
  constructor(kernel: Kernel, numRows: number, arrays: OwnedMatrixArrays, remake: () => OwnedMatrixArrays) {
    this.kernel = kernel;
    this.numRows = numRows;
    this.#arrays = arrays;
    this.#remake = remake;
  }

  /**
   * The arrays, valid up to {@link release}.
   * @throws KernelError from making them again
   */
  get arrays(): KernelMatrixArrays {
    this.#arrays ??= this.#remake();
    return this.#arrays;
  }

  /**
   * A copy for use outside the kernel, in compressed sparse rows.
   * @throws KernelError from making the matrix again
   */
  toCsr(): {
    readonly numRows: number;
    readonly numCols: number;
    readonly rowStart: Int32Array;
    readonly columns: Int32Array;
    readonly values: Float64Array;
  } {
    const { numRows } = this;
    const arrays = this.arrays;
    return withKernelBuffers(this.kernel, (buffers) => {
      const rowStart = buffers.readInt32(arrays.rowStart, numRows + 1);
      const columns = buffers.readInt32(arrays.columns, rowStart[numRows]);
      const values = buffers.readFloat64(arrays.values, rowStart[numRows]);
      return { numRows, numCols: numRows, rowStart, columns, values };
    });
  }

  /** Frees the memory, up to the next use. */
  release(): void {
    const arrays = this.#arrays;
    this.#arrays = undefined;
    if (arrays !== undefined) this.kernel.free(arrays.free, arrays.handle);
  }
}

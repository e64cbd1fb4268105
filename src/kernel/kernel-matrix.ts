import { withKernelBuffers } from "./kernel-buffers.js";
import type { Kernel, KernelFreeFunction, KernelPointer } from "./kernel.js";

/** Where a matrix in compressed sparse rows lies in a kernel's memory. */
export interface KernelMatrixArrays {
  /** numRows + 1 offsets. */
  readonly rowStart: KernelPointer;
  readonly columns: KernelPointer;
  readonly values: KernelPointer;
}

/** How a matrix is made, in two steps. */
export interface KernelMatrixMaker {
  /** Makes the half above the diagonal; the diagonal is minus the sum of the rest of its row. Returns a handle. */
  readonly makeHalf: () => KernelPointer;
  /** Makes the whole matrix of it; the handle, which it keeps, is freed where that fails. */
  readonly finish: (handle: KernelPointer) => KernelMatrixArrays;
  /** What frees the handle. */
  readonly free: KernelFreeFunction;
}

/**
 * A square symmetric matrix in the memory of a kernel: a solver of the same kernel takes it from there, any other asks
 * for a copy. Its memory can be released in between: then the matrix is made anew when it is asked for again, to the
 * last bit as it was.
 */
export class KernelMatrix {
  readonly kernel: Kernel;
  readonly numRows: number;
  readonly #maker: KernelMatrixMaker;
  #handle: KernelPointer;
  #arrays: KernelMatrixArrays | undefined;

  /** @param half from the maker */
  constructor(kernel: Kernel, numRows: number, maker: KernelMatrixMaker, half: KernelPointer) {
    this.kernel = kernel;
    this.numRows = numRows;
    this.#maker = maker;
    this.#handle = half;
  }

  /**
   * The arrays, valid up to {@link release}.
   * @throws KernelError from making them
   */
  get arrays(): KernelMatrixArrays {
    if (this.#arrays === undefined) {
      const handle = this.#handle === 0 ? this.#maker.makeHalf() : this.#handle;
      this.#handle = 0;
      this.#arrays = this.#maker.finish(handle);
      this.#handle = handle;
    }
    return this.#arrays;
  }

  /** Handle of the half above the diagonal, for who takes it and calls {@link release}; 0 where there is the whole. */
  get half(): KernelPointer {
    return this.#arrays === undefined ? this.#handle : 0;
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
    const handle = this.#handle;
    this.#handle = 0;
    this.#arrays = undefined;
    this.kernel.free(this.#maker.free, handle);
  }
}

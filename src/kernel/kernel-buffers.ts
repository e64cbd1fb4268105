import type { Kernel, KernelFreeFunction, KernelPointer } from "./kernel.js";
import { createOutOfMemoryError, createStatusError, KernelStatus } from "./kernel-status.js";

/**
 * Buffers in a kernel's memory that live and end together. Data is copied in and out: a view of the kernel's memory
 * would go stale whenever that memory grows.
 */
export class KernelBuffers {
  readonly #kernel: Kernel;
  readonly #pointers: KernelPointer[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Room for `bytes` bytes, contents undefined.
   * @throws KernelError `kernel-out-of-memory`
   */
  allocate(bytes: number): KernelPointer {
    const pointer = bytes < 2 ** 32 ? this.#kernel.call("erfem_allocate", bytes) : 0;
    if (pointer === 0) {
      throw createOutOfMemoryError(`allocation of ${bytes} bytes`, { heapBytes: this.#kernel.heapBytes });
    }
    this.#pointers.push(pointer);
    return pointer;
  }

  /** A copy of `numbers` in the kernel's memory. */
  copyIn(numbers: Int8Array | Int32Array | Float64Array): KernelPointer {
    const pointer = this.allocate(numbers.byteLength);
    if (numbers instanceof Int8Array) {
      new Int8Array(this.#kernel.memory, pointer, numbers.length).set(numbers);
    } else if (numbers instanceof Int32Array) {
      new Int32Array(this.#kernel.memory, pointer, numbers.length).set(numbers);
    } else {
      new Float64Array(this.#kernel.memory, pointer, numbers.length).set(numbers);
    }
    return pointer;
  }

  /** A copy of `length` doubles at `pointer`. */
  readFloat64(pointer: KernelPointer, length: number): Float64Array {
    return new Float64Array(this.#kernel.memory, pointer, length).slice();
  }

  /** Fills `numbers` with those at `pointer`. */
  copyOut(pointer: KernelPointer, numbers: Int32Array | Float64Array): void {
    if (numbers instanceof Int32Array) {
      numbers.set(new Int32Array(this.#kernel.memory, pointer, numbers.length));
    } else {
      numbers.set(new Float64Array(this.#kernel.memory, pointer, numbers.length));
    }
  }

  /** A copy of `length` 32-bit integers at `pointer`. */
  readInt32(pointer: KernelPointer, length: number): Int32Array {
    return new Int32Array(this.#kernel.memory, pointer, length).slice();
  }

  /** A copy of `length` signed bytes at `pointer`. */
  readInt8(pointer: KernelPointer, length: number): Int8Array {
    return new Int8Array(this.#kernel.memory, pointer, length).slice();
  }

  /** A copy of `length` bytes at `pointer`. */
  readUint8(pointer: KernelPointer, length: number): Uint8Array {
    return new Uint8Array(this.#kernel.memory, pointer, length).slice();
  }

  /** The address that a kernel function left at `pointer`. */
  readPointer(pointer: KernelPointer): KernelPointer {
    return this.readPointers(pointer, 1)[0];
  }

  /** The `length` addresses that a kernel function left at `pointer`. */
  readPointers(pointer: KernelPointer, length: number): KernelPointer[] {
    return Array.from(new Uint32Array(this.#kernel.memory, pointer, length));
  }

  /** Frees one of them before the others. */
  free(pointer: KernelPointer): void {
    const at = this.#pointers.indexOf(pointer);
    if (at < 0) return;
    this.#pointers.splice(at, 1);
    this.#kernel.free("erfem_release", pointer);
  }

  /** Frees all of them. */
  dispose(): void {
    for (const pointer of this.#pointers.splice(0)) this.#kernel.free("erfem_release", pointer);
  }
}

/**
 * Makes an object of the kernel, copies out of it what is wanted, and frees it.
 *
 * @param create leaves a handle at `handleAt` and answers a status
 * @param free frees the handle
 * @throws KernelError for a status that is not ok
 */
export function withKernelObject<T>(
  kernel: Kernel,
  buffers: KernelBuffers,
  object: {
    readonly operation: string;
    readonly create: (handleAt: KernelPointer) => number;
    readonly free: KernelFreeFunction;
    readonly read: (handle: KernelPointer) => T;
  },
): T {
  const handleAt = buffers.allocate(4);
  const status = object.create(handleAt);
  if (status !== KernelStatus.ok) {
    throw createStatusError(status, { operation: object.operation, heapBytes: kernel.heapBytes });
  }
  const handle = buffers.readPointer(handleAt);
  try {
    return object.read(handle);
  } finally {
    kernel.free(object.free, handle);
  }
}

/** Runs `work` with buffers in the kernel's memory that are freed when it ends, however it ends. */
export function withKernelBuffers<T>(kernel: Kernel, work: (buffers: KernelBuffers) => T): T {
  const buffers = new KernelBuffers(kernel);
  try {
    return work(buffers);
  } finally {
    buffers.dispose();
  }
}

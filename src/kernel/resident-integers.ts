import { KernelBuffers } from "./kernel-buffers.js";
import type { Kernel, KernelPointer } from "./kernel.js";

/** 32-bit integers that stay in the memory of a kernel, to be read there and copied out by those who need them. */
export class ResidentIntegers {
  readonly kernel: Kernel;
  #buffers: KernelBuffers;
  #pointer: KernelPointer;
  #length: number;

  /** @throws KernelError `kernel-out-of-memory` */
  constructor(kernel: Kernel, length: number) {
    this.kernel = kernel;
    this.#buffers = new KernelBuffers(kernel);
    this.#pointer = this.#buffers.allocate(4 * length);
    this.#length = length;
  }

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Where they lie, up to {@link resize} and {@link free}. */
  get pointer(): KernelPointer {
    return this.#pointer;
  }

  /** The integers themselves, good up to the next call of the kernel: it may move its memory. */
  view(): Int32Array {
    return new Int32Array(this.kernel.memory, this.#pointer, this.#length);
  }

  /** Room for `length` integers; the first ones keep their values. @throws KernelError `kernel-out-of-memory` */
  resize(length: number): void {
    const buffers = new KernelBuffers(this.kernel);
    const pointer = buffers.allocate(4 * length);
    const numKept = Math.min(length, this.#length);
    new Int32Array(this.kernel.memory, pointer, numKept).set(this.view().subarray(0, numKept));
    this.#buffers.dispose();
    this.#buffers = buffers;
    this.#pointer = pointer;
    this.#length = length;
  }

  /** Says that only the first `length` are wanted; their place and their memory stay. */
  shorten(length: number): void {
    this.#length = Math.min(length, this.#length);
  }

  /** Frees their memory. */
  free(): void {
    this.#buffers.dispose();
    this.#length = 0;
  }
}

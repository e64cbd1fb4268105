import { KernelError } from "../core/errors.js";
import { kernelBase64 } from "./kernel-binary.js";
import { createOutOfMemoryError, KernelStatus } from "./kernel-status.js";

/** Address in the kernel's memory, bytes; 0 is null. */
export type KernelPointer = number;

type KernelFunction = (...values: number[]) => number;

/** The functions of the kernel, as wasm/kernel.h describes them; all arguments are numbers or addresses. */
export interface KernelFunctions {
  readonly erfem_kernel_version: KernelFunction;
  readonly erfem_last_fault: KernelFunction;
  readonly erfem_allocate: KernelFunction;
  readonly erfem_release: KernelFunction;
  readonly erfem_rcm: KernelFunction;
  readonly erfem_order_mesh: KernelFunction;
  readonly erfem_gather: KernelFunction;
  readonly erfem_pair_facets: KernelFunction;
  readonly erfem_boundary_create: KernelFunction;
  readonly erfem_boundary_arrays: KernelFunction;
  readonly erfem_boundary_free: KernelFunction;
  readonly erfem_mesh_extent: KernelFunction;
  readonly erfem_list_face_nodes: KernelFunction;
  readonly erfem_measure_link: KernelFunction;
  readonly erfem_lowest_nodes: KernelFunction;
  readonly erfem_side_facets: KernelFunction;
  readonly erfem_pair_faces: KernelFunction;
  readonly erfem_locate_point: KernelFunction;
  readonly erfem_mesh_create: KernelFunction;
  readonly erfem_mesh_neighbours: KernelFunction;
  readonly erfem_mesh_free: KernelFunction;
  readonly erfem_components_create: KernelFunction;
  readonly erfem_components_arrays: KernelFunction;
  readonly erfem_components_free: KernelFunction;
  readonly erfem_membrane_create: KernelFunction;
  readonly erfem_membrane_arrays: KernelFunction;
  readonly erfem_membrane_free: KernelFunction;
  readonly erfem_node_dofs_create: KernelFunction;
  readonly erfem_node_dofs_arrays: KernelFunction;
  readonly erfem_node_dofs_free: KernelFunction;
  readonly erfem_expand_dofs: KernelFunction;
  readonly erfem_assembly_create: KernelFunction;
  readonly erfem_assembly_loads: KernelFunction;
  readonly erfem_assembly_finish: KernelFunction;
  readonly erfem_assembly_energy: KernelFunction;
  readonly erfem_assembly_free: KernelFunction;
  readonly erfem_ldlt_create: KernelFunction;
  readonly erfem_ldlt_solve: KernelFunction;
  readonly erfem_ldlt_free: KernelFunction;
  readonly erfem_cg_create: KernelFunction;
  readonly erfem_cg_start: KernelFunction;
  readonly erfem_cg_iterate: KernelFunction;
  readonly erfem_cg_report: KernelFunction;
  readonly erfem_cg_solution: KernelFunction;
  readonly erfem_cg_precondition: KernelFunction;
  readonly erfem_cg_free: KernelFunction;
  readonly erfem_mg_create: KernelFunction;
  readonly erfem_mg_create_assembled: KernelFunction;
  readonly erfem_mg_start: KernelFunction;
  readonly erfem_mg_iterate: KernelFunction;
  readonly erfem_mg_report: KernelFunction;
  readonly erfem_mg_solution: KernelFunction;
  readonly erfem_mg_precondition: KernelFunction;
  readonly erfem_mg_free: KernelFunction;
  readonly erfem_cells_create: KernelFunction;
  readonly erfem_cells_decode: KernelFunction;
  readonly erfem_cells_check: KernelFunction;
  readonly erfem_cells_used: KernelFunction;
  readonly erfem_cells_match: KernelFunction;
  readonly erfem_cells_free: KernelFunction;
}

/** The functions that free a handle or a buffer. */
export type KernelFreeFunction = Extract<keyof KernelFunctions, `${string}_free`> | "erfem_release";

const KERNEL_VERSION = 5;

/** One instance of the WebAssembly kernel with its own memory, which goes when the instance is no longer referred to. */
export class Kernel {
  readonly version: number;
  readonly #functions: KernelFunctions;
  readonly #memory: WebAssembly.Memory;
  #fault: KernelError | undefined;

  /** @throws KernelError `kernel-version` where the module is not the one this loader belongs to */
  constructor(instance: WebAssembly.Instance) {
    this.#functions = instance.exports as unknown as KernelFunctions;
    this.#memory = instance.exports["memory"] as WebAssembly.Memory;
    this.version = this.#functions.erfem_kernel_version();
    if (this.version !== KERNEL_VERSION) {
      throw new KernelError(
        "kernel-version",
        `The WebAssembly kernel has interface version ${this.version}, expected ${KERNEL_VERSION}; ` +
          "rebuild it with scripts/build-wasm.sh.",
        { details: { version: this.version, expected: KERNEL_VERSION } },
      );
    }
  }

  /** Size of the kernel's memory, bytes; it never shrinks. */
  get heapBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** The memory as it is now: any call may move it. */
  get memory(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /**
   * Calls a kernel function and returns its status or pointer, an unsigned number.
   * @throws KernelError `kernel-out-of-memory` or `kernel-trap` where it traps; the instance is of no use after that
   */
  call(name: keyof KernelFunctions, ...values: number[]): number {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      return this.#functions[name](...values) >>> 0;
    } catch (cause) {
      this.#fault = this.#describeTrap(name, cause);
      throw this.#fault;
    }
  }

  /** Calls a function that frees a handle; does nothing after a trap, when memory is lost anyway. */
  free(name: KernelFreeFunction, pointer: KernelPointer): void {
    if (this.#fault === undefined && pointer !== 0) this.call(name, pointer);
  }

  #describeTrap(name: string, cause: unknown): KernelError {
    const outOfMemory = this.#functions.erfem_last_fault() === KernelStatus.outOfMemory;
    return outOfMemory
      ? createOutOfMemoryError(name, { heapBytes: this.heapBytes, cause })
      : new KernelError(
          "kernel-trap",
          `The WebAssembly kernel stopped in ${name}: ${String(cause)}. This is a defect of erfem; please report it.`,
          { cause, details: { function: name } },
        );
  }
}

/**
 * A kernel of its own memory. The module is compiled once for each set of bytes.
 *
 * @param bytes a WebAssembly module built by scripts/build-wasm.sh; by default the one that ships with erfem
 * @throws KernelError `kernel-load-failed` where the bytes are no such module, `kernel-version` where it is another one
 */
export async function loadKernel(bytes?: Uint8Array<ArrayBuffer>): Promise<Kernel> {
  const module = await (bytes === undefined ? compileDefaultModule() : compileModule(bytes));
  let instance: WebAssembly.Instance;
  try {
    instance = await WebAssembly.instantiate(module, {
      env: { emscripten_notify_memory_growth: () => undefined },
    });
    (instance.exports["_initialize"] as () => void)();
  } catch (cause) {
    throw createLoadError(cause);
  }
  return new Kernel(instance);
}

let defaultModule: Promise<WebAssembly.Module> | undefined;

async function compileDefaultModule(): Promise<WebAssembly.Module> {
  defaultModule ??= compileModule(decodeBase64(kernelBase64));
  return defaultModule;
}

async function compileModule(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw createLoadError(cause);
  }
}

function createLoadError(cause: unknown): KernelError {
  return new KernelError(
    "kernel-load-failed",
    `The WebAssembly kernel could not be loaded: ${String(cause)}. Expected a module built by scripts/build-wasm.sh ` +
      "and an engine with 128-bit SIMD (Node 16.4, Chrome 91, Firefox 89, Safari 16.4 or later).",
    { cause },
  );
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

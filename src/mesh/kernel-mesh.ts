import { KernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import type { PeriodicMesh } from "./periodic-mesh.js";

/** Addresses of points and cells in the kernel's memory, and the handle that functions of the mesh take. */
export interface KernelGeometry {
  readonly handle: KernelPointer;
  /** Node coordinates, numNodes x 3. */
  readonly coordinates: KernelPointer;
  /** Node indices of the cells, numCells x 4. */
  readonly cells: KernelPointer;
}

/**
 * A periodic mesh in the memory of a kernel, for the passes over all cells, and the work arrays for what is done phase
 * by phase: pass one and the same for many phases, and the work on a phase costs time in proportion to the phase.
 *
 * It is copied when it is first used, and again when it is used after {@link unload}. It owns memory of the
 * kernel up to {@link unload}; see {@link withKernelMesh}.
 */
export class KernelMesh {
  readonly kernel: Kernel;
  readonly periodic: PeriodicMesh;
  #geometry: { readonly buffers: KernelBuffers; readonly addresses: KernelGeometry } | undefined;
  #neighbours: KernelBuffers | undefined;

  constructor(kernel: Kernel, periodic: PeriodicMesh) {
    this.kernel = kernel;
    this.periodic = periodic;
  }

  /**
   * Points and cells, copied if they are not there.
   * @throws KernelError `kernel-out-of-memory`
   */
  get geometry(): KernelGeometry {
    this.#geometry ??= this.#loadGeometry();
    return this.#geometry.addresses;
  }

  /**
   * Handle of the mesh with partners, wraps and periodic classes, copied if they are not there.
   * @throws KernelError `kernel-out-of-memory`
   */
  get handle(): KernelPointer {
    const { handle } = this.geometry;
    this.#neighbours ??= this.#loadNeighbours(handle);
    return handle;
  }

  /** Whether a phase of this many cells is so large a part that copying the mesh anew costs less than the phase. */
  isLargePart(numPhaseCells: number): boolean {
    return 4 * numPhaseCells > this.periodic.mesh.numNodes;
  }

  /** Frees partners, wraps and periodic classes, up to their next use. */
  unloadNeighbours(): void {
    if (this.#neighbours === undefined || this.#geometry === undefined) return;
    this.kernel.call("erfem_mesh_neighbours", this.#geometry.addresses.handle, 0, 0, 0, 0, 0, 0);
    this.#neighbours.dispose();
    this.#neighbours = undefined;
  }

  /** Frees all memory of the kernel, up to the next use. */
  unload(): void {
    if (this.#geometry !== undefined) {
      this.kernel.free("erfem_mesh_free", this.#geometry.addresses.handle);
      this.#geometry.buffers.dispose();
    }
    this.#neighbours?.dispose();
    this.#geometry = undefined;
    this.#neighbours = undefined;
  }

  #loadGeometry(): { buffers: KernelBuffers; addresses: KernelGeometry } {
    const { mesh } = this.periodic;
    const buffers = new KernelBuffers(this.kernel);
    try {
      const coordinates = buffers.copyIn(mesh.coordinates);
      const cells = buffers.copyIn(mesh.cells);
      const handleAt = buffers.allocate(4);
      this.#require(
        this.kernel.call("erfem_mesh_create", mesh.numNodes, coordinates, mesh.numCells, cells, handleAt),
      );
      return { buffers, addresses: { handle: buffers.readPointer(handleAt), coordinates, cells } };
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  #loadNeighbours(handle: KernelPointer): KernelBuffers {
    const { partner, wrap, nodeClass, lowPartner } = this.periodic;
    const buffers = new KernelBuffers(this.kernel);
    try {
      const [low0, low1, low2] = lowPartner.map((low) => buffers.copyIn(low));
      this.#require(
        this.kernel.call(
          "erfem_mesh_neighbours",
          handle,
          buffers.copyIn(partner),
          buffers.copyIn(wrap),
          buffers.copyIn(nodeClass),
          low0,
          low1,
          low2,
        ),
      );
      return buffers;
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  #require(status: number): void {
    if (status === KernelStatus.ok) return;
    throw createStatusError(status, { operation: "copy of the mesh", heapBytes: this.kernel.heapBytes });
  }
}

/** Runs `work` with a periodic mesh in the kernel's memory that is freed when it ends, however it ends. */
export function withKernelMesh<T>(kernel: Kernel, periodic: PeriodicMesh, work: (mesh: KernelMesh) => T): T {
  const mesh = new KernelMesh(kernel, periodic);
  try {
    return work(mesh);
  } finally {
    mesh.unload();
  }
}

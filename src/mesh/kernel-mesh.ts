import { KernelBuffers } from "../kernel/kernel-buffers.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import { NO_FACET } from "./facets.js";
import {
  identifyInKernel,
  identifyPeriodicFaces,
  readNeighbours,
  type KernelIdentification,
  type NeighbourAddresses,
  type NeighbourArrays,
  type PeriodicMesh,
} from "./periodic-mesh.js";
import { placeCellsOf } from "./resident-cells.js";
import type { TetMesh } from "./tet-mesh.js";
import type { UnitCellOptions } from "./unit-cell.js";

/** Addresses of points and cells in the kernel's memory, and the handle that functions of the mesh take. */
export interface KernelGeometry {
  readonly handle: KernelPointer;
  /** Node coordinates, numNodes x 3. */
  readonly coordinates: KernelPointer;
  /** Node indices of the cells, numCells x 4. */
  readonly cells: KernelPointer;
}

/** Cells of a mesh that may stay in the kernel while a system is solved: with its neighbours it has some 50 bytes a cell. */
const MOST_CELLS_KEPT = 1e7;

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
  #neighbours: { readonly buffers: KernelBuffers; readonly addresses: NeighbourAddresses } | undefined;
  #numPhasesToCome = 0;

  /** @param found where the mesh lies in the kernel's memory already; it owns the buffers from now on */
  constructor(kernel: Kernel, periodic: PeriodicMesh, found?: KernelIdentification) {
    this.kernel = kernel;
    this.periodic = periodic;
    if (found === undefined) return;
    const { geometryBuffers, coordinates, cells, neighbourBuffers, neighbours } = found;
    try {
      this.#geometry = this.#createHandle(geometryBuffers, coordinates, cells);
      this.#setNeighbours(this.#geometry.addresses.handle, neighbours);
      this.#neighbours = { buffers: neighbourBuffers, addresses: neighbours };
    } catch (error) {
      geometryBuffers.dispose();
      neighbourBuffers.dispose();
      throw error;
    }
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

  /** Says of how many more phases the dofs will be numbered, for which neighbours are needed. */
  expectPhases(numPhases: number): void {
    this.#numPhasesToCome = numPhases;
  }

  /** Says that the dofs of one more phase are numbered. */
  finishPhase(): void {
    this.#numPhasesToCome--;
  }

  /** Makes room for the matrix of a phase: frees the neighbours, up to their next use, unless they are worth keeping. */
  makeRoomToAssemble(): void {
    if (!this.#isWorthKeeping()) this.unloadNeighbours();
  }

  /** Makes room for the solver of a phase: frees everything, up to the next use, unless it is worth keeping. */
  makeRoomToSolve(): void {
    if (!this.#isWorthKeeping()) this.unload();
  }

  /** Frees partners, wraps and periodic classes, up to their next use. */
  unloadNeighbours(): void {
    if (this.#neighbours === undefined || this.#geometry === undefined) return;
    this.kernel.call("erfem_mesh_neighbours", this.#geometry.addresses.handle, 0, 0, 0, 0, 0, 0, 0, 0);
    this.#neighbours.buffers.dispose();
    this.#neighbours = undefined;
  }

  /** A copy of partners, wraps or classes where they are in the kernel's memory. */
  readNeighbours<K extends keyof NeighbourArrays>(key: K): NeighbourArrays[K] | undefined {
    if (this.#neighbours === undefined) return undefined;
    const { addresses } = this.#neighbours;
    return readNeighbours(this.kernel, this.periodic.mesh, this.geometry.cells, addresses, key);
  }

  /** Frees all memory of the kernel, up to the next use. */
  unload(): void {
    if (this.#geometry !== undefined) {
      this.kernel.free("erfem_mesh_free", this.#geometry.addresses.handle);
      this.#geometry.buffers.dispose();
    }
    this.#neighbours?.buffers.dispose();
    this.#geometry = undefined;
    this.#neighbours = undefined;
  }

  /** What further phases need is kept where it is little beside what a kernel can have. */
  #isWorthKeeping(): boolean {
    return this.#numPhasesToCome > 0 && this.periodic.mesh.numCells <= MOST_CELLS_KEPT;
  }

  #loadGeometry(): { buffers: KernelBuffers; addresses: KernelGeometry } {
    const { mesh } = this.periodic;
    const buffers = new KernelBuffers(this.kernel);
    try {
      const coordinates = buffers.copyIn(mesh.coordinates);
      return this.#createHandle(buffers, coordinates, placeCellsOf(mesh, this.kernel, buffers));
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  #createHandle(
    buffers: KernelBuffers,
    coordinates: KernelPointer,
    cells: KernelPointer,
  ): { buffers: KernelBuffers; addresses: KernelGeometry } {
    const { numNodes, numCells } = this.periodic.mesh;
    const handleAt = buffers.allocate(4);
    this.#require(this.kernel.call("erfem_mesh_create", numNodes, coordinates, numCells, cells, handleAt));
    return { buffers, addresses: { handle: buffers.readPointer(handleAt), coordinates, cells } };
  }

  #loadNeighbours(handle: KernelPointer): { buffers: KernelBuffers; addresses: NeighbourAddresses } {
    const { partner, wrap, nodeClass, lowPartner } = this.periodic;
    const buffers = new KernelBuffers(this.kernel);
    try {
      const boundary = listBoundary(partner, wrap);
      const addresses: NeighbourAddresses = {
        numBoundary: boundary.length,
        boundary: buffers.copyIn(boundary),
        partner: buffers.copyIn(boundary.map((half) => partner[half])),
        wrap: buffers.copyIn(Int8Array.from(boundary, (half) => wrap[half])),
        nodeClass: buffers.copyIn(nodeClass),
        lowPartner: [
          buffers.copyIn(lowPartner[0]),
          buffers.copyIn(lowPartner[1]),
          buffers.copyIn(lowPartner[2]),
        ],
      };
      this.#setNeighbours(handle, addresses);
      return { buffers, addresses };
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  #setNeighbours(handle: KernelPointer, addresses: NeighbourAddresses): void {
    const { numBoundary, boundary, partner, wrap, nodeClass, lowPartner } = addresses;
    const places = [boundary, partner, wrap, nodeClass, ...lowPartner];
    this.#require(this.kernel.call("erfem_mesh_neighbours", handle, numBoundary, ...places));
  }

  #require(status: number): void {
    if (status === KernelStatus.ok) return;
    throw createStatusError(status, { operation: "copy of the mesh", heapBytes: this.kernel.heapBytes });
  }
}

/** The half-facets that have no partner inside Y, ascending. */
function listBoundary(partner: Int32Array, wrap: Int8Array): Int32Array {
  const isOnBoundary = (half: number): boolean => partner[half] === NO_FACET || wrap[half] !== 0;
  let count = 0;
  for (let half = 0; half < partner.length; half++) if (isOnBoundary(half)) count++;
  const boundary = new Int32Array(count);
  count = 0;
  for (let half = 0; half < partner.length; half++) if (isOnBoundary(half)) boundary[count++] = half;
  return boundary;
}

/**
 * Identifies the opposite faces of a mesh and leaves it in the kernel's memory. The arrays of its `periodic` are copied
 * out when they are asked for, and made anew where they are in the kernel's memory no more: most work needs none of them.
 *
 * @throws PeriodicityError, MeshError, KernelError as {@link identifyPeriodicFaces}
 */
export function openKernelMesh(
  kernel: Kernel,
  mesh: TetMesh,
  numPhases: number,
  options: UnitCellOptions = {},
): KernelMesh {
  const found = identifyInKernel(kernel, mesh, numPhases, options);
  const periodic: PeriodicMesh = new LazyPeriodicMesh(
    found,
    (key) => kernelMesh.readNeighbours(key),
    () => identifyPeriodicFaces(kernel, mesh, numPhases, options),
  );
  const kernelMesh = new KernelMesh(kernel, periodic, found);
  return kernelMesh;
}

/** A periodic mesh whose arrays are made when they are asked for. */
class LazyPeriodicMesh implements PeriodicMesh {
  readonly mesh: TetMesh;
  readonly unitCell: PeriodicMesh["unitCell"];
  readonly maxMismatch: number;
  readonly tolerance: number;
  readonly #read: <K extends keyof NeighbourArrays>(key: K) => NeighbourArrays[K] | undefined;
  readonly #remake: () => NeighbourArrays;
  #arrays: Partial<NeighbourArrays> = {};

  /**
   * @param read a copy of an array, where there is one
   * @param remake makes all of them again
   */
  constructor(
    { mesh, unitCell, maxMismatch, tolerance }: Omit<PeriodicMesh, keyof NeighbourArrays>,
    read: <K extends keyof NeighbourArrays>(key: K) => NeighbourArrays[K] | undefined,
    remake: () => NeighbourArrays,
  ) {
    this.mesh = mesh;
    this.unitCell = unitCell;
    this.maxMismatch = maxMismatch;
    this.tolerance = tolerance;
    this.#read = read;
    this.#remake = remake;
  }

  get partner(): Int32Array {
    return this.#get("partner");
  }

  get wrap(): Int8Array {
    return this.#get("wrap");
  }

  get nodeClass(): Int32Array {
    return this.#get("nodeClass");
  }

  get lowPartner(): PeriodicMesh["lowPartner"] {
    return this.#get("lowPartner");
  }

  #get<K extends keyof NeighbourArrays>(key: K): NeighbourArrays[K] {
    const known = this.#arrays[key] ?? this.#read(key);
    if (known === undefined) {
      this.#arrays = this.#remake();
      return this.#get(key);
    }
    this.#arrays[key] = known;
    return known;
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

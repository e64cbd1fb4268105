import { withKernelBuffers, type KernelBuffers } from "../kernel/kernel-buffers.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import { pairFacetsOf } from "./facets.js";
import type { BoundingBox } from "./geometry.js";
import { placeCellsOf } from "./resident-cells.js";
import type { TetMesh } from "./tet-mesh.js";

/** What one look at a mesh tells of it. */
export interface MeshSurvey {
  readonly box: BoundingBox;
  /** Largest magnitude of a coordinate. */
  readonly largestCoordinate: number;
  /** Sum of the cell volumes. */
  readonly volume: number;
  /** Partner of each half-facet, numCells x 4, see {@link pairFacets}. */
  readonly partner: Int32Array;
  /** Half-facets without a partner, ascending. */
  readonly boundaryFacets: Int32Array;
}

/** A {@link MeshSurvey} whose partners lie in the kernel's memory. */
export interface KernelSurvey extends Omit<MeshSurvey, "partner"> {
  readonly partnerAt: KernelPointer;
  /** Coordinates of the mesh. */
  readonly coordinatesAt: KernelPointer;
}

/**
 * Measures a mesh and pairs its facets, in one visit to the kernel (wasm/mesh-geometry.cpp, wasm/facet-pairs.cpp).
 *
 * @throws MeshError as {@link pairFacets}
 * @throws KernelError `kernel-out-of-memory`
 */
export function surveyMesh(kernel: Kernel, mesh: TetMesh): MeshSurvey {
  return withKernelBuffers(kernel, (buffers) => {
    const [coordinatesAt, cellsAt] = [buffers.copyIn(mesh.coordinates), placeCellsOf(mesh, kernel, buffers)];
    const survey = surveyInKernel(kernel, buffers, mesh, coordinatesAt, cellsAt);
    const { box, largestCoordinate, volume, boundaryFacets } = survey;
    const partner = buffers.readInt32(survey.partnerAt, 4 * mesh.numCells);
    return { box, largestCoordinate, volume, partner, boundaryFacets };
  });
}

/**
 * {@link surveyMesh} for coordinates and cells in the kernel's memory.
 *
 * @param partnerBuffers own the partners
 */
export function surveyInKernel(
  kernel: Kernel,
  partnerBuffers: KernelBuffers,
  mesh: TetMesh,
  coordinatesAt: KernelPointer,
  cellsAt: KernelPointer,
): KernelSurvey {
  const { numNodes, numCells } = mesh;
  const partnerAt = pairFacetsOf(kernel, partnerBuffers, mesh, cellsAt);
  return withKernelBuffers(kernel, (buffers) => {
    const extentAt = buffers.allocate(8 * 8);
    kernel.call("erfem_mesh_extent", numNodes, coordinatesAt, numCells, cellsAt, extentAt);
    const [x0, y0, z0, x1, y1, z1, largestCoordinate, volume] = buffers.readFloat64(extentAt, 8);
    const numBoundary = kernel.call("erfem_list_boundary", numCells, partnerAt, 0);
    const boundaryAt = buffers.allocate(4 * numBoundary);
    kernel.call("erfem_list_boundary", numCells, partnerAt, boundaryAt);
    return {
      box: { min: [x0, y0, z0], max: [x1, y1, z1] },
      largestCoordinate,
      volume,
      partnerAt,
      coordinatesAt,
      boundaryFacets: buffers.readInt32(boundaryAt, numBoundary),
    };
  });
}

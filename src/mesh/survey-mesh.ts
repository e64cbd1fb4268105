import { withKernelBuffers } from "../kernel/kernel-buffers.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import { listBoundaryFacets } from "./facets.js";
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
  /** Half-facets without a partner, ascending. */
  readonly boundaryFacets: Int32Array;
}

/** A {@link MeshSurvey} of a mesh in the kernel's memory. */
export interface KernelSurvey extends MeshSurvey {
  /** Coordinates of the mesh. */
  readonly coordinatesAt: KernelPointer;
}

/**
 * Measures a mesh and finds its boundary, in one visit to the kernel (wasm/mesh-geometry.cpp, wasm/boundary-facets.cpp).
 *
 * @throws MeshError as `pairFacets`
 * @throws KernelError `kernel-out-of-memory`
 */
export function surveyMesh(kernel: Kernel, mesh: TetMesh): MeshSurvey {
  return withKernelBuffers(kernel, (buffers) =>
    surveyInKernel(kernel, mesh, buffers.copyIn(mesh.coordinates), placeCellsOf(mesh, kernel, buffers)),
  );
}

/** {@link surveyMesh} for coordinates and cells in the kernel's memory. */
export function surveyInKernel(
  kernel: Kernel,
  mesh: TetMesh,
  coordinatesAt: KernelPointer,
  cellsAt: KernelPointer,
): KernelSurvey {
  const boundaryFacets = listBoundaryFacets(kernel, mesh, cellsAt);
  return withKernelBuffers(kernel, (buffers) => {
    const extentAt = buffers.allocate(8 * 8);
    kernel.call("erfem_mesh_extent", mesh.numNodes, coordinatesAt, mesh.numCells, cellsAt, extentAt);
    const [x0, y0, z0, x1, y1, z1, largestCoordinate, volume] = buffers.readFloat64(extentAt, 8);
    const box = { min: [x0, y0, z0], max: [x1, y1, z1] } as const;
    return { box, largestCoordinate, volume, coordinatesAt, boundaryFacets };
  });
}

import type { Vector3 } from "../core/tensor.js";
import { withKernelBuffers } from "../kernel/kernel-buffers.js";
import type { KernelMesh } from "./kernel-mesh.js";

/** A point in a cell. */
export interface PointInCell {
  /** Index into the list of cells searched. */
  readonly index: number;
  /** Barycentric coordinates of the point with respect to the four nodes of the cell. */
  readonly barycentric: readonly [number, number, number, number];
}

/**
 * The first of some cells that holds a point, within 1e-12 of its barycentric coordinates, or null where none does.
 * Looks at every cell (wasm/mesh-geometry.cpp).
 *
 * @throws KernelError `kernel-out-of-memory`
 */
export function locatePoint(mesh: KernelMesh, searched: Int32Array, point: Vector3): PointInCell | null {
  const { kernel } = mesh;
  const { coordinates, cells } = mesh.geometry;
  return withKernelBuffers(kernel, (buffers) => {
    const searchedAt = buffers.copyIn(searched);
    const pointAt = buffers.copyIn(Float64Array.from(point));
    const barycentricAt = buffers.allocate(4 * 8);
    const index =
      kernel.call(
        "erfem_locate_point",
        mesh.periodic.mesh.numNodes,
        coordinates,
        cells,
        searched.length,
        searchedAt,
        pointAt,
        barycentricAt,
      ) | 0;
    const [a, b, c, d] = buffers.readFloat64(barycentricAt, 4);
    return index < 0 ? null : { index, barycentric: [a, b, c, d] };
  });
}

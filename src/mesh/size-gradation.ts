import { CELL_EDGES } from "./edge-table.js";
import type { PeriodicMesh } from "./periodic-mesh.js";

/** Differences this much above the limit, relative to it, are left: round-off. */
const roundoff = 1e-12;

/**
 * Reduces sizes, in place, until |h_a - h_b| <= gradation |x_a - x_b| along every edge of the mesh, periodic images being
 * one node: the largest such sizes that are nowhere above the given ones.
 *
 * @param sizes numNodes; equal at periodic images afterwards
 */
export function limitGradation(periodic: PeriodicMesh, sizes: Float64Array, gradation: number): void {
  const { mesh, nodeClass } = periodic;
  const { cells, coordinates: x } = mesh;
  for (let node = 0; node < sizes.length; node++) {
    const representative = nodeClass[node];
    sizes[representative] = Math.min(sizes[representative], sizes[node]);
  }
  for (let isStable = false; !isStable;) {
    isStable = true;
    for (let cell = 0; cell < mesh.numCells; cell++) {
      for (let e = 0; e < CELL_EDGES.length; e += 2) {
        const a = cells[4 * cell + CELL_EDGES[e]];
        const b = cells[4 * cell + CELL_EDGES[e + 1]];
        const difference = sizes[nodeClass[a]] - sizes[nodeClass[b]];
        const dx = x[3 * a] - x[3 * b];
        const dy = x[3 * a + 1] - x[3 * b + 1];
        const dz = x[3 * a + 2] - x[3 * b + 2];
        const most = gradation * Math.sqrt(dx * dx + dy * dy + dz * dz);
        // Written so that a size that is no number ends the loop, too.
        if (!(Math.abs(difference) > most * (1 + roundoff))) continue;
        if (difference > 0) sizes[nodeClass[a]] = sizes[nodeClass[b]] + most;
        else sizes[nodeClass[b]] = sizes[nodeClass[a]] + most;
        isStable = false;
      }
    }
  }
  for (let node = 0; node < sizes.length; node++) sizes[node] = sizes[nodeClass[node]];
}

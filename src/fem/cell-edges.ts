import type { TetMesh } from "../mesh/tet-mesh.js";
import type { TetElement } from "./element.js";

/**
 * Edges of a cell from its node 0: x_1 - x_0, x_2 - x_0, x_3 - x_0, the columns of its Jacobian J.
 *
 * @param edges receives 3 x 3 numbers, one edge a row, mesh units
 * @returns |T| = det J / 6
 */
export function readEdges(mesh: TetMesh, cell: number, edges: Float64Array): number {
  const { coordinates: x, cells } = mesh;
  const a = 3 * cells[4 * cell];
  for (let i = 0; i < 3; i++) {
    const b = 3 * cells[4 * cell + i + 1];
    edges[3 * i] = x[b] - x[a];
    edges[3 * i + 1] = x[b + 1] - x[a + 1];
    edges[3 * i + 2] = x[b + 2] - x[a + 2];
  }
  const vw0 = edges[4] * edges[8] - edges[5] * edges[7];
  const vw1 = edges[5] * edges[6] - edges[3] * edges[8];
  const vw2 = edges[3] * edges[7] - edges[4] * edges[6];
  return (edges[0] * vw0 + edges[1] * vw1 + edges[2] * vw2) / 6;
}

/**
 * Gradients of the basis functions of an element on a cell, grad phi_i = J^-T (reference gradient of phi_i).
 *
 * @param edges and volume: from {@link readEdges}
 * @param gradients receives numLocalDofs x 3 numbers, row-major, 1 / mesh unit
 */
export function computeGradients(
  edges: Float64Array,
  volume: number,
  element: TetElement,
  gradients: Float64Array,
): void {
  const ux = edges[0];
  const uy = edges[1];
  const uz = edges[2];
  const vx = edges[3];
  const vy = edges[4];
  const vz = edges[5];
  const wx = edges[6];
  const wy = edges[7];
  const wz = edges[8];
  const scale = 1 / (6 * volume);
  // Columns of J^-T: v x w, w x u, u x v over det J.
  const ax = (vy * wz - vz * wy) * scale;
  const ay = (vz * wx - vx * wz) * scale;
  const az = (vx * wy - vy * wx) * scale;
  const bx = (wy * uz - wz * uy) * scale;
  const by = (wz * ux - wx * uz) * scale;
  const bz = (wx * uy - wy * ux) * scale;
  const cx = (uy * vz - uz * vy) * scale;
  const cy = (uz * vx - ux * vz) * scale;
  const cz = (ux * vy - uy * vx) * scale;
  const { gradients: reference, numLocalDofs } = element;
  for (let i = 0; i < 3 * numLocalDofs; i += 3) {
    const r = reference[i];
    const s = reference[i + 1];
    const t = reference[i + 2];
    gradients[i] = r * ax + s * bx + t * cx;
    gradients[i + 1] = r * ay + s * by + t * cy;
    gradients[i + 2] = r * az + s * bz + t * cz;
  }
}

import type { Vector3 } from "../core/tensor.js";
import type { TetMesh } from "./tet-mesh.js";

/** A place in a mesh: a value there is sum_i weights_i values(node_i). */
export interface CellPoint {
  readonly cell: number;
  /** The four nodes of the cell. */
  readonly nodes: Int32Array;
  /** Barycentric coordinates of the point, none below 0; their sum is 1. */
  readonly weights: Float64Array;
}

/** A point that is outside of all cells by no more than this part of a cell's height is in it: round-off. */
const SLACK = 1e-9;

/**
 * The first cell that holds a point, or null where none does. Looks at every cell: for a handful of points.
 */
export function findCell({ coordinates, cells, numCells }: TetMesh, point: Vector3): CellPoint | null {
  const weights = new Float64Array(4);
  for (let cell = 0; cell < numCells; cell++) {
    if (!computeBarycentric(coordinates, cells, cell, point, weights)) continue;
    const sum = weights.reduce((total, weight) => total + weight);
    return {
      cell,
      nodes: cells.slice(4 * cell, 4 * cell + 4),
      weights: weights.map((weight) => weight / sum),
    };
  }
  return null;
}

/** Whether the point is in the cell; its barycentric coordinates then, those below 0 by round-off set to 0. */
function computeBarycentric(
  x: Float64Array,
  cells: Int32Array,
  cell: number,
  [px, py, pz]: Vector3,
  weights: Float64Array,
): boolean {
  const a = 3 * cells[4 * cell];
  const dx = px - x[a];
  const dy = py - x[a + 1];
  const dz = pz - x[a + 2];
  const b = 3 * cells[4 * cell + 1];
  const c = 3 * cells[4 * cell + 2];
  const d = 3 * cells[4 * cell + 3];
  const [ux, uy, uz] = [x[b] - x[a], x[b + 1] - x[a + 1], x[b + 2] - x[a + 2]];
  const [vx, vy, vz] = [x[c] - x[a], x[c + 1] - x[a + 1], x[c + 2] - x[a + 2]];
  const [wx, wy, wz] = [x[d] - x[a], x[d + 1] - x[a + 1], x[d + 2] - x[a + 2]];
  const volume = triple(ux, uy, uz, vx, vy, vz, wx, wy, wz);
  weights[1] = triple(dx, dy, dz, vx, vy, vz, wx, wy, wz) / volume;
  weights[2] = triple(ux, uy, uz, dx, dy, dz, wx, wy, wz) / volume;
  weights[3] = triple(ux, uy, uz, vx, vy, vz, dx, dy, dz) / volume;
  weights[0] = 1 - weights[1] - weights[2] - weights[3];
  for (let i = 0; i < 4; i++) {
    if (!(weights[i] >= -SLACK)) return false;
    if (weights[i] < 0) weights[i] = 0;
  }
  return true;
}

/** u . (v x w). */
function triple(
  ux: number,
  uy: number,
  uz: number,
  vx: number,
  vy: number,
  vz: number,
  wx: number,
  wy: number,
  wz: number,
): number {
  return ux * (vy * wz - vz * wy) + uy * (vz * wx - vx * wz) + uz * (vx * wy - vy * wx);
}

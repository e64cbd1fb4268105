import type { Vector3 } from "../core/tensor.js";
import { sumCompensated } from "../core/summation.js";
import type { TetMesh } from "./tet-mesh.js";

/** Smallest and largest coordinates. */
export interface BoundingBox {
  readonly min: Vector3;
  readonly max: Vector3;
}

/** The smallest axis-parallel box that holds all nodes. */
export function boundingBox(mesh: TetMesh): BoundingBox {
  const x = mesh.coordinates;
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < x.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      if (x[i + k] < min[k]) min[k] = x[i + k];
      if (x[i + k] > max[k]) max[k] = x[i + k];
    }
  }
  return { min, max };
}

/** Volume of a cell, 1/6 det(x1 - x0, x2 - x0, x3 - x0). */
export function cellVolume(mesh: TetMesh, cell: number): number {
  const x = mesh.coordinates;
  const a = 3 * mesh.cells[4 * cell];
  const b = 3 * mesh.cells[4 * cell + 1];
  const c = 3 * mesh.cells[4 * cell + 2];
  const d = 3 * mesh.cells[4 * cell + 3];
  const ux = x[b] - x[a];
  const uy = x[b + 1] - x[a + 1];
  const uz = x[b + 2] - x[a + 2];
  const vx = x[c] - x[a];
  const vy = x[c + 1] - x[a + 1];
  const vz = x[c + 2] - x[a + 2];
  const wx = x[d] - x[a];
  const wy = x[d + 1] - x[a + 1];
  const wz = x[d + 2] - x[a + 2];
  return (ux * (vy * wz - vz * wy) + uy * (vz * wx - vx * wz) + uz * (vx * wy - vy * wx)) / 6;
}

/** Area of a triangle of three nodes, 1/2 |(x1 - x0) x (x2 - x0)|. */
export function triangleArea(mesh: TetMesh, node0: number, node1: number, node2: number): number {
  const x = mesh.coordinates;
  const a = 3 * node0;
  const b = 3 * node1;
  const c = 3 * node2;
  const ux = x[b] - x[a];
  const uy = x[b + 1] - x[a + 1];
  const uz = x[b + 2] - x[a + 2];
  const vx = x[c] - x[a];
  const vy = x[c + 1] - x[a + 1];
  const vz = x[c + 2] - x[a + 2];
  const nx = uy * vz - uz * vy;
  const ny = uz * vx - ux * vz;
  const nz = ux * vy - uy * vx;
  return Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
}

/** Sum of the cell volumes. */
export function meshVolume(mesh: TetMesh): number {
  return sumCompensated(mesh.numCells, (cell) => cellVolume(mesh, cell));
}

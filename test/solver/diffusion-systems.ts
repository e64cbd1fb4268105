import type { CsrSystem } from "../../src/solver/linear-solver.js";
import { createMatrix } from "./systems.js";

/** Upper half of a symmetric tensor: xx, yy, zz, yz, xz, xy. */
export type Tensor = readonly [number, number, number, number, number, number];

/** Diffusion on a periodic grid of cubes, each cut into six tetrahedra, nodes numbered at random. */
export interface DiffusionOptions {
  /** Number of cubes along each axis, at least 3. */
  readonly counts: readonly [number, number, number];
  /** Edges of a cube; default 1. */
  readonly spacing?: readonly [number, number, number];
  /** Crouzeix-Raviart instead of P1: unknowns are facets. */
  readonly onFacets?: boolean;
  /** Tensor of a cell of cube (i, j, k); default the identity. */
  readonly tensorOf?: (i: number, j: number, k: number) => Tensor;
  /** Whether the cube (i, j, k) is there; default always. */
  readonly isThere?: (i: number, j: number, k: number) => boolean;
  /** Share of the cells that get a further node 0.004 of their height above a facet, which makes four of them. */
  readonly sliverShare?: number;
  readonly random: () => number;
}

type Vector = readonly number[];

interface Cell {
  readonly points: readonly Vector[];
  readonly keys: readonly number[];
  readonly tensor: Tensor;
}

const IDENTITY: Tensor = [1, 1, 1, 0, 0, 0];
const PATHS = [
  [0, 1, 2],
  [1, 2, 0],
  [2, 0, 1],
  [0, 2, 1],
  [2, 1, 0],
  [1, 0, 2],
];

/** K and the loads -int a_kl d phi_i/d y_l of the three correctors, one component where `isThere` leaves it connected. */
export function createDiffusionSystem(options: DiffusionOptions): CsrSystem {
  const cells = createCells(options);
  const dofs = new Map<string, number>();
  const rows: Map<number, number>[] = [];
  const loads: number[][] = [];
  for (const index of shuffled(cells.length, options.random)) {
    const { points, keys, tensor } = cells[index];
    const { gradients, volume } = computeGradients(points);
    const local = keys.map((key, i) => {
      const name =
        options.onFacets === true
          ? keys
              .filter((_, j) => j !== i)
              .sort((a, b) => a - b)
              .join()
          : String(key);
      const dof = dofs.get(name) ?? dofs.size;
      dofs.set(name, dof);
      rows[dof] ??= new Map();
      loads[dof] ??= [0, 0, 0];
      return dof;
    });
    const factor = options.onFacets === true ? -3 : 1;
    const fluxes = gradients.map((gradient) => multiplyTensor(tensor, gradient).map((q) => factor * q));
    local.forEach((dof, i) => {
      for (let k = 0; k < 3; k++) loads[dof][k] -= volume * fluxes[i][k];
      local.forEach((other, j) => {
        const value = volume * factor * dot(fluxes[i], gradients[j]);
        rows[dof].set(other, (rows[dof].get(other) ?? 0) + value);
      });
    });
  }
  const sorted = rows.map((row) => [...row].sort(([left], [right]) => left - right));
  const rowStart = [0];
  for (const row of sorted) rowStart.push(rowStart[rowStart.length - 1] + row.length);
  const matrix = createMatrix(
    rows.length,
    rowStart,
    sorted.flatMap((row) => row.map(([col]) => col)),
    sorted.flatMap((row) => row.map(([, value]) => value)),
  );
  return {
    matrix,
    rhs: Float64Array.from(loads.flat()),
    numRhs: 3,
    component: new Int32Array(rows.length),
    numComponents: 1,
  };
}

function createCells(options: DiffusionOptions): Cell[] {
  const { counts, spacing = [1, 1, 1], tensorOf, isThere, sliverShare = 0, random } = options;
  const [nx, ny, nz] = counts;
  const cells: Cell[] = [];
  let numKeys = nx * ny * nz;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        if (isThere?.(i, j, k) === false) continue;
        const tensor = tensorOf?.(i, j, k) ?? IDENTITY;
        for (const [p, q] of PATHS) {
          const corners = [0, 1 << p, (1 << p) | (1 << q), 7].map((bits) => [
            i + (bits & 1),
            j + ((bits >> 1) & 1),
            k + ((bits >> 2) & 1),
          ]);
          const points = corners.map((corner) => corner.map((at, axis) => at * spacing[axis]));
          const keys = corners.map(([x, y, z]) => (x % nx) + nx * ((y % ny) + ny * (z % nz)));
          if (random() >= sliverShare) {
            cells.push({ points, keys, tensor });
            continue;
          }
          const weights = [0.004, 0.332, 0.332, 0.332];
          const middle = [0, 1, 2].map((axis) => points.reduce((sum, x, v) => sum + weights[v] * x[axis], 0));
          const key = numKeys++;
          for (let v = 0; v < 4; v++) {
            cells.push({ points: points.with(v, middle), keys: keys.with(v, key), tensor });
          }
        }
      }
    }
  }
  return cells;
}

function computeGradients(points: readonly Vector[]): { gradients: Vector[]; volume: number } {
  const edges = [1, 2, 3].map((v) => points[v].map((x, axis) => x - points[0][axis]));
  const determinant = dot(edges[0], cross(edges[1], edges[2]));
  const gradients = [0, 1, 2].map((v) =>
    cross(edges[(v + 1) % 3], edges[(v + 2) % 3]).map((x) => x / determinant),
  );
  const first = [0, 1, 2].map((axis) => -gradients.reduce((sum, gradient) => sum + gradient[axis], 0));
  return { gradients: [first, ...gradients], volume: Math.abs(determinant) / 6 };
}

function multiplyTensor([xx, yy, zz, yz, xz, xy]: Tensor, [x, y, z]: Vector): Vector {
  return [xx * x + xy * y + xz * z, xy * x + yy * y + yz * z, xz * x + yz * y + zz * z];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function shuffled(length: number, random: () => number): number[] {
  const order = Array.from({ length }, (_, at) => at);
  for (let at = length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

import type { Vector3 } from "../core/tensor.js";
import { OVERLAP_MOMENTS, type FaceOverlaps } from "../mesh/face-overlaps.js";
import { FACET_NODES, facetArea } from "../mesh/facets.js";
import { facePlanes } from "../mesh/lattice.js";
import type { TiedCell } from "../mesh/tied-cell.js";
import { addCsr } from "../sparse/add.js";
import type { CsrMatrix } from "../sparse/csr.js";
import { fromTriplets } from "../sparse/from-triplets.js";
import { computeGradients, readEdges } from "./cell-edges.js";
import { tensorOffset, type CellCoefficient } from "./cell-input.js";
import type { DofMap } from "./dof-map.js";
import { P1 } from "./element.js";

/** What ties the two faces of each direction of one phase together. */
export interface FaceCoupling {
  /** C_ij, numDofs x numDofs, to be added to the stiffness matrix; symmetric to the last bit. */
  readonly matrix: CsrMatrix;
  /** G_ik, numDofs x 3, row-major, to be added to the load. */
  readonly load: Float64Array;
}

/** Part of the energy of a cell that the coupling may use up: one half, so that the sum stays positive. */
const ENERGY_SHARES = 2;

/** Overlaps whose entries are added at a time: 64 triplets each. */
const CHUNK = 1 << 14;

/** Unknowns of the two cells at an overlap. */
const LOCAL = 8;

/**
 * Continuity of chi across opposite faces that are cut into different facets, in the sense of Nitsche: with the jump
 * [v] = v(x + L) - v(x), the normal n out of the high face and F the common refinement of the two faces,
 *
 *   C(u, v) = -int_F n . {a grad u} [v] - int_F n . {a grad v} [u] + int_F gamma [u] [v],   G_k(v) = int_F n . {a e_k} [v].
 *
 * The exact correctors solve the discrete problem up to the error of the elements, whatever the facets: a homogeneous
 * cell has chi = 0, a laminate is exact. No node is the slave of another, so that the order of the error is that of
 * matching faces; where a phase faces another one nothing passes.
 *
 * {q} = w+ q+ + w- q-, with kappa = 2 m n.a n |facet| / |cell| of each of the two cells, m the number of facets it has on
 * faces of Y, w+ = kappa- / (kappa+ + kappa-) and gamma = kappa+ kappa- / (kappa+ + kappa-). Then
 * 2 int n . {a grad u} [u] <= 1/2 int a grad u . grad u + gamma int [u]^2, so that stiffness + C has no less than half
 * the energy of each cell and only constants as null vectors.
 *
 * @see Becker, Hansbo and Stenberg, "A finite element method for domain decomposition with non-matching grids", ESAIM
 *   M2AN 37 (2003); Annavarapu, Hautefeuille and Dolbow, "A robust Nitsche's formulation for interface problems", CMAME
 *   225 (2012), for the weights
 */
export function assembleFaceCoupling(
  tied: TiedCell,
  phaseCells: Int32Array,
  dofMap: DofMap,
  coefficient: CellCoefficient,
): FaceCoupling {
  const { mesh, unitCell } = tied.periodic;
  const { normals } = facePlanes(unitCell.vectors);
  const { numDofs, cellDofs } = dofMap;
  const position = new Int32Array(mesh.numCells).fill(-1);
  phaseCells.forEach((cell, i) => (position[cell] = i));
  const facetsOnFaces = new Uint8Array(mesh.numCells);
  for (const face of tied.faces.flat()) for (const half of face.facets) facetsOnFaces[half >> 2]++;

  const load = new Float64Array(3 * numDofs);
  let matrix: CsrMatrix = fromTriplets(
    numDofs,
    numDofs,
    new Int32Array(0),
    new Int32Array(0),
    new Float64Array(0),
  );
  const sides = [createSide(), createSide()];
  const jump = new Float64Array(LOCAL);
  const flux = new Float64Array(LOCAL);
  const dofs = new Int32Array(LOCAL);
  const penalty = new Float64Array(LOCAL * LOCAL);
  const readSide = (side: Side, half: number, normal: Vector3): void => {
    const cell = half >> 2;
    const volume = readEdges(mesh, cell, side.edges);
    computeGradients(side.edges, volume, P1, side.gradients);
    const at = tensorOffset(coefficient, position[cell]);
    const [xx, yy, zz, yz, xz, xy] = coefficient.tensors.subarray(at, at + 6);
    const [x, y, z] = normal;
    side.normalTensor = [xx * x + xy * y + xz * z, xy * x + yy * y + yz * z, xz * x + yz * y + zz * z];
    const [p, q, r] = side.normalTensor;
    side.stiffness =
      (ENERGY_SHARES * facetsOnFaces[cell] * (p * x + q * y + r * z) * facetArea(mesh, half)) / volume;
  };

  tied.overlaps.forEach((overlaps, k) => {
    const kept = Int32Array.from(overlaps.high.keys()).filter((i) => position[overlaps.high[i] >> 2] >= 0);
    for (let first = 0; first < kept.length; first += CHUNK) {
      const chunk = kept.subarray(first, first + CHUNK);
      const triplets = LOCAL * LOCAL * chunk.length;
      const rows = new Int32Array(triplets);
      const columns = new Int32Array(triplets);
      const values = new Float64Array(triplets);
      let t = 0;
      for (const i of chunk) {
        const halves = [overlaps.high[i], overlaps.low[i]];
        halves.forEach((half, s) => {
          readSide(sides[s], half, normals[k]);
          const firstDof = 4 * position[half >> 2];
          for (let local = 0; local < 4; local++) dofs[4 * s + local] = cellDofs[firstDof + local];
        });
        const [kappaHigh, kappaLow] = [sides[0].stiffness, sides[1].stiffness];
        const weights = [kappaLow / (kappaHigh + kappaLow), kappaHigh / (kappaHigh + kappaLow)];
        const gamma = kappaHigh * weights[0];
        spreadMoments(overlaps, i, halves, jump, penalty);
        sides.forEach(({ normalTensor: [p, q, r], gradients }, s) => {
          for (let local = 0; local < 4; local++) {
            const [x, y, z] = gradients.subarray(3 * local, 3 * local + 3);
            flux[4 * s + local] = weights[s] * (p * x + q * y + r * z);
          }
          for (let d = 0; d < 3; d++) {
            const density = weights[s] * sides[s].normalTensor[d];
            for (let row = 0; row < LOCAL; row++) load[3 * dofs[row] + d] += density * jump[row];
          }
        });
        for (let row = 0; row < LOCAL; row++) {
          for (let column = 0; column < LOCAL; column++) {
            rows[t] = dofs[row];
            columns[t] = dofs[column];
            values[t++] =
              gamma * penalty[LOCAL * row + column] - (flux[row] * jump[column] + jump[row] * flux[column]);
          }
        }
      }
      matrix = addCsr(matrix, fromTriplets(numDofs, numDofs, rows, columns, values));
    }
  });
  return { matrix, load };
}

/** One of the two cells at an overlap. */
interface Side {
  readonly edges: Float64Array;
  readonly gradients: Float64Array;
  /** a n. */
  normalTensor: Vector3;
  /** kappa, see {@link assembleFaceCoupling}. */
  stiffness: number;
}

function createSide(): Side {
  return {
    edges: new Float64Array(9),
    gradients: new Float64Array(12),
    normalTensor: [0, 0, 0],
    stiffness: 0,
  };
}

/**
 * int [phi_i] and int [phi_i] [phi_j] over an overlap, for the four nodes of the cell at the high face and the four of
 * that at the low one.
 */
function spreadMoments(
  { moments }: FaceOverlaps,
  overlap: number,
  halves: readonly number[],
  jump: Float64Array,
  products: Float64Array,
): void {
  jump.fill(0);
  products.fill(0);
  let entry = OVERLAP_MOMENTS * overlap;
  for (let i = 0; i < 6; i++) {
    const row = localNode(halves, i);
    for (let j = i; j < 6; j++) {
      const column = localNode(halves, j);
      const moment = moments[entry++];
      const value = i < 3 === j < 3 ? moment : -moment;
      products[LOCAL * row + column] = value;
      products[LOCAL * column + row] = value;
      // The coordinates of the high corners add up to one.
      if (i < 3) jump[column] += j < 3 ? moment : -moment;
      if (i < 3 && j < 3 && j !== i) jump[row] += moment;
    }
  }
}

/** Number among the eight nodes of corner i of the high facet (0, 1, 2) or of the low one (3, 4, 5). */
function localNode(halves: readonly number[], i: number): number {
  const side = i < 3 ? 0 : 1;
  return 4 * side + FACET_NODES[3 * (halves[side] & 3) + (i % 3)];
}

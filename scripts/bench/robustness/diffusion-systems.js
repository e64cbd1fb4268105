// Systems of the cell problem on grids, assembled without the kernel: shared by the benchmark and the tests.
import { computeGradients, createCells } from "./grid.js";

/** Norm of a load, relative to what it is the sum of, below which it is round-off. */
const ROUNDOFF_LOAD = 1e-12;

/** Numbers in [0, 1) by the minimal standard generator of Park & Miller; the same for the same seed. */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/**
 * K, its connected components, and the loads -int a_kl d phi_i/d y_l of the three correctors; random loads where those
 * vanish, as they do for a uniform tensor on a full grid. Unknowns are nodes (P1) or facets (Crouzeix-Raviart),
 * numbered at random. The diagonal is minus the sum of the other entries, as in the pipeline.
 */
export function createDiffusionSystem(options) {
  const { onFacets = false, random } = options;
  const cells = createCells(options);
  const { dofs, numDofs } = numberDofs(cells.nodes, onFacets, random);
  // phi of a facet is 1 - 3 lambda of the node opposite.
  const { matrix, rhs, loadScale } = assemble(cells, dofs, numDofs, onFacets ? -3 : 1);
  const system = { matrix, rhs, numRhs: 3, ...findComponents(matrix) };
  for (let k = 0; k < 3; k++) fillVanishingLoad(system, k, ROUNDOFF_LOAD * loadScale, random);
  return system;
}

/** Unknowns of every cell, numbered as cells meet them in random order. */
function numberDofs(nodes, onFacets, random) {
  const numberOf = new Map();
  const dofs = new Int32Array(nodes.length);
  const most = nodes.reduce((largest, node) => Math.max(largest, node), 0) + 1;
  for (const cell of shuffled(nodes.length / 4, random)) {
    for (let corner = 4 * cell; corner < 4 * cell + 4; corner++) {
      let key = nodes[corner];
      if (onFacets) {
        const others = nodes.slice(4 * cell, 4 * cell + 4).toSpliced(corner - 4 * cell, 1);
        const [a, b, c] = others.sort((left, right) => left - right);
        key = (a * most + b) * most + c;
      }
      const known = numberOf.get(key);
      dofs[corner] = known ?? numberOf.size;
      if (known === undefined) numberOf.set(key, numberOf.size);
    }
  }
  return { dofs, numDofs: numberOf.size };
}

/** Row by row, from the cells around each unknown; gradients of the basis are `factor` times those of P1. */
function assemble({ points, tensors }, dofs, numDofs, factor) {
  const gradients = new Float64Array(points.length);
  const volumes = Float64Array.from(tensors, (_, cell) => computeGradients(points, cell, gradients));
  const { start, corners } = listCorners(dofs, numDofs);
  const rowStart = new Int32Array(numDofs + 1);
  const columns = [];
  const values = [];
  const rhs = new Float64Array(3 * numDofs);
  let squares = 0;
  const sums = new Float64Array(numDofs);
  const seenFrom = new Int32Array(numDofs).fill(-1);
  for (let row = 0; row < numDofs; row++) {
    const found = [row];
    seenFrom[row] = row;
    for (let at = start[row]; at < start[row + 1]; at++) {
      const cell = corners[at] >> 2;
      const [xx, yy, zz, yz, xz, xy] = tensors[cell];
      const g = 3 * corners[at];
      const weight = factor * volumes[cell];
      const x = weight * (xx * gradients[g] + xy * gradients[g + 1] + xz * gradients[g + 2]);
      const y = weight * (xy * gradients[g] + yy * gradients[g + 1] + yz * gradients[g + 2]);
      const z = weight * (xz * gradients[g] + yz * gradients[g + 1] + zz * gradients[g + 2]);
      rhs[3 * row] -= x;
      rhs[3 * row + 1] -= y;
      rhs[3 * row + 2] -= z;
      squares += x * x + y * y + z * z;
      for (let j = 4 * cell; j < 4 * cell + 4; j++) {
        const column = dofs[j];
        if (column === row) continue;
        if (seenFrom[column] !== row) {
          seenFrom[column] = row;
          sums[column] = 0;
          found.push(column);
        }
        sums[column] += factor * (x * gradients[3 * j] + y * gradients[3 * j + 1] + z * gradients[3 * j + 2]);
      }
    }
    found.sort((left, right) => left - right);
    for (const column of found) {
      columns.push(column);
      values.push(sums[column]);
    }
    rowStart[row + 1] = columns.length;
  }
  const matrix = {
    numRows: numDofs,
    numCols: numDofs,
    rowStart,
    columns: Int32Array.from(columns),
    values: symmetrize(rowStart, columns, values),
  };
  return { matrix, rhs, loadScale: Math.sqrt(squares) };
}

/** Entries that are the same to the last bit on both sides of the diagonal, and add up to zero in each row. */
function symmetrize(rowStart, columns, values) {
  const numRows = rowStart.length - 1;
  const result = Float64Array.from(values);
  const next = rowStart.slice(0, numRows);
  for (let row = 0; row < numRows; row++) {
    let sum = 0;
    let diagonal = -1;
    for (let k = rowStart[row]; k < rowStart[row + 1]; k++) {
      const column = columns[k];
      if (column === row) diagonal = k;
      else sum += result[k];
      if (column > row) result[next[column]++] = result[k];
    }
    result[diagonal] = -sum;
  }
  return result;
}

/** The corners (4 cell + i) at each unknown. */
function listCorners(dofs, numDofs) {
  const start = new Int32Array(numDofs + 1);
  for (const dof of dofs) start[dof + 1]++;
  for (let dof = 0; dof < numDofs; dof++) start[dof + 1] += start[dof];
  const next = start.slice();
  const corners = new Int32Array(dofs.length);
  for (let corner = 0; corner < dofs.length; corner++) corners[next[dofs[corner]]++] = corner;
  return { start, corners };
}

function findComponents({ numRows, rowStart, columns }) {
  const component = new Int32Array(numRows).fill(-1);
  let numComponents = 0;
  for (let seed = 0; seed < numRows; seed++) {
    if (component[seed] >= 0) continue;
    component[seed] = numComponents;
    const queue = [seed];
    while (queue.length > 0) {
      const row = queue.pop();
      for (let k = rowStart[row]; k < rowStart[row + 1]; k++) {
        if (component[columns[k]] >= 0) continue;
        component[columns[k]] = numComponents;
        queue.push(columns[k]);
      }
    }
    numComponents++;
  }
  return { component, numComponents };
}

/** Random numbers of mean zero over every component in place of load k where its norm is not above `roundoff`. */
function fillVanishingLoad({ rhs, component, numComponents }, k, roundoff, random) {
  let square = 0;
  for (let at = k; at < rhs.length; at += 3) square += rhs[at] * rhs[at];
  if (Math.sqrt(square) > roundoff) return;
  const sizes = new Float64Array(numComponents);
  const sums = new Float64Array(numComponents);
  for (const [row, c] of component.entries()) {
    rhs[3 * row + k] = random() - 0.5;
    sizes[c]++;
    sums[c] += rhs[3 * row + k];
  }
  for (const [row, c] of component.entries()) rhs[3 * row + k] -= sums[c] / sizes[c];
}

function shuffled(length, random) {
  const order = Int32Array.from({ length }, (_, at) => at);
  for (let at = length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

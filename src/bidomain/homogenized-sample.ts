import { locateInGrid } from "../mesh/box-grid.js";
import type { HomogenizedBlock } from "./homogenized-block.js";

/** A macroscopic solution at other points: u0 and grad u0 of each field, 0 where a field does not exist. */
export interface HomogenizedSample {
  /** numPoints x numFields, uM. */
  readonly values: Float64Array;
  /** numPoints x numFields x 3, uM/um, of the block; nodal gradients by central differences. */
  readonly gradients: Float64Array;
}

/**
 * P1 interpolation of a macroscopic solution and of its recovered gradient.
 *
 * @param fields u0 of the block's problem
 * @param points numPoints x 3, um; points outside take the nearest value
 */
export function sampleHomogenized(
  block: HomogenizedBlock,
  fields: Float64Array,
  points: Float64Array,
): HomogenizedSample {
  const { grid, nodeOf, problem } = block;
  const { numFields } = problem;
  const numPoints = points.length / 3;
  const nodal = recoverGradients(block, fields);
  const values = new Float64Array(numPoints * numFields);
  const gradients = new Float64Array(3 * numPoints * numFields);
  const nodes = new Int32Array(4);
  const weights = new Float64Array(4);
  for (let point = 0; point < numPoints; point++) {
    locateInGrid(grid, [points[3 * point], points[3 * point + 1], points[3 * point + 2]], nodes, weights);
    for (let corner = 0; corner < 4; corner++) {
      const weight = weights[corner];
      if (weight === 0) continue;
      const first = nodeOf[nodes[corner]] * numFields;
      for (let field = 0; field < numFields; field++) {
        const at = point * numFields + field;
        values[at] += weight * fields[first + field];
        for (let k = 0; k < 3; k++) gradients[3 * at + k] += weight * nodal[3 * (first + field) + k];
      }
    }
  }
  return { values, gradients };
}

/**
 * Nodal gradients in the block, numNodes x numFields x 3: (u_(i+1) - u_(i-1)) / 2h inside, (-3 u_i + 4 u_(i+1) - u_(i+2)) / 2h
 * at the ends of the block, where a slab or nothing follows; 0 across where the solution depends on x only.
 */
function recoverGradients({ grid, nodeOf, problem, numSlabCells }: HomogenizedBlock, fields: Float64Array) {
  const { numFields, numNodes } = problem;
  const { axes } = grid;
  const gradients = new Float64Array(3 * numNodes * numFields);
  const strides = [1, axes[0].length, axes[0].length * axes[1].length];
  const isAcross = numNodes === grid.mesh.numNodes;
  for (let node = 0; node < numNodes; node++) {
    const index = [
      node % strides[1],
      Math.floor(node / strides[1]) % axes[1].length,
      Math.floor(node / strides[2]),
    ];
    if (index[0] < numSlabCells) continue;
    for (let axis = 0; axis < (isAcross ? 3 : 1); axis++) {
      const first = axis === 0 ? numSlabCells : 0;
      const last = axes[axis].length - 1;
      const h = (axes[axis][last] - axes[axis][first]) / (last - first);
      const at = (steps: number, field: number): number =>
        fields[nodeOf[node + steps * strides[axis]] * numFields + field];
      for (let field = 0; field < numFields; field++) {
        const sign = index[axis] === first ? 1 : index[axis] === last ? -1 : 0;
        const rise =
          sign === 0
            ? at(1, field) - at(-1, field)
            : sign * (-3 * at(0, field) + 4 * at(sign, field) - at(2 * sign, field));
        gradients[3 * (node * numFields + field) + axis] = rise / (2 * h);
      }
    }
  }
  return gradients;
}

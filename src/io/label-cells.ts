import { ParseError } from "../core/errors.js";
import { findDuplicates } from "./duplicate-elements.js";

/** What DOLFIN stores where there is no mark. */
const leastUnmarked = 2147483647;

/**
 * Numbers of cells that stand with a list of cells of their own: for each cell of the mesh the number of the one with the same
 * nodes, 0 where there is none.
 *
 * @param own nodes of the cells of the numbers, 4 each
 * @param cells nodes of the cells of the mesh, 4 each
 * @throws ParseError `mesh-count`
 */
export function alignLabels(
  labels: Float64Array,
  own: Int32Array,
  cells: Int32Array,
  numNodes: number,
  format: string,
  name: string,
): Float64Array {
  if (own.length !== 4 * labels.length) {
    throw new ParseError(
      "mesh-count",
      `${format}: "${name}" has ${labels.length} values for ${own.length / 4} cells; expected one for each: write it again.`,
      { details: { name, values: labels.length, cells: own.length / 4 } },
    );
  }
  const known = labels.map((label) => (label < leastUnmarked ? label : 0));
  if (own.length === cells.length && own.every((node, i) => node === cells[i])) return known;
  const numCells = cells.length / 4;
  const both = new Int32Array(cells.length + own.length);
  both.set(cells);
  both.set(own, cells.length);
  if (both.some((node) => node < 0 || node >= numNodes)) return new Float64Array(numCells);
  const first = findDuplicates(both, 4, both.length / 4, numNodes);
  const aligned = new Float64Array(numCells);
  if (first !== null) known.forEach((label, i) => (aligned[first[numCells + i]] = label));
  return aligned;
}

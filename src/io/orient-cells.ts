import { MeshError } from "../core/errors.js";

/**
 * A cell is flat where |det(x1 - x0, x2 - x0, x3 - x0)| <= flatness L^3, L its longest edge at x0. The rounding error of
 * the determinant is some 10 eps L^3, so that below this the sign means nothing.
 */
const flatness = 1e-14;

/**
 * Orients cells so that det(x1 - x0, x2 - x0, x3 - x0) > 0, by swapping the last two nodes of those that are inverted.
 * @param cells node indices, numCells x 4 (or longer); changed in place
 * @param coordinates numNodes x 3
 * @param tagOf tag of a cell, for the message
 * @param doubtful the cells to look at, ascending: the others are known to be right; by default all are looked at
 * @returns the number of inverted cells
 * @throws MeshError `flat-cell` for a cell without volume, also where its volume overflows or underflows
 */
export function orientCells(
  cells: Int32Array,
  numCells: number,
  coordinates: Float64Array,
  tagOf: (cell: number) => number,
  doubtful: Int32Array | null = null,
): number {
  let numInverted = 0;
  const numDoubtful = doubtful === null ? numCells : doubtful.length;
  for (let i = 0; i < numDoubtful; i++) {
    const cell = doubtful === null ? i : doubtful[i];
    const n0 = 3 * cells[4 * cell];
    const n1 = 3 * cells[4 * cell + 1];
    const n2 = 3 * cells[4 * cell + 2];
    const n3 = 3 * cells[4 * cell + 3];
    const x0 = coordinates[n0];
    const y0 = coordinates[n0 + 1];
    const z0 = coordinates[n0 + 2];
    const ax = coordinates[n1] - x0;
    const ay = coordinates[n1 + 1] - y0;
    const az = coordinates[n1 + 2] - z0;
    const bx = coordinates[n2] - x0;
    const by = coordinates[n2 + 1] - y0;
    const bz = coordinates[n2 + 2] - z0;
    const cx = coordinates[n3] - x0;
    const cy = coordinates[n3 + 1] - y0;
    const cz = coordinates[n3 + 2] - z0;
    const determinant = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
    const square = Math.max(
      ax * ax + ay * ay + az * az,
      bx * bx + by * by + bz * bz,
      cx * cx + cy * cy + cz * cz,
    );
    if (!(Math.abs(determinant) > flatness * square * Math.sqrt(square))) {
      const elementTag = tagOf(cell);
      throw new MeshError(
        "flat-cell",
        `Tetrahedron ${elementTag} has the volume ${determinant / 6} with edges of length ${Math.sqrt(square)}; ` +
          "expected a volume above round-off: improve the mesh (in Gmsh: Mesh.Optimize) or scale its unit.",
        { details: { elementTag, volume: determinant / 6, longestEdge: Math.sqrt(square) } },
      );
    }
    if (determinant < 0) {
      const last = cells[4 * cell + 3];
      cells[4 * cell + 3] = cells[4 * cell + 2];
      cells[4 * cell + 2] = last;
      numInverted++;
    }
  }
  return numInverted;
}

import type { TetMesh } from "../mesh/tet-mesh.js";

/** Doubles for a tetrahedron of a scalar view: x, y, z of its corners, one coordinate after the other, then four values. */
const doublesPerCell = 16;

/** Kinds of lists of a view: points, lines, triangles, quadrangles, tetrahedra, hexahedra, prisms, pyramids; then those of second order. */
const listsBeforeTetrahedra = 4;
const listsAfterTetrahedra = 3 + 7;

/**
 * A nodal field as a view in Gmsh's binary .pos format 1.4, linear on each cell: what Gmsh's field `PostView` reads.
 *
 * @param values numNodes
 * @see the Gmsh reference manual, section "Legacy formats", POS binary file format
 */
export function writePosView(mesh: TetMesh, name: string, values: Float64Array): Uint8Array {
  const none = "0 0 0\n";
  const head =
    `$PostFormat\n1.4 1 8\n$EndPostFormat\n$View\n${name} 1\n` +
    `${none.repeat(listsBeforeTetrahedra)}${mesh.numCells} 0 0\n${none.repeat(listsAfterTetrahedra)}0 0 0 0\n`;
  const start = new TextEncoder().encode(head);
  const end = new TextEncoder().encode("\n$EndView\n");
  // An integer 1, by which a reader knows the order of bytes, and the time of the only step.
  const body = 4 + 8 + 8 * doublesPerCell * mesh.numCells;
  const bytes = new Uint8Array(start.length + body + end.length);
  bytes.set(start);
  bytes.set(end, start.length + body);
  const view = new DataView(bytes.buffer);
  view.setInt32(start.length, 1, true);
  let at = start.length + 4 + 8;
  for (let cell = 0; cell < mesh.numCells; cell++) {
    for (let k = 0; k < 3; k++) {
      for (let corner = 0; corner < 4; corner++, at += 8) {
        view.setFloat64(at, mesh.coordinates[3 * mesh.cells[4 * cell + corner] + k], true);
      }
    }
    for (let corner = 0; corner < 4; corner++, at += 8) {
      view.setFloat64(at, values[mesh.cells[4 * cell + corner]], true);
    }
  }
  return bytes;
}

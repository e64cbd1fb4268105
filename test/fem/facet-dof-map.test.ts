import { describe, expect, it } from "vitest";
import { mapFacetDofs } from "../../src/fem/facet-dof-map.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { identifyPeriodicFaces, type PeriodicMesh } from "../../src/mesh/periodic-mesh.js";
import { cellsByPhase, partitionPhases } from "../../src/mesh/phases.js";
import { boxMesh, renumberMesh } from "../support/box-mesh.js";

const kernel = await loadKernel();

/** A box of n^3 cubes of six cells, `isEr` in the phase `ER`, with its cells by phase. */
function cubes(
  n: number,
  isEr: (i: number, j: number, k: number) => boolean,
): { periodic: PeriodicMesh; er: Int32Array; cytosol: Int32Array } {
  const volumeOf = (i: number, j: number, k: number): string => (isEr(i, j, k) ? "ER" : "cytosol");
  const mesh = renumberMesh(boxMesh({ counts: [n, n, n], volumeOf }), 4);
  const [er, cytosol] = cellsByPhase(partitionPhases(mesh, [{ name: "ER", volumes: ["ER"] }]));
  return { periodic: identifyPeriodicFaces(kernel, mesh, 2), er, cytosol };
}

describe("mapFacetDofs", () => {
  it("gives each facet of the torus one dof: twice as many as cells", () => {
    const { periodic, er } = cubes(3, () => true);
    expect(mapFacetDofs(periodic, er)).toMatchObject({ numDofs: 12 * 27, numLocalDofs: 4 });
  });

  it("works where cells meet themselves across the wrap", () => {
    const mesh = boxMesh({ counts: [1, 1, 1] });
    const periodic = identifyPeriodicFaces(kernel, mesh, 1, { homogeneous: true });
    expect(mapFacetDofs(periodic, Int32Array.of(0, 1, 2, 3, 4, 5)).numDofs).toBe(12);
  });

  it("gives a facet without a cell of the phase on its other side a dof of its own", () => {
    const { periodic, er } = cubes(4, (i, j) => i === 1 && j === 1);
    // Six cells a cube; the four sides of the pipe have two facets a cube each.
    expect(mapFacetDofs(periodic, er).numDofs).toBe((4 * 4 * 6 + 4 * 8) / 2);
  });

  it("shares dofs between partners and no others, and leaves shared work arrays as it found them", () => {
    const { periodic, er, cytosol } = cubes(4, (i, j, k) => (i + 2 * j + 3 * k) % 5 < 2);
    const scratch = new Int32Array(periodic.mesh.numCells).fill(-1);
    for (const cells of [er, cytosol, er]) {
      const { numDofs, cellDofs } = mapFacetDofs(periodic, cells, scratch);
      expect(new Set(cellDofs).size).toBe(numDofs);
      const halves = Array.from({ length: numDofs }, (): number[] => []);
      cellDofs.forEach((dof, at) => halves[dof].push(4 * cells[at >> 2] + (at & 3)));
      const inPhase = new Set(cells);
      for (const [first, second, ...more] of halves) {
        expect(more).toEqual([]);
        const other = periodic.partner[first];
        expect(second).toBe(inPhase.has(other >> 2) ? other : undefined);
      }
    }
    expect(scratch.every((entry) => entry === -1)).toBe(true);
  });
});

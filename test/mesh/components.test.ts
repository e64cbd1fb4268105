import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/kernel/kernel.js";
import { findComponents } from "../../src/mesh/components.js";
import { withKernelMesh } from "../../src/mesh/kernel-mesh.js";
import { identifyPeriodicFaces } from "../../src/mesh/periodic-mesh.js";
import { cellsByPhase, cellsOfPhase, partitionPhases } from "../../src/mesh/phases.js";
import { boxMesh, renumberMesh } from "../support/box-mesh.js";

const kernel = await loadKernel();

/** Components of the ER of a 4 x 4 x 4 box of which some cubes are ER and the rest cytosol. */
function componentsOf(
  isEr: (i: number, j: number, k: number) => boolean,
): { cells: number; percolates: readonly boolean[]; volume: number }[] {
  const mesh = renumberMesh(
    boxMesh({ counts: [4, 4, 4], volumeOf: (i, j, k) => (isEr(i, j, k) ? "ER" : "cytosol") }),
    11,
  );
  const partition = partitionPhases(mesh, [{ name: "ER", volumes: ["ER"] }]);
  const periodic = identifyPeriodicFaces(kernel, mesh, 2);
  const { components, componentOfCell } = withKernelMesh(kernel, periodic, (inKernel) =>
    findComponents(inKernel, cellsOfPhase(partition, 0)),
  );
  components.forEach((component, c) => {
    expect(componentOfCell.filter((label) => label === c)).toHaveLength(component.numCells);
  });
  return components.map(({ numCells, percolates, volume }) => ({ cells: numCells, percolates, volume }));
}

describe("findComponents", () => {
  it("finds a cube that percolates nowhere", () => {
    expect(componentsOf((i, j, k) => i === 1 && j === 1 && k === 1)).toEqual([
      { cells: 6, percolates: [false, false, false], volume: expect.closeTo(1 / 64, 14) as number },
    ]);
  });

  it("joins what is cut by the faces of the cell without calling it percolating", () => {
    const found = componentsOf((i, j, k) => [i, j, k].every((n) => n === 0 || n === 3));
    expect(found).toMatchObject([{ cells: 48, percolates: [false, false, false] }]);
  });

  it("tells the direction of a straight pipe", () => {
    expect(componentsOf((i, j) => i === 2 && j === 0)).toMatchObject([{ percolates: [false, false, true] }]);
    expect(componentsOf((i, _, k) => i === 2 && k === 3)).toMatchObject([
      { percolates: [false, true, false] },
    ]);
  });

  it("leaves shared work arrays as it found them", () => {
    const mesh = boxMesh({ counts: [4, 4, 4], volumeOf: (i, j, k) => (i === j ? "ER" : k < 2 ? "a" : "b") });
    const partition = partitionPhases(mesh);
    const periodic = identifyPeriodicFaces(kernel, mesh, 3);
    const phases = cellsByPhase(partition);
    const alone = phases.map((cells) =>
      withKernelMesh(kernel, periodic, (inKernel) => findComponents(inKernel, cells)),
    );
    withKernelMesh(kernel, periodic, (inKernel) => {
      const inTurn = [...phases, ...phases].map((cells) => findComponents(inKernel, cells));
      expect(inTurn).toEqual([...alone, ...alone]);
    });
  });

  it("follows a staircase that spans two directions at once", () => {
    const stairs = componentsOf((i, j, k) => k === 0 && (i === j || j === (i + 1) % 4));
    expect(stairs).toMatchObject([{ cells: 48, percolates: [true, true, false] }]);
  });

  it("sees all three pipes as one component", () => {
    expect(componentsOf((i, j, k) => [i, j, k].filter((n) => n === 1).length >= 2)).toMatchObject([
      { cells: 60, percolates: [true, true, true] },
    ]);
  });

  it("keeps apart what touches along an edge or at a node only, largest first", () => {
    const columns = componentsOf((i, j) => (i === 0 && j === 0) || (i === 1 && j === 1));
    expect(columns).toMatchObject([
      { cells: 24, percolates: [false, false, true] },
      { cells: 24, percolates: [false, false, true] },
    ]);
    const cubes = componentsOf((i, j, k) => i + j + k === 0 || (i > 0 && i < 3 && j === 1 && k === 1));
    expect(cubes.map(({ cells }) => cells)).toEqual([12, 6]);
  });
});

import { describe, expect, it } from "vitest";
import { componentOfDofs, mapNodeDofs, type DofMap } from "../../src/fem/dof-map.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { findComponents } from "../../src/mesh/components.js";
import { withKernelMesh } from "../../src/mesh/kernel-mesh.js";
import { identifyPeriodicFaces } from "../../src/mesh/periodic-mesh.js";
import { cellsByPhase, cellsOfPhase, partitionPhases } from "../../src/mesh/phases.js";
import { boxMesh, renumberMesh } from "../support/box-mesh.js";

const kernel = await loadKernel();

interface Mapped extends DofMap {
  readonly components: number;
  readonly component: Int32Array;
}

/** Dofs of the ER of an n x n x n box. */
function mapEr(n: number, isEr: (i: number, j: number, k: number) => boolean): Mapped {
  const mesh = renumberMesh(
    boxMesh({ counts: [n, n, n], volumeOf: (i, j, k) => (isEr(i, j, k) ? "ER" : "cytosol") }),
    4,
  );
  const cells = cellsOfPhase(partitionPhases(mesh, [{ name: "ER", volumes: ["ER"] }]), 0);
  const periodic = identifyPeriodicFaces(kernel, mesh, 2);
  const { dofMap, found } = withKernelMesh(kernel, periodic, (inKernel) => ({
    dofMap: mapNodeDofs(inKernel, cells),
    found: findComponents(inKernel, cells),
  }));
  const { components, componentOfCell } = found;
  const component = componentOfDofs(dofMap, componentOfCell);
  for (let i = 0; i < dofMap.cellDofs.length; i++) {
    expect(component[dofMap.cellDofs[i]]).toBe(componentOfCell[i >> 2]);
  }
  expect(new Set(dofMap.cellDofs).size).toBe(dofMap.numDofs);
  return { ...dofMap, components: components.length, component };
}

describe("mapNodeDofs", () => {
  it("gives the whole box one dof for each node of the torus", () => {
    expect(mapEr(4, () => true)).toMatchObject({ numDofs: 64, numExtraDofs: 0 });
  });

  it("gives a pipe one dof for each of its nodes up to the period", () => {
    expect(mapEr(4, (i, j) => i === 1 && j === 1)).toMatchObject({
      numDofs: 4 * 4,
      numNodes: 4 * 5,
      numExtraDofs: 0,
    });
  });

  it("wraps a cube cut by all faces into one with shared nodes", () => {
    const cut = mapEr(4, (i, j, k) => [i, j, k].every((n) => n === 0 || n === 3));
    expect(cut).toMatchObject({ numDofs: 27, numExtraDofs: 0, components: 1 });
  });

  it("leaves shared work arrays as it found them", () => {
    const ring = new Set(["0,0", "1,0", "2,0", "2,1", "2,2", "1,2", "0,1"]);
    const volumeOf = (i: number, j: number, k: number): string =>
      k === 0 && ring.has(`${i},${j}`) ? "ER" : k < 3 ? "a" : "b";
    const mesh = boxMesh({ counts: [5, 5, 5], volumeOf });
    const periodic = identifyPeriodicFaces(kernel, mesh, 3);
    const phases = cellsByPhase(partitionPhases(mesh));
    const alone = phases.map((cells) =>
      withKernelMesh(kernel, periodic, (inKernel) => ({ ...mapNodeDofs(inKernel, cells) })),
    );
    withKernelMesh(kernel, periodic, (inKernel) => {
      const inTurn = [...phases, ...phases].map((cells) => ({ ...mapNodeDofs(inKernel, cells) }));
      expect(inTurn).toEqual([...alone, ...alone]);
    });
  });

  it("separates two columns that touch along an edge", () => {
    const columns = mapEr(4, (i, j) => (i === 0 && j === 0) || (i === 1 && j === 1));
    expect(columns).toMatchObject({ numDofs: 2 * 16, numExtraDofs: 4, components: 2 });
  });

  it("separates columns that touch along an edge across the wrap", () => {
    const columns = mapEr(4, (i, j) => (i === 0 && j === 0) || (i === 3 && j === 3));
    expect(columns).toMatchObject({ numDofs: 2 * 16, numExtraDofs: 4, components: 2 });
  });

  it("separates cubes that touch at a node", () => {
    const cubes = mapEr(4, (i, j, k) => (i === j && j === k && i < 2) || (i === 3 && j === 3 && k === 3));
    expect(cubes).toMatchObject({ numDofs: 3 * 8, numExtraDofs: 2, components: 3 });
  });

  it("splits a node where one component touches itself", () => {
    // A ring of cubes in the plane k = 0 whose ends touch along an edge only.
    const ring = new Set(["0,0", "1,0", "2,0", "2,1", "2,2", "1,2", "0,1"]);
    const touching = mapEr(5, (i, j, k) => k === 0 && ring.has(`${i},${j}`));
    expect(touching).toMatchObject({ components: 1, numExtraDofs: 2 });
  });
});

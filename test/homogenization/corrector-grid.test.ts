import { describe, expect, it } from "vitest";
import { createCorrectorGrid } from "../../src/homogenization/corrector-grid.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import type { VtuArray, VtuGrid } from "../../src/io/vtu-writer.js";
import { boxMesh, mapCoordinates, renumberMesh } from "../support/box-mesh.js";

/** The correctors are solved to a residual of 1e-10; integrals of fluxes are linear in them. */
const solverTolerance = 1e-8;

function find(arrays: readonly VtuArray[], name: string): VtuArray["values"] {
  const found = arrays.find((array) => array.name === name);
  if (found === undefined) throw new Error(`no array ${name}`);
  return found.values;
}

function volumeOf({ points, cells }: VtuGrid, cell: number): number {
  const [a, b, c, d] = cells.subarray(4 * cell, 4 * cell + 4);
  const edge = (node: number): number[] => [0, 1, 2].map((k) => points[3 * node + k] - points[3 * a + k]);
  const [u, v, w] = [edge(b), edge(c), edge(d)];
  return (
    (u[0] * (v[1] * w[2] - v[2] * w[1]) +
      u[1] * (v[2] * w[0] - v[0] * w[2]) +
      u[2] * (v[0] * w[1] - v[1] * w[0])) /
    6
  );
}

describe("createCorrectorGrid", () => {
  const box = boxMesh({
    counts: [4, 3, 4],
    lengths: [2, 1, 1.5],
    volumeOf: (i, j, k) => (i === 1 || (j === 1 && k < 2) ? "ER" : "cytosol"),
  });
  const mesh = mapCoordinates(renumberMesh(box, 8), (x, y, z) => [
    x,
    y + 0.05 * Math.sin(Math.PI * y) * Math.sin(Math.PI * x),
    z,
  ]);
  const diffusion = { ER: [2, 1, 1.5, 0.1, -0.2, 0.3] as const, cytosol: 0.3 };

  it("has fluxes that integrate to the homogenized tensors", async () => {
    const homogenization = await homogenize(mesh, { diffusion });
    const grid = createCorrectorGrid(homogenization);
    const phase = find(grid.cellData, "phase");
    expect(grid.fieldData).toEqual([{ name: "phases", texts: ["ER", "cytosol"] }]);
    for (const [index, name] of ["ER", "cytosol"].entries()) {
      for (let k = 0; k < 3; k++) {
        const flux = find(grid.cellData, `flux_${k + 1}`);
        const integral = [0, 0, 0];
        for (let cell = 0; cell < phase.length; cell++) {
          if (phase[cell] !== index) continue;
          for (let d = 0; d < 3; d++) integral[d] += (flux[3 * cell + d] * volumeOf(grid, cell)) / 3;
        }
        const tensor = homogenization.result.phases[name].homogenized;
        for (let d = 0; d < 3; d++) {
          expect(Math.abs(integral[d] - tensor[d][k])).toBeLessThan(solverTolerance);
        }
      }
    }
  });

  it("keeps cells, tags and nodes; a node on the membrane is a point of both phases", async () => {
    const homogenization = await homogenize(mesh, { diffusion });
    const grid = createCorrectorGrid(homogenization, [{ name: "eta", numComponents: 1, values: {} }]);
    const ordered = homogenization.periodic.mesh;
    const { ER, cytosol } = homogenization.result.phases;
    expect(grid.cells.length).toBe(4 * mesh.numCells);
    expect(grid.points.length / 3).toBe(ER.nodes + cytosol.nodes);
    const nodeTag = find(grid.pointData, "nodeTag");
    const nodeOfTag = new Map(Array.from(ordered.nodeTags, (tag, node) => [tag, node]));
    const cells = [
      ...homogenization.correctors["ER"].phaseCells,
      ...homogenization.correctors["cytosol"].phaseCells,
    ];
    for (const [i, cell] of cells.entries()) {
      const nodes = Array.from(
        grid.cells.subarray(4 * i, 4 * i + 4),
        (point) => nodeOfTag.get(nodeTag[point]) ?? -1,
      );
      expect(nodes).toEqual([...ordered.cells.subarray(4 * cell, 4 * cell + 4)]);
      const region = ordered.cellRegions[ordered.cellRegion[cell]];
      expect(find(grid.cellData, "entityTag")[i]).toBe(region.entityTag);
      expect(find(grid.cellData, "volumeTag")[i]).toBe(ordered.volumes[region.groups[0]].tag);
    }
    expect(find(grid.cellData, "eta").every(Number.isNaN)).toBe(true);
  });

  it("places data of one phase at its cells", async () => {
    const homogenization = await homogenize(mesh);
    const { phaseCells } = homogenization.correctors["cytosol"];
    const values = Float64Array.from(phaseCells, (cell) => cell);
    const grid = createCorrectorGrid(homogenization, [
      { name: "eta", numComponents: 1, values: { cytosol: values } },
    ]);
    const eta = find(grid.cellData, "eta");
    const numER = homogenization.correctors["ER"].phaseCells.length;
    expect(eta.subarray(0, numER).every(Number.isNaN)).toBe(true);
    expect(eta.subarray(numER)).toEqual(values);
  });

  it("leaves out the cells of phases that were not solved for", async () => {
    const homogenization = await homogenize(mesh, { phases: [{ name: "ER", volumes: ["ER"] }] });
    const { ER } = homogenization.result.phases;
    const grid = createCorrectorGrid(homogenization);
    expect(grid.cells.length).toBe(4 * ER.cells);
    expect(grid.points.length).toBe(3 * ER.nodes);
  });

  it("has a point for each fan of cells where a phase touches itself at an edge only", async () => {
    // Two columns along z that meet along an edge: each conducts for itself.
    const columns = boxMesh({
      counts: [4, 4, 2],
      volumeOf: (i, j) => ((i === 1 && j === 1) || (i === 2 && j === 2) ? "ER" : "cytosol"),
    });
    const homogenization = await homogenize(columns, { phases: [{ name: "ER", volumes: ["ER"] }] });
    const grid = createCorrectorGrid(homogenization);
    const { dofMap } = homogenization.correctors["ER"];
    // Three nodes on the edge in two periodic classes, each with a second fan.
    expect(dofMap.numExtraDofs).toBe(2);
    expect(grid.points.length / 3).toBe(dofMap.numNodes + 3);
    const chi = find(grid.pointData, "chi");
    for (let corner = 0; corner < grid.cells.length; corner++) {
      const dof = dofMap.cellDofs[corner];
      for (let k = 0; k < 3; k++) {
        expect(chi[3 * grid.cells[corner] + k]).toBe(homogenization.correctors["ER"].chi[3 * dof + k]);
      }
    }
  });
});
